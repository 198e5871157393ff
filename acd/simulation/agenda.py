"""The agenda: what is to happen in the simulated world, in order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from acd.board import Moment

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai, a Monday


class Agenda:
    """A heap of acts with one clock; equal times keep the order in which they were asked for.

    `seconds` never steps; `offset` is by how much the clock of the day does.
    """

    def __init__(self, begin: datetime = BEGIN) -> None:
        self.seconds = 0.0
        self.offset = 0.0
        self.steps_of_day = 0  # times the clock of the day was stepped
        self.done = 0
        self._stamps = 0.0
        self._begin = begin
        self._heap: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []
        self._next = 0

    def __len__(self) -> int:
        return len(self._heap)

    def at(self, seconds: float, act: Callable[..., object], *args: Any) -> None:
        """Let the act happen at that reading of the clock."""
        self._next += 1
        heappush(self._heap, (seconds, self._next, act, args))

    def after(self, delay: float, act: Callable[..., object], *args: Any) -> None:
        """Let the act happen so many seconds from now."""
        self._next += 1
        heappush(self._heap, (self.seconds + delay, self._next, act, args))

    def step(self) -> None:
        """Let the next act happen."""
        seconds, _, act, args = heappop(self._heap)
        if seconds != self.seconds:
            self.seconds, self._stamps = seconds, 0.0
        self.done += 1
        act(*args)

    def ahead(self) -> float | None:
        """Return when the next act is due."""
        return self._heap[0][0] if self._heap else None

    def step_day(self, seconds: float) -> None:
        """Step the clock of the day."""
        self.offset += seconds
        self.steps_of_day += 1

    def day(self) -> datetime:
        """Return the time of day as the machine's clock shows it."""
        return self._begin + timedelta(seconds=self.seconds + self.offset)

    def stamp(self) -> datetime:
        """Return the time of day for one event: no two carry the same, as with Asterisk's."""
        self._stamps += 1e-6
        return self._begin + timedelta(seconds=self.seconds + self.offset + self._stamps)

    def moment(self) -> Moment:
        """Return the moment as the board is told it; its clock began at an odd reading."""
        return Moment(self.day(), 1_000.0 + self.seconds)

    def day_of(self, seconds: float) -> datetime:
        """Return what the clock of the day shows for that reading, by its present setting."""
        return self._begin + timedelta(seconds=seconds + self.offset)
