"""The bus within one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from acd.bus import CommandHandler
from acd.bus.subscription import BEHIND_LIMIT, Subscription
from acd.commands import Command, Refused, Reply
from acd.notices import Envelope, Notice

SUBSCRIBER_TURNS = 4  # of the loop: the reader wakes, applies, hands on, and the socket is written
UNAVAILABLE = Refused(code="engine_unavailable", message="The engine does not answer.")


@dataclass(slots=True)
class _Request:
    command: Command
    reply: asyncio.Future[Reply]


class InProcessBus:
    """Notices and commands handed over in memory."""

    def __init__(self, *, behind_limit: int = BEHIND_LIMIT) -> None:
        self._epoch = uuid4().hex
        self._seq = 0
        self._limit = behind_limit
        self._subscriptions: set[Subscription] = set()
        self._requests: asyncio.Queue[_Request] = asyncio.Queue()
        self._closed = False

    async def publish(self, notice: Notice) -> Envelope:
        """Send one notice with its number; never wait for a subscriber."""
        self._seq += 1
        envelope = Envelope(epoch=self._epoch, seq=self._seq, at=datetime.now(UTC), notice=notice)
        dropped = {sub for sub in self._subscriptions if not sub.offer(envelope)}
        self._subscriptions -= dropped
        return envelope

    async def flush(self, *, within: float) -> bool:  # noqa: ARG002 - turns take no time
        """Let every subscriber have its turns, so that it has passed on what was published."""
        for _ in range(SUBSCRIBER_TURNS):
            await asyncio.sleep(0)
        return True

    def position(self) -> tuple[str, int]:
        """Return (epoch, seq) of the last notice published from here."""
        return self._epoch, self._seq

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Envelope]]:
        """Open a stream of the notices published from now on."""
        subscription = Subscription(limit=self._limit)
        if self._closed:
            subscription.end()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    async def request(self, command: Command, *, timeout: float = 2.0) -> Reply:  # noqa: ASYNC109 - part of the wire contract
        """Give a command to the engine; `Refused(engine_unavailable)` when none answers."""
        if self._closed:
            return UNAVAILABLE
        request = _Request(command, asyncio.get_running_loop().create_future())
        self._requests.put_nowait(request)
        try:
            async with asyncio.timeout(timeout):
                return await request.reply
        except TimeoutError:
            return UNAVAILABLE

    async def serve(self, handler: CommandHandler) -> None:
        """Answer commands, each once, until cancelled."""
        while True:
            request = await self._requests.get()
            if request.reply.done():  # nobody waits for it any more: too late to act
                continue
            try:
                reply = await handler(request.command)
            except BaseException:
                _answer(request, UNAVAILABLE)
                raise
            _answer(request, reply)

    async def close(self) -> None:
        """End all subscriptions and refuse what comes."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.end()
        while not self._requests.empty():
            _answer(self._requests.get_nowait(), UNAVAILABLE)


def _answer(request: _Request, reply: Reply) -> None:
    if not request.reply.done():
        request.reply.set_result(reply)
