"""What the engine asks of the lead, and the lead of an engine that has no rival."""

from __future__ import annotations

from typing import Protocol


class LeadLost(Exception):  # noqa: N818 - errors are named for what happened
    """Another engine decides now; this one must stop at once and may stand by again."""


class Lead(Protocol):
    """Held by one engine at a time; its `token` is greater than that of every holder before."""

    token: int

    def sure(self) -> bool:
        """Tell whether the lead was ours a moment ago; false after a freeze, until asked again."""
        ...


class SoleLead:
    """The lead where nobody else can be: in tests and benchmarks."""

    token = 0

    def sure(self) -> bool:
        """Tell that it is ours."""
        return True
