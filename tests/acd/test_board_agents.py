"""Stories of what agents are doing: wrap-up, misses, reasons, queues, phones, forced states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from acd import commands as ask
from acd.board import (
    AgentSettings,
    KnownAgent,
    Moment,
    NextState,
    QueueSettings,
    WrapUpKind,
    WrapUpRule,
)
from acd.board.settings import Reason
from acd.effects import MirrorReadiness, OfferCall, PopScreen, PutCallData
from acd.notices import AgentChanged, AgentState, AgentTold, LeadTold
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

LEAD = {"by": "lead", "by_name": "陈主管"}
TWO = {"1001": ("service",), "1002": ("service",)}


def shift_of(
    agents: dict[str, tuple[str, ...]],
    *ready: str,
    service: QueueSettings | None = None,
    change: Callable[[AgentSettings], AgentSettings] = lambda agent: agent,
    reasons: tuple[Reason, ...] = (),
) -> Shift:
    staff = roster(agents=agents, queues=(service,) if service else ())
    changed = tuple(change(agent) for agent in staff.agents)
    return Shift(replace(staff, agents=changed, reasons=reasons)).start(ready=ready)


def wrapping_shift(rule: WrapUpRule, *, own: WrapUpRule | None = None) -> Shift:
    service = QueueSettings(name="service", wrap_up=rule)
    return shift_of(
        {"1001": ("service",)},
        "1001",
        service=service,
        change=lambda agent: replace(agent, wrap_up=own),
    )


def talk(shift: Shift, number: int = 1, agent: str = "1001") -> None:
    shift.enter(number)
    shift.ring(number, agent)
    shift.answer(number, agent)


def state(shift: Shift, agent: str = "1001") -> AgentState:
    return shift.agent(agent).state


def offered(shift: Shift) -> list[str]:
    return [offer.agent_id for offer in shift.asked(OfferCall)]


def code(reply: ask.Reply) -> str:
    return reply.code if isinstance(reply, ask.Refused) else ""


# --- Wrap-up ------------------------------------------------------------------------------


def test_without_wrap_up_the_agent_is_ready_at_once() -> None:
    shift = wrapping_shift(WrapUpRule())
    talk(shift)
    shift.leave(1, "1001")
    assert state(shift) is AgentState.READY


def test_an_optional_wrap_up_comes_only_when_it_was_asked_for_during_the_call() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.OPTIONAL, seconds=40))
    talk(shift, 1)
    assert shift.agent("1001").wrap_up_kind == "optional"
    shift.leave(1, "1001")
    assert state(shift) is AgentState.READY
    talk(shift, 2)
    assert shift.give(ask.AskWrapUp(agent_id="1001")) == ask.Accepted()
    assert shift.agent("1001").wrap_up_asked
    shift.leave(2, "1001")
    assert state(shift) is AgentState.WRAP_UP
    shift.wait(41)
    assert state(shift) is AgentState.READY
    talk(shift, 3)
    assert not shift.agent("1001").wrap_up_asked, "asking holds for one call"
    shift.leave(3, "1001")
    assert state(shift) is AgentState.READY


def test_an_optional_wrap_up_that_was_taken_back_does_not_come() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.OPTIONAL))
    talk(shift)
    shift.give(ask.AskWrapUp(agent_id="1001"))
    shift.give(ask.AskWrapUp(agent_id="1001", wanted=False))
    shift.leave(1, "1001")
    assert state(shift) is AgentState.READY


def test_an_optional_wrap_up_without_a_time_lasts_until_the_click() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.OPTIONAL))
    talk(shift)
    shift.give(ask.AskWrapUp(agent_id="1001"))
    shift.leave(1, "1001")
    shift.wait(3600)
    assert state(shift) is AgentState.WRAP_UP
    assert shift.give(ask.FinishWrapUp(agent_id="1001")) == ask.Accepted()
    assert state(shift) is AgentState.READY


def test_asking_for_time_is_refused_where_the_queue_decides_or_no_call_is_up() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.TIMED, seconds=30))
    assert code(shift.give(ask.AskWrapUp(agent_id="1001"))) == "wrong_state"
    talk(shift)
    assert code(shift.give(ask.AskWrapUp(agent_id="1001"))) == "wrong_state"


def test_a_mandatory_wrap_up_lasts_until_the_click() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.MANDATORY, seconds=5))
    talk(shift)
    shift.leave(1, "1001")
    shift.wait(3600)
    assert state(shift) is AgentState.WRAP_UP
    assert shift.agent("1001").wrap_up_ends_at is None
    shift.give(ask.FinishWrapUp(agent_id="1001"))
    assert state(shift) is AgentState.READY


def test_a_timed_wrap_up_ends_by_time_or_by_click() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.TIMED, seconds=30))
    talk(shift, 1)
    shift.leave(1, "1001")
    shift.wait(29)
    assert state(shift) is AgentState.WRAP_UP
    shift.wait(1.1)
    assert state(shift) is AgentState.READY
    talk(shift, 2)
    shift.leave(2, "1001")
    shift.give(ask.FinishWrapUp(agent_id="1001"))
    assert state(shift) is AgentState.READY


FORCED = WrapUpRule(kind=WrapUpKind.TIMED_FORCED, seconds=30)


def test_a_forced_wrap_up_refuses_to_end_early_and_says_how_long_it_lasts() -> None:
    shift = wrapping_shift(FORCED)
    talk(shift)
    shift.leave(1, "1001")
    shift.wait(10)
    reply = shift.give(ask.FinishWrapUp(agent_id="1001", by="1001"))
    assert isinstance(reply, ask.Refused)
    assert reply.code == "wrap_up_forced"
    assert "20 s" in reply.message
    assert state(shift) is AgentState.WRAP_UP


def test_what_is_chosen_in_a_forced_wrap_up_is_kept_for_after_it() -> None:
    shift = wrapping_shift(FORCED)
    talk(shift)
    shift.leave(1, "1001")
    shift.give(ask.SetNotReady(agent_id="1001", reason="lunch"))
    row = shift.agent("1001")
    assert (row.state, row.next_state) == (AgentState.WRAP_UP, AgentState.NOT_READY)
    shift.enter(2)
    shift.wait(31)
    row = shift.agent("1001")
    assert (row.state, row.reason) == (AgentState.NOT_READY, "lunch")
    assert offered(shift) == ["1001"], "only the first call"


def test_a_supervisor_may_end_even_a_forced_wrap_up() -> None:
    shift = wrapping_shift(FORCED)
    talk(shift)
    shift.leave(1, "1001")
    assert shift.give(ask.SetReady(agent_id="1001", **LEAD)) == ask.Accepted()
    assert state(shift) is AgentState.READY


def test_an_agents_own_rule_goes_before_the_queues() -> None:
    shift = wrapping_shift(FORCED, own=WrapUpRule())
    talk(shift)
    shift.leave(1, "1001")
    assert state(shift) is AgentState.READY


def test_a_wrap_up_is_extended_once_and_from_its_end() -> None:
    rule = WrapUpRule(kind=WrapUpKind.TIMED, seconds=30, extension_seconds=20)
    shift = wrapping_shift(rule)
    talk(shift)
    shift.leave(1, "1001")
    shift.wait(25)
    assert shift.agent("1001").may_extend
    assert shift.give(ask.ExtendWrapUp(agent_id="1001")) == ask.Accepted()
    assert not shift.agent("1001").may_extend
    assert code(shift.give(ask.ExtendWrapUp(agent_id="1001"))) == "not_extendable"
    shift.wait(24)
    assert state(shift) is AgentState.WRAP_UP
    shift.wait(1.1)
    assert state(shift) is AgentState.READY
    assert code(shift.give(ask.ExtendWrapUp(agent_id="1001"))) == "wrong_state"


@pytest.mark.parametrize("kind", [WrapUpKind.TIMED, WrapUpKind.TIMED_FORCED])
def test_without_extension_in_the_rule_none_is_given(kind: WrapUpKind) -> None:
    shift = wrapping_shift(WrapUpRule(kind=kind, seconds=30))
    talk(shift)
    shift.leave(1, "1001")
    assert code(shift.give(ask.ExtendWrapUp(agent_id="1001"))) == "not_extendable"


def test_a_wish_for_after_the_wrap_up_leaves_it_its_time() -> None:
    shift = wrapping_shift(WrapUpRule(kind=WrapUpKind.MANDATORY))
    talk(shift)
    shift.leave(1, "1001")
    shift.give(ask.SetReady(agent_id="1001", after_wrap_up=True))
    assert state(shift) is AgentState.WRAP_UP


def test_a_clock_stepped_by_an_hour_changes_no_wrap_up() -> None:
    shift = wrapping_shift(FORCED)
    talk(shift)
    shift.leave(1, "1001")
    for step in (timedelta(hours=1), timedelta(hours=-2)):
        shift.board.tick(Moment(shift.at + step, shift.now.clock + 10))
        assert state(shift) is AgentState.WRAP_UP
    shift.board.tick(Moment(shift.at - timedelta(hours=1), shift.now.clock + 31))
    assert state(shift) is AgentState.READY


# --- Misses -------------------------------------------------------------------------------


def limit(missed: int) -> Callable[[AgentSettings], AgentSettings]:
    return lambda agent: replace(agent, missed_limit=missed)


def ring_in_vain(shift: Shift, number: int, agent: str) -> None:
    shift.ring(number, agent)
    shift.phone(agent, cti.DeviceState.NOT_INUSE)
    shift.miss(number, agent)


def test_below_the_limit_the_call_goes_to_another_and_the_agent_stays_ready() -> None:
    shift = shift_of(TWO, "1001", "1002", change=limit(3))
    shift.enter(1)
    ring_in_vain(shift, 1, "1001")
    assert offered(shift) == ["1001", "1002"]
    assert state(shift) is AgentState.READY
    assert [told.code for told in shift.told(AgentTold)] == ["missed_call"]
    assert not shift.told(LeadTold)


def test_everybody_free_is_asked_before_one_who_missed_the_call() -> None:
    staff = {"1001": ("service",), "1002": ("service",), "1003": ("service",)}
    shift = shift_of(staff, "1001", "1002", "1003", change=limit(5))
    shift.enter(1)
    for agent in ("1001", "1002", "1003"):
        ring_in_vain(shift, 1, agent)
    assert offered(shift) == ["1001", "1002", "1003", "1001"]


def test_alone_he_is_asked_again_until_his_limit_and_then_leads_are_told() -> None:
    shift = shift_of({"1001": ("service",)}, "1001", change=limit(3))
    shift.enter(1)
    for _ in range(3):
        assert state(shift) is AgentState.OFFERED
        ring_in_vain(shift, 1, "1001")
    row = shift.agent("1001")
    assert (row.state, row.reason) == (AgentState.NOT_READY, "missed_calls")
    assert offered(shift) == ["1001"] * 3
    told = shift.told(LeadTold)
    assert [(t.agent_id, t.code, t.detail["count"]) for t in told] == [
        ("1001", "missed_calls", "3")
    ]
    assert shift.told(AgentTold)[-1].code == "missed_calls"


def test_an_answered_call_begins_the_count_anew() -> None:
    shift = shift_of({"1001": ("service",)}, "1001", change=limit(2))
    shift.enter(1)
    ring_in_vain(shift, 1, "1001")
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    shift.leave(1, "1001")
    shift.enter(2)
    ring_in_vain(shift, 2, "1001")
    assert state(shift) is AgentState.OFFERED


# --- Reasons ------------------------------------------------------------------------------

BREAK = Reason(code="break", paid=False, max_seconds=600, max_a_day=2)


def on_shift_with_reasons() -> Shift:
    return shift_of(TWO, "1001", reasons=(BREAK, Reason(code="training")))


def pause(shift: Shift, reason: str = "break", **by: str) -> ask.Reply:
    return shift.give(ask.SetNotReady(agent_id="1001", reason=reason, **({"by": "1001"} | by)))


def test_agent_and_leads_are_told_when_a_reason_lasts_too_long() -> None:
    shift = on_shift_with_reasons()
    pause(shift)
    assert shift.agent("1001").reason_ends_at == shift.at + timedelta(seconds=600)
    shift.wait(599)
    assert not shift.told(LeadTold)
    shift.wait(2)
    assert shift.told(AgentTold)[-1].code == "reason_exceeded"
    assert [(t.code, t.detail["reason"]) for t in shift.told(LeadTold)] == [
        ("reason_exceeded", "break")
    ]
    assert state(shift) is AgentState.NOT_READY, "he is told, not moved"


def test_one_who_came_back_in_time_is_not_spoken_of() -> None:
    shift = on_shift_with_reasons()
    pause(shift)
    shift.wait(300)
    shift.ready("1001")
    shift.wait(600)
    assert not shift.told(LeadTold)
    assert shift.agent("1001").reason_ends_at is None


def test_a_reason_is_counted_each_day_and_then_refused() -> None:
    shift = on_shift_with_reasons()
    for _ in range(2):
        assert pause(shift) == ask.Accepted()
        assert pause(shift) == ask.Accepted(), "asking again for what is so counts nothing"
        shift.ready("1001")
    assert code(pause(shift)) == "reason_used_up"
    assert pause(shift, **LEAD) == ask.Accepted(), "a supervisor may"
    shift.ready("1001")
    shift.wait(24 * 3600)
    assert pause(shift) == ask.Accepted(), "a new day"


def test_a_reason_nobody_configured_is_refused() -> None:
    assert code(pause(on_shift_with_reasons(), "holiday")) == "unknown_reason"


# --- Queues -------------------------------------------------------------------------------

BOTH = {"1001": ("service", "sales"), "1002": ("sales",)}


def test_an_agent_serves_only_the_queues_he_signed_in_for() -> None:
    shift = shift_of(BOTH)
    shift.give(ask.SignIn(agent_id="1001", queues=("sales",)))
    shift.ready("1001")
    shift.enter(1, "service")
    assert offered(shift) == []
    shift.enter(2, "sales")
    assert offered(shift) == ["1001"]
    assert shift.agent("1001").queues == ["sales"]
    assert shift.agent("1001").own_queues == ["service", "sales"]


def test_choosing_queues_takes_the_waiting_call_of_the_new_one_at_once() -> None:
    shift = shift_of(BOTH, "1001")
    shift.give(ask.ChooseQueues(agent_id="1001", queues=("sales",)))
    shift.enter(1, "service")
    assert offered(shift) == []
    assert shift.give(ask.ChooseQueues(agent_id="1001")) == ask.Accepted()
    assert offered(shift) == ["1001"]


def test_a_queue_that_is_not_his_is_refused() -> None:
    shift = shift_of(BOTH, "1002")
    assert code(shift.give(ask.ChooseQueues(agent_id="1002", queues=("service",)))) == (
        "not_your_queue"
    )


def test_a_supervisor_moves_an_agent_and_the_very_next_call_obeys() -> None:
    shift = shift_of(BOTH, "1002")
    shift.enter(1, "service")
    reply = shift.give(ask.AssignQueues(agent_id="1002", queues=("service",), **LEAD))
    assert reply == ask.Accepted()
    assert offered(shift) == ["1002"]
    shift.enter(2, "sales")
    assert shift.queue_row("sales").waiting == 1
    assert shift.queue_row("service").offered == 1
    assert [told.code for told in shift.told(AgentTold)] == ["queues_assigned_by"]


def test_what_was_chosen_or_assigned_ends_with_the_shift() -> None:
    shift = shift_of(BOTH, "1002")
    shift.give(ask.AssignQueues(agent_id="1002", queues=("service",), **LEAD))
    shift.give(ask.SignOut(agent_id="1002"))
    assert shift.agent("1002").queues == ["sales"]


def test_a_new_configuration_keeps_what_was_chosen() -> None:
    shift = shift_of(BOTH, "1001")
    shift.give(ask.ChooseQueues(agent_id="1001", queues=("sales",)))
    changed = tuple(replace(agent, missed_limit=4) for agent in shift.roster.agents)
    shift.board.configure(replace(shift.roster, agents=changed), shift.now)
    assert shift.agent("1001").queues == ["sales"]


@pytest.mark.parametrize("answered", [False, True])
def test_an_agent_in_a_call_is_told_what_a_new_configuration_lets_follow(answered: bool) -> None:
    shift = shift_of(TWO, "1001")
    shift.enter(1)
    shift.ring(1, "1001")
    if answered:
        shift.answer(1, "1001")
    shift.effects.clear()
    queues = tuple(
        replace(queue, wrap_up=WrapUpRule(kind=WrapUpKind.OPTIONAL, seconds=30))
        for queue in shift.roster.queues
    )
    shift.effects += shift.board.configure(replace(shift.roster, queues=queues), shift.now)
    told = [each.agent for each in shift.told(AgentChanged) if each.agent.agent_id == "1001"]
    assert [row.wrap_up_kind for row in told] == ["optional"]


def test_an_agent_whose_leaving_was_not_heard_of_is_told_what_follows_in_the_new_queue() -> None:
    sales = QueueSettings(name="sales", wrap_up=WrapUpRule(kind=WrapUpKind.MANDATORY))
    shift = Shift(roster(agents=TWO, queues=(QueueSettings(name="service"), sales)))
    shift.start(ready=("1001",))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    shift.effects.clear()
    shift.queue(1, "sales")
    told = [each.agent for each in shift.told(AgentChanged) if each.agent.agent_id == "1001"]
    assert [row.wrap_up_kind for row in told] == ["mandatory"]


def test_nobody_is_assigned_to_a_queue_that_does_not_exist() -> None:
    shift = shift_of(BOTH, "1001")
    reply = shift.give(ask.AssignQueues(agent_id="1001", queues=("nowhere",), **LEAD))
    assert code(reply) == "unknown_queue"


# --- Forced states ------------------------------------------------------------------------


def test_a_forced_pause_is_obeyed_by_the_next_call_and_says_who() -> None:
    shift = shift_of(TWO, "1001")
    shift.give(ask.SetNotReady(agent_id="1001", reason="training", **LEAD))
    shift.enter(1)
    assert offered(shift) == []
    row = shift.agent("1001")
    assert (row.state, row.set_by, row.set_by_name) == (AgentState.NOT_READY, "lead", "陈主管")
    assert shift.told(AgentTold)[-1].detail == {
        "by": "陈主管",
        "state": "not_ready",
        "reason": "training",
    }
    shift.give(ask.SetReady(agent_id="1001", **LEAD))
    assert offered(shift) == ["1001"]


def test_a_state_forced_during_a_call_comes_after_it() -> None:
    shift = shift_of(TWO, "1001")
    talk(shift)
    shift.give(ask.SetNotReady(agent_id="1001", reason="training", **LEAD))
    assert shift.agent("1001").next_state is AgentState.NOT_READY
    shift.leave(1, "1001")
    assert state(shift) is AgentState.NOT_READY


def test_a_supervisor_logs_an_agent_out_and_his_offered_call_goes_on() -> None:
    shift = shift_of(TWO, "1001", "1002")
    shift.enter(1)
    shift.give(ask.SignOut(agent_id="1001", **LEAD))
    assert offered(shift) == ["1001", "1002"]
    assert state(shift) is AgentState.OFFLINE
    assert shift.told(AgentTold)[-1].code == "logged_out_by"


def test_nobody_who_is_not_there_can_be_made_ready() -> None:
    shift = shift_of(TWO)
    reply = shift.give(ask.SetReady(agent_id="1001", **LEAD))
    assert isinstance(reply, ask.Refused)
    assert "agent 1001" in reply.message


# --- Phones -------------------------------------------------------------------------------


def test_a_closed_desk_is_not_offered_and_comes_back_by_itself() -> None:
    shift = shift_of(TWO, "1001")
    shift.give(ask.ReportDesk(agent_id="1001", source="web", open=True))
    shift.give(ask.ReportDesk(agent_id="1001", source="web", open=False))
    shift.enter(1)
    assert offered(shift) == []
    assert (state(shift), shift.agent("1001").trouble) == (AgentState.READY, "desk_closed")
    assert shift.asked(MirrorReadiness)[-1] == MirrorReadiness(
        device=phone("1001"), paused=True, reason="desk_closed"
    )
    shift.give(ask.ReportDesk(agent_id="1001", source="web", open=True))
    assert offered(shift) == ["1001"]


def test_one_of_two_desks_may_close() -> None:
    shift = shift_of(TWO, "1001")
    for source in ("one", "two"):
        shift.give(ask.ReportDesk(agent_id="1001", source=source, open=True))
    shift.give(ask.ReportDesk(agent_id="1001", source="one", open=False))
    assert shift.agent("1001").trouble == ""


def test_an_agent_without_any_desk_has_another_phone() -> None:
    shift = shift_of(TWO, "1001")
    shift.give(ask.ReportDesk(agent_id="1001", source="web", open=False))
    shift.enter(1)
    assert offered(shift) == ["1001"]


def test_a_lost_microphone_is_told_and_mended() -> None:
    shift = shift_of(TWO, "1001")
    shift.give(ask.ReportMicrophone(agent_id="1001", works=False))
    assert [told.code for told in shift.told(AgentTold)] == ["microphone_lost"]
    shift.enter(1)
    assert offered(shift) == []
    shift.give(ask.ReportMicrophone(agent_id="1001", works=True))
    assert offered(shift) == ["1001"]


# --- Consulting ---------------------------------------------------------------------------


def consult(shift: Shift, number: int = 9, agent: str = "1001") -> None:
    shift.hear(
        cti.CallOffered(
            at=shift.at,
            call_id=call_id(number),
            channel=f"{phone(agent)}-consult",
            uniqueid=f"1700000000.{number}",
            direction=cti.Direction.INTERNAL,
            caller_number=agent,
            caller_name="",
            dialled_number="1002",
            device=phone(agent),
        )
    )


def test_a_second_call_beside_the_held_customer_is_a_consultation() -> None:
    shift = shift_of(TWO, "1001", service=QueueSettings(name="service", wrap_up=FORCED))
    talk(shift)
    held = cti.CallHeld(at=shift.at, call_id=call_id(1), device=phone("1001"), held=True)
    shift.hear(held)
    consult(shift)
    row = shift.agent("1001")
    assert (row.state, row.call_id) == (AgentState.CONSULTING, call_id(1))
    assert row.consult_call_id == call_id(9)
    assert shift.queue_row().talking == 1
    shift.end(9)
    assert state(shift) is AgentState.HOLDING
    shift.end(1)
    assert state(shift) is AgentState.WRAP_UP


def test_wrap_up_waits_until_the_consultation_is_over_too() -> None:
    shift = shift_of(TWO, "1001", service=QueueSettings(name="service", wrap_up=FORCED))
    talk(shift)
    consult(shift)
    shift.end(1)
    assert state(shift) is AgentState.TALKING
    shift.wait(40)
    shift.end(9)
    assert state(shift) is AgentState.WRAP_UP
    assert shift.agent("1001").wrap_up_ends_at is not None


# --- Blended ------------------------------------------------------------------------------


def blended(shift_agents: dict[str, tuple[str, ...]], *ready: str) -> Shift:
    return shift_of(shift_agents, *ready, change=lambda agent: replace(agent, blended=True))


def test_outbound_work_takes_a_free_blended_agent_and_gives_him_back() -> None:
    shift = blended({"1001": ("service",)}, "1001")
    assert shift.give(ask.ReserveForOutbound(agent_id="1001")) == ask.Accepted()
    shift.enter(1)
    assert offered(shift) == []
    shift.give(ask.ReleaseOutbound(agent_id="1001"))
    assert offered(shift) == ["1001"]


def test_while_a_call_waits_the_next_blended_agent_is_the_callers() -> None:
    shift = blended(TWO, "1001")
    talk(shift)
    shift.enter(2)
    assert code(shift.give(ask.ReserveForOutbound(agent_id="1001"))) == "agent_not_free"
    shift.leave(1, "1001")
    assert offered(shift)[-1] == "1001", "freed, he is the waiting caller's at once"
    assert code(shift.give(ask.ReserveForOutbound(agent_id="1001"))) == "agent_not_free"


def test_a_dialler_that_forgets_him_loses_him() -> None:
    shift = blended({"1001": ("service",)}, "1001")
    shift.give(ask.ReserveForOutbound(agent_id="1001", seconds=30))
    shift.enter(1)
    shift.wait(31)
    assert offered(shift) == ["1001"]


def test_only_blended_agents_do_outbound_work() -> None:
    shift = shift_of(TWO, "1001")
    assert code(shift.give(ask.ReserveForOutbound(agent_id="1001"))) == "not_blended"


# --- After the engine was down ------------------------------------------------------------


def recalled(rule: WrapUpRule, *, seconds_ago: float, extended: float = 0.0) -> Shift:
    shift = wrapping_shift(rule)
    known = KnownAgent(
        agent_id="1002",
        wrapping_call=call_id(1),
        wrapping_queue="service",
        since=shift.at - timedelta(seconds=seconds_ago),
        extended_seconds=extended,
    )
    agents = replace(shift.roster.agents[0], agent_id="1002", extension="1002")
    both = replace(shift.roster, agents=(*shift.roster.agents, agents))
    shift.board.configure(both, shift.now)
    shift.board.recall([known], shift.now)
    return shift


def test_a_wrap_up_that_still_lasts_goes_on_for_what_is_left_of_it() -> None:
    shift = recalled(FORCED, seconds_ago=20)
    shift.give(ask.SignIn(agent_id="1002"))
    shift.give(ask.SetReady(agent_id="1002", after_wrap_up=True))
    assert state(shift, "1002") is AgentState.WRAP_UP
    assert shift.agent("1002").call_id == call_id(1)
    assert shift.agent("1002").since == shift.at - timedelta(seconds=20)
    shift.wait(9)
    assert state(shift, "1002") is AgentState.WRAP_UP
    shift.wait(2)
    assert state(shift, "1002") is AgentState.READY


def test_a_wrap_up_that_was_extended_before_lasts_as_long_and_is_not_extended_twice() -> None:
    rule = replace(FORCED, extension_seconds=60)
    shift = recalled(rule, seconds_ago=80, extended=60)
    shift.give(ask.SignIn(agent_id="1002"))
    shift.give(ask.SetReady(agent_id="1002"))
    assert code(shift.give(ask.ExtendWrapUp(agent_id="1002"))) == "not_extendable"
    shift.wait(9)
    assert state(shift, "1002") is AgentState.WRAP_UP
    shift.wait(2)
    assert state(shift, "1002") is AgentState.READY


@pytest.mark.parametrize(
    ("rule", "seconds_ago"),
    [
        (FORCED, 31),
        (WrapUpRule(), 1),
        (WrapUpRule(kind=WrapUpKind.MANDATORY), 4000),
    ],
)
def test_a_wrap_up_of_long_ago_is_over(rule: WrapUpRule, seconds_ago: float) -> None:
    assert state(recalled(rule, seconds_ago=seconds_ago), "1002") is AgentState.OFFLINE


def test_reasons_taken_before_are_counted_and_the_one_in_force_not_twice() -> None:
    shift = on_shift_with_reasons()
    known = KnownAgent(agent_id="1001", reasons_today={"break": 1}, reason="break")
    shift.board.recall([known], shift.now)
    assert shift.give(ask.SetNotReady(agent_id="1001", reason="break")) == ask.Accepted()
    shift.ready("1001")
    assert pause(shift) == ask.Accepted()
    shift.ready("1001")
    assert code(pause(shift)) == "reason_used_up"


LUNCH = NextState(state="not_ready", reason="lunch", set_by=("9", "Lead"))


def chose_before(chosen: NextState, *, seconds_ago: float = 30.0) -> Shift:
    """Return a board that begins anew and knows what an agent chose in the call before."""
    shift = Shift(roster(agents={"1001": ("service",)}))
    since = shift.at - timedelta(seconds=seconds_ago)
    known = KnownAgent(agent_id="1001", since=since, next_state=chosen)
    shift.board.recall([known], shift.now)
    return shift


def test_what_was_chosen_before_a_restart_comes_after_the_call_that_still_lasts() -> None:
    shift = chose_before(LUNCH, seconds_ago=2 * 3600)
    live = cti.LiveCall(
        call_id=call_id(1),
        stage=cti.CallStage.TALKING,
        direction=cti.Direction.INBOUND,
        channel="PJSIP/trunk-1",
        uniqueid="1.1",
        caller_number="13800138000",
        caller_name="",
        dialled_number="4001",
        queue="service",
        device=phone("1001"),
        there=((phone("1001"), "PJSIP/agent-1001-1"),),
    )
    devices = {phone("1001"): cti.DeviceState.INUSE}
    link = cti.Resynced(epoch=1, at=shift.at, restarted=False, devices=devices, calls=(live,))
    shift.hear(link)
    shift.give(ask.SignIn(agent_id="1001", by="1001"))
    row = shift.agent("1001")
    assert (row.state, row.next_state) == (AgentState.TALKING, AgentState.NOT_READY)
    assert (row.wanted_reason, row.set_by, row.set_by_name) == ("lunch", "9", "Lead")
    shift.end(1)
    row = shift.agent("1001")
    assert (row.state, row.reason, row.next_state) == (AgentState.NOT_READY, "lunch", None)


def test_what_was_chosen_before_a_restart_holds_for_who_hung_up_meanwhile() -> None:
    shift = chose_before(LUNCH).start()
    shift.give(ask.SignIn(agent_id="1001", by="1001"))
    assert (state(shift, "1001"), shift.agent("1001").reason) == (AgentState.NOT_READY, "lunch")
    ready = chose_before(NextState(state="ready")).start()
    ready.give(ask.SignIn(agent_id="1001", by="1001"))
    assert state(ready, "1001") is AgentState.READY


def test_what_was_chosen_before_a_restart_is_taken_up_once_and_not_hours_later() -> None:
    late = chose_before(LUNCH, seconds_ago=3601).start()
    late.give(ask.SignIn(agent_id="1001", by="1001"))
    assert late.agent("1001").reason == "signed_in"
    shift = chose_before(LUNCH).start()
    shift.give(ask.SignIn(agent_id="1001", by="1001"))
    shift.give(ask.SignOut(agent_id="1001", by="1001"))
    shift.give(ask.SignIn(agent_id="1001", by="1001"))
    assert shift.agent("1001").reason == "signed_in"


# --- Asking somebody first ----------------------------------------------------------------


def ask_first(shift: Shift, kind: str = "agent", target: str = "1002") -> ask.Reply:
    command = {"agent_id": "1001", "call_id": call_id(1), "target_kind": kind, "target": target}
    return shift.give(ask.StartConsult.model_validate(command | {"note": "wants a quote"}))


def end_asking(shift: Shift, act: str) -> ask.Reply:
    command = {"agent_id": "1001", "call_id": call_id(1), "act": act}
    return shift.give(ask.EndConsult.model_validate(command))


def test_asking_a_colleague_is_done_by_the_agents_own_phone() -> None:
    shift = shift_of(TWO, "1001", "1002")
    talk(shift)
    assert ask_first(shift) == ask.Accepted()
    told = shift.told(AgentTold)[-1]
    assert (told.agent_id, told.code, told.detail["number"]) == ("1001", "phone_consult", "1002")
    assert shift.asked(PutCallData)[-1].data["note"] == "wants a quote"


@pytest.mark.parametrize(
    ("kind", "target", "refused"),
    [
        ("agent", "1001", "wrong_state"),
        ("agent", "1009", "unknown_agent"),
        ("number", "12a", "invalid_number"),
    ],
)
def test_who_cannot_be_asked_is_refused(kind: str, target: str, refused: str) -> None:
    shift = shift_of(TWO, "1001", "1002")
    talk(shift)
    assert code(ask_first(shift, kind, target)) == refused


def test_a_colleague_whose_phone_is_in_use_cannot_be_asked() -> None:
    shift = shift_of(TWO, "1001", "1002")
    talk(shift)
    shift.phone("1002", cti.DeviceState.INUSE)
    assert code(ask_first(shift)) == "agent_not_free"


def test_nobody_is_handed_over_to_one_who_has_not_answered() -> None:
    shift = shift_of(TWO, "1001", "1002")
    talk(shift)
    assert code(end_asking(shift, "complete")) == "wrong_state"
    consult(shift)
    assert code(ask_first(shift)) == "wrong_state"
    assert code(end_asking(shift, "complete")) == "wrong_state"
    assert end_asking(shift, "cancel") == ask.Accepted()
    shift.answer(9, "1002")
    for act in ("swap", "complete"):
        assert end_asking(shift, act) == ask.Accepted()
        assert shift.told(AgentTold)[-1].code == f"phone_{act}"


def test_who_takes_the_call_over_sees_whose_it_is() -> None:
    shift = shift_of(TWO, "1001", "1002")
    talk(shift)
    consult(shift)
    shift.answer(9, "1002")
    shift.effects.clear()
    shift.hear(
        cti.CallEnded(
            at=shift.at,
            call_id=call_id(9),
            outcome=cti.Outcome.ANSWERED,
            hung_up_by=cti.Party.UNKNOWN,
            cause=16,
            joined_into=call_id(1),
        )
    )
    shift.answer(1, "1002")
    shift.leave(1, "1001")
    [pop] = shift.asked(PopScreen)
    assert (pop.agent_id, pop.call_id) == ("1002", call_id(1))
    assert "agent 1001" in pop.why
    assert state(shift, "1002") is AgentState.TALKING
    assert state(shift, "1001") is AgentState.READY
