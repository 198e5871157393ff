"""Whatever people and phones do, in any order: no paused or wrapping agent is offered a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd import commands as ask
from acd.board import Moment, QueueSettings, WrapUpKind, WrapUpRule
from acd.board.floor import Floor
from acd.effects import Effect, OfferCall
from acd.notices import AgentState
from acd.testing import Shift, phone, roster
from cti import events as cti

AGENTS = {"1001": ("service",), "1002": ("service", "sales"), "1003": ("sales",)}
RULES = [
    WrapUpRule(),
    WrapUpRule(kind=WrapUpKind.OPTIONAL, seconds=15),
    WrapUpRule(kind=WrapUpKind.MANDATORY),
    WrapUpRule(kind=WrapUpKind.TIMED, seconds=10, extension_seconds=5),
    WrapUpRule(kind=WrapUpKind.TIMED_FORCED, seconds=10, extension_seconds=5),
]
LEAD = {"by": "lead", "by_name": "Lead"}
agents = st.sampled_from(sorted(AGENTS))
queues = st.sets(st.sampled_from(["service", "sales"])).map(lambda names: tuple(sorted(names)))
steps = st.sampled_from([0, 0, 0, 3600, -3600, 86_400])


class AgentsAnyOrder(RuleBasedStateMachine):
    """People press every button at any time while callers come and the day's clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        queue = QueueSettings(name="service", wrap_up=RULES[4], ring_seconds=5)
        staff = roster(agents=AGENTS, queues=(queue, QueueSettings(name="sales")))
        kept = tuple(
            replace(agent, missed_limit=2, blended=True, wrap_up=rule)
            for agent, rule in zip(staff.agents, (None, RULES[1], RULES[3]), strict=True)
        )
        self.shift = Shift(replace(staff, agents=kept)).start(ready=("1001", "1002", "1003"))
        self.shift.watch = self.check_offers
        self.calls = 0
        self.stepped = 0
        self.forced: dict[str, float] = {}  # agents paused by a lead and not released since

    @property
    def floor(self) -> Floor:
        return self.shift.board._floor

    def check_offers(self, effects: list[Effect]) -> None:
        for effect in effects:
            if not isinstance(effect, OfferCall):
                continue
            agent = self.floor.agents[effect.agent_id]
            assert agent.wanted is AgentState.READY, "a paused agent was offered"
            assert agent.wrap_up is None, "a wrapping agent was offered"
            assert agent.agent_id not in self.forced, "a forced pause did not hold"
            assert not agent.reserved
            assert not agent.trouble()
            assert self.floor.calls[effect.call_id].queue in agent.settings.queues

    def give(self, command: ask.Command) -> ask.Reply:
        return self.shift.give(command)

    def release(self, command: ask.SetReady) -> None:
        """He may be offered a call within this very step."""
        since = self.forced.pop(command.agent_id, None)
        if self.give(command) != ask.Accepted() and since is not None:
            self.forced[command.agent_id] = since

    @rule(queue=st.sampled_from(["service", "sales"]))
    def a_caller_waits(self, queue: str) -> None:
        self.calls += 1
        self.shift.enter(self.calls, queue)

    @rule(agent=agents)
    def the_offered_phone_is_answered(self, agent: str) -> None:
        offer = self.floor.agents[agent].offer
        if offer is not None:
            self.shift.ring(offer.int - 1, agent)
            self.shift.answer(offer.int - 1, agent)

    @rule(agent=agents)
    def the_offered_phone_is_not_answered(self, agent: str) -> None:
        offer = self.floor.agents[agent].offer
        if offer is not None:
            self.shift.ring(offer.int - 1, agent)
            self.shift.phone(agent, cti.DeviceState.NOT_INUSE)
            self.shift.miss(offer.int - 1, agent)

    @rule(agent=agents)
    def the_call_in_hand_ends(self, agent: str) -> None:
        talking = list(self.floor.agents[agent].talking)
        for number in talking:
            self.shift.end(number.int - 1)
        if talking:
            self.shift.phone(agent, cti.DeviceState.NOT_INUSE)

    @rule(agent=agents, state=st.sampled_from(list(cti.DeviceState)))
    def a_phone_changes(self, agent: str, state: cti.DeviceState) -> None:
        self.shift.hear(cti.DeviceChanged(at=self.shift.at, device=phone(agent), state=state))

    @rule(agent=agents)
    def he_wants_to_be_ready(self, agent: str) -> None:
        self.release(ask.SetReady(agent_id=agent, by=agent))

    @rule(agent=agents)
    def he_wants_a_break(self, agent: str) -> None:
        self.give(ask.SetNotReady(agent_id=agent, reason="break", by=agent))

    @rule(agent=agents)
    def a_lead_pauses_him(self, agent: str) -> None:
        command = ask.SetNotReady(agent_id=agent, reason="training", **LEAD)
        if self.give(command) == ask.Accepted():
            self.forced[agent] = self.shift.now.clock

    @rule(agent=agents)
    def a_lead_makes_him_ready(self, agent: str) -> None:
        self.release(ask.SetReady(agent_id=agent, **LEAD))

    @rule(agent=agents)
    def he_signs_in(self, agent: str) -> None:
        self.give(ask.SignIn(agent_id=agent))

    @rule(agent=agents, by=st.sampled_from(["", "lead"]))
    def he_goes_or_is_logged_out(self, agent: str, by: str) -> None:
        self.give(ask.SignOut(agent_id=agent, by=by))

    @rule(agent=agents, chosen=queues)
    def he_chooses_queues(self, agent: str, chosen: tuple[str, ...]) -> None:
        self.give(ask.ChooseQueues(agent_id=agent, queues=chosen))

    @rule(agent=agents, given=queues)
    def a_lead_gives_him_queues(self, agent: str, given: tuple[str, ...]) -> None:
        self.give(ask.AssignQueues(agent_id=agent, queues=given, **LEAD))

    @rule(agent=agents, wanted=st.booleans())
    def he_asks_for_time(self, agent: str, wanted: bool) -> None:
        self.give(ask.AskWrapUp(agent_id=agent, wanted=wanted))

    @rule(agent=agents)
    def he_asks_for_more_time(self, agent: str) -> None:
        self.give(ask.ExtendWrapUp(agent_id=agent))

    @rule(agent=agents)
    def he_says_he_is_done(self, agent: str) -> None:
        forced = self.floor.agents[agent].wrap_up
        reply = self.give(ask.FinishWrapUp(agent_id=agent, by=agent))
        if forced is not None and forced.forced:
            assert reply != ask.Accepted(), "a forced wrap-up was ended early"

    @rule(agent=agents, is_open=st.booleans())
    def a_desktop_opens_or_closes(self, agent: str, is_open: bool) -> None:
        self.give(ask.ReportDesk(agent_id=agent, source="web", open=is_open))

    @rule(agent=agents, works=st.booleans())
    def a_microphone_comes_or_goes(self, agent: str, works: bool) -> None:
        self.give(ask.ReportMicrophone(agent_id=agent, works=works))

    @rule(agent=agents)
    def outbound_work_asks_for_him(self, agent: str) -> None:
        waiting = [len(self.floor.queue(name).stints) for name in AGENTS[agent]]
        free = self.floor.agents[agent].free
        reply = self.give(ask.ReserveForOutbound(agent_id=agent, seconds=20))
        assert (reply == ask.Accepted()) == free, waiting

    @rule(agent=agents)
    def outbound_work_is_done(self, agent: str) -> None:
        self.give(ask.ReleaseOutbound(agent_id=agent))

    @rule(seconds=st.sampled_from([0.5, 4.0, 9.9, 30.0]))
    def time_passes(self, seconds: float) -> None:
        self.shift.wait(seconds)

    @rule(step=steps)
    def the_time_of_day_is_set(self, step: int) -> None:
        """Tick at the same reading of the clock, at another time of day: nothing may be due."""
        self.stepped += step
        before = {row.agent_id: row.state for row in self.shift.board.agents()}
        at = self.shift.at + timedelta(seconds=self.stepped)
        self.shift.effects += self.shift.board.tick(Moment(at, self.shift.now.clock))
        assert {row.agent_id: row.state for row in self.shift.board.agents()} == before

    @invariant()
    def a_wrap_up_with_an_end_has_its_timer_on_the_clock(self) -> None:
        for agent in self.floor.agents.values():
            timer = ("wrap_up", agent.agent_id)
            timed = agent.wrap_up is not None and agent.wrap_up.ends_at is not None
            assert (timer in self.floor.timers) == timed
            assert agent.wrap_up is None or agent.wrap_up.due <= self.shift.now.clock + 15.1

    @invariant()
    def nobody_rests_after_a_step(self) -> None:
        assert not any(agent.resting for agent in self.floor.agents.values())

    @invariant()
    def counts_are_true(self) -> None:
        for name, queue in self.floor.queues.items():
            members = [a for a in self.floor.agents.values() if name in a.settings.queues]
            for state in AgentState:
                seen = sum(agent.state is state for agent in members)
                assert self.floor.counts_of(queue).get(state, 0) == seen, (name, state)

    @invariant()
    def whoever_rests_from_a_lead_is_not_ready(self) -> None:
        for agent_id in self.forced:
            assert self.floor.agents[agent_id].wanted is not AgentState.READY


AgentsAnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestAgentsAnyOrder = AgentsAnyOrder.TestCase
