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


class LoopClock:
    """The running event loop's own monotonic clock."""

    def now(self) -> Moment:
        """Return the moment."""
        return Moment(datetime.now(UTC), asyncio.get_running_loop().time())

    def ring_at(self, reading: float, ring: Callable[[], None]) -> Alarm:
        """Ring once when the clock reads so much."""
        return asyncio.get_running_loop().call_at(reading, ring)
