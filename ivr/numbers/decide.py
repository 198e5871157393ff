"""Where a call goes and why: pure, with every test that was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, cast

from ivr.numbers.asking import Seen, Sight
from ivr.numbers.book import Entry, PlanBook, SplitStates
from ivr.numbers.compiled import CompiledRule, CompiledSplit, CompiledTest
from ivr.numbers.conditions import Condition
from ivr.numbers.facts import Facts, Request, Situation
from ivr.numbers.model import Screening
from ivr.numbers.split import Pick, begin, pick
from ivr.numbers.targets import Target

Why: TypeAlias = Literal[
    "no_plan", "closed", "blocked", "repeats", "anonymous", "rule", "split", "otherwise"
]


class Tested(NamedTuple):
    """One test: where it stands in the plan, what it asked, its outcome, and what was seen."""

    place: str
    about: str  # the kind of the condition, or emergency, blocked, repeats, anonymous, split
    holds: bool | None
    seen: Sight
    condition: Condition | None = None


Raw: TypeAlias = Tested | CompiledTest | Seen
"""What a `Tested` is kept as until somebody reads it: itself, or the test and what it saw.

These two follow each other: to keep what is there already costs a tenth of a `Tested`.
"""
_NOT_CLOSED = Tested("closed", "emergency", holds=False, seen=())
_NOT_BLOCKED = Tested("screening", "blocked", holds=False, seen=())


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
        return tuple(_told(self.tests))


def _told(tests: Iterable[Raw]) -> Iterator[Tested]:
    left = iter(tests)
    for one in left:
        if isinstance(one, Tested):
            yield one
        else:
            place, about, condition, _ = cast("CompiledTest", one)
            holds, sight = cast("Seen", next(left))
            yield Tested(place, about, holds, sight, condition)


@lru_cache(maxsize=1000)
def _counted(calls: int, over: bool) -> Tested:
    return Tested("screening", "repeats", over, ("value", calls))


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
        entry = self.entry
        if entry.closed_to is not None:
            note = entry.number.closed_note
            sight: Sight = ("note", note) if note else ()
            self.trace.append(Tested("closed", "emergency", holds=True, seen=sight))
            return self._decided(entry.closed_to, "closed", "closed")
        self.trace.append(_NOT_CLOSED)
        screening = self.book.screening
        if screening is not None and entry.screened:
            refused = self._screened(screening)
            if refused is not None:
                return refused
        return self._walk(entry.rules) or self._decided(entry.otherwise, *entry.last_resort)

    def _screened(self, screening: Screening) -> Decision | None:
        situation = self.situation
        reason = self.book.blocked.reason(situation.shown, situation.at)
        if reason is None:
            self.trace.append(_NOT_BLOCKED)
        else:
            self.trace.append(Tested("screening", "blocked", holds=True, seen=("listed", reason)))
            return self._decided(screening.blocked, "blocked", "screening")
        if situation.anonymous:
            refuse = screening.anonymous is not None
            self.trace.append(Tested("screening", "anonymous", refuse, ("anonymous",)))
            if screening.anonymous is not None:
                return self._decided(screening.anonymous, "anonymous", "screening")
            return None  # nobody to count by
        if screening.most_a_minute:
            calls = situation.facts.last_minute
            over = calls > screening.most_a_minute
            self.trace.append(_counted(calls, over))
            if over:
                return self._decided(screening.repeats, "repeats", "screening")
        return None

    def _walk(self, rules: tuple[CompiledRule, ...]) -> Decision | None:
        situation, note = self.situation, self.trace.append
        for rule in rules:
            for one in rule.tests:
                seen = one[3](situation)  # by place: by name it takes as long as the test
                note(one)
                note(seen)
                if seen[0] is not True:
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
            self.trace.append(Tested(rule.place, "split", holds=False, seen=("all_closed",)))
            return None
        share = split.shares[picked.share].share
        sight: Sight = ("share", picked.share + 1, len(split.shares), share.percent)
        if picked.booked != picked.share:
            sight += (picked.booked + 1,)
        place = f"{rule.place}.split.{picked.share}"
        self.trace.append(Tested(place, "split", holds=True, seen=sight))
        return self._decided(share.to, "split", f"{place}.to", rule.id, Spent(split.key, picked))

    def _closed_shares(self, rule: CompiledRule, split: CompiledSplit) -> tuple[bool, ...]:
        closed = []
        for index, (share, calendar) in enumerate(split.shares):
            down = share.site is not None and share.site in self.situation.facts.sites_down
            if share.site is not None:
                place = f"{rule.place}.split.{index}.site"
                self.trace.append(Tested(place, "site", not down, ("down",) if down else ("up",)))
            if not down and calendar is not None:
                opening = calendar.at(self.situation.at)
                down = not opening.open
                place = f"{rule.place}.split.{index}.hours"
                state = "open" if opening.open else "closed"
                self.trace.append(Tested(place, "hours", opening.open, (state,)))
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
        made = (target, why, place, rule, self.entry.version, tuple(self.trace), spent)
        return _new(Decision, made)


_new = tuple.__new__  # by its name a `Decision` takes twice as long to make
