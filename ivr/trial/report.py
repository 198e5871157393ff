"""What came of a flow's tests: each case, and which branches were taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseResult:
    """One case: passed, or the place (`tests.2.steps.4`) and the reason it failed."""

    name: str
    passed: bool
    place: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All cases of a flow and its branch coverage; branches are written `node.way`."""

    flow: str
    version: int
    results: tuple[CaseResult, ...]
    branches: int
    missed: tuple[str, ...]
    bar: float

    @property
    def coverage(self) -> float:
        """The share of branches that some case took; 1 for a flow without any."""
        return 1 - len(self.missed) / self.branches if self.branches else 1.0

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        """The cases that failed."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def is_covered(self) -> bool:
        """Whether the coverage reaches the flow's own bar."""
        return self.coverage >= self.bar - 1e-9

    @property
    def ok(self) -> bool:
        """Whether the flow may be published."""
        return not self.failures and self.is_covered
