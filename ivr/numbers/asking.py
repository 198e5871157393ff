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

Sight: TypeAlias = tuple[str | int | float, ...]
"""What was seen: a code, then its values; empty for nothing. `ivr.trace` has the words.

open | closed (by week, holiday or exception, its name), weekday (mon), time (09:15), date
(2026-11-20), holiday (its name), number (as shown, its country), anonymous, listed (the reason),
not_listed, vip, known, not_known, calls (how many, within how many hours), value (a figure), up,
down, unknown, note (of who closed), all_closed, share (which, of how many, percent, for which
other).
"""
Seen: TypeAlias = tuple[bool | None, Sight]
"""Whether a condition holds (None: unknown), and what was seen.

A bare tuple, as four of them are made for each call; nothing is put into words on the way.
"""
Test: TypeAlias = Callable[[Situation], Seen]
_BY: dict[tuple[bool, str], Sight] = {
    (is_open, by): ("open" if is_open else "closed", by)
    for is_open in (True, False)
    for by in ("week", "holiday", "exception")
}
_CLOCK: tuple[Sight, ...] = tuple(
    ("time", f"{minute // 60:02}:{minute % 60:02}") for minute in range(DAY_MINUTES)
)
_DAYS: tuple[Sight, ...] = tuple(("weekday", day) for day in DAYS)
_UNKNOWN: Seen = (None, ("unknown",))
_ANONYMOUS: Sight = ("anonymous",)
_UP: Sight = ("up",)
_DOWN: Sight = ("down",)


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
        holds, sight = plain(situation)
        return (None if holds is None else not holds, sight)

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
        (is_open, by): (is_open is wanted, sight) for (is_open, by), sight in _BY.items()
    }

    def test(situation: Situation) -> Seen:
        is_open, by, name = calendar.state(situation.at)
        if name:
            return (is_open is wanted, (*_BY[is_open, by], name))
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
        return (wanted[day], _DAYS[day])

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
        return (first <= today <= last, ("date", today.isoformat()))

    return test


def _holiday(condition: HolidayCondition, zone: str) -> Test:
    def test(situation: Situation) -> Seen:
        today = situation.local(zone).date()
        name = holiday_on(condition, today)
        return (True, ("holiday", name)) if name else (False, ("date", today.isoformat()))

    return test


def _area(condition: AreaCondition, home: str) -> Test:
    prefixes, regions = condition.prefixes, frozenset(condition.regions)

    def test(situation: Situation) -> Seen:
        number = situation.number(home)
        if number.startswith(prefixes) or situation.caller.startswith(prefixes):
            return (True, ("number", number))
        if not regions:
            return (False, ("number", number) if number else _ANONYMOUS)
        region = region_of(number)
        return (region in regions, ("number", number, region) if number else _ANONYMOUS)

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
        return _is_anonymous
    if group == "blocked":
        return lambda situation: _blocked(around.blocked(situation))
    return _group(group)


def _is_anonymous(situation: Situation) -> Seen:
    shown = situation.caller
    return (situation.anonymous, ("number", shown) if shown else _ANONYMOUS)


def _blocked(reason: str | None) -> Seen:
    return (False, ("not_listed",)) if reason is None else (True, ("listed", reason))


def _group(group: Literal["vip", "known", "unknown"]) -> Test:
    seen: dict[tuple[bool, bool], Seen] = {}
    for vip, known in product((True, False), repeat=2):
        code = "vip" if vip else "known" if known else "not_known"
        seen[vip, known] = ({"vip": vip, "known": known, "unknown": not known}[group], (code,))

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
        return (calls >= condition.times, ("calls", calls, condition.hours))

    return test


def _load(condition: LoadCondition) -> Test:
    measure, over = condition.measure, condition.is_ == "over"

    def test(situation: Situation) -> Seen:
        load = situation.facts.load.get(condition.queue)
        value = None if load is None else getattr(load, measure)
        if value is None:
            return _UNKNOWN
        holds = value > condition.value if over else value < condition.value
        return (holds, ("value", value))

    return test


def _site(condition: SiteCondition) -> Test:
    wanted_up = condition.state == "up"

    def test(situation: Situation) -> Seen:
        up = condition.site not in situation.facts.sites_down
        return (up is wanted_up, _UP if up else _DOWN)

    return test
