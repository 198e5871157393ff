"""Intervals of a report: quarters, hours and days by the wall clock of a zone, DST included."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crm_core.sentences import sentence
from reports.errors import BadPeriod

MAX_INTERVALS = 10_000  # rows a page or a file can bear


class Interval(StrEnum):
    """How long one row of a report is."""

    QUARTER_HOUR = "15min"
    HOUR = "hour"
    DAY = "day"


_SIZES = {Interval.QUARTER_HOUR: timedelta(minutes=15), Interval.HOUR: timedelta(hours=1)}


def zone_named(name: str) -> ZoneInfo:
    """Give the zone of an IANA name; raises `BadPeriod` for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadPeriod(
            "zone", sentence("no_zone", "there is no time zone '{zone}'", zone=name)
        ) from error


class Period:
    """Time from `start` to `end` (not included), cut where the wall clock of a zone says so.

    A day has 23 or 25 hours when the clock changes, and its hours are counted apart: the hour
    that comes twice is two rows. The first and the last interval may be cut by the period's ends.
    """

    def __init__(self, start: datetime, end: datetime, interval: Interval, zone: ZoneInfo) -> None:
        """Cut the period; raises `BadPeriod` for naive or reversed times, or too many rows."""
        if start.tzinfo is None or end.tzinfo is None:
            raise BadPeriod("from", sentence("naive", "times need a zone"))
        if end <= start:
            raise BadPeriod("to", sentence("backwards", "the end must lie after the start"))
        self.start = start.astimezone(UTC)
        self.end = end.astimezone(UTC)
        self.interval = interval
        self.zone = zone
        self.starts = tuple(self._cut())

    def __len__(self) -> int:
        return len(self.starts)

    def place(self, at: datetime) -> int | None:
        """Give the number of the interval that `at` lies in, None outside of the period."""
        if not self.start <= at < self.end:
            return None
        return bisect_right(self.starts, at) - 1

    def bounds(self, number: int) -> tuple[datetime, datetime]:
        """Give start and end (not included) of an interval, in UTC."""
        last = number + 1 == len(self.starts)
        return self.starts[number], self.end if last else self.starts[number + 1]

    def shares(self, start: datetime, end: datetime) -> Iterator[tuple[int, timedelta]]:
        """Split a span over the intervals it touches: number, time spent in it."""
        since, until = max(start, self.start), min(end, self.end)
        number = self.place(since)
        if number is None:
            return
        while since < until:
            stop = min(until, self.bounds(number)[1])
            yield number, stop - since
            since, number = stop, number + 1

    def _cut(self) -> Iterator[datetime]:
        at, count = self.start, 0
        while at < self.end:
            count += 1
            if count > MAX_INTERVALS:
                most = f"{MAX_INTERVALS:,}"
                reason = sentence(
                    "many_intervals", "more than {most} intervals; choose longer ones", most=most
                )
                raise BadPeriod("interval", reason)
            yield at
            at = self._next(at)

    def _next(self, at: datetime) -> datetime:
        """Give the next moment at which the wall clock begins a new interval."""
        local = at.astimezone(self.zone)
        if self.interval is Interval.DAY:
            return _day_start(local, self.zone, after=at)
        size = _SIZES[self.interval]
        gone = local - local.replace(minute=0, second=0, microsecond=0)
        return at + (size - gone % size)


def _day_start(local: datetime, zone: ZoneInfo, *, after: datetime) -> datetime:
    """Give the next local midnight in UTC, or the first moment of a day that has no midnight."""
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone).astimezone(UTC)
    if midnight > after:
        return midnight
    # the clock went back over midnight, and `after` is in the second run of the old day
    following = datetime.combine(local.date() + timedelta(days=2), time(), zone)
    return following.astimezone(UTC)
