"""Measures from Asterisk's own time stamps: an agent's channel gone, his phone rung again."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field

from cti.actions import Redirect
from cti.connection import AmiConnection
from cti.errors import ActionRefused
from cti.messages import AmiMessage

SEEN = frozenset({"Newchannel", "Hangup", "DialBegin"})
PHONE = "PJSIP/agent-"
TRUNK = "PJSIP/trunk-"
SETTLED = 1.0  # seconds after which a caller who came is in the wait, not on the way there


@dataclass
class Watcher:
    """One AMI session beside whatever is measured; `reactions` in milliseconds."""

    port: int
    secret: str
    reactions: list[float] = field(default_factory=list)
    callers: dict[str, float] = field(default_factory=dict)  # when each came, by his channel
    talking: set[str] = field(default_factory=set)
    _freed: dict[str, float] = field(default_factory=dict)

    async def start(self) -> None:
        """Log in."""
        self.connection = AmiConnection(
            "127.0.0.1", self.port, "callcenter", self.secret, on_message=self._hear, wanted=SEEN
        )
        await self.connection.connect(within=10)

    async def stop(self) -> None:
        """Log out."""
        await self.connection.close()

    def begin(self) -> None:
        """Count from now on."""
        self.reactions = []
        self._freed.clear()

    async def until_waiting(self, count: int, seconds: float = 20) -> None:
        """Wait until so many callers are in."""
        for _ in range(int(seconds / 0.1)):
            if len(self.callers) >= count:
                return
            await asyncio.sleep(0.1)
        raise TimeoutError(f"only {len(self.callers)} callers came")

    async def redirect_round_trips(self, count: int) -> list[float]:
        """Send waiting callers from the wait to the wait; return each round trip in ms."""
        trips = []
        for number in range(count):
            channel = list(self.callers)[number % len(self.callers)]
            began = time.perf_counter()
            try:
                await self.connection.action(Redirect(channel=channel, context="wait", exten="s"))
            except ActionRefused:
                continue
            trips.append((time.perf_counter() - began) * 1000)
        return trips

    async def bare_beside(self, seconds: float, *, each: float) -> list[float]:
        """Send a caller at the end of the line from the wait to the wait, now and then.

        Returns the round trips in ms. Whoever only just came is left alone: taken out of
        the dialplan before his queue is set, he would never wait at all.
        """
        trips: list[float] = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await asyncio.sleep(each)
            last = self._last_in_line()
            if last is None:
                continue
            with suppress(ActionRefused):
                began = time.perf_counter()
                await self.connection.action(Redirect(channel=last, context="wait", exten="s"))
                trips.append((time.perf_counter() - began) * 1000)
        return trips

    def _last_in_line(self) -> str | None:
        settled = time.perf_counter() - SETTLED
        waiting = (channel for channel, came in reversed(self.callers.items()) if came < settled)
        return next(waiting, None)

    def _hear(self, message: AmiMessage) -> None:
        name = message.event
        if name == "DialBegin":
            self._rung(message)
        elif name == "Newchannel":
            self._came(message.get("Channel"))
        elif name == "Hangup":
            self._went(message)

    def _came(self, channel: str) -> None:
        if channel.startswith(TRUNK):
            self.callers[channel] = time.perf_counter()

    def _went(self, message: AmiMessage) -> None:
        channel = message.get("Channel")
        self.callers.pop(channel, None)
        if channel.startswith(PHONE):
            self.talking.discard(channel)
            # Only with callers waiting is the next ring a reaction.
            if len(self.callers) > len(self.talking) + 1:
                self._freed[channel.rpartition("-")[0]] = _at(message)

    def _rung(self, message: AmiMessage) -> None:
        channel = message.get("DestChannel")
        freed = self._freed.pop(channel.rpartition("-")[0], None)
        if channel.startswith(PHONE):
            self.talking.add(channel)
        if freed is not None:
            self.reactions.append((_at(message) - freed) * 1000)


def _at(message: AmiMessage) -> float:
    return float(message.get("Timestamp"))
