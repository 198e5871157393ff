"""Counts: how each wait in each queue ended, as it was heard."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counts:
    """Waits by queue and by how they ended: answered, abandoned, left."""

    begun: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ended: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def offered(self, queue: str) -> None:
        """Count one who came to wait."""
        self.begun[queue] += 1

    def done(self, queue: str, how: str) -> None:
        """Count one who waits no more."""
        self.ended[queue, how] += 1

    def undo(self, queue: str, how: str) -> None:
        """Take back one who waits on after all."""
        self.ended[queue, how] -= 1
