"""What desktops are told of a burst of events: once, after the last of them, and nothing less."""

from __future__ import annotations

from datetime import timedelta

from acd.effects import Tell
from acd.notices import AgentChanged, AgentState, CallGone
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti


def talking() -> Shift:
    shift = Shift(roster(agents={"1001": ("service",)})).start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    return shift


def left(shift: Shift, after: float = 0.0) -> cti.AgentLeft:
    at = shift.at + timedelta(seconds=after)
    return cti.AgentLeft(at=at, call_id=call_id(1), device=phone("1001"))


def ended(shift: Shift, after: float = 0.0) -> cti.CallEnded:
    return cti.CallEnded(
        at=shift.at + timedelta(seconds=after),
        call_id=call_id(1),
        outcome=cti.Outcome.ANSWERED,
        hung_up_by=cti.Party.CALLER,
        cause=16,
    )


def told(effects: list) -> list[type]:
    return [type(each.notice) for each in effects if isinstance(each, Tell)]


def test_rows_wait_while_another_event_is_there() -> None:
    shift = talking()
    assert told(shift.board.apply(left(shift), shift.now, more=True)) == []
    assert not shift.board.has_told_all
    rows = shift.board.apply(ended(shift), shift.now)
    assert {AgentChanged, CallGone} <= set(told(rows))
    assert shift.board.has_told_all


def test_rows_that_wait_are_due_at_once() -> None:
    shift = talking()
    shift.board.apply(left(shift), shift.now, more=True)
    assert shift.board.next_deadline() == shift.now.clock
    assert AgentChanged in told(shift.board.tick(shift.now))


def test_a_state_that_lasted_is_told_however_much_waits_to_be_heard() -> None:
    shift = talking()
    shift.board.apply(left(shift), shift.now, more=True)
    late = shift.board.apply(ended(shift, after=0.5), shift.now, more=True)
    states = [
        each.notice.agent.state
        for each in late
        if isinstance(each, Tell) and isinstance(each.notice, AgentChanged)
    ]
    assert states == [AgentState.READY]
