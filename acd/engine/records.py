"""Keeps the record: every event becomes jobs, every ended call its closing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from acd.briefing import brief_of, brought_by
from acd.engine.ports import Tracker
from acd.recorder import Recorder
from acd.recorder.closing import (
    closing_of,
    closing_of_joined,
    closing_of_missed,
    closing_of_vanished,
    with_events,
)
from acd.recorder.jobs import CloseCall, Job, KeepMissed, OpenCall, RecordEvent
from acd.recorder.mapping import NOTHING, jobs_of
from acd.store import OpenCallKept
from crm_core.calls import CallClosing, CallEvent, CallOpening
from crm_core.contexts import CallContexts
from crm_core.ids import uuid_of
from cti.events import CallEnded, CallOffered, CallQueued, Event
from cti.records import CallRecord, MissedCall

KEEP_SECONDS = 0.005  # after an event: the phone that is to ring goes first, and its answer
SAME = timedelta(seconds=2)  # Asterisk's log and its events time one thing a little apart

_log = structlog.get_logger(__name__)


class RecordKeeper:
    """Hands to the recorder what each event says, in the order of the events.

    What is heard is written a moment later, and before any other job that is added here.
    """

    def __init__(self, recorder: Recorder, tracker: Tracker, contexts: CallContexts) -> None:
        self._recorder, self._tracker, self._contexts = recorder, tracker, contexts
        self._records: dict[UUID, CallRecord] = {}
        self._openings: dict[UUID, CallOpening] = {}  # of live calls
        self._events: dict[UUID, list[CallEvent]] = {}  # of live calls seen from their beginning
        self._missed: dict[UUID, CallRecord] = {}  # ends that nobody heard, until they are told
        self._kept: dict[UUID, OpenCallKept] = {}  # alive before our start, not heard of since
        self._heard: list[Event] = []
        self._news = asyncio.Event()

    def remember(self, kept: Iterable[OpenCallKept]) -> None:
        """Know the calls that were alive when the engine went down."""
        self._kept = {each.call.call_id: each for each in kept}

    def hear(self, event: Event) -> None:
        """Write down one event in a moment; a call that ended is closed."""
        self._heard.append(event)
        self._news.set()

    async def run(self) -> None:
        """Write down what is heard, a moment after it, until cancelled."""
        while True:
            await self._news.wait()
            await asyncio.sleep(KEEP_SECONDS)
            self._news.clear()
            self.catch_up()

    def catch_up(self) -> None:
        """Write down what was heard until now."""
        heard, self._heard = self._heard, []
        for event in heard:
            self._keep(event)

    def add(self, *jobs: Job) -> None:
        """Have these written after what was heard before them."""
        self.catch_up()
        self._recorder.add(*jobs)

    def _keep(self, event: Event) -> None:
        jobs = jobs_of(event, brought=self._brought(event))
        self._recorder.add(*jobs)
        for job in jobs:
            self._remember(job)
        if isinstance(event, CallOffered):
            self._events.setdefault(event.call_id, [])
        elif isinstance(event, CallEnded):
            self._close(event)

    def _brought(self, event: Event) -> Mapping[str, object]:
        """Return what a call brings to its queue."""
        if not isinstance(event, CallQueued):
            return NOTHING
        brief = brief_of(self._contexts.get(event.call_id), queued_with=event.priority)
        return brought_by(brief, queued_with=event.priority)

    def keep_missed(self, missed: Iterable[MissedCall]) -> None:
        """Write down what only Asterisk's log tells; calls the store has open are closed later."""
        self.catch_up()
        for call in missed:
            kept = self._kept.get(call.call_id)
            if call.record is not None and kept is None:
                self._recorder.add(_whole(call, call.record))
                continue
            if call.record is not None:
                self._missed[call.call_id] = call.record
            self._recorder.add(*_news(call, kept.events if kept else ()))

    def note(self, event: RecordEvent) -> None:
        """Keep an event of a call that telephony did not tell of."""
        self.add(event)
        self._remember(event)

    def _remember(self, job: Job) -> None:
        if isinstance(job, OpenCall):
            self._openings.setdefault(job.opening.call_id, job.opening)
        elif isinstance(job, RecordEvent) and job.call_id in self._events:
            event = CallEvent(kind=job.kind, at=job.at, payload=job.payload)
            self._events[job.call_id].append(event)

    def _close(self, event: CallEnded) -> None:
        # The tracker runs ahead of this reader: records of later calls may be there already.
        for record in self._tracker.records():
            self._records[record.call_id] = record
        closing = self._closing(event)
        events = self._events.pop(event.call_id, None)
        if closing is None:
            _log.error("call_ended_without_record", call_id=str(event.call_id))
        else:
            told = closing if events is None else with_events(closing, events)
            self._recorder.add(CloseCall(closing=told))
        self._contexts.end(event.call_id)

    def _closing(self, event: CallEnded) -> CallClosing | None:
        record_of_call = self._records.pop(event.call_id, None)
        opening = self._openings.pop(event.call_id, None)
        kept = self._kept.pop(event.call_id, None)
        if record_of_call is not None:
            return self._closing_of(record_of_call, event)
        if opening is not None:  # joined into another call, which has the record of both
            return closing_of_joined(opening, event)
        missed = self._missed.pop(event.call_id, None)
        if kept is not None and missed is not None:
            return closing_of_missed(missed, kept.call, kept.known)
        if kept is not None:
            return closing_of_vanished(kept.call, kept.known, event, last_at=kept.last_at)
        return None

    def _closing_of(self, record_of_call: CallRecord, event: CallEnded) -> CallClosing:
        context = self._contexts.get(event.call_id)
        card = context.card if context else None
        return closing_of(
            record_of_call,
            ended_at=event.at,
            cause=event.cause,
            contact_id=uuid_of(card.contact_id) if card else None,
            account_id=uuid_of(card.account_id) if card else None,
        )


def _whole(call: MissedCall, record: CallRecord) -> KeepMissed:
    events = _events(call)
    closing = closing_of(record, ended_at=record.started_at, cause=0)
    return KeepMissed(closing=with_events(closing, events), events=tuple(events))


def _news(call: MissedCall, stored: Sequence[CallEvent]) -> list[Job]:
    """Return what of the log was not stored when it happened."""
    return [
        RecordEvent(call_id=call.call_id, kind=event.kind, at=event.at, payload=event.payload)
        for event in _events(call)
        if not any(_is_same(event, other) for other in stored)
    ]


def _is_same(event: CallEvent, stored: CallEvent) -> bool:
    same = event.kind == stored.kind and abs(event.at - stored.at) < SAME
    return same and event.payload.get("device") == stored.payload.get("device")


def _events(call: MissedCall) -> list[CallEvent]:
    jobs = [job for event in call.events for job in jobs_of(event)]
    return [
        CallEvent(kind=job.kind, at=job.at, payload=job.payload)
        for job in jobs
        if isinstance(job, RecordEvent)
    ]
