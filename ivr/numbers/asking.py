"""Conditions compiled to functions: each tells whether it holds, and what was seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

import phonenumbers

from ivr.numbers.calendar import Calendar
from ivr.numbers.conditions import (
    AreaCondition,
    CallerCondition,
    Condition,
    DateCondition,
    HolidayCondition,
    HoursCondition,
    LoadCondition,
    RecentCondition,
    SiteCondition,
    TimeCondition,
    WeekdayCondition,
)
from ivr.numbers.facts import Situation
from ivr.numbers.hours import DAY_MINUTES, DAYS, holiday_on
from ivr.numbers.model import Plan

Seen: TypeAlias = tuple[bool | None, str]
"""Whether a condition holds (None: unknown), and what it was judged by, in a few words.

A bare tuple, as four of them are made for each call.
"""
Test: TypeAlias = Callable[[Situation], Seen]
_BY = {
    (is_open, by): f"{'open' if is_open else 'closed'}, {by}"
    for is_open in (True, False)
    for by in ("week", "holiday", "exception")
}
_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(DAY_MINUTES))
_UNKNOWN: Seen = (None, "unknown")


class Surroundings(NamedTuple):
    """What conditions of a plan refer to."""

    plan: Plan
    calendars: Mapping[str, Calendar]
    blocked: Callable[[Situation], str | None]  # the reason, when the caller is blocked


def compile_test(condition: Condition, around: Surroundings) -> Test:
    """Give the function that tests a condition; one on a missing schedule is never known."""
    plain = _plain(condition, around)
    return _turned(plain) if condition.negated else plain


def _turned(plain: Test) -> Test:
    def turned(situation: Situation) -> Seen:
        holds, words = plain(situation)
        return (None if holds is None else not holds, words)

    return turned


def _plain(condition: Condition, around: Surroundings) -> Test:
    match condition:
        case HoursCondition():
            return _hours(condition, around.calendars.get(condition.schedule))
        case WeekdayCondition() | TimeCondition() | DateCondition() | HolidayCondition():
            return _on_the_clock(condition, around.plan.zone)
        case AreaCondition():
            return _area(condition, around.plan.region)
        case CallerCondition():
            return _caller(condition, around)
        case _:
            return _live(condition)


def _hours(condition: HoursCondition, calendar: Calendar | None) -> Test:
    wanted = condition.state == "open"
    if calendar is None:
        return lambda _: _UNKNOWN
    unnamed: dict[tuple[bool, str], Seen] = {
        (is_open, by): (is_open is wanted, words) for (is_open, by), words in _BY.items()
    }

    def test(situation: Situation) -> Seen:
        is_open, by, name = calendar.state(situation.at)
        if name:
            return (is_open is wanted, f"{_BY[is_open, by]} {name}")
        return unnamed[is_open, by]

    return test


def _on_the_clock(
    condition: WeekdayCondition | TimeCondition | DateCondition | HolidayCondition, zone: str
) -> Test:
    match condition:
        case WeekdayCondition():
            return _weekday(condition, zone)
        case TimeCondition():
            return _time(condition, zone)
        case DateCondition():
            return _date(condition, zone)
        case HolidayCondition():
            return _holiday(condition, zone)


def _weekday(condition: WeekdayCondition, zone: str) -> Test:
    wanted = tuple(day in condition.days for day in DAYS)

    def test(situation: Situation) -> Seen:
        day = situation.local(zone).weekday()
        return (wanted[day], DAYS[day])

    return test


def _time(condition: TimeCondition, zone: str) -> Test:
    first, after = condition.minutes

    def test(situation: Situation) -> Seen:
        local = situation.local(zone)
        minute = local.hour * 60 + local.minute
        inside = first <= minute < after or minute + DAY_MINUTES < after
        return (inside, _CLOCK[minute])

    return test


def _date(condition: DateCondition, zone: str) -> Test:
    first, last = condition.since, condition.last

    def test(situation: Situation) -> Seen:
        today = situation.local(zone).date()
        return (first <= today <= last, today.isoformat())

    return test


def _holiday(condition: HolidayCondition, zone: str) -> Test:
    def test(situation: Situation) -> Seen:
        today = situation.local(zone).date()
        name = holiday_on(condition, today)
        return (name is not None, name or today.isoformat())

    return test


def _area(condition: AreaCondition, home: str) -> Test:
    prefixes, regions = condition.prefixes, frozenset(condition.regions)

    def test(situation: Situation) -> Seen:
        number = situation.number(home)
        if number.startswith(prefixes) or situation.caller.startswith(prefixes):
            return (True, number)
        if not regions:
            return (False, number or "anonymous")
        region = region_of(number)
        return (region in regions, f"{number} {region}".strip() or "anonymous")

    return test


def region_of(number: str) -> str:
    """Give the ISO country an E.164 number belongs to; empty when it belongs to none."""
    if not number.startswith("+"):
        return ""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""


def _caller(condition: CallerCondition, around: Surroundings) -> Test:
    group = condition.group
    if group == "anonymous":
        return lambda situation: (situation.anonymous, situation.caller or "no number")
    if group == "blocked":
        return lambda situation: _blocked(around.blocked(situation))
    return _group(group)


def _blocked(reason: str | None) -> Seen:
    return (False, "not on the list") if reason is None else (True, reason or "listed")


def _group(group: Literal["vip", "known", "unknown"]) -> Test:
    seen: dict[tuple[bool, bool], Seen] = {}
    for vip, known in product((True, False), repeat=2):
        words = "VIP" if vip else "known" if known else "not known"
        seen[vip, known] = ({"vip": vip, "known": known, "unknown": not known}[group], words)

    def test(situation: Situation) -> Seen:
        customer = situation.facts.customer
        return _UNKNOWN if customer is None else seen[customer.vip, customer.known]

    return test


def _live(condition: RecentCondition | LoadCondition | SiteCondition) -> Test:
    match condition:
        case RecentCondition():
            return _recent(condition)
        case LoadCondition():
            return _load(condition)
        case SiteCondition():
            return _site(condition)


def _recent(condition: RecentCondition) -> Test:
    def test(situation: Situation) -> Seen:
        calls = situation.calls_within(condition.hours)
        if calls is None:
            return _UNKNOWN
        return (calls >= condition.times, f"{calls} within {condition.hours} h")

    return test


def _load(condition: LoadCondition) -> Test:
    measure, over = condition.measure, condition.is_ == "over"

    def test(situation: Situation) -> Seen:
        load = situation.facts.load.get(condition.queue)
        value = None if load is None else getattr(load, measure)
        if value is None:
            return _UNKNOWN
        holds = value > condition.value if over else value < condition.value
        return (holds, str(value))

    return test


def _site(condition: SiteCondition) -> Test:
    wanted_up = condition.state == "up"

    def test(situation: Situation) -> Seen:
        up = condition.site not in situation.facts.sites_down
        return (up is wanted_up, "up" if up else "down")

    return test
