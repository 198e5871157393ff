"""Evidence: what was heard and asked for so far, for all who hold the board to its promises."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from acd.board import Moment
from acd.simulation.hearing import Hearing

SLACK = 0.05  # seconds a timer may be early by rounding, or late


@dataclass(slots=True)
class Evidence:
    """One account for one board; `trace` is what happened last."""

    hearing: Hearing
    trace: deque[tuple[float, object]] = field(default_factory=lambda: deque(maxlen=80))
    checks: int = 0
    seen: Counter[str] = field(
        default_factory=Counter
    )  # of what is rare, how often it was checked

    def note(self, moment: Moment, what: object) -> None:
        """Remember what happened."""
        self.trace.append((moment.clock, what))
