"""Schedules made ready to be asked: open or closed at a moment, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from ivr.numbers.hours import DAY_MINUTES, DAYS, Holidays, Schedule, Span, holidays_in, zone_of

Minutes: TypeAlias = tuple[tuple[int, int], ...]
DayHours: TypeAlias = tuple[Minutes, str, str]
"""The minutes of a day that are open, by which rule, and the name of the holiday or exception."""
_DAY = timedelta(days=1)


class Opening(NamedTuple):
    """Whether it is open, by which rule (`week`, `holiday`, `exception`), and its name."""

    open: bool
    by: str
    name: str = ""


class Calendar:
    """One schedule, compiled once; asking it reads no clock."""

    __slots__ = ("_holidays", "_over", "_special", "_week", "_worked_out", "_zone")

    def __init__(self, schedule: Schedule) -> None:
        self._zone = zone_of(schedule.zone)
        self._holidays: Holidays | None = schedule.holidays
        self._week: tuple[DayHours, ...] = tuple(
            (minutes_of_spans(one for one in schedule.hours if day in one.days), "week", "")
            for day in DAYS
        )
        self._special: dict[date, DayHours] = {}
        self._worked_out: set[int] = set()  # years whose holidays are among them, as asked for
        for one in schedule.exceptions:
            day = one.since
            while day <= one.last:
                self._special[day] = (minutes_of_spans(one.hours), "exception", one.note)
                day += _DAY
        spans = [hours for hours, _, _ in (*self._week, *self._special.values())]
        self._over = any(after > DAY_MINUTES for hours in spans for _, after in hours)

    def at(self, moment: datetime) -> Opening:
        """Say whether it is open at an aware moment; wall-clock times hold across DST."""
        return Opening._make(self.state(moment))

    def state(self, moment: datetime) -> tuple[bool, str, str]:
        """Give what `at` says as a bare tuple, for the way of a call."""
        local = moment.astimezone(self._zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        hours, by, name = self._on(today)
        for first, after in hours:
            if first <= minute < after:
                return True, by, name
        if self._over:  # some day's hours run past midnight
            spilled, spilled_by, spilled_name = self._on(today - _DAY)
            minute += DAY_MINUTES
            for first, after in spilled:
                if first <= minute < after:
                    return True, spilled_by, spilled_name
        return False, by, name

    def warm(self, years: Iterable[int]) -> None:
        """Work the holidays of these years out now, not when a call waits for them."""
        for year in years:
            if year not in self._worked_out:
                self._work_out(year)

    def _on(self, day: date) -> DayHours:
        if day.year not in self._worked_out:
            self._work_out(day.year)
        return self._special.get(day) or self._week[day.weekday()]

    def _work_out(self, year: int) -> None:
        """Keep the holidays of a year beside the exceptions, which come first."""
        if self._holidays is not None:
            for day, name in holidays_in(self._holidays, year).items():
                self._special.setdefault(day, ((), "holiday", name))
        self._worked_out.add(year)


def minutes_of_spans(spans: Iterable[Span]) -> Minutes:
    """Give spans as minutes of their day, in order; past midnight they go on over 1440."""
    return tuple(sorted(span.minutes for span in spans))
