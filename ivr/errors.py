"""Everything that can go wrong in a flow or its prompts, as errors one can read."""

from __future__ import annotations

from dataclasses import dataclass

from typing_extensions import override

from crm_core.sentences import code_of


class IvrError(Exception):
    """Base of the errors of this package."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One fault of a flow: the place as a dotted path (`nodes.main.give_up`) and the reason."""

    place: str
    reason: str  # mostly a `Sentence`, which other languages have words for

    @property
    def code(self) -> str:
        """The reason for programs."""
        return code_of(self.reason, "invalid")

    @override
    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class FlowInvalid(IvrError):  # noqa: N818 - the trade says "invalid flow", and so does the message
    """A flow does not hold together; `problems` lists each fault with its place."""

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        self.name = name
        self.problems = problems
        lines = "; ".join(str(problem) for problem in problems)
        super().__init__(f"flow {name!r} is not valid: {lines}")


class FlowMissing(IvrError):  # noqa: N818 - reads as the fact it tells
    """A flow is named that no file holds."""


class VoiceFailed(IvrError):  # noqa: N818 - reads as the fact it tells
    """The text-to-speech engine gave no usable sound."""


class VoiceMissing(VoiceFailed):
    """The engine, or the program that converts its sound, is not installed."""
