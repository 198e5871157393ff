"""Writing: what each job of the recorder does to the database, in the transaction it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from acd.recorder.closing import with_events
from acd.recorder.jobs import (
    AddWrapUp,
    CloseCall,
    EnterState,
    Job,
    KeepMissed,
    LeaveVoicemail,
    OpenCall,
    PutData,
    RecordEvent,
    SaveCallback,
)
from crm_core import callbacks, calls, messages
from crm_core.calls import CallClosing
from crm_core.database import Session
from crm_core.errors import NotFound
from crm_core.queues import record_agent_state
from crm_core.tenancy import Scope


async def write(session: Session, scope: Scope, job: Job) -> None:
    """Do one job; the same one again changes nothing."""
    await _VERBS[type(job)](session, scope, job)


async def _open(session: Session, scope: Scope, job: OpenCall) -> None:
    await calls.open_call(session, scope, job.opening)


async def _record(session: Session, scope: Scope, job: RecordEvent) -> None:
    await calls.record_event(session, scope, job.call_id, job.kind, job.at, job.payload)


async def _put(session: Session, scope: Scope, job: PutData) -> None:
    await calls.put_call_data(session, scope, job.call_id, job.data, at=job.at)


async def _close(session: Session, scope: Scope, job: CloseCall) -> None:
    closing = job.closing
    if closing.visits is None:  # the engine did not see the call from its beginning
        closing = await _from_events(session, scope, closing)
    await calls.close_call(session, scope, closing)


async def _keep_missed(session: Session, scope: Scope, job: KeepMissed) -> None:
    if not await calls.close_call(session, scope, job.closing):
        return  # it was seen to its end before
    for event in job.events:
        call_id = job.closing.call_id
        await calls.record_event(session, scope, call_id, event.kind, event.at, event.payload)


async def _from_events(session: Session, scope: Scope, closing: CallClosing) -> CallClosing:
    try:
        detail = await calls.call_detail(session, scope, closing.call_id)
    except NotFound:
        return closing  # its row was never written: closing writes it
    told = with_events(closing, detail.events)
    # Without a queue among the events the record's own word counts.
    return told if told.visits else closing


async def _enter(session: Session, scope: Scope, job: EnterState) -> None:
    await record_agent_state(
        session,
        scope,
        job.agent_id,
        state=job.state,
        at=job.at,
        reason=job.reason,
        call_id=job.call_id,
        set_by=job.set_by,
    )


async def _wrap_up(session: Session, scope: Scope, job: AddWrapUp) -> None:
    await calls.add_wrap_up(
        session, scope, job.call_id, agent_id=job.agent_id, seconds=job.seconds
    )


async def _save_callback(session: Session, scope: Scope, job: SaveCallback) -> None:
    await callbacks.save(session, scope, job.written, ended=job.ended)


async def _leave_voicemail(session: Session, scope: Scope, job: LeaveVoicemail) -> None:
    if job.seconds < 1:
        return  # nothing was said
    draft = messages.Draft(
        call_id=job.call_id,
        at=job.at,
        queue=job.mailbox,
        number=job.number,
        language="",
        file=job.file,
        seconds=float(job.seconds),
    )
    await messages.keep_message(session, scope, draft)


_VERBS: dict[type, Callable[[Session, Scope, Any], Awaitable[None]]] = {
    OpenCall: _open,
    RecordEvent: _record,
    PutData: _put,
    CloseCall: _close,
    KeepMissed: _keep_missed,
    EnterState: _enter,
    AddWrapUp: _wrap_up,
    SaveCallback: _save_callback,
    LeaveVoicemail: _leave_voicemail,
}
