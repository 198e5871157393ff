"""Closing: an ended call's record and its stored events, told as the store wants them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from acd.board import KnownCall
from crm_core.calls import (
    Call,
    CallClosing,
    CallEvent,
    CallOpening,
    LegClosing,
    VisitClosing,
    agent_extension,
)
from cti.events import CallEnded, Direction, Outcome
from cti.records import CallRecord, LegRecord, TransferRecord


def closing_of(
    record: CallRecord,
    *,
    ended_at: datetime,
    cause: int,
    contact_id: UUID | None = None,
    account_id: UUID | None = None,
) -> CallClosing:
    """Return the closing of a call; `ended_at` and `cause` stand in where the record has none."""
    return CallClosing(
        call_id=record.call_id,
        direction=str(record.direction),
        started_at=record.started_at,
        ended_at=record.ended_at or ended_at,
        outcome=str(record.outcome or "failed"),
        hung_up_by=str(record.hung_up_by),
        caller_number=record.caller_number,
        caller_name=record.caller_name,
        dialled_number=record.dialled_number,
        queue=record.queue,
        queues=record.queues,
        answered_at=record.answered_at,
        waited_seconds=record.waited_seconds,
        talked_seconds=record.talked_seconds,
        cause=cause,
        agents_rang=record.agents_rang,
        agent_answered=record.agent_answered,
        transfers=tuple(_transfer(transfer) for transfer in record.transfers),
        legs=tuple(_leg(leg) for leg in record.legs),
        linked_ids=record.linked_ids,
        unique_ids=record.unique_ids,
        incomplete=record.incomplete,
        contact_id=contact_id,
        account_id=account_id,
    )


def closing_of_joined(opening: CallOpening, ended: CallEnded) -> CallClosing:
    """Return the closing of a call that went on as a part of another one."""
    return CallClosing(
        call_id=opening.call_id,
        direction=opening.direction,
        started_at=opening.started_at,
        ended_at=ended.at,
        outcome=str(ended.outcome),
        hung_up_by=str(ended.hung_up_by),
        caller_number=opening.caller_number,
        caller_name=opening.caller_name,
        dialled_number=opening.dialled_number,
        cause=ended.cause,
    )


def closing_of_vanished(
    call: Call, known: KnownCall, ended: CallEnded, *, last_at: datetime | None
) -> CallClosing:
    """Return the closing of a call that ended while nobody looked.

    Only the talk that was seen is counted: from the answer to the last stored event.
    """
    seen_until = max(last_at or call.started_at, call.started_at)
    answered_at = known.answered_at
    talked = (seen_until - answered_at).total_seconds() if answered_at else 0.0
    return CallClosing(
        call_id=call.call_id,
        direction=call.direction,
        started_at=call.started_at,
        ended_at=ended.at,
        outcome=_outcome_of_vanished(call, known, ended),
        hung_up_by=str(ended.hung_up_by),
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        dialled_number=call.dialled_number,
        queue=known.queue or None,
        queues=(known.queue,) if known.queue else (),
        queued_at=known.queued_at,
        answered_at=answered_at,
        talked_seconds=max(0.0, talked),
        cause=ended.cause,
        incomplete=True,
    )


def closing_of_missed(record: CallRecord, call: Call, known: KnownCall) -> CallClosing:
    """Return the closing of a call that the store knew and whose end only Asterisk's log tells.

    An answer that was seen before counts, and the times that the store has are the truer ones.
    """
    closing = closing_of(record, ended_at=record.started_at, cause=0)
    answered_at = known.answered_at or closing.answered_at
    talked = closing.talked_seconds
    if known.answered_at is not None:
        talked = (closing.ended_at - known.answered_at).total_seconds()
    waited = closing.waited_seconds
    if known.queued_at is not None:
        waited = ((answered_at or closing.ended_at) - known.queued_at).total_seconds()
    return replace(
        closing,
        direction=call.direction,
        started_at=call.started_at,
        caller_number=call.caller_number or closing.caller_number,
        caller_name=call.caller_name or closing.caller_name,
        dialled_number=call.dialled_number or closing.dialled_number,
        outcome=str(Outcome.ANSWERED) if answered_at else closing.outcome,
        queue=known.queue or closing.queue,
        queues=closing.queues or ((known.queue,) if known.queue else ()),
        answered_at=answered_at,
        waited_seconds=max(0.0, waited),
        talked_seconds=max(0.0, talked),
        incomplete=True,
    )


def _outcome_of_vanished(call: Call, known: KnownCall, ended: CallEnded) -> str:
    if ended.outcome is not Outcome.NO_ANSWER or call.direction != Direction.INBOUND:
        return str(ended.outcome)
    return str(Outcome.ABANDONED_IN_QUEUE if known.queue else Outcome.ABANDONED_IN_MENU)


def with_events(closing: CallClosing, events: Sequence[CallEvent]) -> CallClosing:
    """Add what only the stored events tell: each stay in a queue, and the time on hold.

    Who answered is theirs to tell when the record did not see it.
    """
    visits = visits_in(events, ended_at=closing.ended_at)
    answered = [visit.device for visit in visits if visit.outcome == "answered"]
    return replace(
        closing,
        visits=visits,
        agent_answered=closing.agent_answered or next(iter(answered), None),
        queued_at=visits[0].entered_at if visits else None,
        held_seconds=held_in(events, ended_at=closing.ended_at),
    )


@dataclass(slots=True)
class _Visit:
    queue: str
    entered_at: datetime
    left_at: datetime | None = None
    outcome: str = "abandoned"
    device: str = ""
    until: datetime | None = None
    brought: dict[str, Any] = field(default_factory=dict)

    def leave(self, at: datetime, outcome: str, device: str = "") -> None:
        """End the wait; for an answered one the talk begins."""
        if self.left_at is None:
            self.left_at, self.outcome, self.device = at, outcome, device


def visits_in(events: Sequence[CallEvent], *, ended_at: datetime) -> tuple[VisitClosing, ...]:
    """Return the stays in queues that the events tell, in order."""
    visits: list[_Visit] = []
    for event in sorted(events, key=lambda event: event.at):
        _tell(visits, event)
    return tuple(_closed(visit, ended_at) for visit in visits)


def held_in(events: Iterable[CallEvent], *, ended_at: datetime) -> float:
    """Return the seconds during which any phone held the call."""
    since: dict[str, datetime] = {}
    total = 0.0
    for event in sorted(events, key=lambda event: event.at):
        device = str(event.payload.get("device", ""))
        if event.kind == "held":
            since.setdefault(device, event.at)
        elif event.kind in {"resumed", "left"} and device in since:
            total += (event.at - since.pop(device)).total_seconds()
    return total + sum((ended_at - began).total_seconds() for began in since.values())


def _tell(visits: list[_Visit], event: CallEvent) -> None:
    last = visits[-1] if visits else None
    device = str(event.payload.get("device", ""))
    if event.kind == "queued":
        _enter(visits, event)
    elif last is None:
        return
    elif event.kind == "answered":
        last.leave(event.at, "answered" if agent_extension(device) else "moved", device)
    elif event.kind == "callback_requested":
        last.leave(event.at, "callback")
    elif event.kind == "overflowed":
        last.leave(event.at, "overflowed")
    elif event.kind == "abandoned":
        last.leave(event.at, "abandoned")
    elif event.kind == "left" and last.device == device and last.until is None:
        last.until = event.at


def _enter(visits: list[_Visit], event: CallEvent) -> None:
    queue, at = str(event.payload.get("queue", "")), event.at
    last = visits[-1] if visits else None
    if last is not None and last.left_at is None:
        if last.queue == queue:
            return  # back from a phone that did not answer: the same stay
        last.leave(at, "moved")
    visits.append(_Visit(queue=queue, entered_at=at, brought=event.payload.get("brought", {})))


def _closed(visit: _Visit, ended_at: datetime) -> VisitClosing:
    left_at = visit.left_at or ended_at
    talked = 0.0
    if visit.outcome == "answered":
        talked = max(0.0, ((visit.until or ended_at) - left_at).total_seconds())
    return VisitClosing(
        queue=visit.queue,
        entered_at=visit.entered_at,
        left_at=left_at,
        outcome=visit.outcome,
        device=visit.device,
        talked_seconds=round(talked, 3),
        brought=visit.brought,
    )


def _transfer(transfer: TransferRecord) -> dict[str, object]:
    return {
        "kind": str(transfer.kind),
        "at": transfer.at.isoformat(timespec="microseconds"),
        "by": transfer.by,
        "to": transfer.to,
        "legs": list(transfer.legs),
    }


def _leg(leg: LegRecord) -> LegClosing:
    return LegClosing(
        channel=leg.channel,
        uniqueid=leg.uniqueid,
        device=leg.device,
        role=leg.role,
        started_at=leg.started_at,
        answered_at=leg.answered_at,
        ended_at=leg.ended_at,
        cause=leg.cause,
    )
