"""Shapes of the configuration's routes: what is asked and what is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from acd.checking import Severity
from agent_desktop.api.answers import Shown, Worded
from agent_desktop.api.parsing import Body, Line, Query
from crm_core.configuration import (
    AgentDocument,
    QueueDocument,
    ReasonDocument,
    SkillDocument,
)
from crm_core.configuration.model import Kind
from crm_core.configuration.shapes import QueueName, ReasonCode, SkillName

AgentId = Annotated[str, StringConstraints(max_length=36)]
Sitting = Annotated[list[AgentId], Field(max_length=10_000)]


class Configured(Shown):
    """One thing as it is set; `changed_at` is null until it is changed for the first time."""

    kind: Kind
    key: str
    version: int
    document: QueueDocument | AgentDocument | SkillDocument | ReasonDocument
    archived: bool
    note: str
    changed_at: datetime | None
    changed_by_name: str


class ConfiguredList(Shown):
    """Every thing of a kind."""

    items: list[Configured]
    next_cursor: None = None


class Changed(Shown):
    """A value that two versions do not share."""

    path: str
    before: Any
    after: Any


class VersionShown(Configured):
    """A version, and what it changed of the one before it."""

    changes: list[Changed]


class History(Shown):
    """Every version of a thing, newest first."""

    items: list[VersionShown]
    next_cursor: None = None


class Saved(Shown):
    """What is in force now; `applied` false: the engine is away and reads it when it is back."""

    version: Configured
    applied: bool
    remark: str  # `asterisk_not_told`: phones or queues wait for a reload by hand; empty: nothing


class ProblemShown(Shown):
    """A problem at its field; `values` fill the sentence of `code` in any language."""

    kind: str
    key: str
    path: str
    code: str
    message: Worded
    severity: Severity
    values: dict[str, Worded]
    new: bool = False  # the draft would bring it in


class ProblemList(Shown):
    """What is wrong, errors first."""

    items: list[ProblemShown]
    next_cursor: None = None


class PromptNames(Shown):
    """Prompts by name; none where they are kept on another machine."""

    items: list[str]
    next_cursor: None = None


class DraftChecked(ProblemList):
    """What would be wrong; `serving` names the queue's agents who fulfil each of its steps."""

    serving: list[list[str]]


class Noted(Body):
    """Base of changes: the version that was seen, and a word about why."""

    expected_version: Annotated[int, Field(ge=0, le=1_000_000_000)]
    note: Line = ""


class QueueChange(Noted):
    """How a queue shall be; `agents`: who shall sit in it, null leaves that alone."""

    document: QueueDocument
    agents: Sitting | None = None


class AgentChange(Noted):
    """How an agent shall be."""

    document: AgentDocument


class SkillChange(Noted):
    """How a skill shall be."""

    document: SkillDocument


class ReasonChange(Noted):
    """How a reason shall be."""

    document: ReasonDocument


class NewQueue(Body):
    """A queue that is not there yet, and who sits in it."""

    key: QueueName
    document: QueueDocument
    agents: Sitting = Field(default_factory=list)
    note: Line = ""


class NewSkill(Body):
    """A skill that is not there yet."""

    key: SkillName
    document: SkillDocument
    note: Line = ""


class NewReason(Body):
    """A reason that is not there yet."""

    key: ReasonCode
    document: ReasonDocument
    note: Line = ""


class NewAgent(Body):
    """A person who shall take calls, with what he logs in with."""

    username: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,39}$")]
    password: Annotated[str, StringConstraints(min_length=8, max_length=200)]
    language: Literal["zh_CN", "en"] = "zh_CN"
    document: AgentDocument
    note: Line = ""


class Archive(Noted):
    """Take a thing out of use; its history stays."""


class RollBack(Noted):
    """Set a thing as it was in an older version."""

    version: Annotated[int, Field(ge=1, le=1_000_000_000)]


class Closing(Body):
    """Close a queue at once, or open it again."""

    closed: bool
    note: Line = ""


class Draft(Body):
    """One thing as it might be; the part of its kind is given."""

    kind: Kind
    key: Line
    queue: QueueDocument | None = None
    agent: AgentDocument | None = None
    skill: SkillDocument | None = None
    reason: ReasonDocument | None = None
    agents: Sitting | None = None


class Between(Query):
    """Which two versions."""

    before: Annotated[int, Field(ge=1, le=1_000_000_000)]
    after: Annotated[int, Field(ge=1, le=1_000_000_000)]


class Differences(Shown):
    """What two versions differ in."""

    items: list[Changed]
    next_cursor: None = None
