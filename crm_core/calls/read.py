"""Verbs that read calls: lists, one in full, those that are open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.calls.model import Call, CallFilters, CallPage
from crm_core.cursors import cursor_of, place_of
from crm_core.errors import NotFound
from crm_core.phones import normalise
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import AccountRow, ContactRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope

MAX_PAGE = 200

_EQUAL = (
    "queue",
    "agent_id",
    "contact_id",
    "account_id",
    "direction",
    "outcome",
    "disposition",
    "state",
)


async def calls(
    session: AsyncSession,
    scope: Scope,
    filters: CallFilters | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> CallPage:
    """Return the calls that fit, newest first; raises InvalidValue for a foreign cursor."""
    size = min(max(limit, 1), MAX_PAGE)
    query = (
        _calls(scope)
        .where(*_conditions(filters or CallFilters()))
        .order_by(CallRow.started_at.desc(), CallRow.call_id.desc())
        .limit(size + 1)
    )
    if cursor is not None:
        at, call_id = place_of(cursor)
        query = query.where(
            or_(
                CallRow.started_at < at,
                and_(CallRow.started_at == at, CallRow.call_id < call_id),
            )
        )
    found = [as_call(*row) for row in (await session.execute(query)).all()]
    last = found[size - 1] if len(found) > size else None
    return CallPage(
        calls=tuple(found[:size]),
        next_cursor=cursor_of(last.started_at, last.call_id) if last else None,
    )


async def open_calls(session: AsyncSession, scope: Scope) -> list[Call]:
    """Return every call that has no end yet, oldest first."""
    query = _calls(scope).where(CallRow.state == "open").order_by(CallRow.started_at)
    return [as_call(*row) for row in (await session.execute(query)).all()]


async def call(session: AsyncSession, scope: Scope, call_id: UUID) -> tuple[Call, CallRow]:
    """Return one call with its row; raises NotFound."""
    row = (await session.execute(_calls(scope).where(CallRow.call_id == call_id))).first()
    if row is None:
        raise NotFound("there is no such call")
    return as_call(*row), row[0]


def _calls(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(CallRow, ContactRow.name, AccountRow.name, UserRow.display_name)
        .outerjoin(ContactRow, ContactRow.id == CallRow.contact_id)
        .outerjoin(AccountRow, AccountRow.id == CallRow.account_id)
        .outerjoin(UserRow, UserRow.id == CallRow.agent_id)
        .where(CallRow.tenant_id == scope.tenant_id)
    )


def _conditions(filters: CallFilters) -> list[ColumnElement[bool]]:
    asked = [
        getattr(CallRow, name) == getattr(filters, name)
        for name in _EQUAL
        if getattr(filters, name) is not None
    ]
    if filters.since is not None:
        asked.append(CallRow.started_at >= filters.since)
    if filters.until is not None:
        asked.append(CallRow.started_at < filters.until)
    if filters.number is not None:
        asked.append(_from_or_to(filters.number))
    return asked


def _from_or_to(text: str) -> ColumnElement[bool]:
    number = normalise(text)
    if number.e164 is not None:
        return or_(CallRow.caller_e164 == number.e164, CallRow.dialled_e164 == number.e164)
    part = number.digits or number.raw
    return or_(
        CallRow.caller_number.contains(part, autoescape=True),
        CallRow.dialled_number.contains(part, autoescape=True),
    )


def as_call(
    row: CallRow, contact_name: str | None, account_name: str | None, agent_name: str | None
) -> Call:
    """Return the value of a call's row with the names beside it."""
    return Call(
        call_id=row.call_id,
        state=row.state,
        direction=row.direction,
        caller_number=row.caller_number,
        caller_e164=row.caller_e164,
        caller_name=row.caller_name,
        dialled_number=row.dialled_number,
        contact_id=row.contact_id,
        contact_name=contact_name or "",
        account_id=row.account_id,
        account_name=account_name or "",
        agent_id=row.agent_id,
        agent_name=agent_name or "",
        queue=row.queue,
        started_at=row.started_at,
        queued_at=row.queued_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        zone=row.zone,
        waited_seconds=row.waited_seconds,
        talked_seconds=row.talked_seconds,
        held_seconds=row.held_seconds,
        wrap_up_seconds=row.wrap_up_seconds,
        outcome=row.outcome,
        hung_up_by=row.hung_up_by,
        disposition=row.disposition,
    )
