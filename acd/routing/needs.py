"""What a requirement is made of, and whether an agent's skill levels meet it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Levels: TypeAlias = Mapping[str, int]
Predicate: TypeAlias = Callable[[Levels], bool]

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
    "<=": operator.le,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Level:
    """One skill held against a number; who lacks the skill has level 0."""

    skill: str
    comparison: str
    wanted: int
    place: int  # where it begins in the text, from 1

    def predicate(self) -> Predicate:
        """Return a test of an agent's levels."""
        skill, wanted, compare = self.skill, self.wanted, COMPARISONS[self.comparison]
        return lambda levels: compare(levels.get(skill, 0), wanted)

    def why_not(self, levels: Levels) -> str:
        """Say what is wrong with the levels; empty when nothing is."""
        has = levels.get(self.skill, 0)
        if COMPARISONS[self.comparison](has, self.wanted):
            return ""
        return f"{self.skill} is {has}, needs {self.comparison}{self.wanted}"


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple[Need, ...]

    def predicate(self) -> Predicate:
        """Return a test of an agent's levels."""
        tests = tuple(part.predicate() for part in self.parts)
        return lambda levels: all(test(levels) for test in tests)

    def why_not(self, levels: Levels) -> str:
        """Say what is wrong with the levels; empty when nothing is."""
        return next((why for part in self.parts if (why := part.why_not(levels))), "")


@dataclass(frozen=True, slots=True)
class Either:
    """One part must hold."""

    parts: tuple[Need, ...]

    def predicate(self) -> Predicate:
        """Return a test of an agent's levels."""
        tests = tuple(part.predicate() for part in self.parts)
        return lambda levels: any(test(levels) for test in tests)

    def why_not(self, levels: Levels) -> str:
        """Say what is wrong with the levels; empty when nothing is."""
        reasons = [part.why_not(levels) for part in self.parts]
        return " or ".join(reasons) if all(reasons) else ""


@dataclass(frozen=True, slots=True)
class Unless:
    """The part must not hold."""

    part: Need

    def predicate(self) -> Predicate:
        """Return a test of an agent's levels."""
        test = self.part.predicate()
        return lambda levels: not test(levels)

    def why_not(self, levels: Levels) -> str:
        """Say what is wrong with the levels; empty when nothing is."""
        if self.part.why_not(levels):
            return ""
        return f"must not be: {written(self.part)}"


Need: TypeAlias = Level | All | Either | Unless


def levels_in(need: Need) -> list[Level]:
    """Return every comparison of the need, in the order they are written."""
    match need:
        case Level():
            return [need]
        case Unless():
            return levels_in(need.part)
        case All() | Either():
            return [level for part in need.parts for level in levels_in(part)]


def written(need: Need) -> str:
    """Write the need in one way, with no more brackets than it takes."""
    match need:
        case Level():
            return f"{need.skill}{need.comparison}{need.wanted}"
        case Unless():
            return f"not {_bracketed(need.part)}"
        case All():
            return " and ".join(_bracketed(part) for part in need.parts)
        case Either():
            return " or ".join(_bracketed(part) for part in need.parts)


def _bracketed(need: Need) -> str:
    return f"({written(need)})" if isinstance(need, All | Either) else written(need)
