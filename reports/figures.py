"""Figures of one interval: sums that can be added up, and the ratios made from them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from reports.levels import LevelRule

BUSY_STATES = ("talking", "holding", "consulting", "wrap_up")
FREE_STATES = ("ready", "offered")


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(kw_only=True, slots=True)
class QueueFigures:
    """What happened to the visits of one queue; durations are whole milliseconds inside.

    Milliseconds are added as integers, so a sum does not depend on the order of its rows.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    other: int = 0
    in_target: int = 0
    counted: int = 0  # in the service level, each by its queue's own formula
    answered_wait_ms: int = 0
    longest_wait_ms: int = 0
    talked_ms: int = 0
    wrap_up_ms: int = 0

    def add(self, more: QueueFigures) -> None:
        """Add the figures of other visits to these."""
        self.offered += more.offered
        self.answered += more.answered
        self.abandoned += more.abandoned
        self.short_abandoned += more.short_abandoned
        self.overflowed += more.overflowed
        self.other += more.other
        self.in_target += more.in_target
        self.counted += more.counted
        self.answered_wait_ms += more.answered_wait_ms
        self.longest_wait_ms = max(self.longest_wait_ms, more.longest_wait_ms)
        self.talked_ms += more.talked_ms
        self.wrap_up_ms += more.wrap_up_ms

    def count(self, visit: Visit, rule: LevelRule) -> None:
        """Count one visit by its queue's rule."""
        wait = _milliseconds(visit.waited_seconds)
        short = visit.outcome == "abandoned" and wait <= _milliseconds(rule.short_seconds)
        self.counted += rule.counts(visit.outcome, short=short)
        self.offered += 1
        self.longest_wait_ms = max(self.longest_wait_ms, wait)
        if visit.outcome == "answered":
            self.answered += 1
            self.in_target += wait <= _milliseconds(rule.target_seconds)
            self.answered_wait_ms += wait
            self.talked_ms += _milliseconds(visit.talked_seconds)
            self.wrap_up_ms += _milliseconds(visit.wrap_up_seconds)
        elif visit.outcome == "abandoned":
            self.abandoned += 1
            self.short_abandoned += short
        elif visit.outcome == "overflowed":
            self.overflowed += 1
        else:
            self.other += 1

    @property
    def service_level(self) -> float | None:
        """Share answered within the target, 0..1; None when no visit counts."""
        return _ratio(self.in_target, self.counted)

    @property
    def asa_seconds(self) -> float | None:
        """Average speed of answer."""
        return _ratio(self.answered_wait_ms / 1000, self.answered)

    @property
    def longest_wait_seconds(self) -> float | None:
        """Longest wait of any visit; None without visits."""
        return self.longest_wait_ms / 1000 if self.offered else None

    @property
    def aht_seconds(self) -> float | None:
        """Average handle time: talk and wrap-up."""
        return _ratio((self.talked_ms + self.wrap_up_ms) / 1000, self.answered)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One stay of a call in a queue, as far as figures need it."""

    waited_seconds: float
    outcome: str  # answered | abandoned | overflowed | anything else
    talked_seconds: float = 0.0
    wrap_up_seconds: float = 0.0


@dataclass(kw_only=True, slots=True)
class AgentFigures:
    """What one agent did; `state_ms` is empty when no state history was kept."""

    answered: int = 0
    missed: int = 0
    talked_ms: int = 0
    wrap_up_ms: int = 0
    state_ms: dict[str, int] = field(default_factory=dict)
    reason_ms: dict[str, int] = field(default_factory=dict)  # of being not ready, by code
    unpaid_ms: int = 0  # of it

    def add(self, more: AgentFigures) -> None:
        """Add other figures of the same or another agent to these."""
        self.answered += more.answered
        self.missed += more.missed
        self.talked_ms += more.talked_ms
        self.wrap_up_ms += more.wrap_up_ms
        for state, spent in more.state_ms.items():
            self.state_ms[state] = self.state_ms.get(state, 0) + spent
        for reason, spent in more.reason_ms.items():
            self.reason_ms[reason] = self.reason_ms.get(reason, 0) + spent
        self.unpaid_ms += more.unpaid_ms

    def spend(self, state: str, reason: str, spent_ms: int, *, unpaid: bool) -> None:
        """Add time in a state; `reason` and pay count while not ready alone."""
        self.state_ms[state] = self.state_ms.get(state, 0) + spent_ms
        if state == "not_ready":
            self.reason_ms[reason] = self.reason_ms.get(reason, 0) + spent_ms
            self.unpaid_ms += spent_ms if unpaid else 0

    def handle(self, visit: Visit) -> None:
        """Count one call the agent answered."""
        self.answered += 1
        self.talked_ms += _milliseconds(visit.talked_seconds)
        self.wrap_up_ms += _milliseconds(visit.wrap_up_seconds)

    @property
    def was_there(self) -> bool:
        """Whether there is anything to tell: work, or time signed in."""
        return bool(self.answered or self.missed or self.signed_in_seconds)

    @property
    def talked_seconds(self) -> float:
        """Time in talk with queue callers."""
        return self.talked_ms / 1000

    @property
    def aht_seconds(self) -> float | None:
        """Average handle time: talk and wrap-up."""
        return _ratio((self.talked_ms + self.wrap_up_ms) / 1000, self.answered)

    @property
    def signed_in_seconds(self) -> float | None:
        """Time in any state but offline; None without history."""
        if not self.state_ms:
            return None
        return sum(spent for state, spent in self.state_ms.items() if state != "offline") / 1000

    def seconds_in(self, state: str) -> float | None:
        """Time in one state; None without history."""
        return self.state_ms.get(state, 0) / 1000 if self.state_ms else None

    @property
    def not_ready_seconds(self) -> float | None:
        """Time not ready; None without history."""
        return self.seconds_in("not_ready")

    @property
    def unpaid_seconds(self) -> float | None:
        """Time not ready for reasons that are not paid; None without history."""
        return self.unpaid_ms / 1000 if self.state_ms else None

    @property
    def reason_seconds(self) -> dict[str, float]:
        """Time not ready by reason."""
        return {reason: spent / 1000 for reason, spent in sorted(self.reason_ms.items())}

    @property
    def occupancy(self) -> float | None:
        """Share of the time for calls that calls took, 0..1; None without history."""
        busy = sum(self.state_ms.get(state, 0) for state in BUSY_STATES)
        return _ratio(busy, busy + sum(self.state_ms.get(state, 0) for state in FREE_STATES))


def gini(shares: Collection[float]) -> float | None:
    """Return how unevenly shares are spread: 0 all alike, towards 1 all on one; None below two."""
    total, count = sum(shares), len(shares)
    if count < 2:  # noqa: PLR2004 - one alone is neither even nor uneven
        return None
    if total <= 0:
        return 0.0
    weighted = sum(place * share for place, share in enumerate(sorted(shares), start=1))
    return max(0.0, 2.0 * weighted / (count * total) - (count + 1.0) / count)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
