"""Whatever happens: a callback is dialled once at a time and overtaken by nobody behind it."""

from __future__ import annotations

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd import commands as ask
from acd.board import AttemptOutcome, QueueSettings
from acd.board.floor import Floor
from acd.board.settings import CallbackOrder, CallbackRule, Limits, Overflow, OverflowKind
from acd.board.settings import OverflowReason as Why
from acd.effects import DialCallback, DivertCall, Effect, OfferCall
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

TRUNK = "PJSIP/trunk"
AGENTS = {"1001": ("service",), "1002": ("service",)}
agents = st.sampled_from(sorted(AGENTS))
numbers = st.integers(0, 5)


class CallbacksInAnyOrder(RuleBasedStateMachine):
    """Callers, callbacks and agents without regard for what can be."""

    order = CallbackOrder.AGENT_FIRST

    def __init__(self) -> None:
        super().__init__()
        rule_ = CallbackRule(
            offered=True, order=self.order, tries=2, retry_seconds=60, expires_seconds=600
        )
        link = Overflow(reasons=frozenset({Why.FULL, Why.WAITED}), kind=OverflowKind.VOICEMAIL)
        queue = QueueSettings(
            name="service",
            callback=rule_,
            limits=Limits(max_waiting=4, max_wait_seconds=200),
            overflow=(link,),
        )
        self.shift = Shift(roster(agents=AGENTS, queues=(queue,))).start()
        self.shift.watch = self.check
        self.alive: dict[UUID, DialCallback] = {}  # made, as Asterisk knows them
        self.asked: list[DialCallback] = []  # of the board, not made yet
        self.attempts: set[tuple[UUID, int]] = set()
        self.places: dict[UUID, tuple[float, ...]] = {}  # that callers had when they left
        self.promised = 0

    @property
    def floor(self) -> Floor:
        return self.shift.board._floor

    def check(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, DialCallback):
                self.check_dial(effect)
            if isinstance(effect, OfferCall | DialCallback):
                self.check_overtaken(effect)

    def check_dial(self, dial: DialCallback) -> None:
        attempt = (dial.kept.callback_id, dial.attempt)
        assert attempt not in self.attempts, "one attempt was dialled twice"
        self.attempts.add(attempt)
        same = [one for one in self.alive.values() if one.kept.callback_id == attempt[0]]
        assert same == [], "a callback was dialled while its call was alive"
        agent = self.floor.agents[dial.agent_id]
        assert agent.offer == dial.call_id, "dialled without an agent reserved"
        self.asked.append(dial)

    def check_overtaken(self, effect: OfferCall | DialCallback) -> None:
        id_ = effect.kept.callback_id if isinstance(effect, DialCallback) else effect.call_id
        call = self.floor.calls.get(id_)
        if call is None or call.stint is None:
            return
        mine = self.places.get(id_, call.stint.rank)
        for other_id, other in self.floor.owed.callbacks.items():
            waits = other.callback is not None and other.callback.attempt is None
            if waits and other.callback is not None and other.callback.not_before is None:
                assert self.places[other_id] >= mine, "a callback was overtaken"

    @rule(number=numbers)
    def a_caller_comes(self, number: int) -> None:
        self.shift.enter(number)

    @rule(number=numbers)
    def a_caller_keeps_his_place(self, number: int) -> None:
        self.promised += 1
        call = self.floor.calls.get(call_id(number))
        place = call.stint.rank if call is not None and call.stint is not None else ()
        wish = ask.RequestCallback(
            callback_id=UUID(int=1000 + self.promised),
            call_id=call_id(number),
            number=f"1380013{self.promised:04d}",
        )
        self.places[wish.callback_id] = place
        if isinstance(self.shift.give(wish), ask.Accepted):
            self.shift.end(number, cti.Outcome.OVERFLOWED)

    @rule(number=numbers)
    def one_comes_and_keeps_his_place(self, number: int) -> None:
        self.a_caller_comes(number)
        self.a_caller_keeps_his_place(number)

    @rule(agent=agents, data=st.data())
    def an_agent_is_ready_and_what_is_asked_is_made(self, agent: str, data: st.DataObject) -> None:
        self.an_agent_is_ready(agent)
        self.asterisk_makes_the_call_or_refuses(data)

    @rule(number=numbers)
    def a_caller_gives_up(self, number: int) -> None:
        self.shift.end(number, cti.Outcome.ABANDONED_IN_QUEUE)

    @rule(data=st.data())
    def asterisk_makes_the_call_or_refuses(self, data: st.DataObject) -> None:
        if not self.asked:
            return
        dial = self.asked.pop(0)
        fate = data.draw(st.sampled_from(["made", "made", "made", "refused", "lost"]))
        if fate == "refused":
            self.shift.board.callback_failed(
                dial.call_id, AttemptOutcome.NOT_DIALLED, self.shift.now
            )
        elif fate == "made" and dial.call_id in self.floor.calls:
            self.alive[dial.call_id] = dial
            self.shift.hear(
                cti.CallOffered(
                    at=self.shift.at,
                    call_id=dial.call_id,
                    channel="c",
                    uniqueid=dial.uniqueid,
                    direction=cti.Direction.OUTBOUND,
                    caller_number="",
                    caller_name="",
                    dialled_number="",
                    device=phone(dial.agent_id) if dial.agent_first else "",
                )
            )

    @rule(data=st.data())
    def something_happens_to_a_call_back(self, data: st.DataObject) -> None:
        if not self.alive:
            return
        made = data.draw(st.sampled_from(sorted(self.alive)))
        dial = self.alive[made]
        what = data.draw(st.sampled_from(["agent", "customer", "miss", "end", "end"]))
        device = TRUNK if what == "customer" else phone(dial.agent_id)
        at = self.shift.at
        if what in {"agent", "customer"}:
            self.shift.hear(cti.AgentRinging(at=at, call_id=made, device=device, channel="d"))
            self.shift.hear(
                cti.CallAnswered(at=self.shift.at, call_id=made, device=device, channel="d")
            )
        elif what == "miss":
            reason = cti.MissReason.NO_ANSWER
            self.shift.hear(cti.AgentMissedCall(at=at, call_id=made, device=device, reason=reason))
        else:
            del self.alive[made]
            self.shift.hear(
                cti.CallEnded(
                    at=at,
                    call_id=made,
                    outcome=cti.Outcome.ANSWERED,
                    hung_up_by=cti.Party.AGENT,
                    cause=16,
                )
            )

    @rule(number=numbers, agent=agents)
    def a_phone_answers_a_caller(self, number: int, agent: str) -> None:
        call = self.floor.calls.get(call_id(number))
        if call is not None and call.offer is not None and call.offer.agent_id == agent:
            self.shift.answer(number, agent)
            self.shift.leave(number, agent)
            self.shift.end(number)

    @rule(agent=agents)
    def an_agent_is_ready(self, agent: str) -> None:
        self.shift.give(ask.SignIn(agent_id=agent))
        self.shift.phone(agent, cti.DeviceState.NOT_INUSE)
        self.shift.ready(agent)

    @rule(agent=agents)
    def an_agent_leaves(self, agent: str) -> None:
        self.shift.give(ask.SignOut(agent_id=agent))

    @rule(seconds=st.sampled_from([1, 5, 20, 70]))
    def time_passes(self, seconds: int) -> None:
        self.shift.wait(seconds)

    @invariant()
    def every_caller_is_counted_once(self) -> None:
        figures, row = self.shift.board.figures("service"), self.shift.queue_row()
        ended = figures.answered + figures.abandoned + figures.overflowed + figures.left
        assert figures.offered == ended + row.waiting
        assert row.callbacks == len(self.floor.owed.callbacks)

    @invariant()
    def nobody_sent_on_waits(self) -> None:
        for effect in self.shift.asked(DivertCall):
            call = self.floor.calls.get(effect.call_id)
            assert call is None or call.stint is None or call.diverted is None
        self.shift.effects.clear()


class CustomerFirst(CallbacksInAnyOrder):
    """The same, where the customer is rung before the agent."""

    order = CallbackOrder.CUSTOMER_FIRST


TestAgentFirst = CallbacksInAnyOrder.TestCase
TestAgentFirst.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCustomerFirst = CustomerFirst.TestCase
TestCustomerFirst.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
