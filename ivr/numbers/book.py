"""All plans of a tenant, compiled once and asked for every call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Literal, NamedTuple

from crm_core.phones import normalise
from ivr.numbers.asking import Surroundings
from ivr.numbers.blocking import BlockList
from ivr.numbers.calendar import Calendar
from ivr.numbers.compiled import Alike, CompiledRule, CompiledSplit
from ivr.numbers.conditions import CallerCondition, LoadCondition, RecentCondition
from ivr.numbers.facts import Situation
from ivr.numbers.hours import Schedule
from ivr.numbers.model import Plan, Rule, Screening, Share, placed_rules
from ivr.numbers.split import SplitState
from ivr.numbers.targets import BusyTarget, FlowTarget, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number of ours: its flow, which serves it while it has no plan, and its plan."""

    did: str
    flow: str
    plan: Plan | None = None
    version: int = 0
    closed: bool = False  # by emergency
    closed_note: str = ""


class Needs(NamedTuple):
    """What must be looked up before the plan can decide."""

    customer: bool = False
    hours_back: int = 0
    queues: frozenset[str] = frozenset()  # whose load is asked for


@dataclass(frozen=True, slots=True)
class Entry:
    """A number, ready; all that a call looks at lies here side by side."""

    number: Number
    needs: Needs
    version: int
    closed_to: Target | None  # where every call goes now; None unless closed by emergency
    screened: bool
    rules: tuple[CompiledRule, ...]
    otherwise: Target | None
    last_resort: tuple[Literal["no_plan", "otherwise"], str]  # why `otherwise`, and its place


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
        alike = Alike()
        for number in numbers:
            entry = self._compiled(number, alike)
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

    def _compiled(self, number: Number, alike: Alike) -> Entry:
        plan = number.plan
        if plan is None:
            return self._unplanned(number)
        around = Surroundings(plan, self._calendars, self._blocked)
        return Entry(
            number,
            needs_of(plan),
            number.version,
            alike.target(plan.closed) if number.closed else None,
            plan.screened,
            self._rules(plan.rules, "rules", number, around, alike),
            alike.target(plan.otherwise),
            ("otherwise", "otherwise"),
        )

    def _unplanned(self, number: Number) -> Entry:
        """Serve a number that has a flow alone; its emergency closing refuses it as busy."""
        target = FlowTarget(kind="flow", flow=number.flow) if number.flow else self.default
        closed = BusyTarget(kind="busy") if number.closed else None
        return Entry(number, Needs(), number.version, closed, True, (), target, ("no_plan", ""))

    def _rules(
        self,
        rules: Iterable[Rule],
        place: str,
        number: Number,
        around: Surroundings,
        alike: Alike,
    ) -> tuple[CompiledRule, ...]:
        return tuple(
            self._rule(rule, f"{place}.{index}", number, around, alike)
            for index, rule in enumerate(rules)
        )

    def _rule(
        self, rule: Rule, place: str, number: Number, around: Surroundings, alike: Alike
    ) -> CompiledRule:
        tests = tuple(
            alike.test(f"{place}.when.{index}", one, around) for index, one in enumerate(rule.when)
        )
        split = None if rule.split is None else self._split(rule.split, rule.id, number.did, alike)
        rules = self._rules(rule.rules or (), f"{place}.rules", number, around, alike)
        return alike.rule(CompiledRule(rule.id, place, tests, rule.to, split, rules))

    def _split(
        self, shares: tuple[Share, ...], rule: str, did: str, alike: Alike
    ) -> CompiledSplit:
        weights, compiled = alike.shares(shares, self._calendars)
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
