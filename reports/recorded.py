"""A recorded span of time: who came to which queue, and what every agent was, for replays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.tables import AgentStateRow, QueueVisitRow
from crm_core.tenancy import Scope

LONGEST_STATE = timedelta(hours=24)  # a state nobody ended is no longer believed after that
_PORTION = 500  # rows read at a time; other work has its turn between two


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedVisit:
    """The first stay of a call in a queue; times in seconds."""

    queue: str
    entered_at: datetime
    waited: float
    outcome: str
    talked: float
    wrap_up: float
    brought: Mapping[str, Any]  # by the call: priority, steps, owner, last_agent


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedState:
    """An agent entered a state."""

    agent_id: str
    at: datetime
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedSpan:
    """All of it, in order of time; states reach back a day, to know who was there already."""

    start: datetime
    end: datetime
    visits: tuple[RecordedVisit, ...]
    states: tuple[RecordedState, ...]


async def recorded(
    session: AsyncSession, scope: Scope, *, start: datetime, end: datetime, most: int
) -> RecordedSpan:
    """Read what happened from `start` to `end` (not included), `most` callers at the most."""
    return RecordedSpan(
        start=start,
        end=end,
        visits=await _visits(session, scope, start, end, most),
        states=await _states(session, scope, start, end),
    )


async def _visits(
    session: AsyncSession, scope: Scope, start: datetime, end: datetime, most: int
) -> tuple[RecordedVisit, ...]:
    query = (
        select(
            QueueVisitRow.queue,
            QueueVisitRow.entered_at,
            QueueVisitRow.waited_seconds,
            QueueVisitRow.outcome,
            QueueVisitRow.talked_seconds,
            QueueVisitRow.wrap_up_seconds,
            QueueVisitRow.brought,
        )
        .where(
            QueueVisitRow.tenant_id == scope.tenant_id,
            QueueVisitRow.position == 0,
            QueueVisitRow.entered_at >= start,
            QueueVisitRow.entered_at < end,
        )
        .order_by(QueueVisitRow.entered_at, QueueVisitRow.id)
        .limit(most)
    )
    found = []
    stream = await session.stream(query)
    async for portion in stream.partitions(_PORTION):
        for queue, entered_at, waited, outcome, talked, wrap_up, brought in portion:
            found.append(
                RecordedVisit(
                    queue=queue,
                    entered_at=entered_at,
                    waited=waited,
                    outcome=outcome,
                    talked=talked,
                    wrap_up=wrap_up,
                    brought=brought or {},
                )
            )
    return tuple(found)


async def _states(
    session: AsyncSession, scope: Scope, start: datetime, end: datetime
) -> tuple[RecordedState, ...]:
    rows = await session.execute(
        select(AgentStateRow.agent_id, AgentStateRow.at, AgentStateRow.state, AgentStateRow.reason)
        .where(
            AgentStateRow.tenant_id == scope.tenant_id,
            AgentStateRow.at >= start - LONGEST_STATE,
            AgentStateRow.at < end,
        )
        .order_by(AgentStateRow.at, AgentStateRow.id)
    )
    return tuple(
        RecordedState(agent_id=str(agent_id), at=at, state=state, reason=reason)
        for agent_id, at, state, reason in rows
    )
