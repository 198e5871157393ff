"""The engine's clock: stamps for people, a reading that never steps for timers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from acd.board import Moment


class Alarm(Protocol):
    """A call-back that was asked for, and may be called off."""

    def cancel(self) -> None:
        """Call it off."""
        ...


class Clock(Protocol):
    """Tells the moment, and rings once at a reading of its clock."""

    def now(self) -> Moment:
        """Return the moment."""
        ...

    def ring_at(self, reading: float, ring: Callable[[], None]) -> Alarm:
        """Ring once when the clock reads so much."""
        ...


class NextTimer:
    """Rings at the one deadline that comes next, however often it moves."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due = asyncio.Event()
        self._alarm: Alarm | None = None
        self._deadline: float | None = None

    def set(self, deadline: float | None) -> None:
        """Ring at this reading and no other; None: not at all."""
        if deadline == self._deadline:
            return
        self.cancel()
        self._deadline = deadline
        if deadline is not None:
            self._alarm = self._clock.ring_at(deadline, self._due.set)

    async def due(self) -> None:
        """Wait for the ring; the deadline must then be set anew."""
        await self._due.wait()
        self._due.clear()
        self._deadline = None

    def cancel(self) -> None:
        """Call the ring off."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm, self._deadline = None, None


class LoopClock:
    """The running event loop's own monotonic clock."""

    def now(self) -> Moment:
        """Return the moment."""
        return Moment(datetime.now(UTC), asyncio.get_running_loop().time())

    def ring_at(self, reading: float, ring: Callable[[], None]) -> Alarm:
        """Ring once when the clock reads so much."""
        return asyncio.get_running_loop().call_at(reading, ring)
