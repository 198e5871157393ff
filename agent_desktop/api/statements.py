"""Statements: what accounts owe for the calls of a month."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desktop.api.answers import Money, Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Paged
from agent_desktop.policy import requires
from crm_core import billing


class StatementItem(Shown):
    """A statement in a list; `unrated` calls have no price yet."""

    statement_id: Annotated[UUID, Field(validation_alias="id")]
    account_id: UUID | None
    account_name: str
    month: str
    zone: str
    currency: str
    state: str
    number: int | None
    issued_at: datetime | None
    total: Money
    calls: Annotated[int, Field(validation_alias="line_count")]
    unrated: int


class StatementList(Shown):
    """Some statements, newest month first."""

    items: list[StatementItem]
    next_cursor: str | None


class LineShown(Shown):
    """One charge; open the call for its explanation."""

    call_id: UUID
    at: Annotated[datetime, Field(validation_alias="called_at")]
    direction: str
    number: str
    contact_name: str
    kind: str
    answered_seconds: Money
    billed_seconds: int
    amount: Money


class StatementShown(StatementItem):
    """A statement with its lines."""

    lines: list[LineShown]


class StatementSearch(Paged):
    """Which statements."""

    account_id: UUID | None = None
    month: Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    cursor: Annotated[str, StringConstraints(pattern=r"^\d{1,9}$")] | None = None


async def list_statements(ask: Ask, *, query: StatementSearch) -> StatementList:
    """List statements, newest month first."""
    begin = int(query.cursor or 0)
    async with ask.services.database.read() as session:
        found = await billing.statements(
            session,
            ask.visitor.scope,
            account_id=query.account_id,
            month=query.month,
            limit=query.limit,
            offset=begin,
        )
    more = str(begin + len(found)) if len(found) == query.limit else None
    items = [StatementItem.model_validate(statement) for statement in found]
    return StatementList(items=items, next_cursor=more)


async def show_statement(ask: Ask, *, statement_id: UUID) -> StatementShown:
    """Show a statement with its lines."""
    async with ask.services.database.read() as session:
        found = await billing.statement_detail(session, ask.visitor.scope, statement_id)
    return StatementShown.model_validate(found)


_READ = requires("statement", "read")

OPERATIONS = (
    Operation(method="GET", path="/statements", handler=list_statements, policy=_READ),
    Operation(
        method="GET",
        path="/statements/{statement_id}",
        handler=show_statement,
        policy=_READ,
    ),
)
