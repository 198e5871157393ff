"""Plans as calls walk them: tests, splits and rules, those that are alike kept once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from ivr.numbers.asking import Surroundings, Test, compile_test
from ivr.numbers.calendar import Calendar
from ivr.numbers.conditions import Condition
from ivr.numbers.model import Share, weights_of
from ivr.numbers.targets import Target


class CompiledTest(NamedTuple):
    """A condition with its place, its kind and its function."""

    place: str
    about: str
    condition: Condition
    test: Test


class CompiledShare(NamedTuple):
    """A share with what can close it."""

    share: Share
    calendar: Calendar | None


class CompiledSplit(NamedTuple):
    """A split, and the key its counters are kept under."""

    key: str
    weights: tuple[int, ...]
    shares: tuple[CompiledShare, ...]
    rule: str


class CompiledRule(NamedTuple):
    """A rule; one of target, split and rules is there."""

    id: str
    place: str
    tests: tuple[CompiledTest, ...]
    target: Target | None
    split: CompiledSplit | None
    rules: tuple[CompiledRule, ...]


Shares: TypeAlias = tuple[tuple[int, ...], tuple[CompiledShare, ...]]
"""The weights of a split, and its shares."""


class Alike:
    """Keeps one of all tests and rules that are written alike, for the time of compiling.

    Plans of one center repeat one another; what they share stays in the processor's own memory,
    and a call does not wait for the machine's.
    """

    def __init__(self) -> None:
        self._tests: dict[object, CompiledTest] = {}
        self._rules: dict[object, CompiledRule] = {}
        self._targets: dict[str, Target] = {}
        self._shares: dict[object, Shares] = {}

    def test(self, place: str, condition: Condition, around: Surroundings) -> CompiledTest:
        """Give the compiled condition; `around` is of the same book each time but for its plan."""
        key = (place, around.plan.zone, around.plan.region, condition)
        found = self._tests.get(key)
        if found is None:
            test = compile_test(condition, around)
            found = self._tests[key] = CompiledTest(place, condition.kind, condition, test)
        return found

    def target(self, target: Target) -> Target:
        """Give the target like this one that was there first."""
        words = f"{type(target).__name__} {target.model_dump_json()}"
        return self._targets.setdefault(words, target)

    def rule(self, rule: CompiledRule) -> CompiledRule:
        """Give the rule like this one that was there first; those with splits are all kept."""
        if rule.target is None:
            return rule
        rule = rule._replace(target=self.target(rule.target))
        parts = (*map(id, rule.tests), id(rule.target))  # each is the only one of its kind
        return self._rules.setdefault((rule.id, rule.place, parts), rule)

    def shares(self, shares: tuple[Share, ...], calendars: Mapping[str, Calendar]) -> Shares:
        """Give the weights and shares like these that were there first."""
        key = tuple(share.model_dump_json() for share in shares)
        found = self._shares.get(key)
        if found is None:
            compiled = tuple(
                CompiledShare(share, calendars.get(share.hours or "")) for share in shares
            )
            found = self._shares[key] = (weights_of(shares), compiled)
        return found
