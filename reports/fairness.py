"""How unevenly the work of each queue lies on its agents, by interval and over the whole time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import configuration
from crm_core.tables import QueueVisitRow
from crm_core.tenancy import Scope
from reports.agents import LONGEST_STATE, AgentReport
from reports.figures import AgentFigures, gini

Agents: TypeAlias = Mapping[str, frozenset[UUID]]
"""The agents of each queue."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """Gini coefficients of occupancy; None where fewer than two agents have a history."""

    _work: AgentReport
    _by_start: Mapping[datetime, Mapping[UUID, AgentFigures]]
    _agents: Agents

    def at(self, start: datetime, queue: str) -> float | None:
        """Return it for the interval that begins there, over the queue's agents."""
        return _uneven(self._by_start.get(start, {}), self._agents.get(queue, frozenset()))

    def over(self, queues: Iterable[str]) -> float | None:
        """Return it for the whole time, over the agents of these queues."""
        return _uneven(self._work.by_agent, frozenset[UUID]().union(*map(self._of, queues)))

    def _of(self, queue: str) -> frozenset[UUID]:
        return self._agents.get(queue, frozenset())


async def fairness(session: AsyncSession, scope: Scope, work: AgentReport) -> Fairness:
    """Judge what agents did by whose agents they are.

    An agent is of the queues he sits in as they are set now, and of those he answered for in the
    time. Busy counts whatever queue the call came from, as on the board.
    """
    by_start: dict[datetime, dict[UUID, AgentFigures]] = {}
    for row in work.rows:
        by_start.setdefault(row.start, {})[row.agent_id] = row.figures
    return Fairness(work, by_start, await _agents(session, scope, work))


async def _agents(session: AsyncSession, scope: Scope, work: AgentReport) -> Agents:
    found: dict[str, set[UUID]] = {}
    for one in await configuration.current(session, scope, configuration.Kind.AGENT):
        if isinstance(one.document, configuration.AgentDocument) and not one.archived:
            for seat in one.document.seats:
                found.setdefault(seat.queue, set()).add(UUID(one.key))
    answered = await session.execute(
        select(QueueVisitRow.queue, QueueVisitRow.agent_id)
        .where(
            QueueVisitRow.tenant_id == scope.tenant_id,
            QueueVisitRow.agent_id.is_not(None),
            # the index is by time of entry, and nobody waits longer than that
            QueueVisitRow.entered_at >= work.period.start - LONGEST_STATE,
            QueueVisitRow.entered_at < work.period.end,
            QueueVisitRow.left_at >= work.period.start,
            QueueVisitRow.left_at < work.period.end,
        )
        .distinct()
    )
    for queue, agent_id in answered:
        if agent_id is not None:
            found.setdefault(queue, set()).add(agent_id)
    return {queue: frozenset(agents) for queue, agents in found.items()}


def _uneven(work: Mapping[UUID, AgentFigures], agents: frozenset[UUID]) -> float | None:
    shares = [work[one].occupancy for one in agents if one in work]
    return gini([share for share in shares if share is not None])
