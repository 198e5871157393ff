"""Calls as pure values: how one is opened and closed, and how one is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from crm_core.billing.model import Charge


@dataclass(frozen=True, kw_only=True, slots=True)
class CallOpening:
    """A call that began; numbers and names as the switch told them."""

    call_id: UUID
    direction: str  # inbound | outbound | internal
    started_at: datetime
    caller_number: str = ""
    caller_name: str = ""
    dialled_number: str = ""
    contact_id: UUID | None = None
    account_id: UUID | None = None
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True, slots=True)
class LegClosing:
    """One channel of an ended call."""

    channel: str
    uniqueid: str
    device: str = ""
    role: str = "other"  # caller | agent | callee | other
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: int = 0  # Q.850


@dataclass(frozen=True, kw_only=True, slots=True)
class VisitClosing:
    """One stay in a queue; `outcome` is answered, abandoned or moved."""

    queue: str
    entered_at: datetime
    left_at: datetime
    outcome: str
    device: str = ""  # that answered
    talked_seconds: float = 0.0
    wrap_up_seconds: float = 0.0  # mostly told later, see `add_wrap_up`
    brought: dict[str, Any] = field(default_factory=dict)  # see `QueueVisitRow`


@dataclass(frozen=True, kw_only=True, slots=True)
class CallClosing:
    """An ended call, as the telephony side tells it; durations in seconds.

    `visits` may be left out: one visit of the last queue is then worked out from the times.
    """

    call_id: UUID
    direction: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    hung_up_by: str = "unknown"
    caller_number: str = ""
    caller_name: str = ""
    dialled_number: str = ""
    queue: str | None = None
    queues: tuple[str, ...] = ()
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    waited_seconds: float = 0.0
    talked_seconds: float = 0.0
    held_seconds: float = 0.0
    wrap_up_seconds: float = 0.0  # mostly told later, see `add_wrap_up`
    cause: int = 0
    agents_rang: tuple[str, ...] = ()
    agent_answered: str | None = None  # device, e.g. PJSIP/agent-1001
    transfers: tuple[dict[str, Any], ...] = ()
    legs: tuple[LegClosing, ...] = ()
    visits: tuple[VisitClosing, ...] | None = None
    linked_ids: tuple[str, ...] = ()
    unique_ids: tuple[str, ...] = ()
    incomplete: bool = False
    contact_id: UUID | None = None  # when a person or the IVR knew; else found by the number
    account_id: UUID | None = None
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call as lists show it."""

    call_id: UUID
    state: str  # open | closed
    direction: str
    caller_number: str
    caller_e164: str | None
    caller_name: str
    dialled_number: str
    contact_id: UUID | None
    contact_name: str
    account_id: UUID | None
    account_name: str
    agent_id: UUID | None
    agent_name: str
    queue: str
    started_at: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    zone: str
    waited_seconds: float
    talked_seconds: float
    held_seconds: float
    wrap_up_seconds: float
    outcome: str
    hung_up_by: str
    disposition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallPage:
    """Some calls, newest first, and where the next ones begin (None: no more)."""

    calls: tuple[Call, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLeg:
    """One channel of a call."""

    channel: str
    uniqueid: str
    device: str
    role: str
    agent_id: UUID | None
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEvent:
    """Something that happened in a call."""

    kind: str
    at: datetime
    payload: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueVisit:
    """One stay of a call in a queue."""

    queue: str
    entered_at: datetime
    left_at: datetime
    waited_seconds: float
    outcome: str
    agent_id: UUID | None
    talked_seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenDisposition:
    """A disposition an agent gave, with his note."""

    code: str
    label: str
    label_en: str
    note: str
    user_id: UUID | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Disposition:
    """A word of the dictionary an agent closes a call with."""

    code: str
    label: str
    label_en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRef:
    """A ticket in short."""

    ticket_id: UUID
    number: int
    subject: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallDetail:
    """Everything that is known of a call."""

    call: Call
    cause: int
    incomplete: bool
    queues: tuple[str, ...]
    agents_rang: tuple[str, ...]
    transfers: tuple[dict[str, Any], ...]
    unique_ids: tuple[str, ...]
    linked_ids: tuple[str, ...]
    legs: tuple[CallLeg, ...] = ()
    visits: tuple[QueueVisit, ...] = ()
    events: tuple[CallEvent, ...] = ()
    data: dict[str, str] = field(default_factory=dict)
    dispositions: tuple[GivenDisposition, ...] = ()  # newest first: the first one counts
    tickets: tuple[TicketRef, ...] = ()
    charge: Charge | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CallFilters:
    """Which calls to list; None does not ask. `since` is inclusive, `until` exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    queue: str | None = None
    agent_id: UUID | None = None
    number: str | None = None
    contact_id: UUID | None = None
    account_id: UUID | None = None
    direction: str | None = None
    outcome: str | None = None
    disposition: str | None = None
    state: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFigures:
    """What a queue did since a time: stays begun, and how they ended."""

    queue: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    in_target: int = 0
    overflowed: int = 0
    short_abandoned: int = 0  # of the abandoned
