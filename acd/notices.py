"""Notices of the board: numbered news of closed shape for every desktop."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class AgentState(StrEnum):
    """What an agent is doing; one state colour each on every page."""

    OFFLINE = "offline"
    READY = "ready"
    NOT_READY = "not_ready"
    OFFERED = "offered"
    TALKING = "talking"
    HOLDING = "holding"
    CONSULTING = "consulting"  # asks a colleague while the customer is held
    WRAP_UP = "wrap_up"


class CallState(StrEnum):
    """Where a live call is."""

    MENU = "menu"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    HELD = "held"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgentRow(_Shape):
    """One agent on the board."""

    agent_id: str
    name: str
    extension: str
    state: AgentState
    reason: str = ""  # of being not ready
    since: datetime
    queues: list[str] = []  # that he serves now
    own_queues: list[str] = []  # that he may choose among
    call_id: UUID | None = None
    consult_call_id: UUID | None = None  # his second call, while the first one is kept
    phone_ready: bool = False  # registered and reachable
    trouble: str = ""  # why no call can come though he is ready; by code
    wanted: AgentState = AgentState.OFFLINE  # what he is when nothing is in his hands
    wanted_reason: str = ""  # of that, when it is not ready
    next_state: AgentState | None = None  # chosen during a call
    set_by: str = ""  # id of the user who set the state for him
    set_by_name: str = ""
    reason_ends_at: datetime | None = None  # he should be back by then
    wrap_up_ends_at: datetime | None = None
    wrap_up_kind: str = ""  # of the wrap-up he is in, or may ask for during the call
    wrap_up_asked: bool = False
    may_extend: bool = False  # the wrap-up, once


class QueueRow(_Shape):
    """One queue on the board; the day's figures since local midnight."""

    name: str
    title: str
    title_en: str = ""
    waiting: int = 0
    oldest_since: datetime | None = None
    ready: int = 0
    offered: int = 0
    talking: int = 0
    wrap_up: int = 0
    not_ready: int = 0
    offered_today: int = 0
    answered_today: int = 0
    abandoned_today: int = 0
    overflowed_today: int = 0
    short_abandoned_today: int = 0  # of the abandoned
    is_open: bool = True  # by its hours
    wait_low: float | None = None  # seconds a newcomer will wait; null: not foretold well enough
    wait_high: float | None = None
    wait_error: float | None = None  # mean miss of the last forecasts, as a share of the wait
    wait_coverage: float | None = None  # share of them whose range held
    callbacks: int = 0  # owed: callers who keep their place and have hung up
    in_target_today: int = 0
    level_today: float | None = None  # by the queue's formula
    target_seconds: int = 20
    target_share: float = 0.8
    unevenness: float | None = None  # Gini coefficient of its agents' occupancy; 0: all alike
    is_over: bool = False  # archived, and nobody is left in it: boards let it go


class CallRow(_Shape):
    """One live call on the board."""

    call_id: UUID
    state: CallState
    direction: str
    caller_number: str
    caller_name: str = ""
    customer: str = ""
    dialled_number: str = ""
    queue: str = ""
    agent_id: str = ""
    started_at: datetime
    queued_at: datetime | None = None
    answered_at: datetime | None = None


class AgentChanged(_Shape):
    """The agent's row is now this."""

    type: Literal["agent_changed"] = "agent_changed"
    agent: AgentRow


class QueueChanged(_Shape):
    """The queue's row is now this."""

    type: Literal["queue_changed"] = "queue_changed"
    queue: QueueRow


class CallChanged(_Shape):
    """The call's row is now this."""

    type: Literal["call_changed"] = "call_changed"
    call: CallRow


class CallGone(_Shape):
    """The call has ended."""

    type: Literal["call_gone"] = "call_gone"
    call_id: UUID
    agent_id: str = ""
    outcome: str = ""


class ScreenPopped(_Shape):
    """The call is about to ring this agent: here is who calls."""

    type: Literal["screen_popped"] = "screen_popped"
    agent_id: str
    call_id: UUID
    queue: str
    caller_number: str
    caller_name: str = ""
    ring_seconds: int
    card: dict[str, object] = {}  # crm_core.directory.CallerCard as JSON
    data: dict[str, str] = {}  # what travels with the call: IVR answers, notes
    why: str = ""  # why this agent, in words


class PopWithdrawn(_Shape):
    """The offered call went elsewhere."""

    type: Literal["pop_withdrawn"] = "pop_withdrawn"
    agent_id: str
    call_id: UUID
    reason: str


class AgentTold(_Shape):
    """A word to one agent, by code so that the page says it in his language."""

    type: Literal["agent_told"] = "agent_told"
    agent_id: str
    level: Literal["info", "warning", "error"]
    code: str
    detail: dict[str, str] = {}


class LeadTold(_Shape):
    """A word about an agent to those who lead the shift, by code as above."""

    type: Literal["lead_told"] = "lead_told"
    agent_id: str
    level: Literal["info", "warning", "error"]
    code: str
    detail: dict[str, str] = {}


class CallRecorded(_Shape):
    """The ended call is stored, priced and on the timeline."""

    type: Literal["call_recorded"] = "call_recorded"
    call_id: UUID


class FeedStale(_Shape):
    """The link to Asterisk is gone since then; figures are old."""

    type: Literal["feed_stale"] = "feed_stale"
    since: datetime


class FeedFresh(_Shape):
    """The link is back and all figures are true again; a snapshot follows on request."""

    type: Literal["feed_fresh"] = "feed_fresh"


Notice: TypeAlias = Annotated[
    AgentChanged
    | QueueChanged
    | CallChanged
    | CallGone
    | ScreenPopped
    | PopWithdrawn
    | AgentTold
    | LeadTold
    | CallRecorded
    | FeedStale
    | FeedFresh,
    Field(discriminator="type"),
]


class Envelope(_Shape):
    """A notice with its place: numbers run on by one within an epoch."""

    epoch: str
    seq: int
    at: datetime
    notice: Notice


class Snapshot(_Shape):
    """The whole board as of `seq`; the next notice to apply is `seq + 1`."""

    epoch: str
    seq: int
    at: datetime
    stale_since: datetime | None = None
    agents: list[AgentRow] = []
    queues: list[QueueRow] = []
    calls: list[CallRow] = []
    pops: list[ScreenPopped] = []  # offers that ring or talk right now


ENVELOPE: TypeAdapter[Envelope] = TypeAdapter(Envelope)
NOTICE: TypeAdapter[Notice] = TypeAdapter(Notice)
