"""Opening hours as data: weekly periods, holidays of a country, and dated exceptions."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

import holidays
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from crm_core.sentences import sentence
from ivr.numbers.targets import Piece
from ivr.visible import visible

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY_MINUTES = 24 * 60
MOST_PERIODS = 100
MOST_EXCEPTIONS = 400

Clock: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
]
Words: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$"),
    AfterValidator(visible),
]


def _known_zone(name: str) -> str:
    try:
        zone_of(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(
            sentence(
                "no_zone_such_as",
                "there is no time zone '{zone}', such as Europe/Berlin",
                zone=name,
            )
        ) from None
    return name


@lru_cache(maxsize=600)
def zone_of(name: str) -> ZoneInfo:
    """Give the time zone; raises KeyError, ValueError or OSError for what is none."""
    return ZoneInfo(name)


def _as_date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(
            sentence("no_date", "'{date}' is no date: write 2026-12-24", date=value[:40])
        ) from error


Zone: TypeAlias = Annotated[str, StringConstraints(max_length=60), AfterValidator(_known_zone)]
IsoDate: TypeAlias = Annotated[date, BeforeValidator(_as_date)]


def minutes_of(clock: str) -> int:
    """Give the minutes since midnight of `HH:MM`; 24:00 is 1440."""
    return int(clock[:2]) * 60 + int(clock[3:])


class Span(Piece):
    """From a time of day until another; past midnight when `until` is the earlier one."""

    since: Annotated[Clock, Field(alias="from")]
    until: Clock

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.since in {self.until, "24:00"}:
            raise ValueError(
                sentence(
                    "no_time_at_all",
                    "{since} until {until} is no time at all; a whole day is 00:00 to 24:00",
                    since=self.since,
                    until=self.until,
                )
            )
        return self

    @property
    def minutes(self) -> tuple[int, int]:
        """First minute and the one after the last; over 1440 when it runs past midnight."""
        first, last = minutes_of(self.since), minutes_of(self.until)
        return (first, last) if last > first else (first, last + DAY_MINUTES)


class Period(Span):
    """A span on some days of the week; one past midnight belongs to the day it begins on."""

    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7, strict=False)]

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        if len(set(self.days)) < len(self.days):
            raise ValueError(sentence("day_twice", "a day stands twice"))
        return self


class Holidays(Piece):
    """The public holidays of a country (ISO 3166), or of a part of it: closed on these."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    subdivision: Annotated[str, StringConstraints(max_length=10)] = ""

    @model_validator(mode="after")
    def _known(self) -> Self:
        parts = holidays.list_supported_countries().get(self.country)
        if parts is None:
            raise ValueError(
                sentence(
                    "no_country",
                    "no holidays are known of the country '{country}'",
                    country=self.country,
                )
            )
        if self.subdivision and self.subdivision not in parts:
            raise ValueError(
                sentence(
                    "no_country_part",
                    "{country} has no part '{part}' with holidays; known: {known}",
                    country=self.country,
                    part=self.subdivision,
                    known=tuple(parts[:8]) or "–",
                )
            )
        return self


class Dated(Piece):
    """An own exception: on these days the hours are these alone; without any, closed."""

    since: Annotated[IsoDate, Field(alias="from")]
    until: IsoDate | None = None  # the last day; None: one day
    hours: Annotated[tuple[Span, ...], Field(max_length=10, strict=False)] = ()
    note: Words = ""

    @property
    def last(self) -> date:
        """The last day it holds."""
        return self.until or self.since

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.since:
            raise ValueError(
                sentence(
                    "ends_first",
                    "ends on {last}, before it begins on {first}",
                    last=str(self.last),
                    first=str(self.since),
                )
            )
        if (self.last - self.since).days > 366:  # noqa: PLR2004 - a year and a day
            raise ValueError(
                sentence("over_a_year", "lasts over a year; change the weekly hours instead")
            )
        return self


class Schedule(Piece):
    """When something is open; shared by the plans that name it."""

    format: Literal[1]
    title: Annotated[Words, Field(min_length=1)]
    zone: Zone
    hours: Annotated[tuple[Period, ...], Field(max_length=MOST_PERIODS, strict=False)]
    holidays: Holidays | None = None
    exceptions: Annotated[tuple[Dated, ...], Field(max_length=MOST_EXCEPTIONS, strict=False)] = ()


@lru_cache(maxsize=2048)
def holidays_of(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Give the days of a year that are public holidays, with their names; do not change it."""
    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def holidays_in(where: Holidays, year: int) -> dict[date, str]:
    """Give the holidays of a year there; do not change it."""
    return holidays_of(where.country, where.subdivision, year)


def holiday_on(where: Holidays, day: date) -> str | None:
    """Give the name of the holiday on this day, or None."""
    return holidays_of(where.country, where.subdivision, day.year).get(day)
