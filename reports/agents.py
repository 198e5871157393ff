"""The agent report: what each agent handled, and how his time was spent, in each interval."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import configuration
from crm_core.tables import AgentStateRow, QueueVisitRow, UserRow
from crm_core.tenancy import Scope
from reports.csv import Cell
from reports.figures import AgentFigures, Visit, gini
from reports.intervals import Interval, Period, zone_named

LONGEST_STATE = timedelta(hours=24)  # a state nobody ended is no longer believed after that
_PORTION = 500  # rows read at a time; other work has its turn between two
_MILLISECOND = timedelta(milliseconds=1)

Key: TypeAlias = tuple[int, UUID]
Change: TypeAlias = tuple[UUID, datetime, str, str]
"""An agent entered a state at a time, for a reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentReportRow:
    """One agent in one interval; `start` and `end` (not included) in the report's zone."""

    start: datetime
    end: datetime
    agent_id: UUID
    agent_name: str
    figures: AgentFigures


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentReport:
    """Rows in order of time and name (only those with work or presence), totals, the period."""

    period: Period
    rows: tuple[AgentReportRow, ...]
    by_agent: dict[UUID, AgentFigures]
    total: AgentFigures

    @property
    def unevenness(self) -> float | None:
        """Gini coefficient of the agents' occupancy; None for fewer than two with a history."""
        each = (figures.occupancy for figures in self.by_agent.values())
        return gini([share for share in each if share is not None])

    header = (
        *("start", "end", "agent_id", "agent_name", "agent_answered", "missed", "talked_seconds"),
        *(
            "aht_seconds",
            "signed_in_seconds",
            "ready_seconds",
            "not_ready_seconds",
            "unpaid_seconds",
        ),
        "occupancy",
    )

    def table(self) -> Iterator[tuple[Cell, ...]]:
        """Give one line for each row, in the order of `header`."""
        for row in self.rows:
            yield row.start, row.end, str(row.agent_id), row.agent_name, *_cells(row.figures)


async def report(
    session: AsyncSession,
    scope: Scope,
    *,
    start: datetime,
    end: datetime,
    interval: Interval,
    zone: str,
    queue: str | None = None,
    now: datetime | None = None,
) -> AgentReport:
    """Count what agents did from `start` to `end` (not included), by interval and agent.

    Calls count where they were answered; time in states is split over the intervals it touches
    and ends at `now` (the present, unless given). `queue` limits the calls, not the states.
    Raises `reports.errors.BadPeriod`.
    """
    period = Period(start, end, interval, zone_named(zone))
    counted: dict[Key, AgentFigures] = {}
    async for answered_at, agent_id, visit in _handled(session, scope, period, queue):
        number = period.place(answered_at)
        if number is not None:
            counted.setdefault((number, agent_id), AgentFigures()).handle(visit)
    changes, unpaid = await _changes(session, scope, period), await _unpaid(session, scope)
    _spend(counted, period, changes, now=now or datetime.now(UTC), unpaid=unpaid)
    return _assembled(period, counted, await _names(session, scope))


async def _handled(
    session: AsyncSession, scope: Scope, period: Period, queue: str | None
) -> AsyncIterator[tuple[datetime, UUID, Visit]]:
    """Read the answered visits; a caller left the queue when the agent answered."""
    query = select(
        QueueVisitRow.left_at,
        QueueVisitRow.agent_id,
        QueueVisitRow.waited_seconds,
        QueueVisitRow.talked_seconds,
        QueueVisitRow.wrap_up_seconds,
    ).where(
        QueueVisitRow.tenant_id == scope.tenant_id,
        QueueVisitRow.outcome == "answered",
        # the index is by time of entry, and nobody waits longer than that
        QueueVisitRow.entered_at >= period.start - LONGEST_STATE,
        QueueVisitRow.entered_at < period.end,
        QueueVisitRow.left_at >= period.start,
        QueueVisitRow.left_at < period.end,
    )
    if queue is not None:
        query = query.where(QueueVisitRow.queue == queue)
    stream = await session.stream(query)
    async for portion in stream.partitions(_PORTION):
        for left_at, agent_id, waited, talked, wrap_up in portion:
            visit = Visit(
                waited_seconds=waited,
                outcome="answered",
                talked_seconds=talked,
                wrap_up_seconds=wrap_up,
            )
            if agent_id is not None:
                yield left_at, agent_id, visit


async def _changes(session: AsyncSession, scope: Scope, period: Period) -> list[Change]:
    """Read the state changes that can reach into the period, by agent and time."""
    found = await session.execute(
        select(AgentStateRow.agent_id, AgentStateRow.at, AgentStateRow.state, AgentStateRow.reason)
        .where(
            AgentStateRow.tenant_id == scope.tenant_id,
            AgentStateRow.at >= period.start - LONGEST_STATE,
            AgentStateRow.at < period.end,
        )
        .order_by(AgentStateRow.agent_id, AgentStateRow.at, AgentStateRow.id)
    )
    return [(agent_id, at, state, reason) for agent_id, at, state, reason in found]


async def _unpaid(session: AsyncSession, scope: Scope) -> frozenset[str]:
    """Read which reasons are not paid as they are set now; others are."""
    versions = await configuration.current(session, scope, configuration.Kind.REASON)
    found = [(one.key, one.document) for one in versions]
    return frozenset(
        key
        for key, document in found
        if isinstance(document, configuration.ReasonDocument) and not document.paid
    )


async def _names(session: AsyncSession, scope: Scope) -> dict[UUID, str]:
    found = await session.execute(
        select(UserRow.id, UserRow.display_name).where(UserRow.tenant_id == scope.tenant_id)
    )
    return {agent_id: str(name) for agent_id, name in found}


def _spend(
    counted: dict[Key, AgentFigures],
    period: Period,
    changes: Iterable[Change],
    *,
    now: datetime,
    unpaid: Collection[str],
) -> None:
    """Add to each interval the time its agents spent in each state, and the offers they missed."""
    for agent_id, own in groupby(changes, key=lambda change: change[0]):
        states = [(at, state, reason) for _, at, state, reason in own]
        ends = [at for at, _, _ in states[1:]] + [now]
        for (at, state, reason), end in zip(states, ends, strict=True):
            last = min(end, now, at + LONGEST_STATE)
            for number, spent in period.shares(at, last):
                figures = counted.setdefault((number, agent_id), AgentFigures())
                spent_ms = round(spent / _MILLISECOND)
                figures.spend(state, reason, spent_ms, unpaid=reason in unpaid)
        _miss(counted, period, agent_id, states)


def _miss(
    counted: dict[Key, AgentFigures],
    period: Period,
    agent_id: UUID,
    states: list[tuple[datetime, str, str]],
) -> None:
    """Count an offer as missed after which the agent was set not ready, or so marked."""
    for (_, before, _), (at, state, reason) in pairwise(states):
        number = period.place(at)
        missed = state == "not_ready" or reason == "missed_call"
        if number is not None and before == "offered" and missed:
            counted.setdefault((number, agent_id), AgentFigures()).missed += 1


def _assembled(
    period: Period, counted: dict[Key, AgentFigures], names: dict[UUID, str]
) -> AgentReport:
    total = AgentFigures()
    by_agent: dict[UUID, AgentFigures] = {}
    rows = []
    for (number, agent_id), figures in counted.items():
        total.add(figures)
        by_agent.setdefault(agent_id, AgentFigures()).add(figures)
        if not figures.was_there:
            continue
        start, end = (moment.astimezone(period.zone) for moment in period.bounds(number))
        name = names.get(agent_id, "")
        rows.append(
            AgentReportRow(
                start=start, end=end, agent_id=agent_id, agent_name=name, figures=figures
            )
        )
    rows.sort(key=lambda row: (row.start.astimezone(UTC), row.agent_name, row.agent_id))
    return AgentReport(period=period, rows=tuple(rows), by_agent=by_agent, total=total)


def _cells(figures: AgentFigures) -> tuple[Cell, ...]:
    return (
        *(figures.answered, figures.missed, figures.talked_seconds, figures.aht_seconds),
        *(figures.signed_in_seconds, figures.seconds_in("ready"), figures.seconds_in("not_ready")),
        figures.unpaid_seconds,
        figures.occupancy,
    )
