"""What happened with a customer, as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineItem:
    """One happening; `object_kind` and `object_id` name the record it tells of."""

    id: UUID
    at: datetime
    ended_at: datetime | None
    channel: str
    direction: str
    subject: str
    summary: str
    status: str
    contact_id: UUID | None
    account_id: UUID | None
    agent_id: UUID | None
    object_kind: str
    object_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelinePage:
    """Some happenings, newest first, and where the next ones begin (None: no more)."""

    items: tuple[TimelineItem, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """A happening to write down; the same (object_kind, object_id) again changes the first."""

    channel: str
    subject: str
    object_kind: str
    object_id: str
    at: datetime
    ended_at: datetime | None = None
    direction: str = ""
    summary: str = ""
    status: str = ""
    contact_id: UUID | None = None
    account_id: UUID | None = None
    agent_id: UUID | None = None
