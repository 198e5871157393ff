"""Mapping: telephone events and records in, jobs for the record out; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from acd.effects import CallbackKept, DivertCall, KeepCallback
from acd.notices import AgentRow, AgentState
from acd.recorder.jobs import (
    AddWrapUp,
    EnterState,
    Job,
    LeaveVoicemail,
    OpenCall,
    RecordEvent,
    SaveCallback,
)
from acd.routing import Choice
from crm_core.callbacks import CallbackWritten
from crm_core.calls import NEXT_STATE_CHOSEN, WRAP_UP_EXTENDED, CallOpening
from crm_core.ids import uuid_of
from cti import events as cti

_Payload = dict[str, object]
NOTHING: Mapping[str, object] = MappingProxyType({})


def jobs_of(event: cti.Event, *, brought: Mapping[str, object] = NOTHING) -> list[Job]:
    """Return what is to be written about a telephone event.

    `brought` is what a call that comes to a queue brings with it, see `acd.briefing`.
    """
    if isinstance(event, cti.CallOffered):
        return [OpenCall(opening=_opening(event))]
    if isinstance(event, cti.Resynced):
        return [OpenCall(opening=_opening_of_live(live, event)) for live in event.calls]
    if isinstance(event, cti.DeviceChanged | cti.LinkLost | cti.Settled):
        return []
    kind, payload = _KINDS[type(event)](event)
    if brought:
        payload["brought"] = dict(brought)
    record = RecordEvent(call_id=event.call_id, kind=kind, at=event.at, payload=payload)
    if isinstance(event, cti.VoicemailLeft):
        return [record, _message(event)]
    return [record]


def _message(event: cti.VoicemailLeft) -> Job:
    return LeaveVoicemail(
        call_id=event.call_id,
        mailbox=event.mailbox,
        file=event.file.partition("/spool/")[2] or event.file,
        seconds=event.seconds,
        number=event.number,
        at=event.at,
    )


def job_of_choice(choice: Choice, at: datetime) -> Job:
    """Return the record of why this agent was asked."""
    return RecordEvent(
        call_id=choice.call_id, kind="offered_to_agent", at=at, payload=choice.as_kept()
    )


def event_of_request(kept: CallbackKept, origin: UUID) -> RecordEvent:
    """Return the record that a caller keeps his place and is to be called back."""
    payload: _Payload = {"queue": kept.queue, "number": kept.number}
    return RecordEvent(
        call_id=origin, kind="callback_requested", at=kept.requested_at, payload=payload
    )


def event_of_diversion(divert: DivertCall, at: datetime) -> RecordEvent:
    """Return the record that a queue sent a caller elsewhere."""
    payload: _Payload = {
        "queue": divert.queue,
        "reason": str(divert.reason),
        "kind": str(divert.kind),
        "target": divert.target,
        "priority": divert.priority,
    }
    return RecordEvent(call_id=divert.call_id, kind="overflowed", at=at, payload=payload)


def job_of_callback(keep: KeepCallback) -> Job:
    """Return what is to be written when a callback changed."""
    return SaveCallback(written=written(keep.kept), ended=keep.ended)


def written(kept: CallbackKept) -> CallbackWritten:
    """Return the callback in the store's words."""
    return CallbackWritten(
        callback_id=kept.callback_id,
        queue=kept.queue,
        number=kept.number,
        caller_name=kept.caller_name,
        waits_since=kept.waits_since,
        requested_at=kept.requested_at,
        expires_at=kept.expires_at,
        priority=kept.priority,
        origin_call_id=kept.origin,
        state=kept.state,
        attempts=kept.attempts,
        tries=kept.tries,
        not_before=kept.not_before,
        agent_id=uuid_of(kept.agent_id),
        at=kept.at,
    )


def jobs_of_agent(before: AgentRow | None, after: AgentRow, at: datetime) -> list[Job]:
    """Return what is to be written when an agent's row changed at that time."""
    jobs: list[Job] = _next_state(before, after, at)
    if before is not None and _stay(before) == _stay(after):
        return jobs + _extension(before, after, at)
    agent_id = uuid_of(after.agent_id)
    if before is not None and before.state is AgentState.WRAP_UP and before.call_id and agent_id:
        seconds = (after.since - before.since).total_seconds()
        jobs.append(AddWrapUp(call_id=before.call_id, agent_id=agent_id, seconds=seconds))
    jobs.append(
        EnterState(
            agent_id=after.agent_id,
            state=str(after.state),
            reason=after.reason,
            call_id=after.call_id,
            set_by=uuid_of(after.set_by) if after.set_by else None,
            at=after.since,
        )
    )
    return jobs


def _extension(before: AgentRow, after: AgentRow, at: datetime) -> list[Job]:
    """Return what is to be written of a wrap-up that was given more time, once."""
    ended, ends = before.wrap_up_ends_at, after.wrap_up_ends_at
    extended = before.may_extend and not after.may_extend and before.call_id == after.call_id
    if not extended or after.call_id is None or ended is None or ends is None:
        return []
    told = {"agent_id": after.agent_id, "seconds": (ends - ended).total_seconds()}
    return [RecordEvent(call_id=after.call_id, kind=WRAP_UP_EXTENDED, at=at, payload=told)]


def _next_state(before: AgentRow | None, after: AgentRow, at: datetime) -> list[Job]:
    """Return what is to be written of a state chosen during a call, for after it."""
    chosen = _chosen(after)
    if after.call_id is None or chosen is None or (before and chosen == _chosen(before)):
        return []
    told: dict[str, object] = {"agent_id": after.agent_id, "state": str(after.wanted)}
    told |= {"reason": after.wanted_reason} if after.wanted_reason else {}
    told |= {"set_by": after.set_by, "by": after.set_by_name} if after.set_by else {}
    return [RecordEvent(call_id=after.call_id, kind=NEXT_STATE_CHOSEN, at=at, payload=told)]


def _chosen(row: AgentRow) -> tuple[object, ...] | None:
    if row.next_state is None:
        return None
    return row.next_state, row.wanted_reason, row.set_by, row.call_id


def _stay(row: AgentRow) -> tuple[AgentState, str, datetime]:
    return row.state, row.reason, row.since


def _opening(event: cti.CallOffered) -> CallOpening:
    return CallOpening(
        call_id=event.call_id,
        direction=str(event.direction),
        started_at=event.at,
        caller_number=event.caller_number,
        caller_name=event.caller_name,
        dialled_number=event.dialled_number,
    )


def _opening_of_live(live: cti.LiveCall, event: cti.Resynced) -> CallOpening:
    return CallOpening(
        call_id=live.call_id,
        direction=str(live.direction),
        started_at=live.started_at or event.at,
        caller_number=live.caller_number,
        caller_name=live.caller_name,
        dialled_number=live.dialled_number,
    )


def _queued(event: cti.CallQueued) -> tuple[str, _Payload]:
    payload: _Payload = {"queue": event.queue, "priority": event.priority}
    return "queued", payload | ({"fallback": True} if event.fallback else {})


def _ringing(event: cti.AgentRinging) -> tuple[str, _Payload]:
    return "ringing", {"device": event.device}


def _missed(event: cti.AgentMissedCall) -> tuple[str, _Payload]:
    return "missed", {"device": event.device, "reason": str(event.reason)}


def _answered(event: cti.CallAnswered) -> tuple[str, _Payload]:
    return "answered", {"device": event.device}


def _held(event: cti.CallHeld) -> tuple[str, _Payload]:
    return ("held" if event.held else "resumed"), {"device": event.device}


def _transferred(event: cti.CallTransferred) -> tuple[str, _Payload]:
    return "transferred", {"kind": str(event.kind), "by": event.by, "to": event.to}


def _left(event: cti.AgentLeft) -> tuple[str, _Payload]:
    return "left", {"device": event.device}


def _abandoned(event: cti.CallAbandoned) -> tuple[str, _Payload]:
    return "abandoned", {"queue": event.queue}


def _voicemail(event: cti.VoicemailLeft) -> tuple[str, _Payload]:
    payload: _Payload = {"mailbox": event.mailbox, "file": event.file, "seconds": event.seconds}
    return "voicemail", payload


def _ended(event: cti.CallEnded) -> tuple[str, _Payload]:
    payload: _Payload = {
        "outcome": str(event.outcome),
        "hung_up_by": str(event.hung_up_by),
        "cause": event.cause,
    }
    if event.joined_into is not None:
        payload["joined_into"] = str(event.joined_into)
    return "ended", payload


_KINDS: dict[type, Callable[[Any], tuple[str, _Payload]]] = {
    cti.CallQueued: _queued,
    cti.AgentRinging: _ringing,
    cti.AgentMissedCall: _missed,
    cti.CallAnswered: _answered,
    cti.CallHeld: _held,
    cti.CallTransferred: _transferred,
    cti.AgentLeft: _left,
    cti.CallAbandoned: _abandoned,
    cti.VoicemailLeft: _voicemail,
    cti.CallEnded: _ended,
}
