"""The push server: a snapshot, then numbered notices, to every signed-in desktop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from aiohttp import web
from pydantic import ValidationError
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin

from acd.commands import Command, Refused, ReportDesk, SignIn
from acd.notices import AgentState, ScreenPopped
from agent_desktop.feed import BoardFeed, Loaded, Told
from agent_desktop.frames import ClientFrame, notice_frame, snapshot_frame, tick_frame
from agent_desktop.limits import RateLimit
from agent_desktop.outbox import Outbox
from agent_desktop.parting import end_server, part
from agent_desktop.returning import Returning
from agent_desktop.room import Desk, Room
from agent_desktop.services import Services
from agent_desktop.tickets import TicketOffice
from agent_desktop.visitors import Visitor, VisitorBook
from agent_desktop.wire_log import wire_logger
from crm_core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)

PUSH_PATH = "/feed"
NO_TICKET, TOO_SLOW, TOO_MANY, POLICY = 4401, 4408, 4429, 1008
MOST_WAITING_BYTES = 1 << 20
MOST_CLIENT_BYTES = 1024
MOST_CLIENT_FRAMES = 30  # within ten seconds; a page of ours sends two
CLIENT_FRAME_WINDOW = timedelta(seconds=10)
TICK_SECONDS = 5.0
SESSION_CHECK_SECONDS = 3.0  # from the first desk asked about to the last
CHECK_PAUSE_SECONDS = 1.0
RELOAD_SECONDS = 8.0  # a desktop gone for no longer was only read anew


class PushServer:
    """One websocket server; it writes without waiting and drops who cannot keep up."""

    def __init__(
        self,
        services: Services,
        feed: BoardFeed,
        tickets: TicketOffice,
        visitors: VisitorBook,
        *,
        most_waiting_bytes: int = MOST_WAITING_BYTES,
    ) -> None:
        self.room = Room()
        self._services = services
        self._feed = feed
        self._tickets = tickets
        self._visitors = visitors
        self._outbox = Outbox(
            most_waiting_bytes=most_waiting_bytes,
            dismiss=lambda desk: self._dismiss(desk, TOO_SLOW, "too slow"),
        )
        self._errands: set[asyncio.Task[None]] = set()
        self._returning = Returning()
        self._unseated: set[str] = set()  # whose desktop opened while there was no board
        feed.listen(self._on_change)

    async def run(self, listener: socket.socket) -> None:
        """Serve on a bound socket until cancelled; then say 1001 to every desk."""
        origins = [Origin(origin) for origin in sorted(self._services.origins)]
        server = await serve(
            self._attend,
            sock=listener,
            origins=[*origins, None],  # programs send none, and need a ticket all the same
            process_request=_refuse_other_paths,
            max_size=MOST_CLIENT_BYTES,
            max_queue=4,
            compression=None,
            open_timeout=5,
            close_timeout=1,
            server_header=None,
            logger=wire_logger("push_wire"),
        )
        try:
            await self._keep_watch()
        finally:
            await end_server(server)
            await self._drop_errands()

    async def _keep_watch(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(_repeat(TICK_SECONDS, self._tick), name="push_tick")
            checks = _repeat(CHECK_PAUSE_SECONDS, self._check_sessions)
            group.create_task(checks, name="push_sessions")

    async def _drop_errands(self) -> None:
        for errand in self._errands:
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)

    def close_session(self, key: str) -> None:
        """Close the sockets and void the tickets of a session that has ended."""
        self._visitors.forget(key)
        self._tickets.drop_session(key)
        for desk in self.room.of_session(key):
            self._dismiss(desk, NO_TICKET, "session ended")

    async def _attend(self, connection: ServerConnection) -> None:
        visitor = self._visitor_of(connection)
        if visitor is None:
            await part(connection, NO_TICKET, "no ticket, or an old one")
        elif self.room.is_full_for(visitor):
            await part(connection, TOO_MANY, "too many open desktops")
        else:
            await self._seat(Desk(connection=connection, visitor=visitor))

    def _visitor_of(self, connection: ServerConnection) -> Visitor | None:
        request = connection.request
        query = parse_qs(urlsplit(request.path).query) if request is not None else {}
        sent = query.get("ticket", [""])
        return self._tickets.redeem(sent[0], now=self._services.clock())

    async def _seat(self, desk: Desk) -> None:
        """Serve one desk until it goes; entering and the snapshot are one step."""
        self.room.enter(desk)
        log.info("desk_opened", user_id=desk.visitor.agent_id, desks=len(self.room))
        self._send_snapshot([desk])
        self._run(self._welcome(desk.visitor.agent_id))
        try:
            await self._listen_to(desk)
        finally:
            self.room.leave(desk)
            self._run(self._miss(desk.visitor.agent_id))
            log.info("desk_closed", user_id=desk.visitor.agent_id, desks=len(self.room))

    async def _listen_to(self, desk: Desk) -> None:
        limit = RateLimit(most=MOST_CLIENT_FRAMES, window=CLIENT_FRAME_WINDOW)
        with suppress(ConnectionClosed):
            async for message in desk.connection:
                now = self._services.clock()
                if limit.wait("", now=now) or not _is_allowed(message):
                    await part(desk.connection, POLICY, "only hello and pong are heard here")
                    return
                limit.count("", now=now)

    async def _welcome(self, agent_id: str) -> None:
        """Say that a desktop opened; bring an offline agent to the board, not ready."""
        await self._report(agent_id, is_open=True)
        row = self._feed.mirror.agents.get(agent_id)
        if row is None:  # perhaps an engine that begins has not told its board yet
            self._unseated.add(agent_id)
        # One in a call or its wrap-up may be found there by an engine that began anew.
        elif row.wanted is AgentState.OFFLINE:
            sign_in = SignIn(agent_id=agent_id, by=agent_id)
            if isinstance(await self._services.bus.request(sign_in), Refused):
                self._unseated.add(agent_id)

    async def _miss(self, agent_id: str) -> None:
        """Say that nobody sits at the agent's desktop any more, if so after a while."""
        await asyncio.sleep(RELOAD_SECONDS)
        if agent_id not in self.room.people():
            await self._report(agent_id, is_open=False)

    async def _report(self, agent_id: str, *, is_open: bool) -> None:
        if agent_id in self._feed.mirror.agents:
            source = self._services.push_url[:80]
            report = ReportDesk(agent_id=agent_id, source=source, open=is_open)
            await self._services.bus.request(report)

    def _on_change(self, change: Loaded | Told) -> None:
        if isinstance(change, Loaded):
            self._send_snapshot(self.room.everyone())
            self._run(self._report_everyone())
            self._bring_back(change)
        elif desks := self.room.hearers(change.agents):
            self._outbox.put(desks, notice_frame(change))
            if isinstance(change.notice, ScreenPopped):
                self._outbox.flush()  # the phone rings next

    def _bring_back(self, loaded: Loaded) -> None:
        """After an engine's restart make whose desk stayed open what he was before."""
        self._returning.remember(loaded.before)
        mirror = self._feed.mirror
        if mirror.stale_since is None:  # before that the engine does not know the phones
            for wishes in self._returning.take(mirror.agents, self.room.people()).values():
                self._run(self._ask_all(wishes))
            unseated, self._unseated = self._unseated & set(self.room.people()), set()
            for agent_id in unseated:
                self._run(self._welcome(agent_id))

    async def _report_everyone(self) -> None:
        """Tell a board that may be another one who sits at a desktop here."""
        for agent_id in list(self.room.people()):
            await self._report(agent_id, is_open=True)

    async def _ask_all(self, commands: Iterable[Command]) -> None:
        for command in commands:
            await self._services.bus.request(command)

    def _send_snapshot(self, desks: Iterable[Desk]) -> None:
        now = self._services.clock()
        by_view: dict[str | None, list[Desk]] = {}
        for desk in desks:
            by_view.setdefault(desk.view_of, []).append(desk)
        for agent_id, viewers in by_view.items():
            snapshot = self._feed.mirror.snapshot(agent_id=agent_id, now=now)
            self._outbox.put(viewers, snapshot_frame(snapshot, now=now))

    def _dismiss(self, desk: Desk, code: int, reason: str) -> None:
        log.info("desk_dismissed", user_id=desk.visitor.agent_id, code=code)
        self.room.leave(desk)
        self._run(part(desk.connection, code, reason))

    async def _tick(self) -> None:
        self._outbox.put(self.room.everyone(), tick_frame(self._services.clock()))

    async def _check_sessions(self) -> None:
        """Close the desks of sessions that were ended elsewhere or ran out."""
        visitors = self.room.sessions().values()
        try:
            for ended in await self._visitors.ended(visitors, within=SESSION_CHECK_SECONDS):
                self.close_session(ended.key)
        except DatabaseUnavailable as error:
            log.warning("session_check_failed", error=str(error))

    def _run(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._end_errand)

    def _end_errand(self, task: asyncio.Task[None]) -> None:
        self._errands.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("push_errand_failed", exc_info=error)


def _is_allowed(message: str | bytes) -> bool:
    if isinstance(message, bytes):
        return False
    try:
        ClientFrame.model_validate_json(message)
    except ValidationError:
        return False
    return True


def _refuse_other_paths(connection: ServerConnection, request: Request) -> Response | None:
    if urlsplit(request.path).path == PUSH_PATH:
        return None
    return connection.respond(HTTPStatus.NOT_FOUND, "There is no such thing.\n")


async def _repeat(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        await act()


PUSH: web.AppKey[PushServer] = web.AppKey("push", PushServer)
