"""What a rule of a plan can ask about a call."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, TypeAlias

import phonenumbers
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from crm_core.sentences import sentence
from ivr.flow.pieces import QueueName
from ivr.numbers.hours import Day, Holidays, IsoDate, Span
from ivr.numbers.targets import Piece


def _country(region: str) -> str:
    """Refuse what is no country with numbers of its own; raises ValueError."""
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(
            sentence("no_region", "'{region}' is no country, such as CN or GB", region=region)
        )
    return region


Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Prefix: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{1,15}$")]
Region: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[A-Z]{2}$"), AfterValidator(_country)
]
MOST_HOURS_BACK = 24 * 7


class Asking(Piece):
    """Base of all conditions; `not` turns the answer round, but not one that is unknown."""

    negated: Annotated[bool, Field(alias="not")] = False


class HoursCondition(Asking):
    """The schedule is open now, or closed."""

    kind: Literal["hours"]
    schedule: Slug
    state: Literal["open", "closed"] = "open"


class WeekdayCondition(Asking):
    """It is one of these days of the week, in the plan's zone."""

    kind: Literal["weekday"]
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=7, strict=False)]


class TimeCondition(Span, Asking):
    """It is this time of the day, in the plan's zone."""

    kind: Literal["time"]


class DateCondition(Asking):
    """It is one of these days, both included, in the plan's zone."""

    kind: Literal["date"]
    since: Annotated[IsoDate, Field(alias="from")]
    until: IsoDate | None = None

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
        return self


class HolidayCondition(Holidays, Asking):
    """It is a public holiday there."""

    kind: Literal["holiday"]


class AreaCondition(Asking):
    """The caller's number begins with one of these, or belongs to one of these countries."""

    kind: Literal["area"]
    prefixes: Annotated[tuple[Prefix, ...], Field(max_length=500, strict=False)] = ()
    regions: Annotated[tuple[Region, ...], Field(max_length=250, strict=False)] = ()

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.prefixes and not self.regions:
            raise ValueError(sentence("no_area", "give prefixes or regions"))
        return self


class CallerCondition(Asking):
    """The caller belongs to a group."""

    kind: Literal["caller"]
    group: Literal["vip", "known", "unknown", "anonymous", "blocked"]


class RecentCondition(Asking):
    """The caller has called us at least so many times in the last hours, this call left out."""

    kind: Literal["recent"]
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS_BACK)] = 24
    times: Annotated[int, Field(ge=1, le=100)] = 1


class LoadCondition(Asking):
    """How busy a queue is: callers waiting, agents ready, or seconds a new caller would wait."""

    kind: Literal["load"]
    queue: QueueName
    measure: Literal["waiting", "ready", "expected_wait"]
    is_: Annotated[Literal["over", "under"], Field(alias="is")]
    value: Annotated[int, Field(ge=0, le=100_000)]


class SiteCondition(Asking):
    """A site is switched on, or off."""

    kind: Literal["site"]
    site: Slug
    state: Literal["up", "down"] = "up"


Condition: TypeAlias = Annotated[
    HoursCondition
    | WeekdayCondition
    | TimeCondition
    | DateCondition
    | HolidayCondition
    | AreaCondition
    | CallerCondition
    | RecentCondition
    | LoadCondition
    | SiteCondition,
    Field(discriminator="kind"),
]
