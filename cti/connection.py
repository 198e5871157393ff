"""The link to one Asterisk: kept up, watched, and never resending anything."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import structlog

from cti.actions import AmiAction, Login
from cti.errors import ActionFailed, ActionRefused, ActionTimedOut, LinkDown, LoginRefused
from cti.framing import FramingCounts
from cti.inquiries import LIST_EVENTS, Ping
from cti.messages import AmiMessage
from cti.protocol import AmiProtocol, AmiReply

_log = structlog.get_logger(__name__)


class ConnectionState(StrEnum):
    """Where the link is."""

    DOWN = "down"  # being tried again
    UP = "up"  # logged in; events flow
    REFUSED = "refused"  # the login was answered with an error; tried again seldom
    CLOSED = "closed"  # by `close()`, for good


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkLimits:
    """How long the link waits for what; all in seconds."""

    login: float = 5.0  # from the first packet to the answer to Login
    action: float = 5.0
    ping: float = 1.0
    pings_missed: int = 3  # unanswered in a row: the link is dead
    backoff_first: float = 0.2
    backoff_most: float = 10.0
    refused_first: float = 10.0  # Asterisk locks out who tries too often
    refused_most: float = 120.0
    steady: float = 5.0  # up for so long: the next backoff starts small again


class AmiConnection:
    """A link that logs in, pings, and comes back by itself until `close()`.

    `on_message` gets every event in order, straight from the socket: it must be quick
    and hand on to a bounded queue (`cti.inbox.Inbox`). `wanted` names the events to
    deliver (None: all); the items of lists always come. `before_retry` is awaited
    before each new try, so that a reader who fell behind can catch up first.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        on_message: Callable[[AmiMessage], None],
        on_state: Callable[[ConnectionState], None] | None = None,
        on_bytes: Callable[[bytes], None] | None = None,
        on_pong: Callable[[AmiMessage], None] | None = None,
        wanted: Collection[str] | None = None,
        before_retry: Callable[[], Awaitable[None]] | None = None,
        limits: LinkLimits | None = None,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.state = ConnectionState.DOWN
        self.limits = limits or LinkLimits()
        self._host, self._port = host, port
        self._login = Login(username=username, secret=secret)
        self._on_message, self._on_bytes, self._on_pong = on_message, on_bytes, on_pong
        self._on_state = on_state
        self._wanted = None if wanted is None else frozenset(wanted) | LIST_EVENTS
        self._before_retry = before_retry
        self._chance = chance
        self._protocol: AmiProtocol | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        self._first_up: asyncio.Future[None] | None = None

    async def connect(self, *, within: float | None = None) -> None:
        """Start the link and wait until it is up; `within` seconds, or for ever.

        Raises `LoginRefused` when the first answer is a refusal, `LinkDown` when
        nothing answers in time or the connection was closed; then nothing runs on.
        """
        if self.state is ConnectionState.CLOSED or self._keeper is not None:
            raise LinkDown("this connection was closed or is in use")
        self._first_up = asyncio.get_running_loop().create_future()
        self._keeper = asyncio.create_task(self._keep(), name="ami-link")
        self._keeper.add_done_callback(self._tell_broken)
        try:
            async with asyncio.timeout(within):
                await self._first_up
        except TimeoutError:
            await self.close()
            raise LinkDown(f"no answer from Asterisk at {self._host}:{self._port}") from None
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the link for good; waiting actions fail with `ActionLost`."""
        keeper, self._keeper = self._keeper, None
        if self._first_up is not None and not self._first_up.done():
            self._first_up.set_exception(LinkDown("the connection was closed"))
            self._first_up.exception()  # seen, even when nobody waits
        if keeper is not None:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
        self._drop()
        self._enter(ConnectionState.CLOSED)

    async def action(self, action: AmiAction, *, within: float | None = None) -> AmiReply:
        """Give one action to Asterisk and return the whole answer; sent at most once.

        Raises `LinkDown` (not sent), `UnsafeAction` (not sent), `ActionRefused`,
        `ActionTimedOut` after `within` seconds, `ActionLost` when the link died first.
        """
        if self._protocol is None or self.state is not ConnectionState.UP:
            raise LinkDown("the link to Asterisk is down")
        return await self._ask(self._protocol, action, within or self.limits.action)

    def drop(self, reason: str) -> None:
        """Cut the link on purpose, to begin again with a fresh picture."""
        _log.warning("ami_link_dropped", reason=reason)
        self._drop()

    @property
    def counts(self) -> FramingCounts:
        """What the present link has seen; zero when it is down."""
        return FramingCounts() if self._protocol is None else self._protocol.decoder.counts

    @staticmethod
    async def _ask(protocol: AmiProtocol, action: AmiAction, within: float) -> AmiReply:
        pending = protocol.send(action)
        try:
            async with asyncio.timeout(within):
                return await pending.reply
        except TimeoutError:
            raise ActionTimedOut(f"{action.action}: no answer in {within:g} s") from None
        finally:
            protocol.forget(pending)

    async def _keep(self) -> None:
        """Open, watch, wait, again: the link's only task."""
        failures = 0
        while True:
            refused = False
            try:
                steady = await self._live_once()
                failures = 0 if steady else failures + 1
            except LoginRefused as error:
                refused, failures = True, failures + 1
                self._tell_refused(error)
                if self.state is ConnectionState.CLOSED:
                    return
            except (OSError, ActionFailed, LinkDown) as error:
                failures += 1
                self._enter(ConnectionState.DOWN)
                _log.info("ami_link_not_up", reason=str(error), failures=failures)
            await asyncio.sleep(self._pause(failures, refused=refused))
            if self._before_retry is not None:
                await self._before_retry()

    async def _live_once(self) -> bool:
        """Open the link and stay until it is lost; true when it was up for a while."""
        loop = asyncio.get_running_loop()
        try:
            await self._open()
            began = loop.time()
            self._enter(ConnectionState.UP)
            if self._first_up is not None and not self._first_up.done():
                self._first_up.set_result(None)
            await self._watch()
        finally:
            self._drop()
        self._enter(ConnectionState.DOWN)
        return loop.time() - began >= self.limits.steady

    async def _open(self) -> None:
        self._lost = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.limits.login):
                _, self._protocol = await loop.create_connection(
                    self._make_protocol, self._host, self._port
                )
        except TimeoutError:
            raise LinkDown("the connection was not accepted in time") from None
        try:
            await self._ask(self._protocol, self._login, self.limits.login)
        except ActionRefused as error:
            raise LoginRefused(str(error)) from None

    def _make_protocol(self) -> AmiProtocol:
        return AmiProtocol(
            on_message=self._on_message,
            on_bytes=self._on_bytes,
            on_lost=self._lost.set,
            wanted=self._wanted,
        )

    async def _watch(self) -> None:
        """Ping each second and return when the link is lost or falls silent."""
        unanswered: set[asyncio.Future[AmiReply]] = set()
        while not self._lost.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(self.limits.ping):
                    await self._lost.wait()
                return
            if len(unanswered) >= self.limits.pings_missed:
                _log.warning("ami_link_silent", pings=len(unanswered))
                return
            self._ping(unanswered)

    def _ping(self, unanswered: set[asyncio.Future[AmiReply]]) -> None:
        def answered(reply: asyncio.Future[AmiReply]) -> None:
            if not reply.cancelled() and reply.exception() is None:
                unanswered.clear()
                if self._on_pong is not None:
                    self._on_pong(reply.result().response)

        with suppress(LinkDown):
            if self._protocol is not None:
                reply = self._protocol.send(Ping()).reply
                unanswered.add(reply)
                reply.add_done_callback(answered)

    def _drop(self) -> None:
        protocol, self._protocol = self._protocol, None
        if protocol is not None:
            protocol.close()
        self._lost.set()

    def _tell_refused(self, error: LoginRefused) -> None:
        _log.error("ami_login_refused", reason=str(error))
        if self._first_up is not None and not self._first_up.done():
            self._first_up.set_exception(error)
            self._enter(ConnectionState.CLOSED)
        else:
            self._enter(ConnectionState.REFUSED)

    def _tell_broken(self, keeper: asyncio.Task[None]) -> None:
        """Say loudly that the link's task died of a fault of ours, and stay closed."""
        if not keeper.cancelled() and keeper.exception() is not None:
            _log.critical("ami_link_broken", exc_info=keeper.exception())
            self._drop()
            self._enter(ConnectionState.CLOSED)

    def _pause(self, failures: int, *, refused: bool) -> float:
        """Full jitter: anything between nothing and the doubled step, so that no two agree."""
        limits = self.limits
        first = limits.refused_first if refused else limits.backoff_first
        most = limits.refused_most if refused else limits.backoff_most
        step = min(most, first * 2.0 ** min(max(failures - 1, 0), 16))
        return self._chance(step / 2 if refused else 0.0, step)

    def _enter(self, state: ConnectionState) -> None:
        if state is self.state or self.state is ConnectionState.CLOSED:
            return
        self.state = state
        _log.info("ami_link_state", state=state.value)
        if self._on_state is not None:
            self._on_state(state)
