"""The health check: does this process serve, and does an engine lead."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from agent_desktop.services import SERVICES
from crm_core import lead
from crm_core.lead import LeadSeen

LATELY_SECONDS = 10.0  # an engine gives a sign of life each second or two


async def show_health(request: web.Request) -> web.Response:
    """Say that this process serves and reaches its database, and whether an engine leads."""
    services = request.app[SERVICES]
    async with services.database.read() as session:
        seen = await lead.look(session, services.scope)
    return web.json_response({"status": "ok", "engine": engine_shown(seen, services.clock())})


def engine_shown(seen: LeadSeen, now: datetime) -> dict[str, object]:
    """Return which lead is in force and whether another engine stands by, without names."""
    return {
        "lead": seen.token,
        "leading": bool(seen.holder) and _lately(seen.beaten_at, now),
        "standby": bool(seen.standby) and _lately(seen.standby_at, now),
    }


def _lately(at: datetime | None, now: datetime) -> bool:
    return at is not None and (now - at).total_seconds() < LATELY_SECONDS
