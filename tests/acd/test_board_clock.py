"""The clock of the day may be set back, much or little: what is heard afterwards is news still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from acd.board import QueueSettings
from acd.board.model import Moment
from acd.board.settings import Comfort
from acd.notices import AgentState, CallState
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

HOUR = timedelta(hours=1)


BACK = pytest.mark.parametrize(
    "back", [HOUR, timedelta(seconds=40), timedelta(seconds=1)], ids=["hour", "40s", "1s"]
)


@BACK
def test_a_phone_that_is_free_after_the_clock_was_set_back_is_free(back: timedelta) -> None:
    shift = Shift(roster(agents={"1001": ("service",)})).start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")

    left = cti.AgentLeft(at=shift.at - back, call_id=call_id(1), device=phone("1001"))
    shift.hear(left)
    free = cti.DeviceState.NOT_INUSE
    shift.hear(cti.DeviceChanged(at=shift.at - back, device=phone("1001"), state=free))
    shift.enter(2)

    assert shift.agent("1001").state is AgentState.OFFERED


@BACK
def test_a_call_moved_to_a_queue_after_the_clock_was_set_back_waits_there(back: timedelta) -> None:
    shift = Shift(roster(agents={"1001": ("service",), "1002": ("sales",)})).start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")

    at = shift.at - back
    shift.hear(cti.AgentLeft(at=at, call_id=call_id(1), device=phone("1001")))
    queued = cti.CallQueued(at=at, call_id=call_id(1), channel="c", queue="sales")
    shift.hear(queued)

    row = shift.call(1)
    assert row is not None
    assert (row.state, row.queue) == (CallState.WAITING, "sales")


@BACK
def test_a_second_ring_after_the_clock_was_set_back_is_answered(back: timedelta) -> None:
    shift = Shift(roster(agents={"1001": ("service",)})).start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.miss(1, "1001", cti.MissReason.NO_ANSWER)
    shift.ready("1001")

    at, who = shift.at - back, {"call_id": call_id(1), "device": phone("1001")}
    shift.hear(cti.CallQueued(at=at, call_id=call_id(1), channel="c", queue="service"))
    shift.hear(cti.AgentRinging(at=at, channel="a", **who))
    shift.hear(cti.CallAnswered(at=at, channel="a", **who))
    assert shift.agent("1001").state is AgentState.TALKING
    shift.hear(cti.AgentLeft(at=at, **who))
    assert shift.agent("1001").state is AgentState.READY
    shift.hear(cti.CallAnswered(at=at - back, channel="b", **who))
    assert shift.agent("1001").state is AgentState.TALKING


def test_what_is_told_twice_happened_once_though_others_came_between() -> None:
    shift = Shift(roster(agents={"1001": ("service",)})).start(ready=("1001",))
    first = cti.DeviceChanged(at=shift.at, device=phone("1001"), state=cti.DeviceState.UNAVAILABLE)
    shift.hear(first)
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    shift.hear(first)
    assert shift.agent("1001").phone_ready


@dataclass
class Stepped(Shift):
    """A shift whose time of day may be set otherwise; its clock never is."""

    step: timedelta = timedelta()

    @property
    def now(self) -> Moment:
        plain = super().now
        return Moment(plain.at + self.step, plain.clock)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wait_is_as_long_as_it_was_whatever_the_time_of_day_does(hours: int) -> None:
    settings = QueueSettings(name="service", comfort=Comfort(say_wait=True), target_seconds=20)
    day = Stepped(roster(agents={"1001": ("service",)}, queues=(settings,))).start(ready=())
    for number in (1, 2):
        day.enter(number)
    day.wait(30)
    day.step = timedelta(hours=hours)
    day.end(2, cti.Outcome.ABANDONED_IN_QUEUE)
    day.answer(1, "1001")
    row = day.queue_row()
    assert (row.answered_today, row.in_target_today) == (1, 0)
    assert (row.abandoned_today, row.short_abandoned_today) == (1, 0)
