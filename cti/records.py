"""Call records: what became of each call, told once when it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cti.events import Direction, Event, Outcome, Party, TransferKind


@dataclass(frozen=True, kw_only=True, slots=True)
class LegRecord:
    """One party's channel; `role` is caller, agent, callee or other."""

    channel: str
    uniqueid: str
    device: str
    role: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TransferRecord:
    """The call was handed on; `legs` are the channels that took part."""

    kind: TransferKind
    at: datetime
    by: str  # device
    to: str  # extension, queue, device or parking space
    legs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecord:
    """One call from its first channel to its last; times are aware UTC, durations seconds.

    `answered_at` is when a person answered, never the menu. `waited_seconds` runs from
    the first queue entry to that answer, or to the end of the wait. `incomplete` says
    that the beginning or the end was not seen; `outcome` and `ended_at` are None then
    when they are not known.
    """

    call_id: UUID
    linked_ids: tuple[str, ...]
    unique_ids: tuple[str, ...]
    direction: Direction
    caller_number: str
    caller_name: str
    dialled_number: str
    queue: str | None
    queues: tuple[str, ...]
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    waited_seconds: float
    talked_seconds: float
    agents_rang: tuple[str, ...]
    agent_answered: str | None
    transfers: tuple[TransferRecord, ...]
    legs: tuple[LegRecord, ...]
    hung_up_by: Party
    outcome: Outcome | None
    incomplete: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedCall:
    """What Asterisk's own log tells of a call nobody heard of; without a record it goes on."""

    call_id: UUID
    events: tuple[Event, ...]  # in order; how it ended stands in the record
    record: CallRecord | None = None


def as_json(record: CallRecord) -> dict[str, object]:
    """Return the record in values that `json` writes; times ISO 8601 UTC with microseconds."""
    return {
        "call_id": str(record.call_id),
        "linked_ids": list(record.linked_ids),
        "unique_ids": list(record.unique_ids),
        "direction": str(record.direction),
        "caller_number": record.caller_number,
        "caller_name": record.caller_name,
        "dialled_number": record.dialled_number,
        "queue": record.queue,
        "queues": list(record.queues),
        "started_at": _iso(record.started_at),
        "answered_at": _iso(record.answered_at),
        "ended_at": _iso(record.ended_at),
        "waited_seconds": record.waited_seconds,
        "talked_seconds": record.talked_seconds,
        "agents_rang": list(record.agents_rang),
        "agent_answered": record.agent_answered,
        "transfers": [_transfer(transfer) for transfer in record.transfers],
        "legs": [_leg(leg) for leg in record.legs],
        "hung_up_by": str(record.hung_up_by),
        "outcome": None if record.outcome is None else str(record.outcome),
        "incomplete": record.incomplete,
    }


def seconds(length: timedelta) -> float:
    """Return the length in seconds with three decimals; never below zero."""
    return max(0.0, round(length.total_seconds(), 3))


def _transfer(transfer: TransferRecord) -> dict[str, object]:
    return {
        "kind": str(transfer.kind),
        "at": _iso(transfer.at),
        "by": transfer.by,
        "to": transfer.to,
        "legs": list(transfer.legs),
    }


def _leg(leg: LegRecord) -> dict[str, object]:
    return {
        "channel": leg.channel,
        "uniqueid": leg.uniqueid,
        "device": leg.device,
        "role": leg.role,
        "started_at": _iso(leg.started_at),
        "answered_at": _iso(leg.answered_at),
        "ended_at": _iso(leg.ended_at),
        "cause": leg.cause,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="microseconds")
