"""Stories of calls in agents' hands: answer, hold, wrap-up, transfer, own calls."""

from __future__ import annotations

import pytest

from acd import commands as ask
from acd.board import Figures, QueueSettings, WrapUpKind, WrapUpRule
from acd.effects import DialNumber, HangUpCall, MoveCall, OfferCall, PutCallData, WithdrawPop
from acd.notices import AgentState, AgentTold, CallGone, CallState
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

AGENTS = {"1001": ("service",), "1002": ("service",), "1003": ("sales",)}
TIMED = QueueSettings(name="service", wrap_up=WrapUpRule(kind=WrapUpKind.TIMED, seconds=30))
BY_CLICK = QueueSettings(name="service", wrap_up=WrapUpRule(kind=WrapUpKind.MANDATORY))


def floor(*ready: str, service: QueueSettings | None = None) -> Shift:
    queues = (service,) if service else ()
    return Shift(roster(agents=AGENTS, queues=queues)).start(ready=ready)


def talking(number: int, agent: str, shift: Shift) -> None:
    shift.enter(number)
    shift.ring(number, agent)
    shift.answer(number, agent)


def own_call(shift: Shift, number: int, agent: str, direction: cti.Direction) -> None:
    shift.hear(
        cti.CallOffered(
            at=shift.at,
            call_id=call_id(number),
            channel=f"{phone(agent)}-{number:08x}",
            uniqueid=f"1700000000.{number}",
            direction=direction,
            caller_number=agent,
            caller_name="",
            dialled_number="13900139000",
            device=phone(agent),
        )
    )


def test_an_answered_call_counts_in_the_queues_figures() -> None:
    shift = floor("1001")
    talking(1, "1001", shift)
    row = shift.queue_row()
    assert (row.offered_today, row.answered_today, row.in_target_today) == (1, 1, 1)
    assert (row.waiting, row.talking) == (0, 1)
    call = shift.call(1)
    assert call is not None
    assert (call.state, call.agent_id) == (CallState.TALKING, "1001")


def test_an_answer_after_the_target_counts_as_answered_alone() -> None:
    shift = floor()
    shift.enter(1)
    shift.wait(21)
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    row = shift.queue_row()
    assert (row.answered_today, row.in_target_today) == (1, 0)


def test_wrap_up_ends_by_time() -> None:
    shift = floor("1001", service=TIMED)
    talking(1, "1001", shift)
    shift.leave(1, "1001")
    shift.end(1)
    row = shift.agent("1001")
    assert row.state is AgentState.WRAP_UP
    assert row.call_id == call_id(1)
    assert row.wrap_up_ends_at is not None
    shift.enter(2)
    assert len(shift.asked(OfferCall)) == 1
    shift.wait(30.1)
    assert len(shift.asked(OfferCall)) == 2


def test_wrap_up_ends_by_click() -> None:
    shift = floor("1001", service=BY_CLICK)
    talking(1, "1001", shift)
    shift.end(1)
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    shift.wait(3600)
    assert shift.agent("1001").state is AgentState.WRAP_UP
    assert shift.give(ask.FinishWrapUp(agent_id="1001")) == ask.Accepted()
    assert shift.agent("1001").state is AgentState.READY


def test_finishing_a_wrap_up_that_is_not_there_is_refused() -> None:
    reply = floor("1001").give(ask.FinishWrapUp(agent_id="1001"))
    assert isinstance(reply, ask.Refused)
    assert reply.code == "wrong_state"


def test_the_state_chosen_during_a_call_comes_after_the_wrap_up() -> None:
    shift = floor("1001", service=TIMED)
    talking(1, "1001", shift)
    shift.give(ask.SetNotReady(agent_id="1001", reason="lunch"))
    row = shift.agent("1001")
    assert (row.state, row.next_state) == (AgentState.TALKING, AgentState.NOT_READY)
    shift.leave(1, "1001")
    assert shift.agent("1001").state is AgentState.WRAP_UP
    shift.wait(31)
    row = shift.agent("1001")
    assert (row.state, row.reason, row.next_state) == (AgentState.NOT_READY, "lunch", None)


def test_signing_out_during_a_call_lets_the_call_go_on_and_then_the_agent_is_gone() -> None:
    shift = floor("1001", service=TIMED)
    talking(1, "1001", shift)
    shift.give(ask.SignOut(agent_id="1001"))
    assert shift.agent("1001").state is AgentState.TALKING
    shift.leave(1, "1001")
    assert shift.agent("1001").state is AgentState.OFFLINE


def test_hold_is_shown_only_when_asterisk_says_so() -> None:
    shift = floor("1001")
    talking(1, "1001", shift)
    held = cti.CallHeld(at=shift.at, call_id=call_id(1), device=phone("1001"), held=True)
    shift.hear(held)
    call = shift.call(1)
    assert call is not None
    assert (shift.agent("1001").state, call.state) == (AgentState.HOLDING, CallState.HELD)
    shift.hear(cti.CallHeld(at=shift.at, call_id=call_id(1), device=phone("1001"), held=False))
    assert shift.agent("1001").state is AgentState.TALKING


def test_the_caller_hangs_up_at_the_very_moment_the_agent_answers() -> None:
    shift = floor("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    shift.answer(1, "1001")
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    assert shift.agent("1001").state is AgentState.READY
    assert shift.call(1) is None
    row = shift.queue_row()
    assert (row.answered_today, row.abandoned_today) == (0, 1)


def test_hanging_up_in_the_queue_counts_as_abandoned_once() -> None:
    shift = floor()
    shift.enter(1)
    shift.hear(cti.CallAbandoned(at=shift.at, call_id=call_id(1), queue="service"))
    shift.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    assert shift.queue_row().abandoned_today == 1
    assert [gone.outcome for gone in shift.told(CallGone)] == ["abandoned_in_queue"]


def test_hanging_up_in_the_menu_counts_for_no_queue() -> None:
    shift = floor()
    shift.arrive(1)
    shift.end(1, cti.Outcome.ABANDONED_IN_MENU)
    assert shift.queue_row().abandoned_today == 0


def test_a_transfer_to_an_agent_goes_straight_to_his_phone_with_the_note() -> None:
    shift = floor("1001", "1003")
    talking(1, "1001", shift)
    reply = shift.give(transfer("1001", 1, "agent", "1003", note="wants a refund"))
    assert reply == ask.Accepted()
    assert shift.asked(PutCallData)[0].data == {
        "transferred_by": "agent 1001",
        "note": "wants a refund",
    }
    offer = shift.asked(OfferCall)[-1]
    assert offer.agent_id == "1003"
    assert offer.transfer is not None
    assert (offer.transfer.by, offer.transfer.to) == (phone("1001"), phone("1003"))
    shift.leave(1, "1001")
    shift.ring(1, "1003")
    shift.answer(1, "1003")
    call = shift.call(1)
    assert call is not None
    assert call.agent_id == "1003"
    assert shift.agent("1001").state is AgentState.READY


def test_a_transfer_that_is_not_taken_waits_in_the_queue_again_and_the_sender_is_told() -> None:
    shift = floor("1001", "1003")
    talking(1, "1001", shift)
    shift.give(transfer("1001", 1, "agent", "1003"))
    shift.leave(1, "1001")
    shift.ring(1, "1003")
    shift.miss(1, "1003")
    shift.queue(1)
    assert ("1001", "transfer_not_taken") in [
        (told.agent_id, told.code) for told in shift.told(AgentTold)
    ]
    assert shift.asked(OfferCall)[-1].agent_id == "1001"


@pytest.mark.parametrize(
    ("kind", "target", "code"),
    [
        ("agent", "1002", "agent_not_free"),
        ("agent", "9999", "unknown_agent"),
        ("queue", "nowhere", "unknown_queue"),
        ("number", "0800-CALL&PJSIP/x", "invalid_number"),
        ("number", "", "invalid_number"),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_with_the_reason(
    kind: str, target: str, code: str
) -> None:
    shift = floor("1001")
    talking(1, "1001", shift)
    reply = shift.give(transfer("1001", 1, kind, target))
    assert isinstance(reply, ask.Refused)
    assert reply.code == code
    assert shift.asked(MoveCall) == []


def test_a_transfer_to_a_queue_begins_a_new_wait_there() -> None:
    shift = floor("1001", service=TIMED)
    talking(1, "1001", shift)
    shift.give(transfer("1001", 1, "queue", "sales"))
    assert shift.asked(MoveCall)[0].intent.to == "sales"
    shift.leave(1, "1001")
    shift.queue(1, "sales")
    assert shift.queue_row("sales").waiting == 1
    assert shift.agent("1001").state is AgentState.WRAP_UP


def test_a_transfer_to_a_number_leaves_the_agent_free() -> None:
    shift = floor("1001")
    talking(1, "1001", shift)
    shift.give(transfer("1001", 1, "number", "+8613900139000"))
    assert shift.asked(MoveCall)[0].intent.kind == "number"
    shift.leave(1, "1001")
    assert shift.agent("1001").state is AgentState.READY


def test_only_the_agent_in_the_call_may_hang_it_up() -> None:
    shift = floor("1001", "1002")
    talking(1, "1001", shift)
    stranger = shift.give(ask.HangUp(agent_id="1002", call_id=call_id(1)))
    assert isinstance(stranger, ask.Refused)
    assert stranger.code == "not_your_call"
    shift.give(ask.HangUp(agent_id="1001", call_id=call_id(1)))
    assert [h.channel for h in shift.asked(HangUpCall)] == [f"{phone('1001')}-00000001"]
    assert shift.agent("1001").state is AgentState.TALKING


def test_dialling_out_makes_the_agent_talk_and_takes_him_out_of_the_queue() -> None:
    shift = floor("1001")
    shift.give(ask.DialOut(agent_id="1001", number="13900139000"))
    assert shift.asked(DialNumber)[0].extension == "1001"
    shift.enter(9)
    assert shift.asked(OfferCall) == []
    own_call(shift, 1, "1001", cti.Direction.OUTBOUND)
    assert shift.agent("1001").state is AgentState.TALKING
    shift.end(1)
    assert shift.asked(OfferCall)[0].call_id == call_id(9)


def test_a_dialled_call_is_handed_on_by_the_customers_channel_once_he_answered() -> None:
    shift = floor("1001", "1003")
    own_call(shift, 1, "1001", cti.Direction.OUTBOUND)
    refused = shift.give(transfer("1001", 1, "agent", "1003"))
    assert isinstance(refused, ask.Refused)
    answered = cti.CallAnswered(
        at=shift.at, call_id=call_id(1), device="PJSIP/trunk", channel="PJSIP/trunk-0000000a"
    )
    shift.hear(answered)
    assert shift.give(transfer("1001", 1, "agent", "1003")) == ask.Accepted()
    assert shift.asked(OfferCall)[0].channel == "PJSIP/trunk-0000000a"


def test_a_dial_that_never_begins_gives_the_agent_back() -> None:
    shift = floor("1001")
    shift.give(ask.DialOut(agent_id="1001", number="13900139000"))
    shift.wait(5.1)
    assert [told.code for told in shift.told(AgentTold)] == ["dial_failed"]
    shift.enter(9)
    assert len(shift.asked(OfferCall)) == 1


def test_dialling_out_twice_is_refused() -> None:
    shift = floor("1001")
    shift.give(ask.DialOut(agent_id="1001", number="13900139000"))
    reply = shift.give(ask.DialOut(agent_id="1001", number="13900139000"))
    assert isinstance(reply, ask.Refused)


def test_an_agents_own_call_that_crosses_an_offer_sends_the_offer_on() -> None:
    shift = floor("1001", "1002")
    shift.enter(9)
    own_call(shift, 1, "1001", cti.Direction.INTERNAL)
    assert shift.agent("1001").state is AgentState.TALKING
    assert shift.asked(WithdrawPop)[0].reason == "took_another_call"
    assert shift.asked(OfferCall)[-1].agent_id == "1002"


def test_being_called_by_a_colleague_makes_the_agent_busy() -> None:
    shift = floor("1001", "1002")
    own_call(shift, 1, "1001", cti.Direction.INTERNAL)
    shift.ring(1, "1002")
    shift.answer(1, "1002")
    assert shift.agent("1002").state is AgentState.TALKING
    shift.enter(9)
    assert shift.asked(OfferCall) == []
    shift.end(1)
    assert {shift.agent(a).state for a in ("1001", "1002")} != {AgentState.TALKING}


def test_a_doubled_answer_after_the_agent_left_does_not_bring_him_back() -> None:
    shift = floor("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    answered = cti.CallAnswered(at=shift.at, call_id=call_id(1), device=phone("1001"), channel="x")
    shift.hear(answered)
    shift.leave(1, "1001")
    shift.hear(answered)
    assert shift.agent("1001").state is AgentState.READY


def test_a_late_event_of_an_ended_call_makes_no_ghost() -> None:
    shift = floor("1001")
    talking(1, "1001", shift)
    shift.end(1)
    shift.enter(1)
    shift.ring(1, "1001")
    assert shift.board.calls() == []


def test_a_new_day_begins_at_local_midnight_with_new_figures() -> None:
    shift = floor()
    shift.board.load_figures({"service": Figures(offered=7, answered=5, abandoned=2)})
    shift.enter(1)
    assert shift.queue_row().offered_today == 8
    shift.wait(7 * 3600 - 2)  # it is 09:00 UTC, 17:00 in Shanghai, when the shift begins
    assert shift.queue_row().offered_today == 8
    shift.wait(4)
    row = shift.queue_row()
    assert (row.offered_today, row.answered_today, row.waiting) == (1, 0, 1)


def transfer(agent: str, number: int, kind: str, target: str, note: str = "") -> ask.TransferCall:
    return ask.TransferCall.model_validate(
        {
            "agent_id": agent,
            "call_id": call_id(number),
            "target_kind": kind,
            "target": target,
            "note": note,
        }
    )


def test_an_abandoned_wait_told_twice_does_not_end_the_next_wait() -> None:
    shift = Shift(roster(agents={"1001": ("service",)})).start()
    shift.enter(1)
    gone = cti.CallAbandoned(at=shift.at, call_id=call_id(1), queue="service")
    shift.hear(gone)
    shift.queue(1)
    shift.hear(gone)
    assert shift.queue_row().waiting == 1
    assert shift.board.figures("service").abandoned == 1
