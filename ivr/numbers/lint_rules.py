"""Rules that no call can ever reach, and rules that stand in one another's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, TypeAlias

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
from ivr.numbers.weekly import WHOLE, Minutes, both, certain, merged, minutes_words, possible
from ivr.numbers.weekly import without as rest_of

Severity: TypeAlias = Literal["error", "warning"]
_OF_TIME = (HoursCondition, WeekdayCondition, TimeCondition)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: how bad, a word for programs, the place, the reason, the number."""

    severity: Severity
    code: str
    place: str
    reason: str
    number: str = ""


def error(code: str, place: str, reason: str) -> Finding:
    """Tell of something that must not be published."""
    return Finding("error", code, place, reason)


def warning(code: str, place: str, reason: str) -> Finding:
    """Tell of something that works, but may not be meant."""
    return Finding("warning", code, place, reason)


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
            yield error("dead_branch", here, dead)
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


def _dead(rule: Rule, mine: Minutes, reached: Minutes, earlier: list[tuple[str, Rule]]) -> str:
    """Say why no call ever comes to this rule; empty when one can."""
    against = _contradiction(rule.when)
    if against:
        return f"can never hold: {against}"
    if not mine:
        return "can never hold: its times do not meet"
    for place, before in earlier:
        if not before.when:
            return f"is never reached: {place} ({before.id}) takes every call before it"
        if set(before.when) <= set(rule.when):
            return f"is never reached: {place} ({before.id}) asks no more and takes its calls"
    if not reached:
        return "is never reached: at all its times an earlier rule takes every call"
    return ""


def _contradiction(conditions: tuple[Condition, ...]) -> str:
    for left, right in combinations(conditions, 2):
        plain = type(left) is type(right) and not left.negated and not right.negated
        if type(left) is type(right) and _but_turned(left, right):
            return f"it asks for {left.kind} both ways"
        if plain and _exclude(left, right):
            return f"two {left.kind} conditions exclude one another"
    return ""


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
            words = f"{minutes_words(first)} to {minutes_words(after)}"
            reason = f"overlaps {place} ({before.id}) at {words}; there the earlier rule wins"
            yield warning("overlapping_schedules", here, reason)


def _of_time_alone(rule: Rule) -> bool:
    return all(isinstance(condition, _OF_TIME) for condition in rule.when)
