"""Verbs that write callbacks; an attempt is reserved before anybody is dialled."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.callbacks.model import OPEN_STATES, AttemptReserved, CallbackWritten
from crm_core.callbacks.read import has_talked_since, is_not_to_be_called
from crm_core.errors import WrongState
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.tables.callbacks import CallbackAttemptRow, CallbackRow
from crm_core.tenancy import Scope
from crm_core.words import clean

_CHANGING = ("state", "attempts", "tries", "not_before", "agent_id", "caller_name")
_COURSE = ("reserved", "dialling", "talking", "waiting")  # of one attempt; behind them its ends


async def save(
    session: AsyncSession,
    scope: Scope,
    written: CallbackWritten,
    *,
    ended: tuple[int, str] | None = None,
) -> None:
    """Write how a callback stands, and how its attempt (number, outcome) ended.

    What is older than what is written, and anything after its end, changes nothing.
    """
    row = await _locked(session, scope, written)
    if row.state in OPEN_STATES and _is_newer(row, written):
        _change(row, written)
    if ended is not None:
        number, outcome = ended
        _ = await session.execute(
            update(CallbackAttemptRow)
            .where(
                CallbackAttemptRow.tenant_id == scope.tenant_id,
                CallbackAttemptRow.callback_id == written.callback_id,
                CallbackAttemptRow.number == number,
                CallbackAttemptRow.ended_at.is_(None),
            )
            .values(ended_at=written.at, outcome=clean(outcome, 20))
        )
    await session.flush()


async def reserve(
    session: AsyncSession, scope: Scope, written: CallbackWritten, attempt: AttemptReserved
) -> None:
    """Write down the attempt that is about to be made; only then may anybody be dialled.

    Raises WrongState: `over` when the callback has ended, `do_not_call` when the number is
    marked so, `served` when the customer got through to an agent of the queue after he had asked,
    `reserved_before` when this very attempt was made already.
    """
    row = await _locked(session, scope, written)
    if row.state not in OPEN_STATES:
        raise WrongState("the callback is over", code="over")
    if await is_not_to_be_called(session, scope, written.number):
        raise WrongState("this number is not to be called", code="do_not_call")
    if await has_talked_since(
        session, scope, written.number, queue=written.queue, since=written.requested_at
    ):
        raise WrongState("the customer has spoken with an agent since", code="served")
    new = await insert_once(
        session,
        CallbackAttemptRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        callback_id=written.callback_id,
        number=attempt.number,
        call_id=attempt.call_id,
        uniqueid=attempt.uniqueid,
        agent_id=attempt.agent_id,
        reserved_at=attempt.at,
        outcome="",
    )
    if not new:
        raise WrongState("this attempt was made already", code="reserved_before")
    if _is_newer(row, written):
        _change(row, written)
    await session.flush()


def _is_newer(row: CallbackRow, written: CallbackWritten) -> bool:
    """Tell of two pictures by how far the callback had come; the time of day may be set back."""
    has, is_told = (row.attempts, _come(row.state)), (written.attempts, _come(written.state))
    return has < is_told or (has == is_told and row.changed_at <= written.at)


def _come(state: str) -> int:
    """Return how far a callback in this state has come, within one attempt."""
    return _COURSE.index(state) if state in _COURSE else len(_COURSE)


def _change(row: CallbackRow, written: CallbackWritten) -> None:
    for name in _CHANGING:
        setattr(row, name, getattr(written, name))
    row.changed_at = written.at
    row.ended_at = None if written.state in OPEN_STATES else written.at


async def _locked(session: AsyncSession, scope: Scope, written: CallbackWritten) -> CallbackRow:
    """Return the callback's row, made when it is missing, held until the end."""
    await insert_once(session, CallbackRow, **_columns(scope, written))
    rows = await session.scalars(
        select(CallbackRow)
        .where(CallbackRow.tenant_id == scope.tenant_id, CallbackRow.id == written.callback_id)
        .with_for_update()
    )
    return rows.one()


def _columns(scope: Scope, written: CallbackWritten) -> dict[str, Any]:
    columns = asdict(written)
    at: datetime = columns.pop("at")
    callback_id: UUID = columns.pop("callback_id")
    return columns | {
        "id": callback_id,
        "tenant_id": scope.tenant_id,
        "queue": clean(written.queue, 40),
        "number": clean(written.number, 40),
        "caller_name": clean(written.caller_name, 200),
        "changed_at": at,
        "ended_at": None if written.state in OPEN_STATES else at,
    }
