"""Verbs that read callbacks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.callbacks.model import (
    OPEN_STATES,
    AttemptReserved,
    AttemptShown,
    CallbackFilters,
    CallbackShown,
    CallbackWritten,
    OwedCallback,
)
from crm_core.errors import NotFound
from crm_core.phones import normalise
from crm_core.tables.callbacks import CallbackAttemptRow, CallbackRow
from crm_core.tables.calls import CallRow, QueueVisitRow
from crm_core.tables.directory import ContactPointRow, ContactRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope

MOST = 200  # callbacks in one list


async def owed(session: AsyncSession, scope: Scope) -> list[OwedCallback]:
    """Return the callbacks that are still owed, in the order of their places."""
    rows = await session.scalars(
        select(CallbackRow)
        .where(CallbackRow.tenant_id == scope.tenant_id, CallbackRow.state.in_(OPEN_STATES))
        .order_by(CallbackRow.waits_since, CallbackRow.id)
    )
    found = rows.all()
    attempts = await _attempts(session, scope, [row.id for row in found])
    return [OwedCallback(written=_written(row), attempt=_open(attempts, row)) for row in found]


async def callbacks(
    session: AsyncSession, scope: Scope, filters: CallbackFilters | None = None
) -> list[CallbackShown]:
    """Return the callbacks that fit, at most `MOST`: open ones, oldest first, then the latest."""
    is_open = CallbackRow.state.in_(OPEN_STATES)
    rows = await session.execute(
        select(CallbackRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == CallbackRow.agent_id)
        .where(CallbackRow.tenant_id == scope.tenant_id, *_fitting(filters or CallbackFilters()))
        .order_by(
            is_open.desc(),
            case((is_open, CallbackRow.waits_since)),
            CallbackRow.waits_since.desc(),
            CallbackRow.id,
        )
        .limit(MOST)
    )
    found = [(row, name or "") for row, name in rows.all()]
    attempts = await _attempts(session, scope, [row.id for row, _ in found])
    return [_shown(row, name, attempts.get(row.id, [])) for row, name in found]


async def callback(session: AsyncSession, scope: Scope, callback_id: UUID) -> CallbackShown:
    """Return one callback; raises NotFound."""
    row = (
        await session.execute(
            select(CallbackRow, UserRow.display_name)
            .outerjoin(UserRow, UserRow.id == CallbackRow.agent_id)
            .where(CallbackRow.tenant_id == scope.tenant_id, CallbackRow.id == callback_id)
        )
    ).first()
    if row is None:
        raise NotFound("there is no such callback")
    attempts = await _attempts(session, scope, [callback_id])
    return _shown(row[0], row[1] or "", attempts.get(callback_id, []))


async def is_not_to_be_called(session: AsyncSession, scope: Scope, number: str) -> bool:
    """Tell whether the number is marked so at any customer."""
    e164 = normalise(number).e164
    if e164 is None:
        return False
    found = await session.scalar(
        select(ContactPointRow.id)
        .join(ContactRow, ContactRow.id == ContactPointRow.contact_id)
        .where(
            ContactPointRow.tenant_id == scope.tenant_id,
            ContactPointRow.e164 == e164,
            ContactPointRow.do_not_contact,
            ContactRow.deleted_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def has_talked_since(
    session: AsyncSession, scope: Scope, number: str, *, queue: str, since: datetime
) -> bool:
    """Tell whether who calls from this number got through to an agent of the queue since then."""
    e164 = normalise(number).e164
    if e164 is None:
        return False
    found = await session.scalar(
        select(QueueVisitRow.id)
        .join(
            CallRow,
            (CallRow.call_id == QueueVisitRow.call_id)
            & (CallRow.tenant_id == QueueVisitRow.tenant_id),
        )
        .where(
            CallRow.tenant_id == scope.tenant_id,
            CallRow.caller_e164 == e164,
            CallRow.direction == "inbound",
            QueueVisitRow.queue == queue,
            QueueVisitRow.outcome == "answered",
            QueueVisitRow.left_at >= since,
        )
        .limit(1)
    )
    return found is not None


def _fitting(filters: CallbackFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.open_only:
        wanted.append(CallbackRow.state.in_(OPEN_STATES))
    if filters.state is not None:
        wanted.append(CallbackRow.state == filters.state)
    if filters.queue is not None:
        wanted.append(CallbackRow.queue == filters.queue)
    if filters.number is not None:
        wanted.append(CallbackRow.number.contains(filters.number, autoescape=True))
    if filters.queues is not None:
        mine = CallbackRow.queue.in_(filters.queues)
        wanted.append(or_(mine, CallbackRow.agent_id == filters.agent_id))
    elif filters.agent_id is not None:
        wanted.append(CallbackRow.agent_id == filters.agent_id)
    return wanted


async def _attempts(
    session: AsyncSession, scope: Scope, ids: Iterable[UUID]
) -> dict[UUID, list[CallbackAttemptRow]]:
    rows = await session.scalars(
        select(CallbackAttemptRow)
        .where(
            CallbackAttemptRow.tenant_id == scope.tenant_id,
            CallbackAttemptRow.callback_id.in_(list(ids)),
        )
        .order_by(CallbackAttemptRow.number)
    )
    found: dict[UUID, list[CallbackAttemptRow]] = {}
    for row in rows.all():
        found.setdefault(row.callback_id, []).append(row)
    return found


def _open(
    attempts: dict[UUID, list[CallbackAttemptRow]], row: CallbackRow
) -> AttemptReserved | None:
    last = attempts.get(row.id, [])[-1:]
    for attempt in last:
        if attempt.ended_at is None:
            return AttemptReserved(
                number=attempt.number,
                call_id=attempt.call_id,
                uniqueid=attempt.uniqueid,
                agent_id=attempt.agent_id,
                at=attempt.reserved_at,
            )
    return None


def _written(row: CallbackRow) -> CallbackWritten:
    return CallbackWritten(
        callback_id=row.id,
        queue=row.queue,
        number=row.number,
        caller_name=row.caller_name,
        waits_since=row.waits_since,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        priority=row.priority,
        origin_call_id=row.origin_call_id,
        state=row.state,
        attempts=row.attempts,
        tries=row.tries,
        not_before=row.not_before,
        agent_id=row.agent_id,
        at=row.changed_at,
    )


def _shown(row: CallbackRow, agent: str, attempts: list[CallbackAttemptRow]) -> CallbackShown:
    return CallbackShown(
        id=row.id,
        queue=row.queue,
        number=row.number,
        caller_name=row.caller_name,
        origin_call_id=row.origin_call_id,
        waits_since=row.waits_since,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        state=row.state,
        tries=row.tries,
        not_before=row.not_before,
        agent_id=row.agent_id,
        agent_name=agent,
        ended_at=row.ended_at,
        attempts=tuple(
            AttemptShown(
                number=each.number,
                call_id=each.call_id,
                agent_id=each.agent_id,
                reserved_at=each.reserved_at,
                ended_at=each.ended_at,
                outcome=each.outcome,
            )
            for each in attempts
        ),
    )
