"""Opening hours: a week, public holidays and single dates, read by the clock of a zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, Field

from crm_core.sentences import sentence
from ivr.flow.pieces import Piece

_PERIOD = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_DAY_MINUTES = 24 * 60

Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _checked_periods(periods: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse what is no period of a day, or overlaps another; raises ValueError."""
    spans = sorted(_span(period) for period in periods)
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise ValueError(
                sentence("overlap", "periods overlap: {periods}", periods=tuple(periods))
            )
    return periods


def _span(period: str) -> tuple[int, int]:
    """Give a period as minutes of the day, the end left out; raises ValueError."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError(
            sentence("no_period", "'{period}' is no period: write 09:00-18:00", period=period)
        )
    begin, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (1, 3))
    if not begin < end <= _DAY_MINUTES:
        raise ValueError(
            sentence(
                "backwards",
                "'{period}' ends before it begins: split it at midnight",
                period=period,
            )
        )
    return begin, end


def _checked_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            sentence("no_zone", "there is no time zone '{zone}'", zone=name)
        ) from error
    return name


def _checked_country(name: str) -> str:
    country, _, part = name.partition("-")
    known = holidays.list_supported_countries()
    if country not in known or (part and part not in known[country]):
        raise ValueError(
            sentence(
                "no_holidays",
                "no holidays are known of '{country}': write CN, DE-BY, US …",
                country=name,
            )
        )
    return name


def _checked_date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            sentence("no_date", "'{date}' is no date: write 2026-12-24", date=text)
        ) from error
    if day.isoformat() != text:  # 20261224 is one day in two ways, and would be looked up by none
        raise ValueError(
            sentence(
                "odd_date",
                "'{date}' is no date as it is kept: write {day}",
                date=text,
                day=day.isoformat(),
            )
        )
    return text


Zone = Annotated[str, Field(max_length=60), AfterValidator(_checked_zone)]
Country = Annotated[str, Field(max_length=10), AfterValidator(_checked_country)]
DateText = Annotated[str, Field(max_length=10), AfterValidator(_checked_date)]
Periods = Annotated[
    tuple[str, ...], Field(max_length=10, strict=False), AfterValidator(_checked_periods)
]


class Opening(Piece):
    """When somebody is there: `dates` come before `holidays`, these before the week.

    A day of the week that is not written is closed all day; so is a date with an empty list.
    """

    zone: Zone
    week: Annotated[dict[Day, Periods], Field(min_length=1)]
    holidays: Country | None = None
    dates: Annotated[dict[DateText, Periods], Field(max_length=366)] = Field(default_factory=dict)

    def periods_on(self, day: date) -> tuple[str, ...]:
        """Give the periods of a day."""
        own = self.dates.get(day.isoformat())
        if own is not None:
            return own
        if self.holidays and day in _holidays(self.holidays, day.year):
            return ()
        return self.week.get(_DAYS[day.weekday()], ())

    def is_open(self, at: datetime) -> bool:
        """Tell whether somebody is there at an instant (aware); the zone's clock counts."""
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(
            begin <= minute < end for begin, end in map(_span, self.periods_on(local.date()))
        )


@lru_cache(maxsize=200)
def _holidays(name: str, year: int) -> frozenset[date]:
    country, _, part = name.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year)
    return frozenset(day for day in found if day.year == year)


def opens_in_a_year(opening: Opening, first: date) -> bool:
    """Tell whether any day of the year from `first` on has a period."""
    days = (first + timedelta(days=ahead) for ahead in range(366))
    return any(opening.periods_on(day) for day in days)
