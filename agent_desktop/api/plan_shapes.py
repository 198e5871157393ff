"""What the API takes and tells of numbers and their plans."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue, StringConstraints

from agent_desktop.api.answers import Shown, Worded
from agent_desktop.api.parsing import Body, Line, Moment

Document = dict[str, JsonValue]
Dialled = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Title = Annotated[Line, StringConstraints(min_length=1, max_length=80)]
FlowName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class FindingShown(Shown):
    """Something wrong with a plan; an error keeps it from being published."""

    severity: Literal["error", "warning"]
    code: str
    place: str  # in the document, such as `rules.0.when.1.schedule`
    reason: Worded
    number: str = ""
    values: dict[str, Worded] = Field(default_factory=dict)  # what fills the reason


class TestedShown(BaseModel):
    """A test a call was put to; `holds` null when nobody could say in time.

    `seen` is a code such as `closed` with its `values`; older records hold English words there.
    """

    place: str
    about: str
    holds: bool | None
    seen: str
    values: list[str | int | float] = []
    condition: Document | None = None


class Destination(BaseModel):
    """Where a call goes and why; `target` null for a number that is not ours."""

    target: Document | None
    why: str
    place: str
    rule: str
    version: int
    trace: list[TestedShown] = []


class ClosingShown(Shown):
    """An emergency closing."""

    since: datetime
    note: str
    user_name: str


class NumberItem(BaseModel):
    """A number of ours, and what happens right now to a caller nobody knows."""

    number: str
    title: str
    flow: str
    version: int  # of its plan, 0 without one
    published_at: datetime | None
    published_by: str
    has_draft: bool
    closing: ClosingShown | None
    now: Destination
    errors: int
    warnings: int


class NumberList(BaseModel):
    """Our numbers in their order."""

    items: list[NumberItem]
    next_cursor: None = None


class NumberWanted(Body):
    """A number to be ours."""

    number: Dialled
    title: Title
    flow: FlowName = "hotline"


class NumberChange(Body):
    """The title of a number, and the flow that serves it while it has no plan."""

    title: Title
    flow: FlowName


class DraftShown(Shown):
    """What is being written; `based_on` is the version it began from."""

    document: Document
    based_on: int
    updated_at: datetime
    user_name: str
    row_version: int


class NumberShown(NumberItem):
    """A number with its plan in force, its draft, and what is wrong with the newer of the two."""

    document: Document | None
    draft: DraftShown | None
    findings: list[FindingShown]


class DraftWanted(Body):
    """A draft to keep, of whatever quality; `row_version` guards against lost edits."""

    document: Document
    row_version: int | None = None


class DraftSaved(BaseModel):
    """The draft as kept, and what is wrong with it."""

    draft: DraftShown
    findings: list[FindingShown]


class Judged(BaseModel):
    """What is wrong with a document."""

    findings: list[FindingShown]


class PlanToJudge(Body):
    """A plan to be judged as the plan of this number; nothing is kept."""

    number: Dialled
    document: Document


class Publication(Body):
    """Publish this document, or the draft when none is given."""

    document: Document | None = None
    note: Annotated[Line, StringConstraints(max_length=200)] = ""
    expected_version: int | None = None


class RollBack(Body):
    """Publish an older version again."""

    version: Annotated[int, Field(ge=1)]
    note: Annotated[Line, StringConstraints(max_length=200)] = ""


class VersionShown(Shown):
    """A published version."""

    version: int
    at: datetime
    note: str
    user_name: str
    document: Document


class VersionList(BaseModel):
    """The versions, newest first."""

    items: list[VersionShown]
    next_cursor: None = None


class Published(BaseModel):
    """The version in force; `applied` false when the engine could not be told yet."""

    version: VersionShown
    applied: bool


class Switched(BaseModel):
    """It is done; `applied` false when the engine could not be told yet."""

    applied: bool


class Reason(Body):
    """Why, in a few words."""

    note: Annotated[Line, StringConstraints(max_length=200)] = ""


class PlanText(Body):
    """A plan as YAML or JSON text."""

    text: Annotated[str, StringConstraints(max_length=200_000)]


class PlanRead(BaseModel):
    """The plan as data, and again as YAML."""

    document: Document
    yaml: str


class LoadAssumed(Body):
    """How busy a queue is."""

    waiting: Annotated[int, Field(ge=0, le=100_000)] = 0
    ready: Annotated[int, Field(ge=0, le=100_000)] = 0
    expected_wait: Annotated[float, Field(ge=0, le=1e6)] | None = None


class Assumed(Body):
    """What the simulator takes for granted; a part left out is as it really is now."""

    customer: Literal["unknown", "known", "vip", "late"] | None = None  # late: no answer in time
    calls_before: Annotated[int, Field(ge=0, le=100)] | None = None  # within the last hour
    last_minute: Annotated[int, Field(ge=0, le=10_000)] = 1
    load: dict[Slug, LoadAssumed] = Field(default_factory=dict, max_length=100)
    sites_down: Annotated[list[Slug], Field(max_length=100)] | None = None
    closed: bool | None = None  # by emergency


class Simulation(Body):
    """A caller, one of our numbers, a time; with a document that plan is tried instead."""

    caller: Annotated[Line, StringConstraints(max_length=64)] = ""
    number: Dialled
    at: Moment | None = None
    assume: Annotated[Assumed, Field(default_factory=Assumed)]
    document: Document | None = None


class Simulated(Destination):
    """Where the call would go, with the lines people read."""

    at: datetime
    lines: list[str]
    findings: list[FindingShown] = []


class PlanSchema(BaseModel):
    """The JSON schema of a plan."""

    document: Document
