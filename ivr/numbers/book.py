"""All plans of a tenant, compiled once and asked for every call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import NamedTuple

from crm_core.phones import normalise
from ivr.numbers.asking import Surroundings, Test, compile_test
from ivr.numbers.blocking import BlockList
from ivr.numbers.calendar import Calendar
from ivr.numbers.conditions import CallerCondition, Condition, LoadCondition, RecentCondition
from ivr.numbers.facts import Situation
from ivr.numbers.hours import Schedule
from ivr.numbers.model import Plan, Rule, Screening, Share, placed_rules, weights_of
from ivr.numbers.split import SplitState
from ivr.numbers.targets import FlowTarget, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number of ours: its flow, which serves it while it has no plan, and its plan."""

    did: str
    flow: str
    plan: Plan | None = None
    version: int = 0
    closed: bool = False  # by emergency
    closed_note: str = ""


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


class Needs(NamedTuple):
    """What must be looked up before the plan can decide."""

    customer: bool = False
    hours_back: int = 0
    queues: frozenset[str] = frozenset()  # whose load is asked for


@dataclass(frozen=True, slots=True)
class Entry:
    """A number, ready."""

    number: Number
    rules: tuple[CompiledRule, ...]
    needs: Needs


class PlanBook:
    """Numbers, schedules, screening and block list; never changed, but replaced as a whole."""

    def __init__(
        self,
        numbers: Iterable[Number] = (),
        *,
        schedules: Mapping[str, Schedule] | None = None,
        screening: Screening | None = None,
        blocked: BlockList | None = None,
        default_flow: str = "",
    ) -> None:
        """Compile; a number that is not here is served by the default flow."""
        self.screening, self.blocked = screening, blocked or BlockList()
        self.default = FlowTarget(kind="flow", flow=default_flow) if default_flow else None
        self._calendars = {name: Calendar(one) for name, one in (schedules or {}).items()}
        self._entries: dict[str, Entry] = {}
        self._dialled: dict[str, Entry] = {}
        for number in numbers:
            entry = self._compiled(number)
            self._entries[number.did] = self._dialled[number.did] = entry
            self._dialled.setdefault(normalise(number.did).shown, entry)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, did: str) -> Entry | None:
        """Give the number that was dialled, written as the switch or a person may write it."""
        return self._dialled.get(did) or self._dialled.get(normalise(did).shown)

    def needs(self, did: str) -> Needs:
        """Say what the number's plan wants to know of the caller."""
        entry = self.find(did)
        return Needs() if entry is None else entry.needs

    def splits(self) -> dict[str, CompiledSplit]:
        """Give every split by the key of its counters."""
        return {
            split.key: split for entry in self._entries.values() for split in _splits(entry.rules)
        }

    def warm(self, years: Iterable[int]) -> None:
        """Work out the holidays of these years before a call waits for them."""
        wanted = tuple(years)
        for calendar in self._calendars.values():
            calendar.warm(wanted)

    def opening(self, schedule: str, at: datetime) -> bool | None:
        """Say whether a schedule is open; None when there is none of that name."""
        calendar = self._calendars.get(schedule)
        return None if calendar is None else calendar.at(at).open

    def _blocked(self, situation: Situation) -> str | None:
        return self.blocked.reason(situation.shown, situation.at)

    def _compiled(self, number: Number) -> Entry:
        plan = number.plan
        if plan is None:
            return Entry(number, (), Needs())
        around = Surroundings(plan, self._calendars, self._blocked)
        rules = tuple(
            self._rule(rule, f"rules.{index}", number, around)
            for index, rule in enumerate(plan.rules)
        )
        return Entry(number, rules, needs_of(plan))

    def _rule(self, rule: Rule, place: str, number: Number, around: Surroundings) -> CompiledRule:
        return CompiledRule(
            rule.id,
            place,
            tuple(
                CompiledTest(f"{place}.when.{index}", one.kind, one, compile_test(one, around))
                for index, one in enumerate(rule.when)
            ),
            rule.to,
            None if rule.split is None else self._split(rule.split, rule.id, number.did),
            tuple(
                self._rule(inner, f"{place}.rules.{index}", number, around)
                for index, inner in enumerate(rule.rules or ())
            ),
        )

    def _split(self, shares: tuple[Share, ...], rule: str, did: str) -> CompiledSplit:
        weights = weights_of(shares)
        compiled = tuple(
            CompiledShare(share, self._calendars.get(share.hours or "")) for share in shares
        )
        return CompiledSplit(split_key(did, rule, weights), weights, compiled, rule)


def split_key(did: str, rule: str, weights: tuple[int, ...]) -> str:
    """Name the counters of a split; other shares begin with other counters."""
    mark = blake2s(repr(weights).encode(), digest_size=4).hexdigest()
    return f"{did}/{rule}/{mark}"


def needs_of(plan: Plan) -> Needs:
    """Say what a plan wants to know of the caller."""
    conditions = [one for _, rule in placed_rules(plan.rules) for one in rule.when]
    customer = any(
        isinstance(one, CallerCondition) and one.group in {"vip", "known", "unknown"}
        for one in conditions
    )
    back = [one.hours for one in conditions if isinstance(one, RecentCondition)]
    queues = frozenset(one.queue for one in conditions if isinstance(one, LoadCondition))
    return Needs(customer, max(back, default=0), queues)


def _splits(rules: tuple[CompiledRule, ...]) -> Iterable[CompiledSplit]:
    for rule in rules:
        if rule.split is not None:
            yield rule.split
        yield from _splits(rule.rules)


SplitStates = Mapping[str, SplitState]
