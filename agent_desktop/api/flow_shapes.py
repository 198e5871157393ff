"""Shapes of the flow editor's API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from agent_desktop.api.answers import Shown, Worded
from agent_desktop.api.parsing import Body, Line, Query

Tests = Annotated[str, StringConstraints(max_length=100_000)]
Share = Annotated[Decimal, Field(gt=0, lt=1, max_digits=7, decimal_places=6)]


class InForceShown(Shown):
    """Which version callers get, and which one a share of them tries."""

    version: int
    canary_version: int | None
    canary_share: float
    canary_limit: float
    canary_since: datetime | None
    told: Worded


class FlowItem(Shown):
    """One flow in the list; a shipped one that nobody published has no version yet."""

    name: str
    title: str
    languages: list[str]
    nodes: int
    in_force: InForceShown | None
    published_at: datetime | None
    published_by: str
    has_draft: bool
    shipped: bool


class FlowList(Shown):
    """All flows, by name."""

    items: list[FlowItem]


class VersionItem(Shown):
    """One published version."""

    version: int
    note: str
    at: datetime
    user_name: str


class FlowShown(Shown):
    """A flow as the editor opens it: the draft, else what is in force, else what was shipped."""

    name: str
    document: dict[str, Any]
    tests: str
    row_version: int | None  # of the draft; None when there is none
    based_on: int
    newest: int  # version; publishing names it, so that nobody's work is lost
    in_force: InForceShown | None
    versions: list[VersionItem]


class VersionShown(VersionItem):
    """A published version with its document."""

    document: dict[str, Any]
    tests: str


class DifferenceShown(Shown):
    """A value that two versions do not share; None where there is nothing."""

    path: str
    before: Any
    after: Any


class Differences(Shown):
    """What changed between two versions, in the document's order."""

    items: list[DifferenceShown]


class FaultShown(Shown):
    """A fault with its place and reason."""

    place: str
    code: str
    reason: Worded
    values: dict[str, Worded]  # what fills the reason


class TrialShown(Shown):
    """One test and what came of it."""

    name: str
    passed: bool
    place: str
    reason: Worded


class DeadEndShown(Shown):
    """A path that does not end well."""

    reason: Worded
    path: list[Worded]


class JudgementShown(Shown):
    """Whether the flow may be published, and what speaks against it."""

    ok: bool
    faults: list[FaultShown]
    trials: list[TrialShown]
    dead_ends: list[DeadEndShown]
    missed: list[str]
    coverage: float
    bar: float


class TriedStepShown(Shown):
    """One step of a tried call."""

    node: str
    heard: str
    given: str


class TriedCallShown(Shown):
    """A call tried without a telephone; no end: the caller hung up."""

    taken: list[TriedStepShown]
    end: str


class Drafted(Shown):
    """A draft that was kept, and how it stands."""

    row_version: int
    judgement: JudgementShown


class FlowText(Shown):
    """A flow as YAML."""

    text: str


class FlowWritten(Body):
    """A flow being written; `document` may still be wrong in every way."""

    document: dict[str, Any]
    tests: Tests = ""


class Script(Body):
    """A call to try: keys as themselves, `.` waits, `!` hangs up."""

    document: dict[str, Any]
    script: Annotated[str, StringConstraints(pattern=r"^[0-9*#.!]{0,60}$")] = ""


class DraftWanted(FlowWritten):
    """A draft to keep; `row_version` is that of the draft it was opened as."""

    row_version: int | None = None


class Publishing(Body):
    """Put the draft in force, or with `canary_share` let that share of callers try it."""

    note: Line = ""
    expected_version: Annotated[int, Field(ge=0)]
    canary_share: Share | None = None
    canary_limit: Share = Decimal("0.05")


class RollBack(Body):
    """Let callers get this version again."""

    version: Annotated[int, Field(ge=1)]


class TextGiven(Body):
    """A flow as YAML or JSON."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=250_000)]


class Words(Body):
    """Words to be heard."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class Compared(Query):
    """Which two versions."""

    before: Annotated[int, Field(ge=1)]
    after: Annotated[int, Field(ge=1)]
