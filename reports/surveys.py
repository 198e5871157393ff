"""The survey report: what callers answered after the call, by question, queue and agent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.tables import CallRow, SurveyScoreRow, UserRow
from crm_core.tenancy import Scope
from reports.csv import Cell
from reports.intervals import Interval, Period, zone_named

_PORTION = 500  # rows read at a time; other work has its turn between two


class Asked(NamedTuple):
    """What a score belongs to; queue and agent are empty for a call that reached none."""

    question: str
    queue: str
    agent_id: UUID | None
    agent_name: str


@dataclass(kw_only=True, slots=True)
class SurveyFigures:
    """Answers so far; the formulas stand in `reports.formulas`."""

    answers: int = 0
    total: int = 0
    most: int = 0  # the best score one could give
    low: int = 0  # those for which a ticket was opened

    def count(self, score: int, most: int, *, low: bool) -> None:
        """Add one answer."""
        self.answers += 1
        self.total += score
        self.most = max(self.most, most)
        self.low += low

    def add(self, other: SurveyFigures) -> None:
        """Add the answers of another."""
        self.answers += other.answers
        self.total += other.total
        self.most = max(self.most, other.most)
        self.low += other.low

    @property
    def average(self) -> float | None:
        """The mean score; None without answers."""
        return self.total / self.answers if self.answers else None


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyReportRow:
    """One question of one queue and agent in one interval."""

    start: datetime
    end: datetime
    asked: Asked
    figures: SurveyFigures


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyReport:
    """Rows in order of time (only those with answers), and totals by question."""

    period: Period
    rows: tuple[SurveyReportRow, ...]
    by_question: dict[str, SurveyFigures]

    header = (
        *("start", "end", "question", "queue", "agent"),
        *("survey_answers", "survey_average", "survey_most", "survey_low"),
    )

    def table(self) -> Iterator[tuple[Cell, ...]]:
        """Give one line for each row, in the order of `header`."""
        for row in self.rows:
            asked, figures = row.asked, row.figures
            yield (
                *(row.start, row.end, asked.question, asked.queue, asked.agent_name),
                *(figures.answers, figures.average, figures.most, figures.low),
            )


async def report(
    session: AsyncSession,
    scope: Scope,
    *,
    start: datetime,
    end: datetime,
    interval: Interval,
    zone: str,
    queue: str | None = None,
) -> SurveyReport:
    """Count the answers given from `start` to `end` (not included); raises `BadPeriod`.

    The queue and the agent are those of the call, known once it has ended.
    """
    period = Period(start, end, interval, zone_named(zone))
    counted: dict[tuple[int, Asked], SurveyFigures] = {}
    async for at, asked, score, most, low in _scores(session, scope, period, queue):
        number = period.place(at)
        if number is not None:
            counted.setdefault((number, asked), SurveyFigures()).count(score, most, low=low)
    return _assembled(period, counted)


async def _scores(
    session: AsyncSession, scope: Scope, period: Period, queue: str | None
) -> AsyncIterator[tuple[datetime, Asked, int, int, bool]]:
    query = (
        select(
            SurveyScoreRow.at,
            SurveyScoreRow.question,
            SurveyScoreRow.score,
            SurveyScoreRow.most,
            SurveyScoreRow.ticket_id,
            CallRow.queue,
            CallRow.agent_id,
            UserRow.display_name,
        )
        .outerjoin(
            CallRow,
            (CallRow.call_id == SurveyScoreRow.call_id) & (CallRow.tenant_id == scope.tenant_id),
        )
        .outerjoin(UserRow, UserRow.id == CallRow.agent_id)
        .where(
            SurveyScoreRow.tenant_id == scope.tenant_id,
            SurveyScoreRow.at >= period.start,
            SurveyScoreRow.at < period.end,
        )
    )
    if queue is not None:
        query = query.where(CallRow.queue == queue)
    stream = await session.stream(query)
    async for portion in stream.partitions(_PORTION):
        for at, question, score, most, ticket_id, its_queue, agent_id, name in portion:
            asked = Asked(question, its_queue or "", agent_id, name or "")
            yield at, asked, score, most, ticket_id is not None


def _assembled(period: Period, counted: dict[tuple[int, Asked], SurveyFigures]) -> SurveyReport:
    by_question: dict[str, SurveyFigures] = {}
    rows = []
    ordered = sorted(counted.items(), key=lambda item: (item[0][0], *map(str, item[0][1])))
    for (number, asked), figures in ordered:
        by_question.setdefault(asked.question, SurveyFigures()).add(figures)
        start, end = (moment.astimezone(period.zone) for moment in period.bounds(number))
        rows.append(SurveyReportRow(start=start, end=end, asked=asked, figures=figures))
    return SurveyReport(period=period, rows=tuple(rows), by_question=by_question)
