"""What a simulated run comes to: its figures, or the promise that was broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class Broken(Exception):  # noqa: N818 - errors are named for what happened
    """The board broke a promise."""

    def __init__(self, promise: str, detail: str) -> None:
        super().__init__(f"{promise}: {detail}")
        self.promise = promise
        self.detail = detail


class TooLong(Exception):  # noqa: N818 - errors are named for what happened
    """The run took more computing than it was allowed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueResult:
    """One queue of a run; waits in seconds, over the calls that were answered."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    overflowed: int = 0
    left: int = 0
    in_target: int = 0
    waited: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A run; `broken` is empty when every promise was kept."""

    seed: int
    events: int
    simulated_seconds: float
    took_seconds: float
    queues: Mapping[str, QueueResult] = field(default_factory=dict)
    occupancy: float = 0.0  # busy / (busy + free), after-call work is busy
    fairness: float = 0.0  # Gini coefficient of the agents' occupancies, 0 is equal
    checks: int = 0
    offers: int = 0
    happened: Mapping[str, int] = field(default_factory=dict)  # faults by name
    seen: Mapping[str, int] = field(default_factory=dict)  # how often what is rare was checked
    broken: str = ""
    promise: str = ""
    trace: tuple[str, ...] = ()  # what happened last
