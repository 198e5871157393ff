"""Reports: what queues and agents did in each interval, as JSON and as CSV."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from aiohttp import web

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask
from agent_desktop.api.reporting import ReportAsked, counted, csv_of, operations
from reports import agents as agent_report
from reports import queues as queue_report
from reports.agents import AgentReport, AgentReportRow
from reports.figures import AgentFigures, QueueFigures
from reports.queues import QueueReport, QueueReportRow


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
    found = await _queues(ask, query)
    rows = [_line(row, queue=row.queue, unevenness=row.unevenness) for row in found.rows]
    by_queue = {
        name: _totals(figures, found.unevenness[name]) for name, figures in found.by_queue.items()
    }
    totals = _totals(found.total, found.total_unevenness)
    return QueueReportShown.model_validate({"rows": rows, "by_queue": by_queue, "totals": totals})


async def report_agents(ask: Ask, *, query: ReportAsked) -> AgentReportShown:
    """Count what agents did by interval; without the right to all, oneself."""
    found = await _agents(ask, query)
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
    return await csv_of(ask, await _queues(ask, query), "queues.csv")


async def export_agents(ask: Ask, *, query: ReportAsked) -> web.Response:
    """Give the agent report as CSV."""
    return await csv_of(ask, await _agents(ask, query), "agents.csv")


async def _queues(ask: Ask, query: ReportAsked) -> QueueReport:
    return await counted(ask, query, partial(queue_report.report, now=ask.services.clock()))


async def _agents(ask: Ask, query: ReportAsked) -> AgentReport:
    found = await counted(ask, query, agent_report.report)
    return found if ask.visitor.sees_all("report") else _own(found, ask.visitor.user.id)


def _own(found: AgentReport, agent_id: UUID) -> AgentReport:
    mine = found.by_agent.get(agent_id, AgentFigures())
    return replace(
        found,
        rows=tuple(row for row in found.rows if row.agent_id == agent_id),
        by_agent={agent_id: mine},
        total=mine,
    )


def _line(row: QueueReportRow | AgentReportRow, **keys: object) -> dict[str, object]:
    shape = QueueFiguresShown if isinstance(row, QueueReportRow) else AgentFiguresShown
    figures = shape.model_validate(row.figures).model_dump()
    return {"start": row.start, "end": row.end, **keys, **figures}


def _totals(figures: QueueFigures, unevenness: float | None) -> dict[str, object]:
    shown = QueueFiguresShown.model_validate(figures).model_dump()
    return {**shown, "unevenness": unevenness}


OPERATIONS = (
    *operations("queues", report_queues, export_queues),
    *operations("agents", report_agents, export_agents, own=True),
)
