"""What the API takes and tells of what plans are made of: schedules, sites, blocks, splits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from agent_desktop.api.answers import Shown
from agent_desktop.api.parsing import Body, Line, Moment, Query
from agent_desktop.api.plan_shapes import Document, TestedShown, Title


class ScheduleShown(BaseModel):
    """A schedule in force, and whether it is open now."""

    name: str
    version: int
    at: datetime
    user_name: str
    document: Document
    open: bool | None
    used_by: list[str]


class ScheduleList(BaseModel):
    """The schedules by name."""

    items: list[ScheduleShown]
    next_cursor: None = None


class ScreeningShown(BaseModel):
    """What is refused before any plan; version 0 is how we began."""

    version: int
    document: Document


class BlockedShown(Shown):
    """A number that is refused."""

    entry_id: Annotated[UUID, Field(validation_alias="id")]
    number: str
    reason: str
    until: datetime | None
    since: datetime
    user_name: str


class BlockedList(BaseModel):
    """The block list, newest first."""

    items: list[BlockedShown]
    next_cursor: None = None


class BlockWanted(Body):
    """A number to refuse, or with `*` at its end a beginning; until null for ever."""

    number: Annotated[Line, StringConstraints(min_length=1, max_length=40)]
    reason: Annotated[Line, StringConstraints(max_length=200)] = ""
    until: Moment | None = None


class SiteShown(Shown):
    """A place where calls are answered."""

    name: str
    title: str
    up: bool
    note: str
    since: datetime
    user_name: str


class SiteList(BaseModel):
    """The sites by name."""

    items: list[SiteShown]
    next_cursor: None = None


class SiteWanted(Body):
    """How a site is."""

    title: Title
    up: bool = True
    note: Annotated[Line, StringConstraints(max_length=200)] = ""


class RouteShown(BaseModel):
    """Where a call was led, with every test."""

    call_id: UUID
    at: datetime
    caller: str
    number: str
    version: int
    why: str
    rule: str
    place: str
    target_kind: str
    target: str
    trace: list[TestedShown]


class ChoiceItem(BaseModel):
    """Something a plan can name."""

    name: str
    title: str
    title_en: str = ""


class Choices(BaseModel):
    """All that plans can name: what an editor offers."""

    flows: list[ChoiceItem]
    queues: list[ChoiceItem]
    agents: list[ChoiceItem]
    schedules: list[ChoiceItem]
    sites: list[ChoiceItem]
    countries: list[str]
    zones: list[str]


class ScheduleWanted(Body):
    """A schedule to put in force; `expected_version` 0 for a new one."""

    document: Document
    note: Annotated[Line, StringConstraints(max_length=200)] = ""
    expected_version: int | None = None


class SplitsAsked(Query):
    """Of which time: from (inclusive) to (exclusive), the last seven days by default."""

    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")


class ShareShown(Shown):
    """A share of a split: what was planned and what was; `served` counts calls."""

    share: int
    percent: float
    target: str  # its label, empty without one
    to: Document
    served: int
    booked: int  # with those that others served for it, without those it served for others
    actual_percent: float
    off: float  # bookings too many or too few, in calls


class SplitShown(Shown):
    """A split of one plan version and what became of it."""

    number: str
    rule: str
    version: int
    calls: int
    first_at: datetime
    last_at: datetime
    worst_off: float
    shares: list[ShareShown]


class SplitReportShown(BaseModel):
    """Planned against actual, the most calls first."""

    since: datetime
    until: datetime
    items: list[SplitShown]
    next_cursor: None = None
