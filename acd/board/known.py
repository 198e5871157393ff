"""What the store remembers of calls and agents, for a board that begins anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from acd.board.settings import NO_BRIEF, Brief


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCall:
    """What the store remembers of a call that was alive when we went down."""

    call_id: UUID
    queue: str = ""
    queued_at: datetime | None = None
    priority: int = 0
    answered_at: datetime | None = None
    brief: Brief = NO_BRIEF
    through: tuple[str, ...] = ()  # queues it has waited in


@dataclass(frozen=True, kw_only=True, slots=True)
class NextState:
    """What an agent chose, or was set, during a call to be after it."""

    state: Literal["ready", "not_ready"]
    reason: str = ""
    set_by: tuple[str, str] = ("", "")  # id and name of who set it for him


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAgent:
    """What the store remembers of an agent's day."""

    agent_id: str
    reasons_today: Mapping[str, int] = field(default_factory=dict)  # times entered, by code
    reason: str = ""  # of being not ready, when that was the last thing stored
    wrapping_call: UUID | None = None  # whose wrap-up was the last thing stored
    wrapping_queue: str = ""
    since: datetime | None = None  # when the last thing stored began
    extended_seconds: float = 0.0  # that the wrap-up was given beside its own
    next_state: NextState | None = None  # kept for after the call he was in
