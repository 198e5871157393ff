"""Parts with push sockets in bounded time, also with a browser that takes nothing any more."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server
from websockets.frames import CloseCode

log = structlog.get_logger(__name__)

PARTING_SECONDS = 2.0


async def part(connection: Connection, code: int, reason: str = "") -> None:
    """Say `code` and close; a connection that does not take the word is cut.

    The library's own time limit begins only when everything written before was taken.
    """
    try:
        async with asyncio.timeout(PARTING_SECONDS):
            await connection.close(code, reason)
    except TimeoutError:
        connection.transport.abort()


async def end_server(server: Server) -> None:
    """Take no more connections, say 1001 to those there are, and wait for their handlers."""
    server.close(close_connections=False)
    parting = [part(one, CloseCode.GOING_AWAY) for one in server.connections]
    await asyncio.gather(*parting, return_exceptions=True)
    with suppress(TimeoutError):
        async with asyncio.timeout(PARTING_SECONDS):
            await server.wait_closed()
            return
    left = list(server.all_connections)
    log.warning("push_cut", left=len(left))
    for connection in left:
        connection.transport.abort()
