"""Versions of the configuration, as pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crm_core.configuration.shapes import (
    AgentDocument,
    Document,
    QueueDocument,
    ReasonDocument,
    SkillDocument,
)


class Kind(StrEnum):
    """What is configured."""

    QUEUE = "queue"
    AGENT = "agent"
    SKILL = "skill"
    REASON = "reason"


SHAPES: Mapping[Kind, type[Document]] = {
    Kind.QUEUE: QueueDocument,
    Kind.AGENT: AgentDocument,
    Kind.SKILL: SkillDocument,
    Kind.REASON: ReasonDocument,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """How one thing is set from `changed_at` on; the newest version is in force."""

    kind: Kind
    key: str  # queue name, agent's user id, skill or reason code
    version: int
    document: Document
    archived: bool = False
    note: str = ""
    changed_at: datetime | None = None  # None: it was never changed since it was made
    changed_by: UUID | None = None
    changed_by_name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What somebody wants to set; `expected` is the version he saw."""

    kind: Kind
    key: str
    document: Document
    expected: int
    archived: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """Everything in force, archived things left out; `version` grows with every change."""

    version: int = 0
    queues: Mapping[str, QueueDocument] = field(default_factory=dict)
    agents: Mapping[str, AgentDocument] = field(default_factory=dict)  # by user id
    skills: Mapping[str, SkillDocument] = field(default_factory=dict)
    reasons: Mapping[str, ReasonDocument] = field(default_factory=dict)
