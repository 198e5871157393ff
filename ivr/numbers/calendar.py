"""Schedules made ready to be asked: open or closed at a moment, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from ivr.numbers.hours import DAY_MINUTES, DAYS, Holidays, Schedule, Span, holidays_in, zone_of

Minutes: TypeAlias = tuple[tuple[int, int], ...]
_DAY = timedelta(days=1)


class Opening(NamedTuple):
    """Whether it is open, by which rule (`week`, `holiday`, `exception`), and its name."""

    open: bool
    by: str
    name: str = ""


class Calendar:
    """One schedule, compiled once; asking it reads no clock."""

    __slots__ = ("_dated", "_feasts", "_holidays", "_over", "_week", "_zone")

    def __init__(self, schedule: Schedule) -> None:
        self._zone = zone_of(schedule.zone)
        self._holidays: Holidays | None = schedule.holidays
        self._week: tuple[Minutes, ...] = tuple(
            minutes_of_spans(period for period in schedule.hours if day in period.days)
            for day in DAYS
        )
        self._feasts: dict[int, dict[date, str]] = {}  # by year, as they are asked for
        self._dated: dict[date, tuple[Minutes, str]] = {}
        for one in schedule.exceptions:
            day = one.since
            while day <= one.last:
                self._dated[day] = (minutes_of_spans(one.hours), one.note)
                day += _DAY
        spans = [*self._week, *(hours for hours, _ in self._dated.values())]
        self._over = any(after > DAY_MINUTES for hours in spans for _, after in hours)

    def at(self, moment: datetime) -> Opening:
        """Say whether it is open at an aware moment; wall-clock times hold across DST."""
        return Opening._make(self.state(moment))

    def state(self, moment: datetime) -> tuple[bool, str, str]:
        """Give what `at` says as a bare tuple, for the way of a call."""
        local = moment.astimezone(self._zone)
        today, minute = local.date(), local.hour * 60 + local.minute
        hours, by, name = self._on(today)
        if _inside(hours, minute):
            return True, by, name
        if self._over:  # some day's hours run past midnight
            spilled, spilled_by, spilled_name = self._on(today - _DAY)
            if _inside(spilled, minute + DAY_MINUTES):
                return True, spilled_by, spilled_name
        return False, by, name

    def warm(self, years: Iterable[int]) -> None:
        """Work the holidays of these years out now, not when a call waits for them."""
        if self._holidays is not None:
            for year in years:
                self._feasts[year] = holidays_in(self._holidays, year)

    def _on(self, day: date) -> tuple[Minutes, str, str]:
        dated = self._dated.get(day)
        if dated is not None:
            return dated[0], "exception", dated[1]
        if self._holidays is not None:
            feasts = self._feasts.get(day.year)
            if feasts is None:
                feasts = self._feasts[day.year] = holidays_in(self._holidays, day.year)
            if day in feasts:
                return (), "holiday", feasts[day]
        return self._week[day.weekday()], "week", ""


def minutes_of_spans(spans: Iterable[Span]) -> Minutes:
    """Give spans as minutes of their day, in order; past midnight they go on over 1440."""
    return tuple(sorted(span.minutes for span in spans))


def _inside(spans: Minutes, minute: int) -> bool:
    for first, after in spans:  # noqa: SIM110 - a generator costs as much as the test itself
        if first <= minute < after:
            return True
    return False
