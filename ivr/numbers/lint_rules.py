"""Rules that no call can ever reach, and rules that stand in one another's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

from crm_core.sentences import Sentence, sentence, told_values
from ivr.numbers.conditions import (
    CallerCondition,
    Condition,
    DateCondition,
    HoursCondition,
    SiteCondition,
    TimeCondition,
    WeekdayCondition,
)
from ivr.numbers.hours import Schedule
from ivr.numbers.model import Plan, Rule
from ivr.numbers.weekly import WHOLE, Minutes, both, certain, merged, minute_sentence, possible
from ivr.numbers.weekly import without as rest_of

Severity: TypeAlias = Literal["error", "warning"]
_KINDS = {
    "hours": sentence("hours", "the opening hours"),
    "weekday": sentence("weekday", "the day of the week"),
    "time": sentence("time", "the time of day"),
    "date": sentence("date", "the date"),
    "holiday": sentence("holiday", "public holidays"),
    "area": sentence("area", "the caller's area"),
    "caller": sentence("caller", "who calls"),
    "recent": sentence("recent", "earlier calls"),
    "load": sentence("load", "the load of a queue"),
    "site": sentence("site", "a site"),
}
_OF_TIME = (HoursCondition, WeekdayCondition, TimeCondition)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: how bad, a word for programs, the place, the reason, the number."""

    severity: Severity
    code: str
    place: str
    reason: str  # mostly a `Sentence`, which other languages have words for
    number: str = ""

    @property
    def values(self) -> dict[str, str]:
        """What fills the reason."""
        return told_values(self.reason)


def error(place: str, reason: Sentence) -> Finding:
    """Tell of something that must not be published; the code is the reason's."""
    return Finding("error", reason.code, place, reason)


def warning(place: str, reason: Sentence) -> Finding:
    """Tell of something that works, but may not be meant; the code is the reason's."""
    return Finding("warning", reason.code, place, reason)


def rule_findings(plan: Plan, schedules: Mapping[str, Schedule]) -> Iterator[Finding]:
    """Judge the rules of a plan, those inside others too."""
    yield from _level(plan.rules, "rules", plan, schedules, WHOLE)


def _level(
    rules: tuple[Rule, ...],
    place: str,
    plan: Plan,
    schedules: Mapping[str, Schedule],
    around: Minutes,
) -> Iterator[Finding]:
    """Judge rules beside one another; `around` is when a call can come here at all."""
    earlier: list[tuple[str, Rule]] = []
    left = around
    for index, rule in enumerate(rules):
        here = f"{place}.{index}"
        mine = both(possible(rule, plan, schedules), around)
        dead = _dead(rule, mine, both(mine, left), earlier)
        if dead:
            yield error(here, dead)
        else:
            yield from _overlapping(here, rule, earlier, plan, schedules)
        if rule.rules is not None:
            yield from _level(rule.rules, f"{here}.rules", plan, schedules, mine or around)
        if takes_all(rule):
            earlier.append((here, rule))
            left = both(left, rest_of(certain(rule, plan, schedules)))


def takes_all(rule: Rule) -> bool:
    """Say whether no call goes on behind a rule whose conditions hold."""
    if rule.rules is not None:
        return any(not inner.when and takes_all(inner) for inner in rule.rules)
    if rule.split is not None:
        return any(share.site is None and share.hours is None for share in rule.split)
    return True


def _dead(
    rule: Rule, mine: Minutes, reached: Minutes, earlier: list[tuple[str, Rule]]
) -> Sentence | None:
    """Say why no call ever comes to this rule; None when one can."""
    against = _contradiction(rule.when)
    if against:
        return sentence("dead_branch", "can never hold: {why}", why=against)
    if not mine:
        return sentence("dead_branch", "can never hold: its times do not meet")
    for place, before in earlier:
        if not before.when:
            return sentence(
                "dead_branch",
                "is never reached: {place} ({rule}) takes every call before it",
                place=place,
                rule=before.id,
            )
        if set(before.when) <= set(rule.when):
            return sentence(
                "dead_branch",
                "is never reached: {place} ({rule}) asks no more and takes its calls",
                place=place,
                rule=before.id,
            )
    if not reached:
        return sentence(
            "dead_branch", "is never reached: at all its times an earlier rule takes every call"
        )
    return None


def _contradiction(conditions: tuple[Condition, ...]) -> Sentence | None:
    for left, right in combinations(conditions, 2):
        plain = type(left) is type(right) and not left.negated and not right.negated
        if type(left) is type(right) and _but_turned(left, right):
            return sentence("both_ways", "it asks for {what} both ways", what=_KINDS[left.kind])
        if plain and _exclude(left, right):
            return sentence(
                "exclude", "two conditions of {what} exclude one another", what=_KINDS[left.kind]
            )
    return None


def _but_turned(left: Condition, right: Condition) -> bool:
    same = left.model_copy(update={"negated": False}) == right.model_copy(
        update={"negated": False}
    )
    return same and left.negated is not right.negated


def _exclude(left: Condition, right: Condition) -> bool:
    match left, right:
        case HoursCondition(), HoursCondition():
            return left.schedule == right.schedule and left.state != right.state
        case SiteCondition(), SiteCondition():
            return left.site == right.site and left.state != right.state
        case DateCondition(), DateCondition():
            return left.last < right.since or right.last < left.since
        case CallerCondition(), CallerCondition():
            groups = {left.group, right.group}
            return groups in ({"vip", "unknown"}, {"known", "unknown"})
        case _:
            return False


def _overlapping(
    here: str,
    rule: Rule,
    earlier: list[tuple[str, Rule]],
    plan: Plan,
    schedules: Mapping[str, Schedule],
) -> Iterator[Finding]:
    """Find times that two rules claim, of rules that ask for nothing but the time."""
    if not rule.when or not _of_time_alone(rule):
        return
    mine = certain(rule, plan, schedules)
    for place, before in earlier:
        if not before.when or not _of_time_alone(before):
            continue
        shared = both(mine, certain(before, plan, schedules))
        if shared:
            first, after = merged(shared)[0]
            reason = sentence(
                "overlapping_schedules",
                "overlaps {place} ({rule}) at {since} to {until}; there the earlier rule wins",
                place=place,
                rule=before.id,
                since=minute_sentence(first),
                until=minute_sentence(after),
            )
            yield warning(here, reason)


def _of_time_alone(rule: Rule) -> bool:
    return all(isinstance(condition, _OF_TIME) for condition in rule.when)
