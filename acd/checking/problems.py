"""Problems of a configuration, each with its place, as pure values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override

from crm_core.sentences import Sentence, Value, told_values


class Severity(StrEnum):
    """Whether a configuration with this problem is refused."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong where; the message is a sentence that other languages have words for."""

    kind: str  # queue, agent, skill or reason
    key: str  # queue name, agent id, skill or reason code
    path: str  # of the field, dotted as in the document, e.g. `steps.0.needs`
    message: Sentence
    severity: Severity = Severity.ERROR

    @property
    def code(self) -> str:
        """What is wrong, for programs."""
        return self.message.code

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """What fills the message."""
        return tuple(told_values(self.message).items())

    @override
    def __str__(self) -> str:
        """Tell it on one line."""
        place = f"{self.kind} {self.key}" + (f", {self.path}" if self.path else "")
        return f"{self.severity}: {place}: {self.message}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What exists beside the roster; None where it cannot be known."""

    skills: frozenset[str] = frozenset()
    prompts: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the checks are looking."""

    kind: str
    key: str

    def error(self, path: str, code: str, text: str, **values: Value) -> Problem:
        """Return an error there; `text` is the pattern that the values fill."""
        return self._problem(Severity.ERROR, path, Sentence(code, text, values))

    def warning(self, path: str, code: str, text: str, **values: Value) -> Problem:
        """Return a warning there; `text` is the pattern that the values fill."""
        return self._problem(Severity.WARNING, path, Sentence(code, text, values))

    def within(self, path: str, value: float | None, low: float, high: float) -> Iterator[Problem]:
        """Refuse a figure outside its range; None is fine."""
        if value is not None and not low <= value <= high:
            yield self.error(
                path,
                "out_of_range",
                "{value} is not between {low} and {high}",
                value=f"{value:g}",
                low=f"{low:g}",
                high=f"{high:g}",
            )

    def _problem(self, severity: Severity, path: str, message: Sentence) -> Problem:
        return Problem(kind=self.kind, key=self.key, path=path, message=message, severity=severity)
