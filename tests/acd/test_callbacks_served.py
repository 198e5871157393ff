"""Who spoke with an agent of the queue in another call is not called back by it any more."""

from __future__ import annotations

from uuid import UUID

import pytest

from acd import commands as ask
from acd.board import AttemptOutcome, QueueSettings
from acd.board.promised import KnownCallback
from acd.board.settings import CallbackRule
from acd.effects import DialCallback, HangUpCall, KeepCallback
from acd.notices import AgentState
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

NUMBER = "13800138000"  # from which every caller of a shift calls
OWN = UUID(int=0xCA11)
TRUNK = "PJSIP/trunk"


def owing(*, queue: str = "service", number: str = NUMBER) -> Shift:
    """Return a shift in which a callback is owed; an agent of each queue is not ready yet."""
    rule = CallbackRule(offered=True)
    queues = [QueueSettings(name=name, callback=rule) for name in ("service", "sales")]
    staff = {"1001": ("service",), "1002": ("sales",), "1003": ("service",)}
    day = Shift(roster(agents=staff, queues=tuple(queues))).start()
    for agent in staff:
        day.give(ask.SignIn(agent_id=agent))
    day.give(ask.RequestCallback(callback_id=OWN, queue=queue, number=number))
    day.wait(1)
    return day


def talks_with(day: Shift, agent: str, queue: str = "service", *, number: int = 1) -> None:
    """Let the customer call again and speak with the agent."""
    day.enter(number, queue)
    day.ring(number, agent)
    day.answer(number, agent)


def kept(day: Shift) -> list[str]:
    return [one.kept.state for one in day.asked(KeepCallback)]


def test_who_got_through_himself_is_owed_no_callback_any_more() -> None:
    day = owing(number="+8613800138000")
    talks_with(day, "1001")
    assert kept(day)[-1] == "served"
    assert day.queue_row().callbacks == 0
    day.end(1)
    day.ready("1001")
    day.wait(3600)
    assert day.asked(DialCallback) == []


@pytest.mark.parametrize(
    ("agent", "queue", "owed"),
    [("1002", "sales", "service"), ("1001", "service", "sales")],
)
def test_an_agent_of_another_queue_takes_no_callback_off_the_list(
    agent: str, queue: str, owed: str
) -> None:
    day = owing(queue=owed)
    talks_with(day, agent, queue)
    assert kept(day) == ["waiting"]


def test_somebody_elses_callback_stays() -> None:
    day = owing(number="13900139000")
    talks_with(day, "1001")
    assert kept(day) == ["waiting"]


def test_who_asks_again_after_the_talk_is_called_back() -> None:
    day = owing()
    talks_with(day, "1001")
    day.wait(1)
    again = UUID(int=0xCA12)
    wish = ask.RequestCallback(callback_id=again, queue="service", number=NUMBER)
    assert day.give(wish) == ask.Accepted()
    day.enter(2)
    day.leave(1, "1001")
    day.queue(1, "service")  # handed on to the queue, and to another of its agents
    day.ring(1, "1003")
    day.answer(1, "1003")
    assert day.queue_row().callbacks == 1


def test_whom_an_agent_of_the_queue_dialled_himself_is_not_called_a_second_time() -> None:
    day = owing()
    day.hear(
        cti.CallOffered(
            at=day.at,
            call_id=call_id(5),
            channel="PJSIP/agent-1001-1",
            uniqueid="1.5",
            direction=cti.Direction.OUTBOUND,
            caller_number="",
            caller_name="",
            dialled_number="0" + NUMBER,
            device=phone("1001"),
        )
    )
    assert kept(day) == ["waiting"], "nobody has answered yet"
    day.hear(cti.CallAnswered(at=day.at, call_id=call_id(5), device=TRUNK, channel="t"))
    assert kept(day)[-1] == "served"


def agent_is_dialled(day: Shift, dial: DialCallback) -> None:
    day.hear(
        cti.CallOffered(
            at=day.at,
            call_id=dial.call_id,
            channel="PJSIP/agent-1003-1",
            uniqueid=dial.uniqueid,
            direction=cti.Direction.OUTBOUND,
            caller_number="",
            caller_name="",
            dialled_number=NUMBER,
        )
    )


def test_who_gets_through_while_he_is_being_called_is_let_alone() -> None:
    day = owing()
    day.ready("1003")
    [dial] = day.asked(DialCallback)
    talks_with(day, "1001")
    assert day.agent("1003").state is AgentState.READY
    agent_is_dialled(day, dial)
    assert [one.call_id for one in day.asked(HangUpCall)] == [dial.call_id]
    over = cti.CallEnded(
        at=day.at,
        call_id=dial.call_id,
        outcome=cti.Outcome.NO_ANSWER,
        hung_up_by=cti.Party.SYSTEM,
        cause=16,
    )
    day.hear(over)
    assert kept(day)[-1] == "served"
    day.wait(7200)
    assert len(day.asked(DialCallback)) == 1


def test_an_agent_who_waits_for_a_customer_who_got_through_elsewhere_is_let_go() -> None:
    day = owing()
    day.ready("1003")
    [dial] = day.asked(DialCallback)
    agent_is_dialled(day, dial)
    at, made = day.at, dial.call_id
    day.hear(cti.CallAnswered(at=at, call_id=made, device=phone("1003"), channel="a"))
    talks_with(day, "1001")
    assert [one.call_id for one in day.asked(HangUpCall)] == [made]


def test_the_store_may_know_of_a_talk_the_board_never_heard_of() -> None:
    day = owing()
    day.ready("1001")
    [dial] = day.asked(DialCallback)
    outcome = AttemptOutcome.NOT_DIALLED
    day.board.callback_failed(dial.call_id, outcome, day.now, over="served")
    assert day.queue_row().callbacks == 0
    assert day.agent("1001").state is AgentState.READY


def test_who_is_found_talking_after_a_restart_is_not_called_back() -> None:
    day = Shift(roster(agents={"1001": ("service",)}))
    owed = KnownCallback(
        callback_id=OWN,
        queue="service",
        number=NUMBER,
        waits_since=day.at,
        requested_at=day.at,
        expires_at=day.at.replace(hour=23),
    )
    day.board.remember_callbacks([owed], day.now)
    live = cti.LiveCall(
        call_id=call_id(1),
        stage=cti.CallStage.TALKING,
        direction=cti.Direction.INBOUND,
        channel="PJSIP/trunk-1",
        uniqueid="1.1",
        caller_number=NUMBER,
        caller_name="",
        dialled_number="4000",
        queue="service",
        device=phone("1001"),
        there=((phone("1001"), "PJSIP/agent-1001-1"),),
    )
    devices = {phone("1001"): cti.DeviceState.INUSE}
    day.hear(cti.Resynced(at=day.at, epoch=1, restarted=False, devices=devices, calls=(live,)))
    assert kept(day)[-1] == "served"
