"""Queues and who serves them, as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """A queue; times in seconds, `target_share` of calls answered within `target_seconds`."""

    id: UUID
    name: str
    title: str
    title_en: str
    ring_seconds: int
    wrap_up_seconds: int
    target_seconds: int
    target_share: float
    zone: str
    row_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueMember:
    """An agent of a queue; the lower penalty is asked first."""

    queue: str
    agent_id: str
    name: str
    extension: str | None
    penalty: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RosterAgent:
    """An agent the board may offer calls to."""

    agent_id: str
    name: str
    extension: str
    language: str
    queues: tuple[str, ...]
    penalties: dict[str, int]  # by queue name


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentHistory:
    """What an agent did since some time: reasons entered, and the state he was in last."""

    agent_id: str
    reasons: dict[str, int]  # times entered, by code
    state: str
    reason: str
    since: datetime
    call_id: UUID | None
    queue: str  # of that call


@dataclass(frozen=True, kw_only=True, slots=True)
class Did:
    """A number that can be dialled, and the flow that answers it."""

    number: str
    title: str
    flow: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotReadyReason:
    """Why an agent takes no calls."""

    code: str
    label: str
    label_en: str
