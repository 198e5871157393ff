"""Figures of queues for the board."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import configuration
from crm_core.calls.model import QueueFigures
from crm_core.clock import in_utc
from crm_core.configuration import Kind, QueueDocument
from crm_core.tables.calls import QueueVisitRow
from crm_core.tables.queues import QueueRow
from crm_core.tenancy import Scope


def local_midnight(at: datetime, zone: str) -> datetime:
    """Return the last midnight of `zone` before `at`, in UTC."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


async def queue_figures_today(
    session: AsyncSession, scope: Scope, queue: str | None = None, *, at: datetime | None = None
) -> dict[str, QueueFigures]:
    """Return what each active queue (or one) did since its local midnight, by name."""
    rows = await session.scalars(
        select(QueueRow).where(QueueRow.tenant_id == scope.tenant_id, QueueRow.active)
    )
    short = await _short_seconds(session, scope)
    figures: dict[str, QueueFigures] = {}
    for row in rows.all():
        if queue in {None, row.name}:
            since = local_midnight(in_utc(at), row.zone)
            figures[row.name] = await _figures(session, scope, row, since, short[row.name])
    return figures


async def _short_seconds(session: AsyncSession, scope: Scope) -> dict[str, int]:
    """Return up to how many seconds an abandon is short, by queue, as it is set now."""
    return {
        version.key: version.document.short_abandon_seconds
        for version in await configuration.current(session, scope, Kind.QUEUE)
        if isinstance(version.document, QueueDocument)
    }


async def _figures(
    session: AsyncSession, scope: Scope, queue: QueueRow, since: datetime, short_seconds: int
) -> QueueFigures:
    answered = QueueVisitRow.outcome == "answered"
    in_target = and_(answered, QueueVisitRow.waited_seconds <= queue.target_seconds)
    short = and_(
        QueueVisitRow.outcome == "abandoned", QueueVisitRow.waited_seconds <= short_seconds
    )
    counts = (
        await session.execute(
            select(
                func.count(),
                func.sum(cast(answered, Integer)),
                func.sum(cast(QueueVisitRow.outcome == "abandoned", Integer)),
                func.sum(cast(in_target, Integer)),
                func.sum(cast(QueueVisitRow.outcome == "overflowed", Integer)),
                func.sum(cast(short, Integer)),
            ).where(
                QueueVisitRow.tenant_id == scope.tenant_id,
                QueueVisitRow.queue == queue.name,
                QueueVisitRow.entered_at >= since,
            )
        )
    ).one()
    return QueueFigures(
        queue=queue.name,
        offered=counts[0] or 0,
        answered=counts[1] or 0,
        abandoned=counts[2] or 0,
        in_target=counts[3] or 0,
        overflowed=counts[4] or 0,
        short_abandoned=counts[5] or 0,
    )
