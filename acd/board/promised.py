"""Promised callbacks as the board knows them: a place in line whose owner has hung up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from acd.board.settings import NO_BRIEF, Brief


class CallbackState(StrEnum):
    """Where a promised callback is."""

    WAITING = "waiting"
    RESERVED = "reserved"  # an agent is taken for it, nobody is dialled yet
    DIALLING = "dialling"
    TALKING = "talking"
    DONE = "done"
    FAILED = "failed"  # tried as often as the queue says
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SERVED = "served"  # he spoke with an agent of the queue in another call


class AttemptOutcome(StrEnum):
    """What came of one attempt to call back."""

    CONNECTED = "connected"
    AGENT_MISSED = "agent_missed"  # the customer was not dialled, or found nobody
    CUSTOMER_MISSED = "customer_missed"
    NOT_DIALLED = "not_dialled"  # refused before anything rang
    LOST = "lost"  # nobody knows whether it rang: never dialled again at once


@dataclass(slots=True)
class Attempt:
    """One attempt of a callback: the call made for it, and who of the two was reached."""

    number: int  # 1, 2, ...
    call_id: UUID
    uniqueid: str  # that its first channel will have
    agent_id: str
    exists: bool = False  # Asterisk told of the call
    agent_reached: bool = False
    customer_reached: bool = False
    customer_rung: bool = False
    blind: bool = False  # the link was gone while it lasted: more may have happened than is known


@dataclass(slots=True)
class Callback:
    """A place in line whose owner has hung up; its `Call` has no channel."""

    number: str
    requested_at: datetime
    expires_at: datetime
    expires: float = 0.0  # clock
    origin: UUID | None = None  # the call it was asked for in
    attempts: int = 0  # begun
    tries: int = 0  # that may have rung the customer
    not_before: float | None = None  # clock
    not_before_at: datetime | None = None
    state: CallbackState = CallbackState.WAITING
    attempt: Attempt | None = None
    agent_id: str = ""  # of the last attempt
    served: bool = False  # he speaks with an agent while he is being called


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownCallback:
    """What the store remembers of a callback that is still owed."""

    callback_id: UUID
    queue: str
    number: str
    caller_name: str = ""
    waits_since: datetime
    requested_at: datetime
    expires_at: datetime
    priority: int = 0
    origin: UUID | None = None
    attempts: int = 0
    tries: int = 0
    not_before: datetime | None = None
    attempt: tuple[UUID, str, str] | None = None  # call id, uniqueid, agent id: begun, not ended
    talking: bool = False  # in that attempt both were reached
    brief: Brief = NO_BRIEF
