"""What is wrong with a plan, told with its place and its reason."""

from __future__ import annotations

from ivr.errors import IvrError, Problem


class PlanInvalid(IvrError):  # noqa: N818 - the trade says "invalid plan", and so does the message
    """A plan or schedule cannot be read; `problems` lists each fault with its place."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        self.name = name
        self.problems = problems
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"{name}: {lines}")


class NumberUnknown(IvrError):  # noqa: N818 - reads as the fact it tells
    """No number of ours is called that."""
