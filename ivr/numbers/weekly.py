"""The week as minutes: when a rule can hold and when it surely does, for finding dead rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TypeAlias

from crm_core.sentences import Sentence, sentence
from ivr.numbers.conditions import (
    Condition,
    HoursCondition,
    TimeCondition,
    WeekdayCondition,
)
from ivr.numbers.hours import DAY_MINUTES, DAYS, Schedule
from ivr.numbers.model import Plan, Rule

WEEK = 7 * DAY_MINUTES
_DAY_WORDS = (
    sentence("mon", "Mon"),
    sentence("tue", "Tue"),
    sentence("wed", "Wed"),
    sentence("thu", "Thu"),
    sentence("fri", "Fri"),
    sentence("sat", "Sat"),
    sentence("sun", "Sun"),
)
Minutes: TypeAlias = tuple[tuple[int, int], ...]  # apart from one another, in order
WHOLE: Minutes = ((0, WEEK),)


def merged(spans: Iterable[tuple[int, int]]) -> Minutes:
    """Give spans of the week in order, joined where they touch; past its end they begin anew."""
    cut: list[tuple[int, int]] = []
    for first, after in spans:
        cut.append((first, min(after, WEEK)))
        if after > WEEK:
            cut.append((0, after - WEEK))
    joined: list[tuple[int, int]] = []
    for first, after in sorted(cut):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(after, joined[-1][1]))
        else:
            joined.append((first, after))
    return tuple(joined)


def without(spans: Minutes) -> Minutes:
    """Give the rest of the week."""
    edges = (0, *(edge for span in spans for edge in span), WEEK)
    starts = pairwise(edges)
    return tuple((a, b) for index, (a, b) in enumerate(starts) if index % 2 == 0 and a < b)


def both(left: Minutes, right: Minutes) -> Minutes:
    """Give the minutes that lie in both."""
    found = [(max(a, c), min(b, d)) for a, b in left for c, d in right if max(a, c) < min(b, d)]
    return tuple(sorted(found))


def possible(rule: Rule, plan: Plan, schedules: Mapping[str, Schedule]) -> Minutes:
    """Give when a rule may hold, at most."""
    return _when(rule.when, plan, schedules, sure=False)


def certain(rule: Rule, plan: Plan, schedules: Mapping[str, Schedule]) -> Minutes:
    """Give when a rule holds for every caller, at least."""
    return _when(rule.when, plan, schedules, sure=True)


def _when(
    conditions: Iterable[Condition],
    plan: Plan,
    schedules: Mapping[str, Schedule],
    *,
    sure: bool,
) -> Minutes:
    minutes = WHOLE
    for condition in conditions:
        held = _minutes(condition, plan, schedules)
        if held is None:
            held = () if sure else WHOLE
        minutes = both(minutes, held)
    return minutes


def _minutes(
    condition: Condition, plan: Plan, schedules: Mapping[str, Schedule]
) -> Minutes | None:
    """Give when a condition holds in every week; None when that differs or is not of time."""
    plain: Minutes | None = None
    match condition:
        case WeekdayCondition():
            days = sorted(DAYS.index(day) * DAY_MINUTES for day in condition.days)
            plain = merged((day, day + DAY_MINUTES) for day in days)
        case TimeCondition():
            first, after = condition.minutes
            plain = merged(
                (day * DAY_MINUTES + first, day * DAY_MINUTES + after) for day in range(7)
            )
        case HoursCondition():
            plain = _opening(condition, plan, schedules.get(condition.schedule))
        case _:
            pass
    return without(plain) if plain is not None and condition.negated else plain


def _opening(condition: HoursCondition, plan: Plan, schedule: Schedule | None) -> Minutes | None:
    if schedule is None or schedule.holidays or schedule.exceptions or schedule.zone != plan.zone:
        return None
    opened = opening_minutes(schedule)
    return opened if condition.state == "open" else without(opened)


def opening_minutes(schedule: Schedule) -> Minutes:
    """Give the weekly hours of a schedule, as if there were no holidays and exceptions."""
    return merged(
        (DAYS.index(day) * DAY_MINUTES + first, DAYS.index(day) * DAY_MINUTES + after)
        for period in schedule.hours
        for day in period.days
        for first, after in (period.minutes,)
    )


def minute_sentence(minute: int) -> Sentence:
    """Say a minute of the week: `Mon 09:00`."""
    day, rest = divmod(minute % WEEK, DAY_MINUTES)
    clock = f"{rest // 60:02}:{rest % 60:02}"
    return sentence("week_minute", "{day} {clock}", day=_DAY_WORDS[day], clock=clock)
