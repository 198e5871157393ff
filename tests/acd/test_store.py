"""The engine's store over real databases: what is written is what a restart finds again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from acd.board import KnownCall, NextState
from acd.board.settings import NO_BRIEF, OverflowKind, OverflowReason
from acd.effects import CallbackKept, DivertCall
from acd.recorder.closing import closing_of
from acd.recorder.jobs import (
    CloseCall,
    EnterState,
    OpenCall,
    PutData,
    RecordEvent,
    SaveCallback,
)
from acd.recorder.mapping import event_of_diversion, written
from acd.store import CrmStore
from acd.testing import FakeTracker, call_id, phone
from crm_core import calls, queues
from crm_core.calls import CallOpening
from crm_core.database import Database
from crm_core.tenancy import Scope
from crm_core.testing import add_customer
from cti import events as cti

SCOPE = Scope()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def opened(number: int) -> OpenCall:
    return OpenCall(
        opening=CallOpening(
            call_id=call_id(number),
            direction="inbound",
            started_at=START,
            caller_number="13800138000",
            dialled_number="4000",
        )
    )


def told(number: int, after: float, kind: str, **payload: object) -> RecordEvent:
    at = START + timedelta(seconds=after)
    return RecordEvent(call_id=call_id(number), kind=kind, at=at, payload=payload)


def closed(ended: cti.CallEnded) -> CloseCall:
    tracker = FakeTracker()
    tracker.finish(ended, queue="service")
    [record] = tracker.records()
    return CloseCall(closing=closing_of(record, ended_at=ended.at, cause=16))


async def test_a_waiting_call_is_found_again_with_its_place(database: Database) -> None:
    store = CrmStore(database, SCOPE)
    for job in (
        opened(1),
        told(1, 5, "queued", queue="service", priority=3),
        told(1, 20, "missed", device=phone("1001")),
        told(1, 21, "queued", queue="service", priority=3),
    ):
        await store.perform([job])
        await store.perform([job])  # a repetition changes nothing
    [kept] = await store.open_calls()
    assert kept.known == KnownCall(
        call_id=call_id(1),
        queue="service",
        queued_at=START + timedelta(seconds=5),
        priority=3,
        through=("service",),
    )


def queued(number: int, after: float, queue: str, priority: int = 0) -> RecordEvent:
    return told(number, after, "queued", queue=queue, priority=priority)


def overflowed(number: int, after: float, target: str, priority: int) -> RecordEvent:
    at = START + timedelta(seconds=after)
    divert = DivertCall(
        call_id=call_id(number),
        channel="",
        queue="service",
        reason=OverflowReason.FULL,
        kind=OverflowKind.QUEUE,
        target=target,
        priority=priority,
    )
    return event_of_diversion(divert, at)


@pytest.mark.parametrize(
    ("after_that", "priority"),
    [
        ([], 5),
        ([told(1, 30, "missed", device=phone("1001")), queued(1, 31, "sales", 2)], 5),
        ([told(1, 30, "answered", device=phone("1001")), queued(1, 90, "sales", 2)], 2),
        ([queued(1, 40, "service", 1)], 1),
    ],
)
async def test_what_an_overflow_adds_to_the_priority_is_found_again(
    database: Database, after_that: list[RecordEvent], priority: int
) -> None:
    store = CrmStore(database, SCOPE)
    came = [opened(1), queued(1, 5, "service", 2), overflowed(1, 20, "sales", 3)]
    await store.perform([*came, queued(1, 21, "sales", 2), *after_that])
    [kept] = await store.open_calls()
    assert kept.known.priority == priority
    assert kept.known.brief.priority == 0


async def test_a_callback_is_found_again_with_what_gives_it_its_place(database: Database) -> None:
    async with database.transaction() as session:
        await add_customer(session, SCOPE, "张三", "13800138000", vip=True)
    store = CrmStore(database, SCOPE)
    data = {"requirements": "tech>=2 for 20 s then anyone", "priority": "4"}
    kept = CallbackKept(
        callback_id=call_id(7),
        queue="service",
        number="13900139000",
        caller_name="",
        waits_since=START,
        requested_at=START,
        expires_at=START + timedelta(hours=4),
        priority=1,
        origin=call_id(1),
        state="waiting",
        attempts=0,
        tries=0,
        not_before=None,
        agent_id="",
        at=START,
    )
    alone = replace(kept, callback_id=call_id(8), origin=None, number="13700137000")
    lost = replace(kept, callback_id=call_id(9), origin=call_id(99), number="13600136000")
    await store.perform(
        [
            opened(1),
            PutData(call_id=call_id(1), data=data, at=START),
            queued(1, 5, "service", 1),
            *(SaveCallback(written=written(each)) for each in (kept, alone, lost)),
        ]
    )
    briefs = {each.callback_id: each.brief for each in await store.owed_callbacks()}
    assert briefs[call_id(7)].priority == 1 + 3  # VIP, and what the flow gave beyond the queue's
    assert [step.needs for step in briefs[call_id(7)].steps] == ["tech>=2", ""]
    assert briefs[call_id(8)] == briefs[call_id(9)] == NO_BRIEF


async def test_a_talking_call_is_found_again_as_answered(database: Database) -> None:
    store = CrmStore(database, SCOPE)
    for job in (
        opened(1),
        told(1, 5, "queued", queue="service"),
        told(1, 9, "answered", device=phone("1001")),
    ):
        await store.perform([job])
    [kept] = await store.open_calls()
    assert kept.known.answered_at == START + timedelta(seconds=9)


async def test_an_ended_call_is_closed_with_its_stays_and_counted(database: Database) -> None:
    async with database.transaction() as session:
        await queues.create_queue(session, SCOPE, name="service", title="服务")
    store = CrmStore(database, SCOPE)
    ended = cti.CallEnded(
        at=START + timedelta(seconds=60),
        call_id=call_id(1),
        outcome=cti.Outcome.ABANDONED_IN_QUEUE,
        hung_up_by=cti.Party.CALLER,
        cause=16,
    )
    for job in (
        opened(1),
        told(1, 5, "queued", queue="service"),
        PutData(call_id=call_id(1), data={"menu": "2"}, at=START),
        closed(ended),
    ):
        await store.perform([job])
    assert await store.open_calls() == []
    figures = await store.figures(START + timedelta(minutes=5))
    assert (figures["service"].offered, figures["service"].abandoned) == (1, 1)
    assert await store.call_data(call_id(1)) == {"menu": "2"}
    async with database.read() as session:
        detail = await calls.call_detail(session, SCOPE, call_id(1))
    assert detail.call.outcome == "abandoned_in_queue"
    assert detail.call.queued_at == START + timedelta(seconds=5)


async def test_a_call_whose_row_was_never_written_is_written_by_its_closing(
    database: Database,
) -> None:
    store = CrmStore(database, SCOPE)
    tracker = FakeTracker()
    ended = cti.CallEnded(
        at=START,
        call_id=call_id(1),
        outcome=cti.Outcome.LOST_TO_RESTART,
        hung_up_by=cti.Party.SYSTEM,
        cause=0,
    )
    tracker.finish(ended)
    [record] = tracker.records()
    await store.perform([CloseCall(closing=closing_of(record, ended_at=START, cause=0))])
    async with database.read() as session:
        detail = await calls.call_detail(session, SCOPE, call_id(1))
    assert detail.call.outcome == "lost_to_restart"


async def test_agents_states_are_written_and_the_roster_is_read(database: Database) -> None:
    store = CrmStore(database, SCOPE)
    await store.perform(
        [EnterState(agent_id=str(UUID(int=9)), state="ready", at=START, call_id=None)]
    )
    roster = await store.roster()
    assert roster.agents == ()
    assert (await store.identify("anonymous")).known is False


async def test_what_agents_did_today_is_found_again(database: Database) -> None:
    store, agent = CrmStore(database, SCOPE), str(UUID(int=7))
    later = START + timedelta(hours=1)
    ended = cti.CallEnded(
        at=later,
        call_id=call_id(2),
        outcome=cti.Outcome.ANSWERED,
        hung_up_by=cti.Party.CALLER,
        cause=16,
    )
    states = [
        EnterState(agent_id=agent, state="not_ready", reason="break", at=START),
        EnterState(agent_id=agent, state="ready", at=START + timedelta(minutes=5)),
        EnterState(agent_id=agent, state="not_ready", reason="break", at=later),
        EnterState(
            agent_id=agent,
            state="wrap_up",
            call_id=call_id(2),
            set_by=UUID(int=9),
            at=later + timedelta(minutes=1),
        ),
    ]
    await store.perform([opened(2), closed(ended), *states])
    [known] = await store.agents(START)
    assert known.agent_id == agent
    assert known.reasons_today == {"break": 2}
    assert (known.wrapping_call, known.wrapping_queue) == (call_id(2), "service")
    assert (known.extended_seconds, known.next_state) == (0.0, None)
    chosen = [{"state": "ready"}, {"state": "not_ready", "reason": "break"}]
    events = [
        RecordEvent(
            call_id=call_id(2),
            kind="next_state_chosen",
            at=later + timedelta(seconds=number),
            payload={"agent_id": agent} | said,
        )
        for number, said in enumerate(chosen)
    ]
    await store.perform(events)
    [known] = await store.agents(START)
    assert known.next_state == NextState(state="not_ready", reason="break")
    extended = RecordEvent(
        call_id=call_id(2),
        kind="wrap_up_extended",
        at=later + timedelta(minutes=2),
        payload={"agent_id": agent, "seconds": 60.0},
    )
    await store.perform([extended])
    [known] = await store.agents(START)
    assert known.extended_seconds == 60.0
    assert await store.agents(later + timedelta(days=1)) == []
