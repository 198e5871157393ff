"""Calls that nobody heard are recorded from Asterisk's own log, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from acd.engine.records import RecordKeeper
from acd.recorder.jobs import Job, KeepMissed, OpenCall, RecordEvent
from acd.store import CrmStore
from acd.testing import FakeTracker, call_id, phone
from crm_core import calls, queues
from crm_core.calls import CallOpening
from crm_core.contexts import CallContexts
from crm_core.database import Database
from crm_core.tenancy import Scope
from cti import events as cti
from cti.records import CallRecord, LegRecord, MissedCall

SCOPE = Scope()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Jobs:
    """A recorder that keeps what it is given."""

    def __init__(self) -> None:
        self.all: list[Job] = []

    def add(self, *jobs: Job) -> None:
        self.all += jobs


def keeper() -> tuple[RecordKeeper, Jobs]:
    jobs = Jobs()
    return RecordKeeper(jobs, FakeTracker(), CallContexts()), jobs  # type: ignore[arg-type]


def record(*, answered: float | None = 5.5, queue: str | None = "service") -> CallRecord:
    return CallRecord(
        call_id=call_id(1),
        linked_ids=("1.1",),
        unique_ids=("1.1", "1.2"),
        direction=cti.Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="4000",
        queue=queue,
        queues=(queue,) if queue else (),
        started_at=START,
        answered_at=at(answered) if answered else None,
        ended_at=at(9),
        waited_seconds=5.3,
        talked_seconds=3.5 if answered else 0.0,
        agents_rang=(phone("1001"),),
        agent_answered=phone("1001") if answered else None,
        transfers=(),
        legs=(
            LegRecord(
                channel="PJSIP/trunk-00000001",
                uniqueid="1.1",
                device="PJSIP/trunk",
                role="caller",
                started_at=START,
                answered_at=None,
                ended_at=at(9),
                cause=16,
            ),
        ),
        hung_up_by=cti.Party.AGENT,
        outcome=cti.Outcome.ANSWERED if answered else cti.Outcome.ABANDONED_IN_MENU,
        incomplete=False,
    )


def unheard(found: CallRecord | None) -> MissedCall:
    queued = cti.CallQueued(
        at=at(0.2), call_id=call_id(1), channel="PJSIP/trunk-00000001", queue="service"
    )
    answered = cti.CallAnswered(
        at=at(5.5), call_id=call_id(1), device=phone("1001"), channel="PJSIP/agent-1001-2"
    )
    return MissedCall(call_id=call_id(1), events=(queued, answered), record=found)


def over() -> cti.CallEnded:
    return cti.CallEnded(
        at=at(60),
        call_id=call_id(1),
        outcome=cti.Outcome.NO_ANSWER,
        hung_up_by=cti.Party.UNKNOWN,
        cause=0,
    )


def stored(*events: tuple[float, str, dict[str, object]]) -> list[Job]:
    opening = CallOpening(
        call_id=call_id(1),
        direction="inbound",
        started_at=START,
        caller_number="13800138000",
        dialled_number="4000",
    )
    told = [
        RecordEvent(call_id=call_id(1), kind=kind, at=at(after), payload=payload)
        for after, kind, payload in events
    ]
    return [OpenCall(opening=opening), *told]


async def store_of(database: Database, jobs: Iterable[Job] = ()) -> CrmStore:
    async with database.transaction() as session:
        await queues.create_queue(session, SCOPE, name="service", title="服务")
    store = CrmStore(database, SCOPE)
    await store.perform(list(jobs))
    return store


async def detail(database: Database) -> calls.CallDetail:
    async with database.read() as session:
        return await calls.call_detail(session, SCOPE, call_id(1))


async def test_a_call_that_came_and_went_unheard_is_written_whole_and_once(
    database: Database,
) -> None:
    store = await store_of(database)
    keep, jobs = keeper()
    keep.keep_missed([unheard(record())])
    assert [type(job) for job in jobs.all] == [KeepMissed]
    await store.perform(jobs.all)
    await store.perform(jobs.all)
    found = await detail(database)
    assert (found.call.outcome, found.call.queue) == ("answered", "service")
    assert [event.kind for event in found.events] == ["queued", "answered"]
    [visit] = found.visits
    assert (visit.outcome, visit.entered_at, visit.left_at) == ("answered", at(0.2), at(5.5))
    figures = await store.figures(at(300))
    assert (figures["service"].offered, figures["service"].answered) == (1, 1)


async def test_a_call_that_was_seen_to_its_end_is_not_told_again(database: Database) -> None:
    store = await store_of(database)
    keep, jobs = keeper()
    keep.keep_missed([unheard(record())])
    [job] = jobs.all
    assert isinstance(job, KeepMissed)
    seen = replace(job.closing, hung_up_by="caller")
    await store.perform([job.model_copy(update={"closing": seen, "events": ()})])
    await store.perform([job])
    found = await detail(database)
    assert (found.call.hung_up_by, found.events) == ("caller", ())


async def test_a_waiting_call_that_was_answered_and_ended_unheard_is_closed_as_answered(
    database: Database,
) -> None:
    waiting = stored((0.2, "queued", {"queue": "service"}))
    store = await store_of(database, waiting)
    keep, jobs = keeper()
    keep.remember(await store.open_calls())
    keep.keep_missed([unheard(record())])
    keep.hear(over())
    keep.catch_up()
    await store.perform(jobs.all)
    found = await detail(database)
    assert (found.call.outcome, found.call.answered_at) == ("answered", at(5.5))
    assert (found.call.ended_at, found.call.hung_up_by) == (at(9), "agent")
    assert [event.kind for event in found.events] == ["queued", "answered", "ended"]
    assert [visit.outcome for visit in found.visits] == ["answered"]


async def test_a_talk_that_ended_unheard_lasts_from_the_answer_that_was_seen(
    database: Database,
) -> None:
    talk = stored(
        (0.2, "queued", {"queue": "service"}), (2.0, "answered", {"device": phone("1001")})
    )
    store = await store_of(database, talk)
    keep, jobs = keeper()
    keep.remember(await store.open_calls())
    keep.keep_missed([MissedCall(call_id=call_id(1), events=(), record=record(answered=None))])
    keep.hear(over())
    keep.catch_up()
    await store.perform(jobs.all)
    found = await detail(database)
    assert (found.call.outcome, found.call.answered_at) == ("answered", at(2))
    assert found.call.talked_seconds == 7.0


async def test_of_a_call_that_goes_on_only_what_is_new_is_written(database: Database) -> None:
    waiting = stored((0.1, "queued", {"queue": "service"}))
    store = await store_of(database, waiting)
    keep, jobs = keeper()
    keep.remember(await store.open_calls())
    keep.keep_missed([unheard(None)])
    assert [job.kind for job in jobs.all if isinstance(job, RecordEvent)] == ["answered"]
    assert len(jobs.all) == 1
