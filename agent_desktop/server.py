"""Run one web process: the pages and the API, the board's feed, the push."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import structlog
from aiohttp import web

from agent_desktop.app import create_app
from agent_desktop.feed import FEED
from agent_desktop.push import PUSH
from agent_desktop.services import Services
from agent_desktop.wire_log import wire_logger
from crm_core.ending import within

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 3.0  # for requests to be answered, then for those that were cut off to see it


async def run_desktop(
    services: Services,
    *,
    http: socket.socket,
    push: socket.socket,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on two bound sockets until cancelled; one part that dies stops all.

    `ready` is called once both sockets answer.
    """
    app = create_app(services)
    runner = web.AppRunner(
        app,
        logger=wire_logger("http_wire"),
        access_log=None,
        keepalive_timeout=75,
        handle_signals=False,
        shutdown_timeout=CLOSING_SECONDS,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, http).start()
        async with asyncio.TaskGroup() as group:
            group.create_task(app[FEED].run(), name="board_feed")
            group.create_task(app[PUSH].run(push), name="push_server")
            log.info("desktop_ready", address=http.getsockname(), push=push.getsockname())
            ready()
    finally:
        await within(2 * CLOSING_SECONDS + 1, "pages", runner.cleanup())
