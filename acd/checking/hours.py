"""Checks of opening hours: known zone, sound periods, none over another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from acd.board.settings import Hours, Period
from acd.checking.problems import Place, Problem

_DAY = 24 * 60 * 60
_WEEK = 7 * _DAY
_MIDNIGHT = 0
_SUNDAY = 6


def check_hours(place: Place, hours: Hours) -> Iterator[Problem]:
    """Check when a queue is open."""
    if not _is_zone(hours.zone):
        yield place.error(
            "hours.zone", "unknown_zone", "there is no time zone '{zone}'", zone=hours.zone
        )
    for position, period in enumerate(hours.periods):
        yield from _period(place, f"hours.periods.{position}", period)
    yield from _overlaps(place, hours)
    yield from _days(place, hours)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _period(place: Place, path: str, period: Period) -> Iterator[Problem]:
    yield from place.within(f"{path}.weekday", period.weekday, 0, _SUNDAY)
    if period.since.tzinfo is not None or period.until.tzinfo is not None:
        yield place.error(f"{path}.since", "time_with_zone", "the zone is set once for all hours")
    elif period.until == period.since and period.until != time(0, 0):
        yield place.error(f"{path}.until", "hours_backwards", "it closes as it opens")
    elif _MIDNIGHT < _seconds(period.until) < _seconds(period.since):
        yield place.warning(f"{path}.until", "hours_overnight", "it closes on the next day")


def _overlaps(place: Place, hours: Hours) -> Iterator[Problem]:
    """Refuse what lies over hours before it; a night's may reach into the next day, or week."""
    spans = sorted(
        (_begin(period), _begin(period) + _length(period), position)
        for position, period in enumerate(hours.periods)
    )
    reach = max((end for _, end, _ in spans), default=0) - _WEEK
    for begin, end, position in spans:
        if begin < reach:
            yield place.error(
                f"hours.periods.{position}.since",
                "hours_overlap",
                "these hours lie over others of the same day",
            )
        reach = max(reach, end)


def _days(place: Place, hours: Hours) -> Iterator[Problem]:
    for position, day in enumerate(hours.closed_on):
        if day in hours.closed_on[:position]:
            path = f"hours.closed_on.{position}"
            yield place.warning(path, "day_twice", "{day} is named twice", day=str(day))


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _begin(period: Period) -> int:
    return period.weekday * _DAY + _seconds(period.since)


def _length(period: Period) -> int:
    """Return the seconds; until 00:00, or a time before it began, is on the next day."""
    return (_seconds(period.until) - _seconds(period.since)) % _DAY or _DAY
