"""The lines of statements: worked out from charges, or frozen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.model import StatementLine
from crm_core.billing.months import bounds
from crm_core.ids import new_id
from crm_core.tables.billing import RatedCallRow, StatementLineRow, StatementRow
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import ContactRow
from crm_core.tenancy import Scope


def of_calls(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the query over charges with their calls."""
    return query.select_from(RatedCallRow).join(
        CallRow,
        (CallRow.tenant_id == RatedCallRow.tenant_id) & (CallRow.call_id == RatedCallRow.call_id),
    )


async def draft_conditions(
    session: AsyncSession, scope: Scope, row: StatementRow
) -> list[ColumnElement[bool]]:
    """Say which charges a draft carries: its month's, and what came late for issued months."""
    begin, end = bounds(row.month, row.zone)
    earlier_draft = await session.scalar(
        select(StatementRow.id)
        .where(
            StatementRow.tenant_id == scope.tenant_id,
            StatementRow.party == row.party,
            StatementRow.currency == row.currency,
            StatementRow.state == "draft",
            StatementRow.month < row.month,
        )
        .limit(1)
    )
    on_a_statement = select(StatementLineRow.rated_call_id).where(
        StatementLineRow.tenant_id == scope.tenant_id
    )
    conditions = [
        RatedCallRow.tenant_id == scope.tenant_id,
        RatedCallRow.currency == row.currency,
        RatedCallRow.amount != 0,
        RatedCallRow.called_at < end,
        CallRow.account_id == row.account_id if row.account_id else CallRow.account_id.is_(None),
        RatedCallRow.id.not_in(on_a_statement),
    ]
    return [*conditions, RatedCallRow.called_at >= begin] if earlier_draft else conditions


async def lines(
    session: AsyncSession, scope: Scope, row: StatementRow
) -> tuple[StatementLine, ...]:
    """Return the lines a draft carries now, in the order of the calls."""
    query = (
        of_calls(select(RatedCallRow, CallRow, ContactRow.name))
        .outerjoin(ContactRow, ContactRow.id == CallRow.contact_id)
        .where(*await draft_conditions(session, scope, row))
        .order_by(RatedCallRow.called_at, RatedCallRow.call_id, RatedCallRow.sequence)
    )
    return tuple(
        _line(charged, call, name) for charged, call, name in await session.execute(query)
    )


def _line(charged: RatedCallRow, call: CallRow, contact_name: str | None) -> StatementLine:
    inbound = call.direction == "inbound"
    return StatementLine(
        rated_call_id=charged.id,
        call_id=call.call_id,
        called_at=charged.called_at,
        direction=call.direction,
        number=(call.caller_e164 or call.caller_number) if inbound else call.dialled_number,
        contact_name=contact_name or "",
        kind=charged.state,
        answered_seconds=charged.answered_seconds,
        billed_seconds=charged.billed_seconds,
        amount=charged.amount,
    )


_LINE_PARTS = (
    "rated_call_id",
    "call_id",
    "called_at",
    "direction",
    "number",
    "contact_name",
    "kind",
    "answered_seconds",
    "billed_seconds",
    "amount",
)


def line_row(
    scope: Scope, statement_id: UUID, position: int, line: StatementLine
) -> StatementLineRow:
    """Return the row that freezes a line at its place."""
    parts = {part: getattr(line, part) for part in _LINE_PARTS}
    return StatementLineRow(
        id=new_id(),
        tenant_id=scope.tenant_id,
        statement_id=statement_id,
        position=position,
        **parts,
    )


async def frozen_lines(
    session: AsyncSession, scope: Scope, row: StatementRow
) -> tuple[StatementLine, ...]:
    """Return the lines of an issued statement as they were frozen."""
    rows = await session.scalars(
        select(StatementLineRow)
        .where(
            StatementLineRow.tenant_id == scope.tenant_id,
            StatementLineRow.statement_id == row.id,
        )
        .order_by(StatementLineRow.position)
    )
    return tuple(
        StatementLine(**{part: getattr(line, part) for part in _LINE_PARTS}) for line in rows
    )
