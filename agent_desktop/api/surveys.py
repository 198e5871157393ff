"""The survey report: scores by question, queue and agent, as JSON and as CSV."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from aiohttp import web

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask
from agent_desktop.api.reporting import ReportAsked, counted, csv_of, operations
from reports import surveys
from reports.surveys import SurveyReportRow


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
    found = await counted(ask, query, surveys.report)
    parts = {"rows": [_line(row) for row in found.rows], "by_question": found.by_question}
    return SurveyReportShown.model_validate(parts)


async def export_surveys(ask: Ask, *, query: ReportAsked) -> web.Response:
    """Give the survey report as CSV."""
    return await csv_of(ask, await counted(ask, query, surveys.report), "surveys.csv")


def _line(row: SurveyReportRow) -> dict[str, object]:
    figures = SurveyFiguresShown.model_validate(row.figures).model_dump()
    return {"start": row.start, "end": row.end, **row.asked._asdict(), **figures}


OPERATIONS = operations("surveys", report_surveys, export_surveys)
