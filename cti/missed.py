"""Calls as Asterisk's own log tells them: what happened to them while nobody listened."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from cti.cel import Row, facts_of
from cti.events import CallEnded, Event
from cti.records import CallRecord, MissedCall
from cti.tracker import CallTracker


def missed_calls(
    rows: Iterable[Row], tracker: CallTracker, *, alive: Collection[str]
) -> list[MissedCall]:
    """Return the calls of the log; `alive` are the uniqueids of channels that are there now.

    `tracker` is one that has heard nothing else. A call is over when all of it was seen to
    end and none of it is there; one of which nothing is there and no end was seen is left out.
    """
    told: dict[UUID, list[Event]] = {}
    records: dict[UUID, CallRecord] = {}
    for fact in facts_of(rows):
        for event in tracker.apply(fact):
            call_id = getattr(event, "call_id", None)
            if call_id is not None and not isinstance(event, CallEnded):
                told.setdefault(call_id, []).append(event)
        records |= {record.call_id: record for record in tracker.records()}
    there = set(alive)
    over = {k: record for k, record in records.items() if not there & set(record.unique_ids)}
    goes_on = {k for k, record in records.items() if there & set(record.unique_ids)}
    goes_on |= {call.call_id for call in tracker.live_calls() if call.uniqueid in there}
    return [
        MissedCall(call_id=call_id, events=tuple(events), record=over.get(call_id))
        for call_id, events in told.items()
        if call_id in over or call_id in goes_on
    ]
