"""The work after a call: an event of its own, and a figure at the call and its queue visit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.calls.open import record_event
from crm_core.clock import in_utc
from crm_core.tables.calls import CallEventRow, CallRow, QueueVisitRow
from crm_core.tenancy import Scope

WRAP_UP = "wrap_up"
WRAP_UP_EXTENDED = "wrap_up_extended"
NEXT_STATE_CHOSEN = "next_state_chosen"  # for after the call


async def add_wrap_up(
    session: AsyncSession,
    scope: Scope,
    call_id: UUID,
    *,
    agent_id: UUID,
    seconds: float,
    at: datetime | None = None,
) -> bool:
    """Add an agent's work after a call, also before the call is closed; return whether new.

    The same agent and seconds a second time change nothing, so that a replay is harmless.
    """
    told = {"agent_id": str(agent_id), "seconds": round(max(0.0, seconds), 6)}
    if told in await _told(session, scope, call_id):
        return False
    await record_event(session, scope, call_id, WRAP_UP, in_utc(at), told)
    await session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id)
        .values(wrap_up_seconds=CallRow.wrap_up_seconds + told["seconds"])
    )
    await _add_to_visit(session, scope, call_id, agent_id, seconds)
    return True


async def wrap_ups(session: AsyncSession, scope: Scope, call_id: UUID) -> dict[str, float]:
    """Return the seconds each agent worked after a call, as far as told, by agent id."""
    seconds: dict[str, float] = {}
    for told in await _told(session, scope, call_id):
        agent = str(told.get("agent_id", ""))
        seconds[agent] = seconds.get(agent, 0.0) + float(told.get("seconds", 0.0))
    return seconds


async def _told(session: AsyncSession, scope: Scope, call_id: UUID) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(CallEventRow.payload).where(
            CallEventRow.tenant_id == scope.tenant_id,
            CallEventRow.call_id == call_id,
            CallEventRow.kind == WRAP_UP,
        )
    )
    return list(rows)


async def _add_to_visit(
    session: AsyncSession, scope: Scope, call_id: UUID, agent_id: UUID, seconds: float
) -> None:
    of_agent = (
        QueueVisitRow.tenant_id == scope.tenant_id,
        QueueVisitRow.call_id == call_id,
        QueueVisitRow.agent_id == agent_id,
    )
    last = select(func.max(QueueVisitRow.position)).where(*of_agent).scalar_subquery()
    await session.execute(
        update(QueueVisitRow)
        .where(*of_agent, QueueVisitRow.position == last)
        .values(wrap_up_seconds=QueueVisitRow.wrap_up_seconds + max(0.0, seconds))
        .execution_options(synchronize_session=False)
    )
