"""A queue that cannot serve a caller sends him on once, counts him, and never in a circle."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd import commands as ask
from acd.board import QueueSettings
from acd.board.model import Moment
from acd.board.settings import (
    Hours,
    Limits,
    Overflow,
    OverflowKind,
    OverflowReason,
    Period,
)
from acd.effects import DivertCall, OfferCall
from acd.testing import ZONE, Shift, call_id, roster
from cti import events as cti

VERBS = ["enter", "end", "wait", "queue", "miss", "fail", "ready"]
ANY = frozenset(OverflowReason)


def link(
    kind: OverflowKind, target: str = "", *, reasons: Iterable[OverflowReason] = ANY
) -> Overflow:
    return Overflow(reasons=frozenset(reasons), kind=kind, target=target)


VOICEMAIL = link(OverflowKind.VOICEMAIL)


def shift(
    *queues: QueueSettings, agents: dict[str, tuple[str, ...]] | None = None, ready: str = "1001"
) -> Shift:
    staff = agents or {"1001": tuple(queue.name for queue in queues)}
    begun = Shift(roster(agents=staff, queues=queues)).start(ready=(ready,) if ready else ())
    for agent in staff:
        begun.give(ask.SignIn(agent_id=agent))
    begun.wait(11)  # beyond the time an agent has to sign in again
    begun.effects.clear()
    return begun


def diverted(at: Shift) -> list[tuple[int, str, str]]:
    found = at.asked(DivertCall)
    return [(one.call_id.int - 1, str(one.reason), f"{one.kind}-{one.target}") for one in found]


def conserved(at: Shift) -> bool:
    rows = at.board.queues()
    return all(
        row.offered_today
        == row.answered_today
        + row.abandoned_today
        + row.overflowed_today
        + at.board.figures(row.name).left
        + row.waiting
        for row in rows
    )


def test_a_full_queue_sends_the_newcomer_on_and_keeps_those_who_wait() -> None:
    full = QueueSettings(name="service", limits=Limits(max_waiting=2), overflow=(VOICEMAIL,))
    day = shift(full)
    for number in range(4):
        day.enter(number)
    assert [one.call_id for one in day.asked(OfferCall)] == [call_id(0)]
    assert diverted(day) == [(2, "full", "voicemail-"), (3, "full", "voicemail-")]
    assert day.queue_row().waiting == 2
    assert conserved(day)


def test_nobody_waits_in_a_queue_of_zero_but_a_free_agent_is_offered() -> None:
    none = QueueSettings(name="service", limits=Limits(max_waiting=0), overflow=(VOICEMAIL,))
    day = shift(none)
    day.enter(0)
    assert len(day.asked(OfferCall)) == 1
    assert diverted(day) == []


def test_so_many_calls_may_wait_for_each_agent_at_work() -> None:
    limits = Limits(max_per_ready_agent=2)
    day = shift(QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,)))
    for number in range(3):
        day.enter(number)
    assert [number for number, _, _ in diverted(day)] == [2]


def test_the_longest_wait_ends_by_the_clock() -> None:
    limits = Limits(max_wait_seconds=30)
    day = shift(QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,)))
    day.enter(0)
    day.ring(0, "1001")
    day.answer(0, "1001")
    day.enter(1)
    day.wait(29.9)
    assert diverted(day) == []
    day.wait(0.2)
    assert diverted(day) == [(1, "waited", "voicemail-")]
    assert conserved(day)


def test_whose_next_agent_rings_is_left_to_ring_and_judged_when_he_comes_back() -> None:
    limits = Limits(max_wait_seconds=10)
    day = shift(QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,)))
    day.enter(0)
    day.ring(0, "1001")
    day.wait(12)
    assert diverted(day) == []
    day.miss(0, "1001")
    assert diverted(day) == [(0, "waited", "voicemail-")]


def test_callers_still_waiting_at_closing_time_go_the_chains_way_in_their_order() -> None:
    until = time(17, 1)  # the shift begins at 17:00 of the zone, on a Monday
    hours = Hours(periods=(Period(weekday=0, since=time(9), until=until),))
    day = shift(
        QueueSettings(name="service", hours=hours, overflow=(VOICEMAIL,)),
        agents={"1001": ("service",)},
        ready="",
    )
    day.give(ask.SignIn(agent_id="1001"))
    for number in (2, 0, 1):
        day.enter(number)
    day.wait(60)
    assert [number for number, reason, _ in diverted(day) if reason == "closed"] == [2, 0, 1]
    assert not day.queue_row().is_open
    day.effects.clear()
    day.enter(5)
    assert diverted(day) == [(5, "closed", "voicemail-")]
    assert conserved(day)


def test_no_more_are_sent_to_a_queue_than_may_wait_there_though_none_has_arrived_yet() -> None:
    way = (link(OverflowKind.QUEUE, "sales"), VOICEMAIL)
    service = QueueSettings(name="service", overflow=way)
    sales = QueueSettings(name="sales", limits=Limits(max_waiting=2))
    day = shift(service, sales, ready="")
    for number in range(5):
        day.enter(number)
    closed = replace(service, hours=Hours(closed_now=True))
    day.effects += day.board.configure(replace(day.roster, queues=(closed, sales)), day.now)
    assert [where for _, _, where in diverted(day)] == ["queue-sales"] * 2 + ["voicemail-"] * 3
    day.queue(0, "sales")
    day.end(1)  # on the way: his place is another's
    day.effects.clear()
    day.enter(5)
    day.enter(6)
    assert [where for _, _, where in diverted(day)] == ["queue-sales", "voicemail-"]
    assert conserved(day)


def test_a_closed_queue_sends_the_newcomer_on_though_an_agent_is_free() -> None:
    service = QueueSettings(name="service", overflow=(VOICEMAIL,))
    day = shift(service)
    closed = replace(service, hours=Hours(closed_now=True))
    staff = {"1001": ("service",)}
    day.effects.clear()
    day.effects.extend(day.board.configure(roster(agents=staff, queues=(closed,)), day.now))
    day.enter(1)
    assert diverted(day) == [(1, "closed", "voicemail-")]
    assert not day.asked(OfferCall)
    day.effects.clear()
    without = replace(closed, overflow=())  # nowhere to go: better served than lost
    day.board.configure(roster(agents=staff, queues=(without,)), day.now)
    day.enter(2)
    assert [offer.call_id for offer in day.asked(OfferCall)] == [call_id(2)]
    assert conserved(day)


def test_a_clock_stepped_by_an_hour_opens_and_closes_nothing() -> None:
    hours = Hours(periods=(Period(weekday=0, since=time(9), until=time(17, 30)),))
    service = QueueSettings(name="service", hours=hours, overflow=(VOICEMAIL,))
    day = shift(service, agents={"1001": ("service",)}, ready="")
    day.give(ask.SignIn(agent_id="1001"))
    day.enter(0)
    stepped = Moment(day.at + timedelta(hours=1), day.now.clock + 1)
    assert day.board.tick(stepped) == []
    due = day.board.next_deadline()
    assert due is not None
    before = Moment(day.at - timedelta(hours=1), 1_000.0 + 30 * 60 + 0.1)
    effects = day.board.tick(before)
    assert [one.reason for one in effects if isinstance(one, DivertCall)] == ["closed"]


def test_nobody_signed_in_is_told_from_a_page_that_is_loaded_again() -> None:
    day = shift(QueueSettings(name="service", overflow=(VOICEMAIL,)), ready="1001")
    day.ready("1001")
    day.give(ask.SignOut(agent_id="1001"))
    day.enter(0)
    day.wait(5)
    assert diverted(day) == []
    day.wait(6)
    assert diverted(day) == [(0, "nobody", "voicemail-")]


def test_who_logged_out_and_still_talks_is_not_waited_for() -> None:
    day = shift(QueueSettings(name="service", overflow=(VOICEMAIL,)))
    day.enter(1)
    day.answer(1, "1001")
    day.enter(2)
    day.give(ask.SignOut(agent_id="1001"))
    day.wait(9)
    assert diverted(day) == []
    day.give(ask.SignIn(agent_id="1001"))  # he comes back in time
    day.wait(60)
    assert diverted(day) == []
    day.give(ask.SignOut(agent_id="1001"))
    day.wait(11)
    assert diverted(day) == [(2, "nobody", "voicemail-")]


def test_the_first_link_that_can_takes_the_call() -> None:
    chain = (
        link(OverflowKind.NUMBER, "02161112222", reasons=[OverflowReason.CLOSED]),
        link(OverflowKind.QUEUE, "closed-one"),
        link(OverflowKind.QUEUE, "no-such-queue"),
        link(OverflowKind.QUEUE, "sales"),
        VOICEMAIL,
    )
    shut = Hours(closed_now=True)
    day = shift(
        QueueSettings(name="service", limits=Limits(max_waiting=0), overflow=chain),
        QueueSettings(name="closed-one", hours=shut),
        QueueSettings(name="sales", limits=Limits(max_waiting=1)),
        ready="",
    )
    for number in range(2):
        day.enter(number)
        day.queue(number, "sales")
    assert [to for _, _, to in diverted(day)] == ["queue-sales", "voicemail-"]
    assert conserved(day)


def test_an_overflow_may_raise_the_calls_priority_where_it_goes() -> None:
    raised = replace(link(OverflowKind.QUEUE, "sales"), priority=3)
    day = shift(
        QueueSettings(name="service", limits=Limits(max_waiting=0), overflow=(raised,)),
        QueueSettings(name="sales"),
        agents={"1001": ("sales",)},
        ready="",
    )
    day.enter(0, "sales")
    day.enter(1)
    day.queue(1, "sales")
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    assert [one.call_id for one in day.asked(OfferCall)] == [call_id(1)]


def test_who_arrived_while_the_link_was_gone_has_the_priority_that_his_overflow_gives() -> None:
    way = replace(link(OverflowKind.QUEUE, "sales"), priority=5)
    day = shift(
        QueueSettings(name="service", overflow=(way,)), QueueSettings(name="sales"), ready=""
    )
    day.enter(1, "sales")
    day.enter(2, priority=1)
    closed = QueueSettings(name="service", overflow=(way,), hours=Hours(closed_now=True))
    queues = (closed, day.roster.queues[1])
    day.effects += day.board.configure(replace(day.roster, queues=queues), day.now)
    assert diverted(day) == [(2, "closed", "queue-sales")]
    day.hear(cti.LinkLost(at=day.at))
    live = [
        cti.LiveCall(
            call_id=call_id(number),
            channel=f"PJSIP/trunk-{number:08x}",
            uniqueid=f"1700000000.{number}",
            stage=cti.CallStage.WAITING,
            direction=cti.Direction.INBOUND,
            caller_number="13800138000",
            caller_name="",
            dialled_number="4000",
            queue="sales",
        )
        for number in (1, 2)
    ]
    phones = {"PJSIP/agent-1001": cti.DeviceState.NOT_INUSE}
    there = cti.Resynced(at=day.at, epoch=2, restarted=False, calls=tuple(live), devices=phones)
    day.hear(there)
    day.ready("1001")
    assert [offer.call_id.int - 1 for offer in day.asked(OfferCall)] == [2]
    assert conserved(day)


def test_a_ring_of_overflows_ends_where_it_began() -> None:
    day = shift(
        QueueSettings(
            name="a", limits=Limits(max_wait_seconds=5), overflow=(link(OverflowKind.QUEUE, "b"),)
        ),
        QueueSettings(
            name="b", limits=Limits(max_wait_seconds=5), overflow=(link(OverflowKind.QUEUE, "a"),)
        ),
        ready="",
    )
    day.enter(0, "a")
    day.wait(6)
    day.queue(0, "b")
    day.wait(100)
    assert [to for _, _, to in diverted(day)] == ["queue-b"]
    assert day.queue_row("b").waiting == 1


def test_who_could_not_be_sent_on_waits_on_in_his_place() -> None:
    full = QueueSettings(name="service", limits=Limits(max_waiting=1), overflow=(VOICEMAIL,))
    day = shift(full, ready="")
    day.enter(0)
    day.enter(1)
    day.board.divert_failed(call_id(1), day.now)
    assert day.queue_row().waiting == 2
    assert day.queue_row().overflowed_today == 0
    assert conserved(day)
    day.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    assert day.queue_row().abandoned_today == 1
    assert conserved(day)


def test_who_could_not_be_sent_on_over_midnight_waits_in_the_new_days_figures() -> None:
    full = QueueSettings(name="service", limits=Limits(max_waiting=1), overflow=(VOICEMAIL,))
    day = shift(full, ready="")
    day.wait(7 * 3600 - 13)  # it was 17:00 in Shanghai 11 seconds ago
    day.enter(0)
    day.enter(1)
    assert day.queue_row().overflowed_today == 1
    day.wait(4)
    assert (day.queue_row().offered_today, day.queue_row().overflowed_today) == (1, 0)
    day.board.divert_failed(call_id(1), day.now)
    row = day.queue_row()
    assert (row.offered_today, row.overflowed_today, row.waiting) == (2, 0, 2)
    assert conserved(day)


def test_who_could_not_be_sent_on_is_sent_on_all_the_same_when_he_has_waited_too_long() -> None:
    limits = Limits(max_waiting=1, max_wait_seconds=30)
    number = link(OverflowKind.NUMBER, "4001", reasons=[OverflowReason.WAITED])
    full = link(OverflowKind.VOICEMAIL, reasons=[OverflowReason.FULL])
    day = shift(QueueSettings(name="service", limits=limits, overflow=(full, number)), ready="")
    day.enter(0)
    day.enter(1)
    assert diverted(day) == [(1, "full", "voicemail-")]
    day.board.divert_failed(call_id(1), day.now)
    day.wait(29.9)
    assert len(diverted(day)) == 1
    day.wait(0.2)
    assert diverted(day)[1:] == [(0, "waited", "number-4001"), (1, "waited", "number-4001")]
    day.board.divert_failed(call_id(1), day.now)
    day.wait(600)
    assert len(diverted(day)) == 3, "the same answer would only come back"


def test_a_new_way_out_is_taken_by_those_who_wait_already() -> None:
    bare = QueueSettings(name="service")
    day = shift(bare, ready="")
    day.give(ask.SignOut(agent_id="1001"))
    day.wait(11)
    day.enter(0)
    led = replace(bare, overflow=(link(OverflowKind.VOICEMAIL, reasons=[OverflowReason.NOBODY]),))
    staff = {"1001": ("service",)}
    day.effects += day.board.configure(roster(agents=staff, queues=(led,)), day.now)
    assert diverted(day) == [(0, "nobody", "voicemail-")]
    assert conserved(day)


@pytest.mark.parametrize("begun", [0.0, 0.005, 1 / 3, 86_399.99, 1e7 / 7])
def test_the_longest_wait_ends_at_its_very_instant_whatever_the_clock_reads(begun: float) -> None:
    limits = Limits(max_wait_seconds=30)
    day = shift(QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,)), ready="")
    day.wait(begun)
    day.enter(0)
    day.wait(31)
    assert [why for _, why, _ in diverted(day)] == ["waited"]


@pytest.mark.parametrize(
    ("ratio", "agents"), [(0.29, 100), (1.5, 2), (0.1, 30), (0.7, 10), (1.1, 10), (2.3, 100)]
)
def test_so_many_calls_wait_for_each_agent_at_work_as_the_limit_says(
    ratio: float, agents: int
) -> None:
    limits = Limits(max_per_ready_agent=ratio)
    staff = {str(1000 + number): ("service",) for number in range(agents)}
    queue = QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,))
    day = shift(queue, agents=staff, ready="")
    for agent in staff:
        day.phone(agent, cti.DeviceState.INUSE)
        day.ready(agent)
    kept = 0
    while not day.asked(DivertCall):
        day.enter(kept)
        kept += 1
    assert kept - 1 == int(Fraction(str(ratio)) * agents)


def test_a_late_return_from_a_phone_does_not_put_him_back_in_line() -> None:
    limits = Limits(max_wait_seconds=10)
    day = shift(QueueSettings(name="service", limits=limits, overflow=(VOICEMAIL,)))
    day.enter(0)
    day.ring(0, "1001")
    day.wait(12)
    day.miss(0, "1001")
    day.queue(0)
    assert day.queue_row().waiting == 0
    assert conserved(day)


def test_short_abandons_are_counted_apart() -> None:
    day = shift(QueueSettings(name="service", short_abandon_seconds=5), ready="")
    for number, patience in enumerate((3, 8)):
        day.enter(number)
        day.wait(patience)
        day.end(number, cti.Outcome.ABANDONED_IN_QUEUE)
    row = day.queue_row()
    assert (row.abandoned_today, row.short_abandoned_today) == (2, 1)


@given(
    st.lists(
        st.tuples(st.sampled_from(VERBS), st.integers(0, 5)),
        max_size=60,
    )
)
def test_every_caller_is_counted_once_whatever_comes(steps: list[tuple[str, int]]) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC")).astimezone(ZONE)
    hours = Hours(periods=(Period(weekday=at.weekday(), since=time(9), until=time(17, 2)),))
    day = shift(
        QueueSettings(
            name="service",
            hours=hours,
            limits=Limits(max_waiting=2, max_wait_seconds=40),
            overflow=(link(OverflowKind.QUEUE, "sales"), VOICEMAIL),
        ),
        QueueSettings(
            name="sales",
            limits=Limits(max_waiting=1, max_wait_seconds=20),
            overflow=(link(OverflowKind.QUEUE, "service"),),
        ),
    )
    for verb, number in steps:
        _step(day, verb, number)
        for one in day.asked(DivertCall):
            if one.kind is OverflowKind.QUEUE:
                day.queue(one.call_id.int - 1, one.target)
        day.effects = [one for one in day.effects if not isinstance(one, DivertCall)]
        assert conserved(day)


def _step(day: Shift, verb: str, number: int) -> None:
    match verb:
        case "enter":
            day.enter(number)
        case "end":
            day.end(number, cti.Outcome.ABANDONED_IN_QUEUE)
        case "wait":
            day.wait(10)
        case "queue":
            day.queue(number, "sales")
        case "miss":
            day.miss(number, "1001")
        case "fail":
            day.board.divert_failed(call_id(number), day.now)
        case _:
            day.ready("1001")


def test_a_phone_that_answers_after_cancel_leaves_the_caller_with_who_was_first() -> None:
    day = shift(
        QueueSettings(name="service"),
        agents={"1001": ("service",), "1002": ("service",)},
        ready="1001",
    )
    day.enter(0)
    day.ring(0, "1001")
    day.miss(0, "1001")
    day.queue(0)
    day.ready("1002")
    day.ring(0, "1002")
    day.answer(0, "1001")  # its answer crossed the cancel on the wire
    assert day.agent("1001").call_id == call_id(0)
    assert day.agent("1002").call_id is None, "one caller, one agent"
    assert day.queue_row().answered_today == 1
    day.answer(0, "1002")
    assert conserved(day)
    assert day.queue_row().answered_today == 1
