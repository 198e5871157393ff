"""Tickets as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

STATUSES = ("open", "pending", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("request", "consultation", "complaint", "repair", "order", "other")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketDraft:
    """A ticket to open; the contact may be left out when the call knows him."""

    subject: str
    body: str = ""
    type: str = "request"
    priority: str = "normal"
    contact_id: UUID | None = None
    call_id: UUID | None = None
    owner_id: UUID | None = None  # None: who opens it


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketEdit:
    """What to change at a ticket; None leaves a part as it is."""

    subject: str | None = None
    body: str | None = None
    type: str | None = None
    priority: str | None = None
    status: str | None = None
    owner_id: UUID | None = None
    contact_id: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A case of a customer."""

    id: UUID
    number: int
    subject: str
    body: str
    type: str
    status: str
    priority: str
    contact_id: UUID | None
    contact_name: str
    account_id: UUID | None
    account_name: str
    owner_id: UUID | None
    owner_name: str
    opened_by: UUID | None
    opened_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    row_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketEvent:
    """What was done to a ticket; `changes` is field -> [before, after]."""

    position: int
    kind: str  # opened | commented | changed | closed | reopened
    at: datetime
    user_id: UUID | None
    user_name: str
    body: str
    changes: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketDetail:
    """A ticket with its history and its calls."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    call_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFilters:
    """Which tickets to list; None does not ask. `status` may be `unclosed`."""

    status: str | None = None
    contact_id: UUID | None = None
    account_id: UUID | None = None
    call_id: UUID | None = None
    owner_id: UUID | None = None
    text: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketPage:
    """Some tickets, newest first, and where the next ones begin (None: no more)."""

    tickets: tuple[Ticket, ...]
    next_cursor: str | None = None
