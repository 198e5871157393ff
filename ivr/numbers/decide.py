"""Where a call goes and why: pure, with every test that was made."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from ivr.numbers.book import (
    CompiledRule,
    CompiledSplit,
    Entry,
    PlanBook,
    SplitStates,
)
from ivr.numbers.conditions import Condition
from ivr.numbers.facts import Facts, Request, Situation
from ivr.numbers.model import Screening
from ivr.numbers.split import Pick, begin, pick
from ivr.numbers.targets import BusyTarget, FlowTarget, Target

Why: TypeAlias = Literal[
    "no_plan", "closed", "blocked", "repeats", "anonymous", "rule", "split", "otherwise"
]


class Tested(NamedTuple):
    """One test: where it stands in the plan, what it asked, its outcome, and what was seen."""

    place: str
    about: str  # the kind of the condition, or emergency, blocked, repeats, anonymous, split
    holds: bool | None
    seen: str
    condition: Condition | None = None


Raw: TypeAlias = tuple[str, str, bool | None, str, Condition | None]
"""A `Tested` as it is kept until somebody reads it: a tuple costs a fifth of a named one."""


class Spent(NamedTuple):
    """A call led by a split: under which key, to which share, and the counters afterwards."""

    key: str
    pick: Pick


class Decision(NamedTuple):
    """Where the call goes, why, and how that was found."""

    target: Target | None  # None: the number is not known and there is no default
    why: Why
    place: str  # in the plan; empty where there is none
    rule: str
    version: int
    tests: tuple[Raw, ...]
    spent: Spent | None = None

    @property
    def trace(self) -> tuple[Tested, ...]:
        """Every test made, in its order."""
        return tuple(map(Tested._make, self.tests))


def decide(
    book: PlanBook, request: Request, facts: Facts, splits: SplitStates | None = None
) -> Decision:
    """Decide for one call; `splits` are the counters so far, changed by nobody here."""
    entry = book.find(request.did)
    if entry is None:
        return Decision(book.default, "no_plan", "", "", 0, ())
    course = _Course(book, entry, Situation(request, facts), splits or {})
    return course.run()


class _Course:
    """The way of one call through one plan."""

    __slots__ = ("book", "entry", "situation", "splits", "trace")

    def __init__(
        self, book: PlanBook, entry: Entry, situation: Situation, splits: SplitStates
    ) -> None:
        self.book, self.entry, self.situation, self.splits = book, entry, situation, splits
        self.trace: list[Raw] = []

    def run(self) -> Decision:
        number = self.entry.number
        plan = number.plan
        if plan is None:
            return self._unplanned()
        self.trace.append(("closed", "emergency", number.closed, number.closed_note, None))
        if number.closed:
            return self._decided(plan.closed, "closed", "closed")
        screening = self.book.screening
        if plan.screened and screening is not None:
            refused = self._screened(screening)
            if refused is not None:
                return refused
        decision = self._walk(self.entry.rules)
        if decision is not None:
            return decision
        return self._decided(plan.otherwise, "otherwise", "otherwise")

    def _unplanned(self) -> Decision:
        """Serve a number that has a flow alone; its emergency closing refuses it as busy."""
        number = self.entry.number
        target = FlowTarget(kind="flow", flow=number.flow) if number.flow else self.book.default
        self.trace.append(("closed", "emergency", number.closed, number.closed_note, None))
        if number.closed:
            return self._decided(BusyTarget(kind="busy"), "closed", "closed")
        screening = self.book.screening
        refused = self._screened(screening) if screening is not None else None
        return refused or self._decided(target, "no_plan", "")

    def _screened(self, screening: Screening) -> Decision | None:
        situation = self.situation
        reason = self.book.blocked.reason(situation.shown, situation.at)
        self.trace.append(("screening", "blocked", reason is not None, reason or "", None))
        if reason is not None:
            return self._decided(screening.blocked, "blocked", "screening")
        if situation.anonymous:
            refuse = screening.anonymous is not None
            self.trace.append(("screening", "anonymous", refuse, "number withheld", None))
            if screening.anonymous is not None:
                return self._decided(screening.anonymous, "anonymous", "screening")
            return None  # nobody to count by
        if screening.most_a_minute:
            calls = situation.facts.last_minute
            over = calls > screening.most_a_minute
            self.trace.append(("screening", "repeats", over, str(calls), None))
            if over:
                return self._decided(screening.repeats, "repeats", "screening")
        return None

    def _walk(self, rules: tuple[CompiledRule, ...]) -> Decision | None:
        situation, note = self.situation, self.trace.append
        for rule in rules:
            for place, about, condition, test in rule.tests:
                holds, words = test(situation)
                note((place, about, holds, words, condition))
                if holds is not True:
                    break
            else:
                decision = self._taken(rule)
                if decision is not None:
                    return decision
        return None

    def _taken(self, rule: CompiledRule) -> Decision | None:
        """Lead a call for which all conditions of a rule hold; None when it goes on behind."""
        if rule.target is not None:
            return self._decided(rule.target, "rule", f"{rule.place}.to", rule.id)
        if rule.split is not None:
            return self._divided(rule, rule.split)
        return self._walk(rule.rules)

    def _divided(self, rule: CompiledRule, split: CompiledSplit) -> Decision | None:
        closed = self._closed_shares(rule, split)
        state = self.splits.get(split.key) or begin(len(split.weights))
        picked = pick(split.weights, state, closed)
        if picked is None:
            self.trace.append((rule.place, "split", False, "every share is closed", None))
            return None
        share = split.shares[picked.share].share
        words = f"{picked.share + 1} of {len(split.shares)}: {share.percent:g} %"
        if picked.booked != picked.share:
            words += f", for share {picked.booked + 1}"
        place = f"{rule.place}.split.{picked.share}"
        self.trace.append((place, "split", True, words, None))
        return self._decided(share.to, "split", f"{place}.to", rule.id, Spent(split.key, picked))

    def _closed_shares(self, rule: CompiledRule, split: CompiledSplit) -> tuple[bool, ...]:
        closed = []
        for index, (share, calendar) in enumerate(split.shares):
            down = share.site is not None and share.site in self.situation.facts.sites_down
            if share.site is not None:
                place = f"{rule.place}.split.{index}.site"
                self.trace.append((place, "site", not down, "down" if down else "up", None))
            if not down and calendar is not None:
                opening = calendar.at(self.situation.at)
                down = not opening.open
                place = f"{rule.place}.split.{index}.hours"
                words = "open" if opening.open else "closed"
                self.trace.append((place, "hours", opening.open, words, None))
            closed.append(down)
        return tuple(closed)

    def _decided(
        self,
        target: Target | None,
        why: Why,
        place: str,
        rule: str = "",
        spent: Spent | None = None,
    ) -> Decision:
        version = self.entry.number.version
        return Decision(target, why, place, rule, version, tuple(self.trace), spent)
