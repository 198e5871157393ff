"""Occupancy: the share of an agent's ready time spent on calls, and how fairly it is spread."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

WINDOW_SECONDS = 1800.0  # what happened so long ago counts 1/e as much as what happens now
NEVER = -1e12  # the key of an agent who was never busy


class Occupancy:
    """One agent's occupancy as an average that fades: d(share)/dt = (busy - share) / window.

    All idle agents fade at one pace, so their order never changes while they stay idle, and a
    pool can hold them by a key that is computed once. Time not ready does not count at all.
    """

    __slots__ = ("_busy", "_since", "_value")

    def __init__(self) -> None:
        self._value = 0.0
        self._since = 0.0
        self._busy: bool | None = None  # None: not ready, the average stands still

    def begin(self, share: float) -> None:
        """Begin the shift at this share, so that a newcomer is neither flooded nor spared."""
        self._value = share

    def turn(self, *, busy: bool | None, clock: float) -> None:
        """Note that from now on the agent is busy, idle, or not ready (None)."""
        if busy is not self._busy:
            self._value = self.share(clock)
            self._since, self._busy = clock, busy

    def share(self, clock: float) -> float:
        """Return the share at this reading of the clock, 0 to 1."""
        if self._busy is None:
            return self._value
        fade = exp((self._since - clock) / WINDOW_SECONDS)
        return 1.0 - (1.0 - self._value) * fade if self._busy else self._value * fade

    def key(self) -> float:
        """Return an idle agent's place among the idle: the least occupied has the least key."""
        return log(self._value) + self._since / WINDOW_SECONDS if self._value > 0.0 else NEVER


def idle_share(key: float, clock: float) -> float:
    """Return the share, at this reading of the clock, of an idle agent with this key."""
    return exp(key - clock / WINDOW_SECONDS) if key > NEVER else 0.0


class Crowd:
    """The mean share of all who are ready, kept without looking at each of them."""

    __slots__ = ("_busy", "_count", "_since", "_total")

    def __init__(self) -> None:
        self._total = 0.0
        self._busy = self._count = 0
        self._since = 0.0

    def mean(self, clock: float) -> float:
        """Return the mean share at this reading of the clock; 0 when nobody is ready."""
        self._fade(clock)
        return min(1.0, max(0.0, self._total / self._count)) if self._count else 0.0

    def change(self, share: float, *, was: bool | None, now: bool | None, clock: float) -> None:
        """Note that one agent with this share was busy, idle or not ready (None), and is now."""
        self._fade(clock)
        if was is not None:
            self._total -= share
            self._busy -= was
            self._count -= 1
        if now is not None:
            self._total += share
            self._busy += now
            self._count += 1
        if not self._count:
            self._total = 0.0

    def _fade(self, clock: float) -> None:
        if clock > self._since:
            fade = exp((self._since - clock) / WINDOW_SECONDS)
            self._total = self._busy - (self._busy - self._total) * fade
            self._since = clock


def gini(shares: Sequence[float]) -> float:
    """Return how unevenly occupancy is spread: 0 all alike, towards 1 all of it on one agent."""
    total, count = sum(shares), len(shares)
    if count == 0 or total <= 0.0:
        return 0.0
    ordered = sorted(shares)
    weighted = sum(place * share for place, share in enumerate(ordered, start=1))
    return max(0.0, 2.0 * weighted / (count * total) - (count + 1.0) / count)
