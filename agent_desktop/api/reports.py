"""Reports: what queues and agents did in each interval, as JSON and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import AwareDatetime, Field, StringConstraints

from agent_desktop.api import deeds
from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Code, Day, Query
from agent_desktop.errors import Invalid
from agent_desktop.policy import requires
from crm_core.sentences import whole, words_of
from reports import agents as agent_report
from reports import queues as queue_report
from reports.agents import AgentReport, AgentReportRow
from reports.csv import Table, to_csv
from reports.errors import BadPeriod
from reports.figures import AgentFigures, QueueFigures
from reports.intervals import Interval, zone_named
from reports.queues import QueueReport, QueueReportRow

LONGEST = timedelta(days=3 * 366)


class ReportAsked(Query):
    """What to count: from (inclusive) to (exclusive), today by default; dates are of `zone`."""

    since: AwareDatetime | Day | None = Field(default=None, alias="from")
    until: AwareDatetime | Day | None = Field(default=None, alias="to")
    interval: Interval = Interval.HOUR
    zone: Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")] = (
        "Asia/Shanghai"
    )
    queue: Code | None = None


class QueueFiguresShown(Shown):
    """Figures of callers; ratios are null where nothing was counted."""

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    overflowed: int
    other: int
    in_target: int
    service_level: float | None
    asa_seconds: float | None
    longest_wait_seconds: float | None
    aht_seconds: float | None


class QueueReportLine(QueueFiguresShown):
    """One queue in one interval."""

    start: datetime
    end: datetime
    queue: str
    unevenness: float | None  # of its agents' work: Gini coefficient of occupancy, 0 is even


class QueueTotalsShown(QueueFiguresShown):
    """Figures over the whole time."""

    unevenness: float | None


class QueueReportShown(Shown):
    """The queue report."""

    rows: list[QueueReportLine]
    by_queue: dict[str, QueueTotalsShown]
    totals: QueueTotalsShown


class AgentFiguresShown(Shown):
    """Figures of an agent; times in states are null where no history was kept."""

    answered: int
    missed: int
    talked_seconds: float
    aht_seconds: float | None
    signed_in_seconds: float | None
    not_ready_seconds: float | None
    unpaid_seconds: float | None
    reason_seconds: dict[str, float]
    occupancy: float | None


class AgentReportLine(AgentFiguresShown):
    """One agent in one interval."""

    start: datetime
    end: datetime
    agent_id: UUID
    agent_name: str


class AgentReportShown(Shown):
    """The agent report."""

    rows: list[AgentReportLine]
    by_agent: dict[UUID, AgentFiguresShown]
    totals: AgentFiguresShown
    unevenness: float | None  # Gini coefficient of their occupancy; 0 is even


async def report_queues(ask: Ask, *, query: ReportAsked) -> QueueReportShown:
    """Count the callers of each queue by interval."""
    found = await _count_queues(ask, query)
    rows = [_line(row, queue=row.queue, unevenness=row.unevenness) for row in found.rows]
    by_queue = {
        name: _totals(figures, found.unevenness[name]) for name, figures in found.by_queue.items()
    }
    totals = _totals(found.total, found.total_unevenness)
    return QueueReportShown.model_validate({"rows": rows, "by_queue": by_queue, "totals": totals})


async def report_agents(ask: Ask, *, query: ReportAsked) -> AgentReportShown:
    """Count what agents did by interval; without the right to all, oneself."""
    found = await _count_agents(ask, query)
    rows = [_line(row, agent_id=row.agent_id, agent_name=row.agent_name) for row in found.rows]
    parts = {
        "rows": rows,
        "by_agent": found.by_agent,
        "totals": found.total,
        "unevenness": found.unevenness,
    }
    return AgentReportShown.model_validate(parts)


async def export_queues(ask: Ask, *, query: ReportAsked) -> web.Response:
    """Give the queue report as CSV."""
    return await csv_of(ask, await _count_queues(ask, query), "queues.csv")


async def export_agents(ask: Ask, *, query: ReportAsked) -> web.Response:
    """Give the agent report as CSV."""
    return await csv_of(ask, await _count_agents(ask, query), "agents.csv")


async def _count_queues(ask: Ask, query: ReportAsked) -> QueueReport:
    with told_plainly():
        start, end = period_of(query, ask.services.clock())
        async with ask.services.database.read() as session:
            return await queue_report.report(
                session,
                ask.visitor.scope,
                start=start,
                end=end,
                interval=query.interval,
                zone=query.zone,
                queue=query.queue,
                now=ask.services.clock(),
            )


async def _count_agents(ask: Ask, query: ReportAsked) -> AgentReport:
    with told_plainly():
        start, end = period_of(query, ask.services.clock())
        async with ask.services.database.read() as session:
            found = await agent_report.report(
                session,
                ask.visitor.scope,
                start=start,
                end=end,
                interval=query.interval,
                zone=query.zone,
                queue=query.queue,
            )
    return found if ask.visitor.sees_all("report") else _own(found, ask.visitor.user.id)


def _own(found: AgentReport, agent_id: UUID) -> AgentReport:
    mine = found.by_agent.get(agent_id, AgentFigures())
    return replace(
        found,
        rows=tuple(row for row in found.rows if row.agent_id == agent_id),
        by_agent={agent_id: mine},
        total=mine,
    )


def period_of(query: ReportAsked, now: datetime) -> tuple[datetime, datetime]:
    """Return the moments a report goes from and to; raises Invalid."""
    zone = zone_named(query.zone)
    today = now.astimezone(zone).date()
    try:
        start = _moment(query.since or today, zone)
        end = _moment(query.until or _moment_after(query.since, today), zone)
        too_long = end - start > LONGEST
    except (OverflowError, ValueError):
        raise Invalid("This time is beyond the calendar.", field="from") from None
    if too_long:
        raise Invalid("A report covers three years at most.", field="to")
    return start, end


def _moment_after(since: datetime | date | None, today: date) -> datetime | date:
    """Without an end: to the end of the day that began, or of today."""
    if since is None:
        return today + timedelta(days=1)
    return since + timedelta(days=1)


def _moment(given: datetime | date, zone: ZoneInfo) -> datetime:
    if isinstance(given, datetime):
        return given.astimezone(UTC)
    return datetime.combine(given, time(), zone).astimezone(UTC)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn a period that cannot be into a refusal that names the field."""
    try:
        yield
    except BadPeriod as error:
        raise Invalid(whole(words_of(error)), field=error.field) from None


def _line(row: QueueReportRow | AgentReportRow, **keys: object) -> dict[str, object]:
    shape = QueueFiguresShown if isinstance(row, QueueReportRow) else AgentFiguresShown
    figures = shape.model_validate(row.figures).model_dump()
    return {"start": row.start, "end": row.end, **keys, **figures}


def _totals(figures: QueueFigures, unevenness: float | None) -> dict[str, object]:
    shown = QueueFiguresShown.model_validate(figures).model_dump()
    return {**shown, "unevenness": unevenness}


async def csv_of(ask: Ask, report: Table, name: str) -> web.Response:
    """Give a report as a file, and note in the audit who took it."""
    async with ask.services.database.transaction() as session:
        asked = {"query": ask.request.query_string[:1000]}
        await deeds.note(ask, session, "export", about=("report", name), after=asked)
    return web.Response(
        body=to_csv(report, bom=True).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_WHOLE = requires("report", "read", whole=True)
_EXPORT = requires("report", "export", whole=True)

OPERATIONS = (
    Operation(method="GET", path="/reports/queues", handler=report_queues, policy=_WHOLE),
    Operation(
        method="GET",
        path="/reports/agents",
        handler=report_agents,
        policy=requires("report", "read"),
    ),
    Operation(
        method="GET",
        path="/reports/queues.csv",
        handler=export_queues,
        policy=_EXPORT,
        most_a_minute=20,
        media_type="text/csv",
    ),
    Operation(
        method="GET",
        path="/reports/agents.csv",
        handler=export_agents,
        policy=_EXPORT,
        most_a_minute=20,
        media_type="text/csv",
    ),
)
