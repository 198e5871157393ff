"""The store: what the engine reads from the database and writes to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from acd.board import Figures, KnownAgent, KnownCall, Roster
from acd.briefing import brief_from
from acd.recorder.closing import visits_in, with_events
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
from acd.roster import roster_of
from crm_core import callbacks, calls, configuration, lead, messages
from crm_core.callbacks import AttemptReserved, CallbackWritten, OwedCallback
from crm_core.calls import CallClosing, CallDetail
from crm_core.database import Database, Session
from crm_core.directory import CallerCard, identify
from crm_core.errors import NotFound
from crm_core.queues import AgentHistory, agents_since, record_agent_state
from crm_core.tenancy import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCallKept:
    """A call that had no end when the engine went down."""

    call: calls.Call
    known: KnownCall
    last_at: datetime | None = None  # of the last event that was stored
    events: tuple[calls.CallEvent, ...] = ()


class Store(Protocol):
    """What the engine needs of the database; raises `DatabaseUnavailable`."""

    async def roster(self) -> Roster:
        """Return queues, agents and reasons as they are configured."""
        ...

    async def figures(self, at: datetime) -> dict[str, Figures]:
        """Return what each queue did since its midnight before `at`, ended calls alone."""
        ...

    async def open_calls(self) -> list[OpenCallKept]:
        """Return the calls without an end, oldest first."""
        ...

    async def agents(self, since: datetime) -> list[KnownAgent]:
        """Return what agents did since then, and what they were doing last."""
        ...

    async def identify(self, number: str) -> CallerCard:
        """Return who calls from this number."""
        ...

    async def call_data(self, call_id: UUID) -> dict[str, str]:
        """Return the words that travel with the call."""
        ...

    async def perform(self, jobs: Sequence[Job]) -> None:
        """Write the jobs in one transaction; the same jobs again change nothing."""
        ...

    async def owed_callbacks(self) -> list[OwedCallback]:
        """Return the callbacks that are still owed, in the order of their places."""
        ...

    async def reserve_attempt(self, written: CallbackWritten, attempt: AttemptReserved) -> None:
        """Write down an attempt before it is made; raises `WrongState` when it may not be."""
        ...


class CrmStore:
    """The store over `crm_core`, for one tenant.

    With the `token` of a lead every transaction is refused (`FencedOut`) once another
    engine leads.
    """

    def __init__(self, database: Database, scope: Scope, *, token: int = 0) -> None:
        self._database = database
        self._scope = scope
        self._token = token

    async def roster(self) -> Roster:
        """Return queues, agents and reasons as they are configured."""
        async with self._database.read() as session:
            return roster_of(await configuration.in_force(session, self._scope))

    async def figures(self, at: datetime) -> dict[str, Figures]:
        """Return what each queue did since its midnight before `at`, ended calls alone."""
        async with self._database.read() as session:
            found = await calls.queue_figures_today(session, self._scope, at=at)
        return {name: _figures(counted) for name, counted in found.items()}

    async def open_calls(self) -> list[OpenCallKept]:
        """Return the calls without an end, oldest first."""
        async with self._database.read() as session:
            found = await calls.open_calls(session, self._scope)
            details = [
                await calls.call_detail(session, self._scope, call.call_id) for call in found
            ]
            cards = [
                await identify(session, self._scope, detail.call.caller_number)
                for detail in details
            ]
        return [_kept(detail, card) for detail, card in zip(details, cards, strict=True)]

    async def agents(self, since: datetime) -> list[KnownAgent]:
        """Return what agents did since then, and what they were doing last."""
        async with self._database.read() as session:
            found = await agents_since(session, self._scope, since)
        return [_known_agent(history) for history in found.values()]

    async def identify(self, number: str) -> CallerCard:
        """Return who calls from this number."""
        async with self._database.read() as session:
            return await identify(session, self._scope, number)

    async def call_data(self, call_id: UUID) -> dict[str, str]:
        """Return the words that travel with the call."""
        async with self._database.read() as session:
            return await calls.call_data(session, self._scope, call_id)

    async def perform(self, jobs: Sequence[Job]) -> None:
        """Write the jobs in one transaction; the same jobs again change nothing."""
        async with self._database.transaction() as session:
            if self._token:
                await lead.require(session, self._scope, self._token)
            for job in jobs:
                await _VERBS[type(job)](session, self._scope, job)

    async def owed_callbacks(self) -> list[OwedCallback]:
        """Return the callbacks that are still owed, in the order of their places."""
        async with self._database.read() as session:
            return await callbacks.owed(session, self._scope)

    async def reserve_attempt(self, written: CallbackWritten, attempt: AttemptReserved) -> None:
        """Write down an attempt before it is made; raises `WrongState` when it may not be."""
        async with self._database.transaction() as session:
            if self._token:
                await lead.require(session, self._scope, self._token)
            await callbacks.reserve(session, self._scope, written, attempt)


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


def _figures(counted: calls.QueueFigures) -> Figures:
    left = counted.offered - counted.answered - counted.abandoned - counted.overflowed
    return Figures(
        offered=counted.offered,
        answered=counted.answered,
        abandoned=counted.abandoned,
        in_target=counted.in_target,
        overflowed=counted.overflowed,
        short_abandoned=counted.short_abandoned,
        left=max(0, left),
    )


def _kept(detail: CallDetail, card: CallerCard) -> OpenCallKept:
    last_at = max((event.at for event in detail.events), default=None)
    known, events = _known(detail, card), tuple(detail.events)
    return OpenCallKept(call=detail.call, known=known, last_at=last_at, events=events)


def _known(detail: CallDetail, card: CallerCard) -> KnownCall:
    """Read off the stored events which wait is the last, and whether it was answered."""
    visits = visits_in(detail.events, ended_at=datetime.max.replace(tzinfo=UTC))
    if not visits:
        return KnownCall(call_id=detail.call.call_id)
    last, priority = visits[-1], _priority(detail)
    if last.outcome in {"overflowed", "callback"}:  # sent elsewhere, in no queue since
        return KnownCall(call_id=detail.call.call_id)
    return KnownCall(
        call_id=detail.call.call_id,
        queue=last.queue,
        queued_at=last.entered_at,
        priority=priority,
        answered_at=last.left_at if last.outcome == "answered" else None,
        brief=brief_from(card, detail.data, queued_with=priority),
        through=_through(visits),
    )


def _through(visits: Sequence[calls.VisitClosing]) -> tuple[str, ...]:
    """Return the queues since somebody last spoke with the caller."""
    through: list[str] = []
    for visit in visits:
        through = [] if visit.outcome == "answered" else [*through, visit.queue]
    return tuple(through)


def _priority(detail: CallDetail) -> int:
    queued = [event.payload for event in detail.events if event.kind == "queued"]
    priority = queued[-1].get("priority", 0) if queued else 0
    return priority if isinstance(priority, int) else 0


def _known_agent(history: AgentHistory) -> KnownAgent:
    wrapping = history.state == "wrap_up"
    return KnownAgent(
        agent_id=history.agent_id,
        reasons_today=history.reasons,
        reason=history.reason if history.state == "not_ready" else "",
        wrapping_call=history.call_id if wrapping else None,
        wrapping_queue=history.queue if wrapping else "",
        since=history.since,
    )
