"""Whatever happens while several phones ring: one winner, all told, nobody held by a gone ring."""

from __future__ import annotations

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd import commands as ask
from acd.board import QueueSettings
from acd.board.floor import Floor
from acd.board.settings import CallbackRule, Strategy
from acd.effects import DialCallback, Effect, OfferCall, PopScreen, WithdrawPop
from acd.notices import AgentState
from acd.testing import Shift, call_id, roster
from cti import events as cti

LIMIT = 2
AGENTS = {"1001": ("all",), "1002": ("all", "one"), "1003": ("all", "one"), "1004": ("one",)}
LEAD = {"by": "lead", "by_name": "Lead"}
agents = st.sampled_from(sorted(AGENTS))
numbers = st.integers(0, 5)


class RingAllInAnyOrder(RuleBasedStateMachine):
    """Callers for two queues, one of which rings several; people do what they like meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        queues = (
            QueueSettings(
                name="all",
                strategy=Strategy.RING_ALL,
                ring_all_limit=LIMIT,
                ring_seconds=10,
                callback=CallbackRule(offered=True, tries=2, retry_seconds=30),
            ),
            QueueSettings(name="one", priority=1),
        )
        self.shift = Shift(roster(agents=AGENTS, queues=queues)).start(ready=("1001", "1002"))
        self.shift.watch = self.check
        self.forced: set[str] = set()
        self.popped: set[str] = set()  # agents whose screen shows a call that is held out
        self.promised = 0

    @property
    def floor(self) -> Floor:
        return self.shift.board._floor

    def check(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, PopScreen):
                self.popped.add(effect.agent_id)
            elif isinstance(effect, WithdrawPop):
                self.popped.discard(effect.agent_id)
            elif isinstance(effect, OfferCall):
                self.check_offer(effect)
            elif isinstance(effect, DialCallback):
                assert effect.agent_id not in self.forced

    def check_offer(self, offer: OfferCall) -> None:
        asked = (offer.extension, *offer.beside)
        assert len(asked) == len(set(asked)) <= LIMIT
        queue = self.floor.calls[offer.call_id].queue
        assert queue == "all" or not offer.beside, "one by one means one"
        for agent_id in asked:
            agent = self.floor.agents[agent_id]
            assert agent.wanted is AgentState.READY
            assert agent_id not in self.forced, "a forced pause did not hold"
            assert not agent.talking
            assert agent_id in self.popped, "a phone was rung without a pop"

    @rule(number=numbers, queue=st.sampled_from(["all", "all", "one"]))
    def a_caller_waits(self, number: int, queue: str) -> None:
        self.shift.enter(number, queue)

    @rule(number=numbers, agent=agents)
    def an_asked_phone_answers(self, number: int, agent: str) -> None:
        call = self.floor.calls.get(call_id(number))
        if call is None or call.offer is None or agent not in call.offer.agents:
            return
        losers = set(call.offer.agents) - {agent}
        self.shift.effects.clear()
        self.shift.ring(number, agent)
        self.shift.answer(number, agent)
        told = {pop.agent_id for pop in self.shift.asked(WithdrawPop)}
        assert losers <= told, "who was forestalled was not told"
        assert call.offer is None
        assert list(self.floor.agents[agent].talking) == [call.call_id]
        for loser in losers:
            assert self.floor.agents[loser].offer != call.call_id

    @rule(number=numbers, agent=agents, reason=st.sampled_from(list(cti.MissReason)))
    def a_phone_misses(self, number: int, agent: str, reason: cti.MissReason) -> None:
        self.shift.miss(number, agent, reason)

    @rule(number=numbers)
    def a_caller_is_back_in_the_wait(self, number: int) -> None:
        call = self.floor.calls.get(call_id(number))
        if call is not None and call.stint is not None and call.offer is None:
            self.shift.queue(number, call.queue)

    @rule(number=numbers)
    def a_call_ends(self, number: int) -> None:
        self.shift.end(number)

    @rule(agent=agents)
    def he_hangs_up_and_his_phone_is_idle(self, agent: str) -> None:
        for talk in list(self.floor.agents[agent].talking):
            self.shift.end(talk.int - 1)
        self.shift.phone(agent, cti.DeviceState.NOT_INUSE)

    @rule(agent=agents)
    def he_is_ready(self, agent: str) -> None:
        if agent in self.forced:
            return
        self.shift.give(ask.SignIn(agent_id=agent))
        self.shift.phone(agent, cti.DeviceState.NOT_INUSE)
        self.shift.give(ask.SetReady(agent_id=agent))

    @rule(agent=agents)
    def he_leaves(self, agent: str) -> None:
        self.shift.give(ask.SignOut(agent_id=agent))

    @rule(agent=agents)
    def a_lead_pauses_him_and_later_frees_him(self, agent: str) -> None:
        if agent in self.forced:
            self.forced.discard(agent)
            self.shift.give(ask.SetReady(agent_id=agent, **LEAD))
        elif (
            self.shift.give(ask.SetNotReady(agent_id=agent, reason="x", **LEAD)) == ask.Accepted()
        ):
            self.forced.add(agent)

    @rule(number=numbers)
    def a_caller_keeps_his_place(self, number: int) -> None:
        self.promised += 1
        wish = ask.RequestCallback(
            callback_id=own_id(self.promised),
            call_id=call_id(number),
            number=f"1380013{self.promised:04d}",
        )
        if isinstance(self.shift.give(wish), ask.Accepted):
            self.shift.end(number, cti.Outcome.OVERFLOWED)

    @rule(seconds=st.sampled_from([0.5, 3.5, 14.0, 40.0]))
    def time_passes(self, seconds: float) -> None:
        self.shift.wait(seconds)

    @invariant()
    def agents_and_offers_tell_the_same_story(self) -> None:
        held: dict[str, object] = {}
        for call in self.floor.calls.values():
            for agent_id in call.offer.agents if call.offer is not None else ():
                assert agent_id not in held, "an agent was asked for two"
                held[agent_id] = call.call_id
        for agent_id, agent in self.floor.agents.items():
            assert agent.offer == held.get(agent_id)
            assert agent.offer is None or not agent.talking

    @invariant()
    def nobody_waits_while_somebody_is_free(self) -> None:
        for queue in self.floor.queues.values():
            assert not (queue.line and queue.free)


def own_id(number: int) -> UUID:
    return UUID(int=5000 + number)


RingAllInAnyOrder.TestCase.settings = settings(
    max_examples=60, stateful_step_count=50, deadline=None
)
TestRingAll = RingAllInAnyOrder.TestCase
