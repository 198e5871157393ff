"""Every strategy by a story of its own, and the steps, owners, delays and ages around them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd import commands as ask
from acd.board import AgentSettings, Brief, QueueSettings, Roster
from acd.board.settings import RequirementStep, Seat, Strategy
from acd.effects import OfferCall, PopScreen, RecordChoice, WithdrawPop
from acd.notices import AgentState
from acd.routing import Choice, Rule, in_full
from acd.routing.occupancy import Crowd, Occupancy, gini
from acd.testing import Shift, call_id
from crm_core.words import clean_json
from cti import events as cti

TECH_THEN_ANYONE = (RequirementStep(needs="tech>=2", seconds=20), RequirementStep())


def agent(name: str, *seats: Seat, **skills: int) -> AgentSettings:
    places = seats or (Seat(queue="service"),)
    return AgentSettings(
        agent_id=name,
        name=f"agent {name}",
        extension=name,
        queues=tuple(seat.queue for seat in places),
        seats=places,
        skills=skills,
        missed_limit=9,
    )


def shift(*agents: AgentSettings, ready: str = "", **of_queue: object) -> Shift:
    queues = (QueueSettings(name="service", **of_queue),)
    roster = Roster(queues=queues, agents=agents)
    return Shift(roster).start(ready=tuple(ready.split()))


def choices(told: Shift) -> list[Choice]:
    return [record.choice for record in told.asked(RecordChoice)]


def takers(told: Shift) -> list[tuple[int, str]]:
    return [(offer.call_id.int - 1, offer.agent_id) for offer in told.asked(OfferCall)]


def serve(told: Shift, number: int, *, seconds: float = 60) -> str:
    """Let a call come, be talked through and end; return who had it."""
    told.enter(number)
    name = takers(told)[-1][1]
    told.ring(number, name)
    told.answer(number, name)
    told.wait(seconds)
    told.leave(number, name)
    told.end(number)
    return name


def test_longest_idle() -> None:
    told = shift(agent("1"), agent("2"), ready="2 1")
    assert [serve(told, n) for n in (1, 2, 3)] == ["2", "1", "2"]
    assert choices(told)[0].rule is Rule.LONGEST_IDLE


def test_least_occupied_spares_who_talked_long() -> None:
    told = shift(agent("1"), agent("2"), ready="1 2", strategy=Strategy.LEAST_OCCUPIED)
    assert serve(told, 1, seconds=600) == "1"
    assert [serve(told, n, seconds=60) for n in (2, 3, 4)] == ["2", "2", "2"]
    choice = choices(told)[-1]
    assert choice.rule is Rule.LEAST_OCCUPIED
    assert [one.agent_id for one in choice.weighed] == ["2", "1"]
    assert choice.weighed[0].score < choice.weighed[1].score
    assert choice.in_words().startswith("Least occupied (")


def test_round_robin_asks_in_turn_however_long_each_was_idle() -> None:
    told = shift(agent("1"), agent("2"), agent("3"), ready="1 2 3", strategy=Strategy.ROUND_ROBIN)
    assert [serve(told, n, seconds=n * 10) for n in range(1, 7)] == ["1", "2", "3"] * 2
    told.enter(7)  # to 1, who misses it: his turn is over all the same
    told.ring(7, "1")
    told.miss(7, "1")
    assert takers(told)[-1] == (7, "2")


def test_ordered_tiers_ask_the_lower_tier_first() -> None:
    told = shift(
        agent("1", Seat(queue="service", tier=2)),
        agent("2", Seat(queue="service", tier=1)),
        agent("3", Seat(queue="service", tier=1)),
        ready="1 3 2",
        strategy=Strategy.ORDERED_TIERS,
    )
    for number in (1, 2, 3):
        told.enter(number)
    assert takers(told) == [(1, "3"), (2, "2"), (3, "1")]
    assert choices(told)[0].in_words().startswith("Tier 1, longest idle in it of 3 free agents")


def test_weights_share_out_the_calls_exactly() -> None:
    told = shift(
        agent("1", Seat(queue="service", weight=3)),
        agent("2", Seat(queue="service", weight=1)),
        ready="1 2",
        strategy=Strategy.WEIGHTED,
    )
    had = [serve(told, number) for number in range(1, 41)]
    assert (had.count("1"), had.count("2")) == (30, 10)


def test_who_comes_late_to_a_weighted_queue_gets_no_flood() -> None:
    told = shift(agent("1"), agent("2"), ready="1", strategy=Strategy.WEIGHTED)
    for number in range(1, 11):
        serve(told, number)
    told.give(ask.SignIn(agent_id="2"))
    told.ready("2")
    had = [serve(told, number) for number in range(11, 17)]
    assert abs(had.count("1") - had.count("2")) <= 1


@pytest.mark.parametrize("strategy", [Strategy.WEIGHTED, Strategy.ROUND_ROBIN])
def test_who_is_given_other_queues_too_keeps_his_turn_in_this_one(strategy: Strategy) -> None:
    names = ("1", "2", "3")
    own = (agent(name, Seat(queue="service"), Seat(queue="sales")) for name in names)
    queues = (QueueSettings(name="service", strategy=strategy), QueueSettings(name="sales"))
    told = Shift(Roster(queues=queues, agents=tuple(own))).start(ready=names)
    before = [serve(told, n) for n in range(30)]
    told.give(ask.ChooseQueues(agent_id=before[-1], queues=("service",)))
    after = [serve(told, n) for n in range(30, 33)]
    assert {name: before.count(name) for name in names} == dict.fromkeys(names, 10)
    assert sorted(after) == list(names)
    assert after[-1] == before[-1]


def test_best_skill_takes_the_highest_levels_the_call_asks_for() -> None:
    told = shift(
        agent("1", tech=2, zh=9),
        agent("2", tech=5),
        agent("3", tech=3, sales=9),
        ready="1 2 3",
        strategy=Strategy.BEST_SKILL,
        steps=TECH_THEN_ANYONE,
    )
    for number in (1, 2, 3):
        told.enter(number)
    assert takers(told) == [(1, "2"), (2, "3"), (3, "1")]
    assert choices(told)[0].in_words() == (
        "Best skill (levels 5 in all) of 3 free agents in service, step 1 of 2 (tech>=2)."
    )


def test_least_flexible_keeps_the_many_skilled_free() -> None:
    told = shift(
        agent("1", tech=9, zh=9, sales=1),
        agent("2", tech=2),
        agent("3", tech=4, zh=1),
        ready="1 2 3",
        strategy=Strategy.LEAST_FLEXIBLE,
        steps=TECH_THEN_ANYONE,
    )
    for number in (1, 2, 3):
        told.enter(number)
    assert takers(told) == [(1, "2"), (2, "3"), (3, "1")]


def test_the_ring_widens_and_the_call_keeps_its_place() -> None:
    told = shift(agent("1", tech=1), agent("2", tech=5), ready="1", steps=TECH_THEN_ANYONE)
    told.enter(1)
    told.wait(5)
    told.enter(2)
    assert takers(told) == []
    told.wait(14.9)
    assert takers(told) == []
    told.wait(0.2)
    assert takers(told) == [(1, "1")]
    choice = choices(told)[0]
    assert (choice.step, choice.steps, choice.needs) == (2, 2, "")


def test_a_widened_call_still_goes_before_one_that_came_later() -> None:
    told = shift(agent("1", tech=1), agent("2", tech=5), steps=TECH_THEN_ANYONE)
    told.enter(1)
    told.wait(25)
    told.enter(2)
    told.give(ask.SignIn(agent_id="2"))
    told.ready("2")
    assert takers(told) == [(1, "2")]


def test_steps_widen_also_for_those_the_later_step_does_not_name() -> None:
    steps = (
        RequirementStep(needs="zh>=4", seconds=10),
        RequirementStep(needs="tech>=2"),
    )
    told = shift(agent("1", zh=5), steps=steps)
    told.enter(1)
    told.wait(30)
    told.give(ask.SignIn(agent_id="1"))
    told.ready("1")
    assert takers(told) == [(1, "1")]


def test_why_another_agent_was_passed_over() -> None:
    told = shift(
        agent("1", tech=1),
        agent("2", tech=5),
        agent("3", Seat(queue="service", delay_seconds=30), tech=5),
        ready="1 3 2",
        steps=TECH_THEN_ANYONE,
    )
    told.enter(1)
    [choice] = choices(told)
    assert choice.agent_id == "2"
    assert {(over.agent_id, over.why) for over in choice.passed_over} == {
        ("1", "tech is 1, needs >=2"),
        ("3", "delay_not_reached"),
    }
    assert "agent 1 (tech is 1, needs >=2)" in choice.in_words()
    assert choice.as_json()["passed_over"]


def test_a_kept_choice_tells_in_full_what_was_weighed() -> None:
    told = shift(
        agent("1", tech=1),
        agent("2", Seat(queue="service"), Seat(queue="other"), tech=5),
        ready="1 2",
        steps=TECH_THEN_ANYONE,
    )
    told.enter(1)
    told.ring(1, "2")
    told.answer(1, "2")
    told.enter(2)
    told.enter(3, "other")
    told.leave(1, "2")
    picked, waited = choices(told)
    assert picked.passed_over
    assert waited.rivals
    for choice in (picked, waited):
        kept = json.loads(json.dumps(clean_json(choice.as_kept())))
        assert in_full(kept) == json.loads(json.dumps(choice.as_json()))
    assert in_full({"agent_name": "of an older record"}) == {"agent_name": "of an older record"}


def test_a_calls_own_steps_stand_in_for_the_queues() -> None:
    told = shift(agent("1", tech=1), agent("2", zh=5), ready="1 2", steps=TECH_THEN_ANYONE)
    told.arrive(1)
    steps = (RequirementStep(needs="zh>=4"),)
    told.board.brief(call_id(1), Brief(steps=steps), told.now)
    told.queue(1)
    assert takers(told) == [(1, "2")]


def test_a_step_nobody_can_read_is_left_out() -> None:
    steps = (RequirementStep(needs="tech >>", seconds=20), RequirementStep(needs="tech"))
    told = shift(agent("1", tech=1), ready="1", steps=steps)
    told.enter(1)
    assert takers(told) == [(1, "1")]


def test_the_owner_alone_is_asked_first_then_the_last_agent_then_anyone() -> None:
    told = shift(
        agent("1"), agent("2"), agent("3"), ready="1 2 3", owner_seconds=10, last_agent_seconds=5
    )
    for number, busy in ((1, "1"), (2, "2")):
        told.enter(number)
        told.ring(number, busy)
        told.answer(number, busy)
    told.arrive(3)
    told.board.brief(call_id(3), Brief(owner="1", last_agent="2"), told.now)
    told.queue(3)
    assert len(takers(told)) == 2  # 3 is free, and waits for the owner's call
    told.wait(9.9)
    assert len(takers(told)) == 2
    told.wait(4)
    assert len(takers(told)) == 2
    told.wait(1.2)
    assert takers(told)[-1] == (3, "3")


@pytest.mark.parametrize(
    ("owner", "last", "rule", "taker"),
    [
        ("1", "", Rule.OWNER, "1"),
        ("", "2", Rule.LAST_AGENT, "2"),
        ("9", "", Rule.LONGEST_IDLE, "3"),
    ],
)
def test_an_own_agent_who_is_free_has_the_call_at_once(
    owner: str, last: str, rule: Rule, taker: str
) -> None:
    told = shift(
        agent("1"), agent("2"), agent("3"), ready="3 1 2", owner_seconds=9, last_agent_seconds=9
    )
    told.arrive(1)
    told.board.brief(call_id(1), Brief(owner=owner, last_agent=last), told.now)
    told.queue(1)
    [choice] = choices(told)
    assert (choice.agent_id, choice.rule) == (taker, rule)


@pytest.mark.parametrize("leaves", ["break", "sign_out", "phone"])
def test_nobody_waits_for_an_owner_who_goes(leaves: str) -> None:
    told = shift(agent("1"), agent("2"), ready="1 2", owner_seconds=60)
    told.enter(1)
    told.ring(1, "1")
    told.answer(1, "1")
    told.arrive(2)
    told.board.brief(call_id(2), Brief(owner="1"), told.now)
    told.queue(2)
    assert len(takers(told)) == 1
    if leaves == "break":
        told.give(ask.SetNotReady(agent_id="1", reason="break"))
    elif leaves == "sign_out":
        told.give(ask.SignOut(agent_id="1"))
    else:
        told.phone("1", cti.DeviceState.UNAVAILABLE)
    told.wait(0)
    assert takers(told)[-1] == (2, "2")


def test_nobody_waits_for_an_owner_who_goes_after_the_queue_was_set_otherwise() -> None:
    told = shift(agent("1"), agent("2"), agent("3"), ready="1 2 3", owner_seconds=60)
    told.enter(1)
    told.ring(1, "1")
    told.answer(1, "1")
    for number in (2, 3):
        told.arrive(number)
        told.board.brief(call_id(number), Brief(owner="1"), told.now)
        told.queue(number)
    [queue] = told.roster.queues
    otherwise = replace(told.roster, queues=(replace(queue, ring_seconds=11),))
    told.board.configure(otherwise, told.now)
    told.give(ask.SetNotReady(agent_id="1", reason="break"))
    told.wait(0)
    assert sorted(takers(told)[1:]) == [(2, "2"), (3, "3")]


def test_nobody_waits_for_an_owner_who_let_it_ring() -> None:
    one = AgentSettings(agent_id="1", name="1", extension="1", queues=("service",))
    told = shift(one, agent("2"), ready="1 2", owner_seconds=60)
    told.arrive(1)
    told.board.brief(call_id(1), Brief(owner="1"), told.now)
    told.queue(1)
    told.ring(1, "1")
    told.miss(1, "1")
    told.wait(0)
    assert takers(told) == [(1, "1"), (1, "2")]


def test_an_agent_with_a_delay_is_asked_when_the_call_has_waited_so_long() -> None:
    told = shift(agent("1", Seat(queue="service", delay_seconds=15)), ready="1")
    told.enter(1)
    told.wait(14.9)
    assert takers(told) == []
    told.wait(0.2)
    assert takers(told) == [(1, "1")]


def test_an_agents_urgent_queue_goes_first_whoever_waited_longer() -> None:
    queues = (QueueSettings(name="service"), QueueSettings(name="alarm"))
    one = agent("1", Seat(queue="service"), Seat(queue="alarm", priority=1))
    told = Shift(Roster(queues=queues, agents=(one,))).start()
    told.enter(1, "service")
    told.wait(60)
    told.enter(2, "alarm")
    told.give(ask.SignIn(agent_id="1"))
    told.ready("1")
    assert takers(told) == [(2, "1")]
    [choice] = choices(told)
    assert [rival.queue for rival in choice.rivals] == ["service"]


@given(
    arrivals=st.lists(st.tuples(st.floats(0, 20), st.integers(0, 3)), min_size=2, max_size=25),
    ageing=st.integers(1, 30),
)
@settings(max_examples=60, deadline=None)
def test_with_ageing_nobody_starves(arrivals: list[tuple[float, int]], ageing: int) -> None:
    """A call is overtaken by none that came more than (their priorities' gap x ageing) later."""
    told = shift(agent("1"), ageing_seconds=ageing)
    came: dict[int, tuple[float, int]] = {}
    for number, (pause, priority) in enumerate(arrivals, start=1):
        told.wait(pause)
        told.enter(number, priority=priority)
        came[number] = (told.now.clock, priority)
    told.give(ask.SignIn(agent_id="1"))
    told.ready("1")
    while told.queue_row().waiting:
        number = takers(told)[-1][0]
        told.ring(number, "1")
        told.answer(number, "1")
        told.leave(number, "1")
        told.end(number)
    served = [number for number, _ in takers(told)]
    for place, number in enumerate(served):
        for earlier in served[place + 1 :]:
            gap = came[number][1] - came[earlier][1]
            assert came[number][0] - came[earlier][0] <= gap * ageing + 0.01


def test_a_new_configuration_is_obeyed_by_the_very_next_call_and_by_those_who_wait() -> None:
    told = shift(agent("1", tech=1), ready="1", steps=(RequirementStep(needs="tech>=5"),))
    told.enter(1)
    assert takers(told) == []
    roster = Roster(
        queues=(QueueSettings(name="service", steps=(RequirementStep(needs="tech"),)),),
        agents=(agent("1", tech=1),),
    )
    told._keep(told.board.configure(roster, told.now))
    assert takers(told) == [(1, "1")]


def test_a_skill_learnt_counts_for_the_call_that_waits() -> None:
    told = shift(agent("1", tech=1), ready="1", steps=(RequirementStep(needs="tech>=5"),))
    told.enter(1)
    settings_now = told.roster.queues
    told._keep(
        told.board.configure(Roster(queues=settings_now, agents=(agent("1", tech=5),)), told.now)
    )
    assert takers(told) == [(1, "1")]


def test_occupancy_fades_and_keeps_the_order_of_the_idle() -> None:
    long, short = Occupancy(), Occupancy()
    for each, seconds in ((long, 600.0), (short, 300.0)):
        each.turn(busy=False, clock=0.0)
        each.turn(busy=True, clock=0.0)
        each.turn(busy=False, clock=seconds)
    for clock in (600.0, 3_000.0, 30_000.0):
        assert 0.0 < short.share(clock) < long.share(clock) < 1.0
    assert short.key() < long.key()
    before = long.share(1_000.0)
    long.turn(busy=None, clock=1_000.0)  # not ready: it does not count
    assert long.share(90_000.0) == before


def test_the_crowds_mean_is_that_of_its_members() -> None:
    crowd, members = Crowd(), [Occupancy() for _ in range(3)]
    for number, member in enumerate(members):
        member.begin(0.2 * number)
        crowd.change(member.share(0.0), was=None, now=number == 0, clock=0.0)
        member.turn(busy=number == 0, clock=0.0)
    share = members[1].share(100.0)
    members[1].turn(busy=True, clock=100.0)
    crowd.change(share, was=False, now=True, clock=100.0)
    mean = sum(member.share(500.0) for member in members) / 3
    assert crowd.mean(500.0) == pytest.approx(mean)


def test_gini_tells_even_from_uneven() -> None:
    assert gini([0.5, 0.5, 0.5]) == pytest.approx(0.0)
    assert gini([]) == gini([0.0, 0.0]) == 0.0
    assert gini([0.0, 0.0, 0.0, 1.0]) == pytest.approx(0.75)


def ring_all(*, limit: int = 8) -> Shift:
    agents = (agent("1"), agent("2"), agent("3"))
    return shift(*agents, ready="1 2 3", strategy=Strategy.RING_ALL, ring_all_limit=limit)


def test_ring_all_rings_every_free_phone_by_one_redirect_and_pops_every_screen() -> None:
    told = ring_all()
    told.enter(1)
    [offer] = told.asked(OfferCall)
    assert (offer.extension, offer.beside) == ("1", ("2", "3"))
    assert [pop.agent_id for pop in told.asked(PopScreen)] == ["1", "2", "3"]
    [choice] = choices(told)
    assert choice.in_words() == "Rings with agent 2, agent 3 in service."
    assert [told.agent(name).state for name in "123"] == [AgentState.OFFERED] * 3


def test_ring_all_has_one_winner_and_the_others_are_told() -> None:
    told = ring_all()
    told.enter(1)
    for name in "123":
        told.ring(1, name)
    told.answer(1, "2")
    assert [told.agent(name).state for name in "123"] == [
        AgentState.READY,
        AgentState.TALKING,
        AgentState.READY,
    ]
    withdrawn = {(pop.agent_id, pop.reason) for pop in told.asked(WithdrawPop)}
    assert withdrawn == {("1", "answered_by_colleague"), ("3", "answered_by_colleague")}
    told.phone("1", cti.DeviceState.NOT_INUSE)
    told.phone("3", cti.DeviceState.NOT_INUSE)
    told.enter(2)
    assert told.asked(OfferCall)[-1].extension in {"1", "3"}


def test_ring_all_goes_on_without_a_phone_that_refuses() -> None:
    told = ring_all()
    told.enter(1)
    for name in "123":
        told.ring(1, name)
    told.miss(1, "1", cti.MissReason.BUSY)
    assert told.agent("1").call_id is None
    assert [told.agent(name).state for name in "23"] == [AgentState.OFFERED] * 2
    told.answer(1, "3")
    assert told.agent("3").state is AgentState.TALKING
    assert told.agent("2").state is AgentState.READY


def test_a_vain_ring_of_all_is_held_against_nobody_and_the_call_keeps_its_place() -> None:
    told = ring_all()
    told.enter(1)
    for name in "123":
        told.ring(1, name)
    for name in "123":
        told.miss(1, name)
        told.phone(name, cti.DeviceState.NOT_INUSE)
    told.queue(1)
    assert [agent.missed for agent in told.board._floor.agents.values()] == [0] * 3
    assert told.queue_row().waiting == 1
    assert len(told.asked(OfferCall)) > 1  # it is offered again


def test_ring_all_survives_the_end_of_the_call_and_an_agent_who_leaves() -> None:
    told = ring_all(limit=2)
    told.enter(1)
    [offer] = told.asked(OfferCall)
    assert len(offer.beside) == 1
    told.give(ask.SignOut(agent_id="1"))
    assert told.agent("2").state is AgentState.OFFERED
    told.end(1, cti.Outcome.ABANDONED_IN_QUEUE)
    assert told.agent("2").state is AgentState.READY
    assert told.board.calls() == []
