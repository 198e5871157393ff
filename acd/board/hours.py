"""Opening hours: whether a queue is open, and when that changes next; by the wall of its zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from acd.board.settings import Hours, Period

_DAY = timedelta(days=1)
_WEEKS_AHEAD = 3  # of plain days; each dated closing may push the next opening further
_MIDNIGHT = time(0, 0)


def is_open(hours: Hours, at: datetime) -> bool:
    """Tell whether the hours are open at this instant (aware)."""
    if hours.closed_now:
        return False
    if not hours.periods and not hours.closed_on:
        return True
    return any(start <= at < end for start, end in _spans(hours, _today(hours, at)))


def next_change(hours: Hours, at: datetime) -> datetime | None:
    """Return the next instant (UTC) after `at` at which open becomes closed or the reverse.

    None: it stays as it is. A wall time that a clock change skips counts as the instant at
    which it was skipped; of one that comes twice the first begins a period, the last ends it.
    """
    if hours.closed_now or (not hours.periods and not hours.closed_on):
        return None
    spans = _spans(hours, _today(hours, at))
    for start, end in spans:
        if start > at:
            return start
        if end > at:
            return (
                end if (start, end) != spans[-1] else None
            )  # the last ends where we look no more
    return None


def _today(hours: Hours, at: datetime) -> date:
    return at.astimezone(ZoneInfo(hours.zone)).date()


# A queue asks for the same weeks all day long, whenever one of its timers rings.
@lru_cache(maxsize=1024)
def _spans(hours: Hours, today: date) -> tuple[tuple[datetime, datetime], ...]:
    """Return open spans in UTC from the day before on, in order, joined where they touch."""
    zone = ZoneInfo(hours.zone)
    spans: list[tuple[datetime, datetime]] = []
    for day in _days(hours, today):
        for start, end in _spans_of_day(hours, day, zone):
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            else:
                spans.append((start, end))
    return tuple(span for span in spans if span[1] > span[0])


def _days(hours: Hours, today: date) -> Iterator[date]:
    ahead = 7 * _WEEKS_AHEAD + len(hours.closed_on)
    for number in range(-1, ahead):
        yield today + number * _DAY


def _spans_of_day(hours: Hours, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    if day in hours.closed_on:
        return []
    if not hours.periods:
        return [(_instant(day, _MIDNIGHT, zone, 0), _instant(day + _DAY, _MIDNIGHT, zone, 1))]
    spans = []
    for period in hours.periods:
        spans += _parts(period, day, zone)
    return sorted(span for span in spans if span[0] < span[1])


def _parts(period: Period, day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Return what of the period lies on this day; one over midnight has a part on each of two."""
    overnight = _MIDNIGHT < period.until <= period.since
    parts = []
    if day.weekday() == period.weekday:
        start = _instant(day, period.since, zone, 0)
        whole = overnight or period.until == _MIDNIGHT
        end = _instant(day + _DAY, _MIDNIGHT, zone, 1) if whole else None
        parts.append((start, end or _instant(day, period.until, zone, 1)))
    if overnight and day.weekday() == (period.weekday + 1) % 7:
        parts.append((_instant(day, _MIDNIGHT, zone, 0), _instant(day, period.until, zone, 1)))
    return parts


def _instant(day: date, at: time, zone: ZoneInfo, fold: int) -> datetime:
    """Return the UTC instant of a wall time; a skipped one is that of the change itself."""
    wall = datetime.combine(day, at.replace(fold=fold), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0):
        return instant
    return _change_between(wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0), zone)


def _change_between(before: datetime, skipped: datetime, zone: ZoneInfo) -> datetime:
    """Find the second at which the zone's clock jumped over the wall time `skipped`."""
    low, high = before - _DAY, skipped.astimezone(UTC) + _DAY
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
