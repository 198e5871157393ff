"""Stories of the record: in order, once, and never lost."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from acd.lead import LeadLost
from acd.notices import AgentRow, AgentState
from acd.recorder import Recorder
from acd.recorder.closing import closing_of, held_in, visits_in, with_events
from acd.recorder.jobs import JOB, AddWrapUp, CloseCall, EnterState, Job, RecordEvent
from acd.recorder.mapping import jobs_of, jobs_of_agent
from acd.testing import FakeStore, FakeTracker, call_id, phone
from crm_core.calls import CallEvent
from crm_core.errors import FencedOut
from cti import events as cti

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def job(number: int) -> Job:
    return RecordEvent(call_id=call_id(number), kind=f"event-{number}", at=START)


def numbers(jobs: list[Job]) -> list[str]:
    return [str(getattr(done, "kind", done.type)) for done in jobs]


def on_disk(spool: Path) -> list[str]:
    return [path.name for path in spool.iterdir()]


async def silence(recorded: UUID) -> None:
    del recorded


@asynccontextmanager
async def writing(recorder: Recorder) -> AsyncIterator[None]:
    task = asyncio.create_task(recorder.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def recorder_to(store: FakeStore, spool: Path, *, limit: int = 100) -> Recorder:
    return Recorder(store.perform, spool=spool, told=silence, limit=limit, linger=0)


async def test_jobs_are_written_in_the_order_they_came(tmp_path: Path) -> None:
    store = FakeStore()
    recorder = recorder_to(store, tmp_path)
    async with writing(recorder), asyncio.timeout(5):
        recorder.add(*(job(number) for number in range(20)))
        await recorder.drained()
    assert numbers(store.jobs) == [f"event-{number}" for number in range(20)]


async def test_while_the_database_is_away_jobs_wait_and_then_go_in_order(tmp_path: Path) -> None:
    store = FakeStore(away=True)
    recorder = recorder_to(store, tmp_path, limit=5)
    async with writing(recorder), asyncio.timeout(5):
        recorder.add(*(job(number) for number in range(3)))
        for number in range(3, 20):
            recorder.add(job(number))
        await asyncio.sleep(0)
        assert (tmp_path / "waiting.jsonl").exists()
        store.away = False
        await recorder.drained()
    assert numbers(store.jobs) == [f"event-{number}" for number in range(20)]
    assert on_disk(tmp_path) == []


async def test_what_could_not_be_written_at_the_end_is_written_at_the_next_start(
    tmp_path: Path,
) -> None:
    store = FakeStore(away=True)
    first = recorder_to(store, tmp_path)
    async with writing(first):
        first.add(job(1), job(2))
        await asyncio.sleep(0)
    assert store.jobs == []
    store.away = False
    second = recorder_to(store, tmp_path)
    async with writing(second), asyncio.timeout(5):
        await second.drained()
    assert numbers(store.jobs) == ["event-1", "event-2"]


async def test_a_crash_in_the_middle_of_the_spool_repeats_rather_than_loses(
    tmp_path: Path,
) -> None:
    store = FakeStore(away=True)
    first = recorder_to(store, tmp_path)
    async with writing(first):
        first.add(job(1), job(2))
        await asyncio.sleep(0)
    (tmp_path / "waiting.jsonl").rename(tmp_path / "taken.jsonl")
    with (tmp_path / "taken.jsonl").open("ab") as file:
        file.write(b'{"type": "record_ev')  # cut by the crash
    store.away = False
    second = recorder_to(store, tmp_path)
    async with writing(second), asyncio.timeout(5):
        second.add(job(3))
        await second.drained()
    assert set(numbers(store.jobs)) == {"event-1", "event-2", "event-3"}


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from acd.recorder import Recorder
from acd.recorder.jobs import JOB

async def never(jobs):
    await asyncio.Event().wait()

async def main():
    recorder = Recorder(never, spool=Path(sys.argv[1]), told=never)
    writing = asyncio.create_task(recorder.run())
    recorder.add(*(JOB.validate_json(line) for line in sys.stdin))
    await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_a_process_killed_before_its_batch_was_written_loses_nothing(
    tmp_path: Path,
) -> None:
    lines = b"".join(JOB.dump_json(job(number)) + b"\n" for number in range(5))
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, str(tmp_path), stdin=asyncio.subprocess.PIPE
    )
    await asyncio.wait_for(killed.communicate(lines), 30)
    assert killed.returncode == -signal.SIGKILL
    store = FakeStore()
    successor = recorder_to(store, tmp_path)
    async with writing(successor), asyncio.timeout(5):
        successor.add(job(5))
        await successor.drained()
    assert numbers(store.jobs) == [f"event-{number}" for number in range(6)]
    assert on_disk(tmp_path) == []


async def test_what_a_killed_process_left_is_written_before_anything_is_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "ahead.jsonl").write_bytes(JOB.dump_json(job(1)) + b"\n")
    (tmp_path / "waiting.jsonl").write_bytes(JOB.dump_json(job(2)) + b"\n")
    store = FakeStore()
    await recorder_to(store, tmp_path).catch_up()
    assert numbers(store.jobs) == ["event-1", "event-2"]
    assert not (tmp_path / "waiting.jsonl").exists()
    assert not (tmp_path / "taken.jsonl").exists()


async def test_the_file_written_ahead_is_empty_when_all_is_in_the_database(
    tmp_path: Path,
) -> None:
    store = FakeStore(away=True)
    recorder = recorder_to(store, tmp_path)
    async with writing(recorder), asyncio.timeout(5):
        for number in range(30):
            recorder.add(job(number))
        await asyncio.sleep(0.05)
        assert (tmp_path / "ahead.jsonl").stat().st_size
        store.away = False
        await recorder.drained()
        assert (tmp_path / "ahead.jsonl").stat().st_size == 0


async def test_what_a_fenced_out_engine_had_not_written_is_kept_for_people_and_not_written(
    tmp_path: Path,
) -> None:
    store = FakeStore(failing={"record_event": FencedOut("engine 1 leads no more")})
    recorder = recorder_to(store, tmp_path)
    recorder.add(job(1), job(2))
    await asyncio.sleep(0.02)
    with pytest.raises(LeadLost):
        async with asyncio.timeout(5):
            await recorder.run()
    assert sorted(on_disk(tmp_path)) == ["ahead.jsonl", "fenced.jsonl"]
    assert store.jobs == []


async def test_an_engine_that_lost_the_lead_leaves_its_successors_file_alone(
    tmp_path: Path,
) -> None:
    away = FakeStore(away=True)
    successor = recorder_to(away, tmp_path)
    fenced = recorder_to(
        FakeStore(failing={"record_event": FencedOut("engine 1 leads no more")}), tmp_path
    )
    fenced.add(job(1))
    successor.add(job(2))
    await asyncio.sleep(0.02)
    with pytest.raises(LeadLost):
        async with asyncio.timeout(5):
            await fenced.run()
    successor.add(job(3))
    await asyncio.sleep(0.02)
    store = FakeStore()
    after_a_kill = recorder_to(store, tmp_path)
    async with writing(after_a_kill), asyncio.timeout(5):
        await after_a_kill.drained()
    assert numbers(store.jobs) == ["event-1", "event-2", "event-3"]


async def test_a_job_the_database_refuses_is_set_aside_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    store = FakeStore(failing={"add_wrap_up": ValueError("no such call")})
    recorder = recorder_to(store, tmp_path)
    refused = AddWrapUp(call_id=call_id(1), agent_id=UUID(int=1), seconds=1.0)
    async with writing(recorder), asyncio.timeout(5):
        recorder.add(job(1), refused, job(2))
        await recorder.drained()
    assert numbers(store.jobs) == ["event-1", "event-2"]
    assert "add_wrap_up" in (tmp_path / "rejected.jsonl").read_text()


async def test_what_waits_is_written_when_the_engine_stops(tmp_path: Path) -> None:
    store = FakeStore()
    recorder = recorder_to(store, tmp_path)
    async with writing(recorder):
        await asyncio.sleep(0)
        recorder.add(*(job(number) for number in range(50)))
    assert len(store.jobs) == 50


def ended(number: int = 1, after: float = 60.0) -> cti.CallEnded:
    return cti.CallEnded(
        at=START + timedelta(seconds=after),
        call_id=call_id(number),
        outcome=cti.Outcome.ANSWERED,
        hung_up_by=cti.Party.AGENT,
        cause=16,
    )


async def test_a_closing_survives_the_way_over_the_disk(tmp_path: Path) -> None:
    tracker = FakeTracker()
    tracker.finish(ended(), queue="service")
    [record] = tracker.records()
    closing = CloseCall(closing=closing_of(record, ended_at=START, cause=16))
    away = FakeStore(away=True)
    first = recorder_to(away, tmp_path)
    async with writing(first):
        first.add(closing)
        await asyncio.sleep(0)
    back = FakeStore()
    second = recorder_to(back, tmp_path)
    async with writing(second), asyncio.timeout(5):
        await second.drained()
    assert back.jobs == [closing]


def happened(*told: tuple[float, str, dict[str, object]]) -> list[CallEvent]:
    return [
        CallEvent(kind=kind, at=START + timedelta(seconds=after), payload=payload)
        for after, kind, payload in told
    ]


END = START + timedelta(seconds=100)
A, B = {"device": phone("1001")}, {"device": phone("1002")}


def test_a_vain_ring_does_not_begin_a_new_stay_in_the_queue() -> None:
    events = happened(
        (0, "queued", {"queue": "service"}),
        (5, "ringing", A),
        (20, "missed", A),
        (21, "queued", {"queue": "service"}),
        (30, "answered", B),
        (90, "left", B),
    )
    [visit] = visits_in(events, ended_at=END)
    assert (visit.queue, visit.outcome, visit.device) == ("service", "answered", phone("1002"))
    assert (visit.left_at - visit.entered_at).total_seconds() == 30
    assert visit.talked_seconds == 60


def test_a_transfer_to_another_queue_is_a_second_stay() -> None:
    events = happened(
        (0, "queued", {"queue": "service"}),
        (10, "answered", A),
        (40, "left", A),
        (40, "queued", {"queue": "sales"}),
    )
    first, second = visits_in(events, ended_at=END)
    assert (first.outcome, first.talked_seconds) == ("answered", 30)
    assert (second.queue, second.outcome) == ("sales", "abandoned")
    assert second.left_at == END


def test_a_caller_moved_before_anybody_answered_left_the_first_queue() -> None:
    events = happened((0, "queued", {"queue": "service"}), (9, "queued", {"queue": "sales"}))
    assert [visit.outcome for visit in visits_in(events, ended_at=END)] == ["moved", "abandoned"]


def test_the_time_on_hold_is_summed_and_ends_with_the_call() -> None:
    events = happened((10, "held", A), (15, "resumed", A), (90, "held", A))
    assert held_in(events, ended_at=END) == 15


def test_a_closing_takes_its_stays_from_the_stored_events() -> None:
    tracker = FakeTracker()
    tracker.finish(ended(), queue="service")
    [record] = tracker.records()
    closing = closing_of(record, ended_at=START, cause=16)
    assert with_events(closing, []).visits == ()
    told = with_events(closing, happened((1, "queued", {"queue": "service"})))
    assert told.visits is not None
    assert told.queued_at == START + timedelta(seconds=1)


def test_who_answered_before_we_looked_is_read_off_the_events() -> None:
    tracker = FakeTracker()
    tracker.finish(ended(), queue="service")
    [record] = tracker.records()
    unseen = replace(closing_of(record, ended_at=START, cause=16), agent_answered=None)
    queued = (1, "queued", {"queue": "service"})
    assert with_events(unseen, happened(queued)).agent_answered is None
    told = with_events(unseen, happened(queued, (5, "answered", B)))
    assert told.agent_answered == phone("1002")


@pytest.mark.parametrize(
    "event",
    [
        cti.DeviceChanged(at=START, device="PJSIP/x", state=cti.DeviceState.BUSY),
        cti.LinkLost(at=START),
    ],
)
def test_what_concerns_no_call_is_not_recorded(event: cti.Event) -> None:
    assert jobs_of(event) == []


def test_a_live_call_found_by_a_resync_gets_its_row() -> None:
    live = cti.LiveCall(
        call_id=call_id(1),
        channel="c",
        uniqueid="1.1",
        stage=cti.CallStage.TALKING,
        direction=cti.Direction.INBOUND,
        caller_number="1",
        caller_name="",
        dialled_number="",
    )
    resynced = cti.Resynced(at=START, epoch=1, restarted=False, calls=(live,))
    assert [done.type for done in jobs_of(resynced)] == ["open_call"]


def test_wrap_up_is_counted_when_it_ends() -> None:
    agent = str(UUID(int=9))
    before = AgentRow(
        agent_id=agent,
        name="a",
        extension="1001",
        state=AgentState.WRAP_UP,
        since=START,
        call_id=call_id(1),
    )
    after = before.model_copy(
        update={
            "state": AgentState.READY,
            "since": START + timedelta(seconds=12),
            "call_id": None,
        }
    )
    wrapped, entered = jobs_of_agent(before, after, START)
    assert wrapped == AddWrapUp(call_id=call_id(1), agent_id=UUID(int=9), seconds=12.0)
    assert isinstance(entered, EnterState)
    assert jobs_of_agent(after, after, START) == []


def test_a_wrap_up_that_is_extended_is_written_once_with_how_much() -> None:
    ends = START + timedelta(seconds=30)
    before = AgentRow(
        agent_id="a",
        name="a",
        extension="1001",
        state=AgentState.WRAP_UP,
        since=START,
        call_id=call_id(1),
        wrap_up_ends_at=ends,
        may_extend=True,
    )
    more = {"wrap_up_ends_at": ends + timedelta(seconds=60), "may_extend": False}
    after = before.model_copy(update=more)
    at = START + timedelta(seconds=9)
    [told] = jobs_of_agent(before, after, at)
    assert told == RecordEvent(
        call_id=call_id(1),
        kind="wrap_up_extended",
        at=at,
        payload={"agent_id": "a", "seconds": 60.0},
    )
    assert jobs_of_agent(after, after, at) == []


def test_a_state_chosen_during_a_call_is_written_with_its_reason_each_time_it_changes() -> None:
    before = AgentRow(
        agent_id="a",
        name="a",
        extension="1001",
        state=AgentState.TALKING,
        since=START,
        call_id=call_id(1),
        wanted=AgentState.READY,
    )
    away = {"wanted": AgentState.NOT_READY, "next_state": AgentState.NOT_READY}
    lunch = before.model_copy(update=away | {"wanted_reason": "lunch"})
    by_lead = lunch.model_copy(update={"set_by": "9", "set_by_name": "Lead"})
    told = {"agent_id": "a", "state": "not_ready", "reason": "lunch"}
    for row, earlier, payload in (
        (lunch, before, told),
        (by_lead, lunch, told | {"set_by": "9", "by": "Lead"}),
    ):
        assert jobs_of_agent(earlier, row, START) == [
            RecordEvent(call_id=call_id(1), kind="next_state_chosen", at=START, payload=payload)
        ]
        assert jobs_of_agent(row, row, START) == []


async def test_a_bad_job_among_good_ones_costs_nobody_else_his_record(tmp_path: Path) -> None:
    store = FakeStore(failing={"add_wrap_up": ValueError("no such call")})
    tried: list[int] = []

    async def perform(jobs: Sequence[Job]) -> None:
        tried.append(len(jobs))
        await store.perform(jobs)

    recorder = Recorder(perform, spool=tmp_path, told=silence, linger=0)
    bad = AddWrapUp(call_id=call_id(1), agent_id=UUID(int=1), seconds=1.0)
    recorder.add(job(1), job(2), bad, job(3))
    async with writing(recorder), asyncio.timeout(5):
        await recorder.drained()
    assert tried == [4, 1, 1, 1, 1]
    assert numbers(store.jobs) == ["event-1", "event-2", "event-3"]


async def test_an_answer_that_comes_too_late_is_tried_again(tmp_path: Path) -> None:
    store = FakeStore(failing={"record_event": TimeoutError()})
    recorder = recorder_to(store, tmp_path)
    async with writing(recorder), asyncio.timeout(5):
        recorder.add(job(1))
        await asyncio.sleep(0.02)
        store.failing.clear()
        await recorder.drained()
    assert numbers(store.jobs) == ["event-1"]
