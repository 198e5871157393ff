"""The messenger between engine and desktops: notices out, commands in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from acd.commands import Command, Reply
from acd.notices import Envelope, Notice

CommandHandler: TypeAlias = Callable[[Command], Awaitable[Reply]]


class Bus(Protocol):
    """What both shapes (one process; Redis Streams) promise.

    The publisher numbers notices: `seq` runs on by one within an `epoch`, and a
    new publisher begins a new epoch. A subscriber that falls behind is dropped:
    its iterator ends, and it asks for a snapshot again.
    """

    async def publish(self, notice: Notice) -> Envelope:
        """Send one notice with its number; never wait for a subscriber."""
        ...

    async def flush(self, *, within: float) -> bool:
        """Wait until what was published is on its way to all; false after `within` seconds."""
        ...

    def position(self) -> tuple[str, int]:
        """Return (epoch, seq) of the last notice published from here."""
        ...

    def subscribe(self) -> AbstractAsyncContextManager[AsyncIterator[Envelope]]:
        """Open a stream of the notices published from now on."""
        ...

    async def request(self, command: Command, *, timeout: float = 2.0) -> Reply:  # noqa: ASYNC109 - part of the wire contract
        """Give a command to the engine; `Refused(engine_unavailable)` when none answers."""
        ...

    async def serve(self, handler: CommandHandler) -> None:
        """Answer commands, each once, until cancelled."""
        ...

    async def close(self) -> None:
        """Let go of every connection; ends all subscriptions."""
        ...
