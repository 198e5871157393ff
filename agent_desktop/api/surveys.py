"""The survey report: scores by question, queue and agent, as JSON and as CSV."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.reports import ReportAsked, csv_of, period_of, told_plainly
from agent_desktop.policy import requires
from reports import surveys
from reports.surveys import SurveyReport, SurveyReportRow


class SurveyFiguresShown(Shown):
    """Figures of answers; the average is null without any, `low` opened tickets."""

    answers: int
    average: float | None
    most: int
    low: int


class SurveyReportLine(SurveyFiguresShown):
    """One question of one queue and agent in one interval; both empty where none was reached."""

    start: datetime
    end: datetime
    question: str
    queue: str
    agent_id: UUID | None
    agent_name: str


class SurveyReportShown(Shown):
    """The survey report."""

    rows: list[SurveyReportLine]
    by_question: dict[str, SurveyFiguresShown]


async def report_surveys(ask: Ask, *, query: ReportAsked) -> SurveyReportShown:
    """Count the scores callers gave after their calls."""
    found = await _counted(ask, query)
    parts = {"rows": [_line(row) for row in found.rows], "by_question": found.by_question}
    return SurveyReportShown.model_validate(parts)


async def export_surveys(ask: Ask, *, query: ReportAsked) -> web.Response:
    """Give the survey report as CSV."""
    return await csv_of(ask, await _counted(ask, query), "surveys.csv")


async def _counted(ask: Ask, query: ReportAsked) -> SurveyReport:
    with told_plainly():
        start, end = period_of(query, ask.services.clock())
        async with ask.services.database.read() as session:
            return await surveys.report(
                session,
                ask.visitor.scope,
                start=start,
                end=end,
                interval=query.interval,
                zone=query.zone,
                queue=query.queue,
            )


def _line(row: SurveyReportRow) -> dict[str, object]:
    figures = SurveyFiguresShown.model_validate(row.figures).model_dump()
    return {"start": row.start, "end": row.end, **row.asked._asdict(), **figures}


OPERATIONS = (
    Operation(
        method="GET",
        path="/reports/surveys",
        handler=report_surveys,
        policy=requires("report", "read", whole=True),
    ),
    Operation(
        method="GET",
        path="/reports/surveys.csv",
        handler=export_surveys,
        policy=requires("report", "export", whole=True),
        most_a_minute=20,
        media_type="text/csv",
    ),
)
