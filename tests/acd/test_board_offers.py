"""Stories of calls held out to agents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acd import commands as ask
from acd.board import AgentSettings, QueueSettings, Roster
from acd.board.settings import RequirementStep, Seat, Strategy
from acd.effects import (
    MirrorReadiness,
    OfferCall,
    PopScreen,
    RecordChoice,
    ReturnToWait,
    Tell,
    WithdrawPop,
)
from acd.notices import AgentState, AgentTold, CallState, QueueChanged
from acd.testing import Shift, call_id, roster
from cti import events as cti

SERVICE = {"1001": ("service",), "1002": ("service",), "1003": ("service",)}


def three_agents(*ready: str) -> Shift:
    return Shift(roster(agents=SERVICE)).start(ready=ready)


def offered(shift: Shift) -> list[tuple[str, int]]:
    return [(o.agent_id, o.call_id.int - 1) for o in shift.asked(OfferCall)]


def test_whoever_let_it_ring_goes_behind_also_when_the_next_one_leaves() -> None:
    staff = tuple(
        AgentSettings(
            agent_id=name,
            name=name,
            extension=name,
            queues=("service",),
            skills={"tech": level},
            missed_limit=5,
        )
        for name, level in (("1001", 9), ("1002", 5), ("1003", 1))
    )
    best = QueueSettings(
        name="service",
        strategy=Strategy.BEST_SKILL,
        steps=(RequirementStep(needs="tech"),),
    )
    shift = Shift(Roster(queues=(best,), agents=staff)).start(ready=("1001", "1002", "1003"))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.miss(1, "1001")
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    assert offered(shift) == [("1001", 1), ("1002", 1)]
    shift.give(ask.SignOut(agent_id="1002"))
    assert offered(shift)[2:] == [("1003", 1)], "the best of them let it ring before"
    shift.give(ask.SignOut(agent_id="1003"))
    assert offered(shift)[3:] == [("1001", 1)], "better him than nobody"


def test_whoever_let_it_ring_goes_behind_those_whom_new_steps_let_in() -> None:
    bare = QueueSettings(name="service", steps=(RequirementStep(needs="tech"),))
    staff = tuple(
        AgentSettings(
            agent_id=name,
            name=name,
            extension=name,
            queues=("service",),
            skills=skills,
            seats=(Seat(queue="service", tier=tier),),
            missed_limit=5,
        )
        for name, skills, tier in (("1001", {"tech": 1}, 1), ("1002", {}, 2))
    )
    shift = Shift(Roster(queues=(bare,), agents=staff)).start(ready=("1001", "1002"))
    shift.enter(1)
    shift.ring(1, "1001")
    shift.phone("1001", cti.DeviceState.INUSE)  # his own doing: he cannot be asked again at once
    shift.miss(1, "1001")
    nobody = replace(bare, steps=(RequirementStep(needs="other"),))
    shift.board.configure(Roster(queues=(nobody,), agents=staff), shift.now)
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    shift.effects.clear()
    anyone = replace(bare, steps=(), strategy=Strategy.ORDERED_TIERS)
    shift.effects += shift.board.configure(Roster(queues=(anyone,), agents=staff), shift.now)
    assert offered(shift) == [("1002", 1)]


def test_the_screen_pops_before_the_phone_is_asked_to_ring() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    kinds = [type(e) for e in shift.effects if not isinstance(e, Tell)]
    assert kinds == [PopScreen, OfferCall, RecordChoice]
    order = [type(e) for e in shift.effects]
    assert order.index(PopScreen) < order.index(OfferCall)


def test_the_agent_idle_the_longest_takes_the_call() -> None:
    shift = three_agents("1002", "1001", "1003")
    shift.enter(1)
    assert offered(shift) == [("1002", 1)]
    shift.enter(2)
    assert offered(shift)[-1] == ("1001", 2)


def test_idleness_counts_from_the_end_of_the_last_call() -> None:
    shift = three_agents("1001", "1002")
    for number, agent in ((1, "1001"), (2, "1002")):
        shift.enter(number)
        shift.ring(number, agent)
        shift.answer(number, agent)
    shift.leave(2, "1002")
    shift.wait(5)
    shift.leave(1, "1001")
    shift.enter(3)
    assert offered(shift)[-1] == ("1002", 3)


def test_callers_are_served_in_the_order_they_came() -> None:
    shift = three_agents()
    for number in (1, 2, 3):
        shift.enter(number)
    for agent in ("1001", "1002", "1003"):
        shift.give(ask.SignIn(agent_id=agent))
        shift.ready(agent)
    assert offered(shift) == [("1001", 1), ("1002", 2), ("1003", 3)]


def test_a_call_of_higher_priority_goes_first_and_the_rest_keep_their_order() -> None:
    shift = three_agents()
    shift.enter(1)
    shift.enter(2, priority=10)
    shift.enter(3)
    for agent in ("1001", "1002", "1003"):
        shift.give(ask.SignIn(agent_id=agent))
        shift.ready(agent)
    assert [number for _, number in offered(shift)] == [2, 1, 3]


def test_an_agent_of_two_queues_takes_the_caller_who_waited_longest() -> None:
    shift = Shift(roster(agents={"1001": ("service", "sales")})).start()
    shift.enter(1, "sales")
    shift.enter(2, "service")
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    assert offered(shift) == [("1001", 1)]
    record = shift.asked(RecordChoice)[0].choice
    assert record.queue == "sales"
    assert [rival.queue for rival in record.rivals] == ["service"]


def test_nobody_from_another_queue_is_asked() -> None:
    shift = Shift(roster(agents={"1001": ("sales",), "1002": ("service",)}))
    shift.start(ready=("1001",))
    shift.enter(1, "service")
    assert offered(shift) == []
    assert shift.queue_row("service").waiting == 1


def test_no_answer_sets_the_agent_not_ready_and_the_next_one_is_rung_at_once() -> None:
    shift = three_agents("1001", "1002")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.wait(10)
    shift.miss(1, "1001")
    row = shift.agent("1001")
    assert (row.state, row.reason) == (AgentState.NOT_READY, "missed_calls")
    assert [(t.agent_id, t.code) for t in shift.told(AgentTold)] == [("1001", "missed_calls")]
    assert shift.asked(WithdrawPop)[0].reason == "no_answer"
    assert offered(shift) == [("1001", 1), ("1002", 1)]


def test_after_a_vain_ring_the_caller_keeps_his_place() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.enter(2)
    shift.ring(1, "1001")
    before = shift.call(1)
    shift.miss(1, "1001")
    shift.queue(1)  # the dialplan puts him back into the wait
    after = shift.call(1)
    assert before is not None
    assert after is not None
    assert after.queued_at == before.queued_at
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    shift.ready("1001")
    assert offered(shift)[-1] == ("1001", 1)
    assert shift.queue_row().offered_today == 2


def test_an_offer_that_never_rings_is_withdrawn_after_three_seconds() -> None:
    shift = three_agents("1001", "1002")
    shift.enter(1)
    shift.wait(2.9)
    assert shift.asked(WithdrawPop) == []
    shift.wait(0.2)
    assert shift.asked(WithdrawPop)[0].reason == "unconfirmed"
    assert offered(shift) == [("1001", 1), ("1002", 1)]
    assert shift.agent("1001").state is AgentState.READY


def test_a_phone_that_never_rings_twice_running_sets_its_agent_not_ready() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.wait(7)
    row = shift.agent("1001")
    assert (row.state, row.reason) == (AgentState.NOT_READY, "offer_not_delivered")
    assert len(offered(shift)) == 2


def test_a_redirect_that_asterisk_refuses_frees_the_agent_for_the_next_caller() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.enter(2)
    shift.effects += shift.board.offer_failed(call_id(1), shift.now)
    assert offered(shift) == [("1001", 1), ("1001", 2)]
    shift.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    assert shift.queue_row().abandoned_today == 1


def test_a_caller_whose_redirect_failed_and_who_is_still_there_stands_in_line_again() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.effects += shift.board.offer_failed(call_id(1), shift.now)
    assert len(offered(shift)) == 1
    shift.wait(3.1)
    assert len(offered(shift)) == 2


def test_a_ring_that_never_ends_is_ended_by_the_board() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.wait(24)
    assert shift.agent("1001").reason == "missed_calls"
    assert [r.call_id for r in shift.asked(ReturnToWait)] == [call_id(1)]


def test_a_phone_in_use_is_never_rung() -> None:
    shift = three_agents("1001")
    shift.phone("1001", cti.DeviceState.INUSE)
    shift.enter(1)
    assert offered(shift) == []
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    assert offered(shift) == [("1001", 1)]


@pytest.mark.parametrize("state", sorted(set(cti.DeviceState) - {cti.DeviceState.NOT_INUSE}))
def test_only_a_registered_phone_at_rest_is_rung(state: cti.DeviceState) -> None:
    shift = three_agents("1001")
    shift.phone("1001", state)
    shift.enter(1)
    assert offered(shift) == []


def test_an_agent_who_closed_the_desktop_is_never_rung() -> None:
    shift = three_agents("1001")
    shift.give(ask.SignOut(agent_id="1001"))
    shift.enter(1)
    assert offered(shift) == []
    assert shift.agent("1001").state is AgentState.OFFLINE


def test_closing_the_desktop_while_it_rings_gives_the_call_to_the_next_agent() -> None:
    shift = three_agents("1001", "1002")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.give(ask.SignOut(agent_id="1001"))
    assert offered(shift)[-1] == ("1002", 1)
    assert shift.asked(WithdrawPop)[0].agent_id == "1001"
    assert shift.asked(ReturnToWait) == []


def test_closing_the_desktop_while_it_rings_with_nobody_else_returns_the_caller_to_music() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.give(ask.SignOut(agent_id="1001"))
    assert [r.call_id for r in shift.asked(ReturnToWait)] == [call_id(1)]
    row = shift.call(1)
    assert row is not None
    assert row.state is CallState.WAITING


def test_a_caller_who_hangs_up_while_it_rings_leaves_the_agent_ready_with_his_idleness() -> None:
    shift = three_agents("1001", "1002")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.miss(1, "1001", cti.MissReason.CANCELLED)
    shift.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    shift.phone("1001", cti.DeviceState.NOT_INUSE)
    assert shift.agent("1001").state is AgentState.READY
    assert offered(shift) == [("1001", 1)]
    shift.enter(2)
    assert offered(shift)[-1] == ("1001", 2)


def test_a_cancelled_ring_does_not_show_a_leaving_caller_to_the_next_agent() -> None:
    shift = three_agents("1001", "1002")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.miss(1, "1001", cti.MissReason.CANCELLED)
    assert offered(shift) == [("1001", 1)]


def test_a_ring_begun_by_the_fallback_queue_is_taken_as_an_offer() -> None:
    shift = three_agents("1001")
    shift.phone("1001", cti.DeviceState.INUSE)
    shift.enter(1)
    shift.ring(1, "1001")
    assert shift.agent("1001").state is AgentState.OFFERED
    assert [pop.agent_id for pop in shift.asked(PopScreen)] == ["1001"]
    assert offered(shift) == []


def test_an_offer_says_why_this_agent_and_who_was_passed_over() -> None:
    shift = three_agents("1003", "1001", "1002")
    shift.phone("1003", cti.DeviceState.UNAVAILABLE)
    shift.wait(192)
    shift.enter(1)
    choice = shift.asked(RecordChoice)[0].choice
    assert choice.agent_id == "1001"
    assert [c.agent_id for c in choice.weighed] == ["1001", "1002"]
    assert [(p.agent_id, p.why) for p in choice.passed_over] == [("1003", "phone_not_registered")]
    words = shift.asked(PopScreen)[0].why
    assert words == (
        "Longest idle (3:12) of 2 free agents in service;"
        " passed over: agent 1003 (phone_not_registered)."
    )


def test_a_queue_row_is_told_only_when_it_changed() -> None:
    shift = three_agents("1001")
    shift.arrive(1)
    assert shift.told(QueueChanged) == []
    shift.queue(1)
    shift.wait(0.1)  # told together when much happens at once
    assert len(shift.told(QueueChanged)) == 1


def test_the_ring_time_is_the_queues_own() -> None:
    queues = (QueueSettings(name="service", ring_seconds=12),)
    shift = Shift(roster(agents=SERVICE, queues=queues)).start(ready=("1001",))
    shift.enter(1)
    assert shift.asked(OfferCall)[0].ring_seconds == 12
    assert shift.asked(PopScreen)[0].ring_seconds == 12


def test_readiness_is_mirrored_for_the_fallback_queue_and_not_at_every_call() -> None:
    shift = Shift(roster(agents={"1001": ("service",)})).start()
    shift.give(ask.SignIn(agent_id="1001"))
    shift.ready("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.answer(1, "1001")
    shift.leave(1, "1001")
    shift.give(ask.SetNotReady(agent_id="1001", reason="lunch"))
    told = [(m.paused, m.reason) for m in shift.asked(MirrorReadiness)]
    assert told == [(True, "signed_in"), (False, ""), (True, "lunch")]


def test_a_refused_ring_counts_as_not_taken() -> None:
    shift = three_agents("1001")
    shift.enter(1)
    shift.ring(1, "1001")
    shift.miss(1, "1001", cti.MissReason.REJECTED)
    assert shift.agent("1001").reason == "missed_calls"
    assert shift.told(AgentTold)[-1].detail["reason"] == "rejected"
