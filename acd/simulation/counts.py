"""Counts: how each wait in each queue ended, as it was heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from acd.board.model import Figures


@dataclass(slots=True)
class Counts:
    """Waits by queue and by how they ended; `sure` until something of them was not heard."""

    figures: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    sure: bool = True

    def offered(self, queue: str) -> None:
        """Count one who came to wait."""
        self.figures[queue].offered += 1

    def answered(self, queue: str, *, in_target: bool) -> None:
        """Count one whom an agent answered."""
        self.figures[queue].answered += 1
        self.figures[queue].in_target += in_target

    def abandoned(self, queue: str, *, short: bool) -> None:
        """Count one who gave up."""
        self.figures[queue].abandoned += 1
        self.figures[queue].short_abandoned += short

    def left(self, queue: str) -> None:
        """Count one who went elsewhere by a person's hand, or is to be called back."""
        self.figures[queue].left += 1

    def overflowed(self, queue: str, *, back: bool = False) -> None:
        """Count one whom his queue sent on, or take that back."""
        self.figures[queue].overflowed += -1 if back else 1
