"""Checks of opening hours: known zone, sound periods, none over another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from acd.board.settings import Hours, Period
from acd.checking.problems import Place, Problem

_DAY = 24 * 60 * 60
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
    elif _end(period) <= _seconds(period.since):
        yield place.error(f"{path}.until", "hours_backwards", "it closes before it opens")


def _overlaps(place: Place, hours: Hours) -> Iterator[Problem]:
    whole = sorted(
        enumerate(hours.periods), key=lambda item: (item[1].weekday, _seconds(item[1].since))
    )
    furthest: dict[int, int] = {}
    for (_, earlier), (position, later) in pairwise(whole):
        ends = max(furthest.get(earlier.weekday, 0), _end(earlier))
        furthest[earlier.weekday] = ends
        if earlier.weekday == later.weekday and _seconds(later.since) < ends:
            yield place.error(
                f"hours.periods.{position}.since",
                "hours_overlap",
                "these hours lie over others of the same day",
            )


def _days(place: Place, hours: Hours) -> Iterator[Problem]:
    for position, day in enumerate(hours.closed_on):
        if day in hours.closed_on[:position]:
            path = f"hours.closed_on.{position}"
            yield place.warning(path, "day_twice", "{day} is named twice", day=str(day))


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _end(period: Period) -> int:
    return _seconds(period.until) or _DAY
