"""Callbacks as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

OPEN_STATES = ("waiting", "reserved", "dialling", "talking")


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackWritten:
    """How a callback stands at `at`; of two pictures of one callback the later one counts."""

    callback_id: UUID
    queue: str
    number: str
    caller_name: str
    waits_since: datetime
    requested_at: datetime
    expires_at: datetime
    priority: int
    origin_call_id: UUID | None
    # waiting | reserved | dialling | talking | done | failed | expired | cancelled | served
    state: str
    attempts: int
    tries: int
    not_before: datetime | None
    agent_id: UUID | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptReserved:
    """An attempt that is about to be made."""

    number: int
    call_id: UUID
    uniqueid: str
    agent_id: UUID | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OwedCallback:
    """A callback that is still owed, with the attempt that has not ended, if any."""

    written: CallbackWritten
    attempt: AttemptReserved | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AttemptShown:
    """An attempt as people see it; `outcome` is empty while it lasts."""

    number: int
    call_id: UUID
    agent_id: UUID | None
    reserved_at: datetime
    ended_at: datetime | None
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackShown:
    """A callback as people see it."""

    id: UUID
    queue: str
    number: str
    caller_name: str
    origin_call_id: UUID | None
    waits_since: datetime
    requested_at: datetime
    expires_at: datetime
    state: str
    tries: int
    not_before: datetime | None
    agent_id: UUID | None
    agent_name: str
    ended_at: datetime | None
    attempts: tuple[AttemptShown, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CallbackFilters:
    """Which callbacks; None is any."""

    open_only: bool = False
    state: str | None = None
    queue: str | None = None
    queues: tuple[str, ...] | None = None  # any of these, or the agent's own
    agent_id: UUID | None = None
    number: str | None = None
