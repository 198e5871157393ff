"""The queue report: what happened to the callers of each queue in each interval."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.tables import QueueVisitRow
from crm_core.tenancy import Scope
from reports import agents
from reports.csv import Cell
from reports.fairness import Fairness, fairness
from reports.figures import QueueFigures, Visit
from reports.intervals import Interval, Period, zone_named
from reports.levels import USUAL, level_rules

_PORTION = 500  # rows read at a time; other work has its turn between two

Key: TypeAlias = tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueReportRow:
    """One queue in one interval; `start` and `end` (not included) in the report's zone."""

    start: datetime
    end: datetime
    queue: str
    figures: QueueFigures
    unevenness: float | None  # of the work of its agents, in this interval


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueReport:
    """Rows in order of time and queue (only those with callers), totals, and what was asked.

    `worst` is the row with the lowest service level, the busier one of equals; None without any.
    `unevenness` is over the whole time, of each queue; `total_unevenness` over the agents of all.
    """

    period: Period
    rows: tuple[QueueReportRow, ...]
    by_queue: dict[str, QueueFigures]
    total: QueueFigures
    worst: QueueReportRow | None
    unevenness: dict[str, float | None]
    total_unevenness: float | None

    header = (
        *("start", "end", "queue", "offered", "answered", "abandoned", "short_abandoned"),
        *("overflowed", "other"),
        *("in_target", "service_level", "asa_seconds", "longest_wait_seconds", "aht_seconds"),
        "unevenness",
    )

    def table(self) -> Iterator[tuple[Cell, ...]]:
        """Give one line for each row, in the order of `header`."""
        for row in self.rows:
            yield row.start, row.end, row.queue, *_cells(row.figures), row.unevenness


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
) -> QueueReport:
    """Count the visits that began from `start` to `end` (not included), by interval and queue.

    `zone` is an IANA name and says where the wall clock hangs; `queue` limits to one. Time in
    states ends at `now` (the present, unless given). The formulas stand in `reports.formulas`.
    Raises `reports.errors.BadPeriod`.
    """
    period = Period(start, end, interval, zone_named(zone))
    rules = await level_rules(session, scope)
    counted: dict[Key, QueueFigures] = {}
    async for entered_at, name, visit in _visits(session, scope, period, queue):
        number = period.place(entered_at)
        if number is not None:
            figures = counted.setdefault((number, name), QueueFigures())
            figures.count(visit, rules.get(name, USUAL))
    work = await agents.report(
        session, scope, start=start, end=end, interval=interval, zone=zone, now=now
    )
    return _assembled(period, counted, await fairness(session, scope, work))


async def _visits(
    session: AsyncSession, scope: Scope, period: Period, queue: str | None
) -> AsyncIterator[tuple[datetime, str, Visit]]:
    """Read the period's visits, a portion at a time."""
    query = select(
        QueueVisitRow.entered_at,
        QueueVisitRow.queue,
        QueueVisitRow.waited_seconds,
        QueueVisitRow.outcome,
        QueueVisitRow.talked_seconds,
        QueueVisitRow.wrap_up_seconds,
    ).where(
        QueueVisitRow.tenant_id == scope.tenant_id,
        QueueVisitRow.entered_at >= period.start,
        QueueVisitRow.entered_at < period.end,
    )
    if queue is not None:
        query = query.where(QueueVisitRow.queue == queue)
    stream = await session.stream(query)
    async for portion in stream.partitions(_PORTION):
        for at, name, waited, outcome, talked, wrap_up in portion:
            yield (
                at,
                name,
                Visit(
                    waited_seconds=waited,
                    outcome=outcome,
                    talked_seconds=talked,
                    wrap_up_seconds=wrap_up,
                ),
            )


def _assembled(period: Period, counted: dict[Key, QueueFigures], fair: Fairness) -> QueueReport:
    total = QueueFigures()
    by_queue: dict[str, QueueFigures] = {}
    rows = []
    for (number, name), figures in sorted(counted.items(), key=lambda item: item[0]):
        total.add(figures)
        by_queue.setdefault(name, QueueFigures()).add(figures)
        start, end = (moment.astimezone(period.zone) for moment in period.bounds(number))
        uneven = fair.at(start, name)
        rows.append(
            QueueReportRow(start=start, end=end, queue=name, figures=figures, unevenness=uneven)
        )
    return QueueReport(
        period=period,
        rows=tuple(rows),
        by_queue=dict(sorted(by_queue.items())),
        total=total,
        worst=_worst(rows),
        unevenness={name: fair.over([name]) for name in by_queue},
        total_unevenness=fair.over(by_queue),
    )


def _worst(rows: list[QueueReportRow]) -> QueueReportRow | None:
    judged = [
        (level, -row.figures.offered, place)
        for place, row in enumerate(rows)
        if (level := row.figures.service_level) is not None
    ]
    return rows[min(judged)[2]] if judged else None


def _cells(figures: QueueFigures) -> tuple[Cell, ...]:
    return (
        *(figures.offered, figures.answered, figures.abandoned, figures.short_abandoned),
        *(figures.overflowed, figures.other),
        *(figures.in_target, figures.service_level, figures.asa_seconds),
        *(figures.longest_wait_seconds, figures.aht_seconds),
    )
