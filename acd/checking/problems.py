"""Problems of a configuration, each with its place, as pure values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from typing_extensions import override


class Severity(StrEnum):
    """Whether a configuration with this problem is refused."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong where; `message` is English, `code` and `values` are for other languages."""

    kind: str  # queue, agent, skill or reason
    key: str  # queue name, agent id, skill or reason code
    path: str  # of the field, dotted as in the document, e.g. `steps.0.needs`
    code: str
    message: str
    severity: Severity = Severity.ERROR
    values: tuple[tuple[str, str], ...] = ()

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

    def error(self, path: str, code: str, message: str, **values: object) -> Problem:
        """Return an error there."""
        return self._problem(Severity.ERROR, path, code, message, values)

    def warning(self, path: str, code: str, message: str, **values: object) -> Problem:
        """Return a warning there."""
        return self._problem(Severity.WARNING, path, code, message, values)

    def within(self, path: str, value: float | None, low: float, high: float) -> Iterator[Problem]:
        """Refuse a figure outside its range; None is fine."""
        if value is not None and not low <= value <= high:
            message = f"{value:g} is not between {low:g} and {high:g}"
            yield self.error(path, "out_of_range", message, low=f"{low:g}", high=f"{high:g}")

    def _problem(
        self, severity: Severity, path: str, code: str, message: str, values: dict[str, object]
    ) -> Problem:
        return Problem(
            kind=self.kind,
            key=self.key,
            path=path,
            code=code,
            message=message,
            severity=severity,
            values=tuple((name, str(value)) for name, value in values.items()),
        )
