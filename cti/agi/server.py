"""Accepts FastAGI connections, each bounded in size and time, and runs their handler."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from cti.agi.limits import AgiLimits
from cti.agi.replies import environment_of
from cti.agi.session import AgiSession
from cti.agi.wire import AgiWire, TooLong
from cti.errors import AgiFailed, AgiHangup

_log = structlog.get_logger(__name__)

AgiHandler = Callable[[AgiSession], Awaitable[None]]


class AgiServer:
    """A FastAGI server; `handler` runs once a session and its end ends the session.

    What the handler raises is logged and costs that session alone. The caller then
    goes on in the dialplan, which has a way for him.
    """

    def __init__(
        self, host: str, port: int, handler: AgiHandler, limits: AgiLimits | None = None
    ) -> None:
        self.port = port
        self._host = host
        self._handler = handler
        self._limits = limits or AgiLimits()
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the port (0: a free one, then in `port`); raises OSError when it is taken."""
        limit = max(self._limits.header_bytes, self._limits.answer_bytes)
        wire = lambda: AgiWire(limit, self._accept)  # noqa: E731 - a factory in one line
        self._server = await asyncio.get_running_loop().create_server(wire, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close the port and end every session."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        running = list(self._sessions)
        for session in running:
            session.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    @property
    def sessions(self) -> int:
        """Number of connections open now."""
        return len(self._sessions)

    def _accept(self, wire: AgiWire) -> None:
        if self._server is None or len(self._sessions) >= self._limits.sessions:
            _log.warning("agi_session_refused", sessions=len(self._sessions))
            wire.abort()
            return
        session = asyncio.create_task(self._serve(wire), name="agi-session")
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)

    async def _serve(self, wire: AgiWire) -> None:
        try:
            environment = await self._read_environment(wire)
            if environment is not None:
                await self._handle(AgiSession(environment, wire, self._limits))
        finally:
            wire.abort()  # nothing is left to say, and it never waits
            await wire.ended()

    async def _read_environment(self, wire: AgiWire) -> dict[str, str] | None:
        """Read the opening lines; None, and one log line, when they are not AGI's."""
        try:
            header = await wire.header(wire.after(self._limits.header_seconds))
        except TimeoutError:
            reason = "silent"
        except TooLong:
            reason = "too_long"
        except ConnectionError:
            reason = "closed"
        else:
            environment = environment_of(header)
            if environment and len(header) <= self._limits.header_bytes:
                return environment
            reason = "not_agi"
        _log.info("agi_client_dismissed", reason=reason)
        return None

    async def _handle(self, session: AgiSession) -> None:
        uniqueid = session.environment.get("agi_uniqueid", "")
        try:
            await self._handler(session)
        except AgiHangup:
            _log.debug("agi_caller_left", uniqueid=uniqueid)
        except AgiFailed as error:
            _log.warning("agi_session_failed", uniqueid=uniqueid, reason=str(error))
        except Exception:  # noqa: BLE001 - one caller's fault must not reach the others
            _log.exception("agi_handler_failed", uniqueid=uniqueid)
