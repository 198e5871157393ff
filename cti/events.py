"""Domain events of telephony: what happened, in the trade's words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID


class Direction(StrEnum):
    """Which way a call went, seen from the call center."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class DeviceState(StrEnum):
    """State of a phone as Asterisk reports it (`devicestate.h`)."""

    UNKNOWN = "UNKNOWN"
    NOT_INUSE = "NOT_INUSE"
    INUSE = "INUSE"
    BUSY = "BUSY"
    INVALID = "INVALID"
    UNAVAILABLE = "UNAVAILABLE"
    RINGING = "RINGING"
    RINGINUSE = "RINGINUSE"
    ONHOLD = "ONHOLD"


class MissReason(StrEnum):
    """Why an agent's phone that was tried did not take the call."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"  # the caller went, or the call was taken elsewhere


class TransferKind(StrEnum):
    """How a call was handed on."""

    BLIND = "blind"
    ATTENDED = "attended"
    PARK = "park"


class Outcome(StrEnum):
    """How a call ended; each ended call has exactly one."""

    ANSWERED = "answered"
    ABANDONED_IN_MENU = "abandoned_in_menu"
    ENDED_IN_MENU = "ended_in_menu"  # by its good-bye, an announcement, or a message he left
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    OVERFLOWED = "overflowed"  # his queue sent him to a message, voicemail or callback
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    LOST_TO_RESTART = "lost_to_restart"


class Party(StrEnum):
    """Who hung up."""

    CALLER = "caller"
    AGENT = "agent"
    CALLEE = "callee"  # the one outside whom an outgoing call reached
    SYSTEM = "system"
    UNKNOWN = "unknown"


class CallStage(StrEnum):
    """Where a live call is, as far as Asterisk's own channels tell."""

    MENU = "menu"
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallOffered:
    """A call reached us (inbound) or was begun by us (outbound, internal)."""

    at: datetime
    call_id: UUID
    channel: str
    uniqueid: str
    direction: Direction
    caller_number: str
    caller_name: str
    dialled_number: str
    device: str = ""  # the agent's device when the call began there


@dataclass(frozen=True, kw_only=True, slots=True)
class CallQueued:
    """The caller entered (or re-entered) the wait for a queue."""

    at: datetime
    call_id: UUID
    channel: str
    queue: str
    priority: int = 0
    fallback: bool = False  # app_queue holds the caller, not our board


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentRinging:
    """A phone began to ring for the call."""

    at: datetime
    call_id: UUID
    device: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentMissedCall:
    """A phone that was tried did not take the call."""

    at: datetime
    call_id: UUID
    device: str
    reason: MissReason


@dataclass(frozen=True, kw_only=True, slots=True)
class CallAnswered:
    """A phone was answered and is joined to the call."""

    at: datetime
    call_id: UUID
    device: str
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallHeld:
    """The phone put the call on hold, or took it back."""

    at: datetime
    call_id: UUID
    device: str
    held: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CallTransferred:
    """The call was handed on by one of its phones."""

    at: datetime
    call_id: UUID
    kind: TransferKind
    by: str  # device
    to: str  # extension, queue or device, as dialled


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentLeft:
    """An answered phone left the call; the call itself may go on."""

    at: datetime
    call_id: UUID
    device: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallAbandoned:
    """The caller left while waiting; `CallEnded` follows."""

    at: datetime
    call_id: UUID
    queue: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VoicemailLeft:
    """The caller spoke into a mailbox; `file` is Asterisk's own path."""

    at: datetime
    call_id: UUID
    mailbox: str
    file: str
    seconds: int
    number: str = ""  # of the caller


@dataclass(frozen=True, kw_only=True, slots=True)
class CallEnded:
    """The last channel of the call is gone."""

    at: datetime
    call_id: UUID
    outcome: Outcome
    hung_up_by: Party
    cause: int  # Q.850 cause code
    joined_into: UUID | None = None  # goes on as part of this call (attended transfer, pickup)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceChanged:
    """A phone's state changed."""

    at: datetime
    device: str
    state: DeviceState


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveCall:
    """One call found in Asterisk by a resync."""

    call_id: UUID
    channel: str
    uniqueid: str
    stage: CallStage
    direction: Direction
    caller_number: str
    caller_name: str
    dialled_number: str
    queue: str = ""
    device: str = ""  # phone that rings or talks
    device_channel: str = ""
    there: tuple[tuple[str, str], ...] = ()  # all phones that are in it, each with its channel
    started_at: datetime | None = None
    fallback: bool = False  # waits in app_queue's queue, which may ring phones for it


@dataclass(frozen=True, kw_only=True, slots=True)
class Resynced:
    """After a (re)connect: the whole truth as Asterisk tells it, one epoch."""

    at: datetime
    epoch: int
    restarted: bool  # Asterisk itself was restarted since the epoch before
    calls: tuple[LiveCall, ...] = ()
    devices: dict[str, DeviceState] = field(default_factory=dict)
    booted: str = ""  # when Asterisk started, in its own words: compare after our restart
    settling: bool = False  # what happened while this was found out follows; then `Settled`


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """All that happened while the last `Resynced` was found out has been told."""

    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkLost:
    """The link to Asterisk is gone; what is shown from now on is stale."""

    at: datetime


Event: TypeAlias = (
    CallOffered
    | CallQueued
    | AgentRinging
    | AgentMissedCall
    | CallAnswered
    | CallHeld
    | CallTransferred
    | AgentLeft
    | CallAbandoned
    | VoicemailLeft
    | CallEnded
    | DeviceChanged
    | Resynced
    | Settled
    | LinkLost
)
