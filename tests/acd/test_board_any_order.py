"""Whatever is heard, in whatever order: no ghost call, no agent with two, no queue jumped."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from acd import commands as ask
from acd.board import QueueSettings, WrapUpKind, WrapUpRule
from acd.board.floor import Floor
from acd.effects import Effect, OfferCall, PopScreen, RecordChoice
from acd.notices import AgentState
from acd.routing import Rule
from acd.testing import Shift, call_id, phone, roster
from cti import events as cti

AGENTS = {
    "1001": ("service",),
    "1002": ("service", "sales"),
    "1003": ("sales",),
    "1004": ("service", "sales"),
}
QUEUES = (
    QueueSettings(name="service", wrap_up=WrapUpRule(kind=WrapUpKind.TIMED, seconds=10)),
    QueueSettings(name="sales", wrap_up=WrapUpRule(kind=WrapUpKind.MANDATORY), priority=1),
)
agents = st.sampled_from(sorted(AGENTS))
numbers = st.integers(1, 6)
queues = st.sampled_from(["service", "sales"])
# Weighted: a world of broken phones would show little.
phones = st.sampled_from([cti.DeviceState.NOT_INUSE] * 4 + list(cti.DeviceState))


class AnyOrder(RuleBasedStateMachine):
    """Asterisk gone mad: events with no regard for what can be, each maybe twice."""

    def __init__(self) -> None:
        super().__init__()
        self.shift = Shift(roster(agents=AGENTS, queues=QUEUES)).start(ready=("1001", "1002"))
        self.shift.watch = self._check_offers
        self.heard: list[cti.Event] = []
        self.ended: set[int] = set()
        self.epoch = 1

    @property
    def floor(self) -> Floor:
        return self.shift.board._floor

    def hear(self, event: cti.Event) -> None:
        known = getattr(event, "call_id", None) in {None, *self.floor.calls}
        self.shift.hear(event)
        if known or isinstance(event, cti.CallOffered):
            self.heard.append(event)

    def give(self, command: ask.Command) -> None:
        self.shift.give(command)

    def _check_offers(self, effects: list[Effect]) -> None:
        offered = [effect for effect in effects if isinstance(effect, OfferCall)]
        assert self.floor.stale_since is None or not offered
        taken = [offer.agent_id for offer in offered]
        assert len(taken) == len(set(taken)), "an agent was offered twice in one step"
        popped = [effect.agent_id for effect in effects if isinstance(effect, PopScreen)]
        assert set(taken) <= set(popped), "a phone was rung without a pop"
        for offer in offered:
            agent = self.floor.agents[offer.agent_id]
            assert agent.wanted is AgentState.READY
            assert agent.phone is cti.DeviceState.NOT_INUSE
            assert not agent.talking
            assert agent.wrap_up is None
            assert not agent.dialling
        for effect in effects:
            if isinstance(effect, RecordChoice):
                self._check_place(effect)

    def _check_place(self, record: RecordChoice) -> None:
        choice = record.choice
        if choice.rule not in {Rule.LONGEST_IDLE, Rule.FIRST_IN_LINE}:
            return
        place = self._place(choice.call_id)
        for waiting in self.floor.queue(choice.queue).line:
            assert self._place(waiting) >= place, "somebody was overtaken"

    def _place(self, number: UUID) -> tuple[int, datetime]:
        """Say it anew, not as the board does: the higher priority, then who came first."""
        call = self.floor.calls[number]
        assert call.stint is not None
        return -call.priority, call.stint.since

    @rule(number=numbers, own=st.none() | agents)
    def a_call_begins(self, number: int, own: str | None) -> None:
        self.hear(
            cti.CallOffered(
                at=self.shift.at,
                call_id=call_id(number),
                channel=f"PJSIP/trunk-{number}",
                uniqueid=f"1.{number}",
                direction=cti.Direction.OUTBOUND if own else cti.Direction.INBOUND,
                caller_number="13800138000",
                caller_name="",
                dialled_number="4000",
                device=phone(own) if own else "",
            )
        )

    @rule(number=numbers, queue=queues, priority=st.sampled_from([0, 0, 0, 5]))
    def a_caller_waits(self, number: int, queue: str, priority: int) -> None:
        if call_id(number) not in self.floor.calls:
            self.a_call_begins(number, None)
        self.hear(
            cti.CallQueued(
                at=self.shift.at,
                call_id=call_id(number),
                channel="c",
                queue=queue,
                priority=priority,
            )
        )

    @rule(number=numbers, agent=agents)
    def any_phone_rings(self, number: int, agent: str) -> None:
        at = self.shift.at
        self.hear(
            cti.AgentRinging(at=at, call_id=call_id(number), device=phone(agent), channel="d")
        )

    @rule(number=numbers, agent=agents, reason=st.sampled_from(list(cti.MissReason)))
    def any_phone_misses(self, number: int, agent: str, reason: cti.MissReason) -> None:
        at = self.shift.at
        self.hear(
            cti.AgentMissedCall(at=at, call_id=call_id(number), device=phone(agent), reason=reason)
        )

    @rule(number=numbers, agent=agents)
    def any_phone_answers(self, number: int, agent: str) -> None:
        at = self.shift.at
        self.hear(
            cti.CallAnswered(at=at, call_id=call_id(number), device=phone(agent), channel="d")
        )

    @rule(data=st.data())
    def an_offered_phone_rings_and_answers(self, data: st.DataObject) -> None:
        offers = [c for c in self.floor.calls.values() if c.offer is not None]
        if not offers:
            return
        call = data.draw(st.sampled_from(sorted(offers, key=lambda c: c.call_id)))
        assert call.offer is not None
        agent, number = call.offer.agent_id, call.call_id.int - 1
        self.any_phone_rings(number, agent)
        if data.draw(st.booleans()):
            self.any_phone_answers(number, agent)

    @rule(number=numbers, agent=agents, held=st.booleans())
    def any_phone_holds(self, number: int, agent: str, *, held: bool) -> None:
        at = self.shift.at
        self.hear(cti.CallHeld(at=at, call_id=call_id(number), device=phone(agent), held=held))

    @rule(number=numbers, agent=agents)
    def any_phone_leaves(self, number: int, agent: str) -> None:
        at = self.shift.at
        self.hear(cti.AgentLeft(at=at, call_id=call_id(number), device=phone(agent)))

    @rule(agent=agents, state=phones)
    def a_phone_changes(self, agent: str, state: cti.DeviceState) -> None:
        self.hear(cti.DeviceChanged(at=self.shift.at, device=phone(agent), state=state))

    @rule(number=numbers, queue=queues)
    def a_caller_gives_up(self, number: int, queue: str) -> None:
        self.hear(cti.CallAbandoned(at=self.shift.at, call_id=call_id(number), queue=queue))

    @rule(number=numbers, outcome=st.sampled_from(list(cti.Outcome)))
    def a_call_ends(self, number: int, outcome: cti.Outcome) -> None:
        self.hear(
            cti.CallEnded(
                at=self.shift.at,
                call_id=call_id(number),
                outcome=outcome,
                hung_up_by=cti.Party.UNKNOWN,
                cause=16,
            )
        )
        self.ended.add(number)

    @rule(data=st.data())
    @precondition(lambda self: self.heard)
    def an_event_comes_again(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.heard[-30:]))
        before = self.all_rows()
        self.shift.board.apply(event, self.shift.now)
        after = self.all_rows()
        assert before == after, f"{event} had an effect twice"

    def all_rows(self) -> tuple[list[Any], ...]:
        """Return what is shown, but for what fades by itself as time passes."""
        board = self.shift.board
        queues = [row.model_copy(update={"unevenness": None}) for row in board.queues()]
        return board.agents(), queues, board.calls()

    @rule(agent=agents)
    def sign_in(self, agent: str) -> None:
        self.give(ask.SignIn(agent_id=agent))

    @rule(agent=agents)
    def get_ready(self, agent: str) -> None:
        self.give(ask.SignIn(agent_id=agent))
        self.give(ask.SetReady(agent_id=agent))

    @rule(agent=agents)
    def take_a_break(self, agent: str) -> None:
        self.give(ask.SetNotReady(agent_id=agent, reason="break"))

    @rule(agent=agents)
    def sign_out(self, agent: str) -> None:
        self.give(ask.SignOut(agent_id=agent))

    @rule(agent=agents)
    def finish_wrap_up(self, agent: str) -> None:
        self.give(ask.FinishWrapUp(agent_id=agent))

    @rule(agent=agents)
    def dial(self, agent: str) -> None:
        self.give(ask.DialOut(agent_id=agent, number="13900139000"))

    @rule(agent=agents, number=numbers, to=agents)
    def transfer(self, agent: str, number: int, to: str) -> None:
        self.give(
            ask.TransferCall(
                agent_id=agent, call_id=call_id(number), target_kind="agent", target=to
            )
        )

    @rule(number=numbers)
    def a_redirect_fails(self, number: int) -> None:
        self._check_offers(self.shift.board.offer_failed(call_id(number), self.shift.now))

    @rule(seconds=st.sampled_from([0.5, 3.0, 11.0, 30.0]))
    def time_passes(self, seconds: float) -> None:
        self.shift.wait(seconds)

    @rule()
    def the_link_is_lost(self) -> None:
        self.shift.hear(cti.LinkLost(at=self.shift.at))

    @rule(data=st.data(), restarted=st.booleans())
    def the_link_is_made(self, data: st.DataObject, *, restarted: bool) -> None:
        self.epoch += 1
        alive = data.draw(st.lists(numbers, unique=True, max_size=4))
        calls = tuple(
            self._draw_live(data, number) for number in alive if number not in self.ended
        )
        devices = {phone(agent): data.draw(phones) for agent in AGENTS}
        self.shift.hear(
            cti.Resynced(
                at=self.shift.at,
                epoch=self.epoch,
                restarted=restarted,
                calls=calls,
                devices=devices,
            )
        )
        self.heard.clear()

    def _draw_live(self, data: st.DataObject, number: int) -> cti.LiveCall:
        stage = data.draw(st.sampled_from(list(cti.CallStage)))
        with_phone = stage in {cti.CallStage.RINGING, cti.CallStage.TALKING}
        return cti.LiveCall(
            call_id=call_id(number),
            channel="c",
            uniqueid=f"1.{number}",
            stage=stage,
            direction=cti.Direction.INBOUND,
            caller_number="",
            caller_name="",
            dialled_number="",
            queue=data.draw(queues) if stage is not cti.CallStage.MENU else "",
            device=phone(data.draw(agents)) if with_phone else "",
        )

    @invariant()
    def no_agent_is_offered_two_calls_or_one_while_he_talks(self) -> None:
        holders = [c.offer.agent_id for c in self.floor.calls.values() if c.offer is not None]
        assert len(holders) == len(set(holders))
        for agent in self.floor.agents.values():
            if agent.offer is None:
                assert agent.agent_id not in holders
                continue
            call = self.floor.calls[agent.offer]
            assert call.offer is not None
            assert call.offer.agent_id == agent.agent_id
            assert not agent.talking

    @invariant()
    def agents_and_calls_tell_the_same_story(self) -> None:
        for agent in self.floor.agents.values():
            for talk in agent.talking:
                assert agent.device in self.floor.calls[talk].talkers
            assert agent.state is agent.state_now()
        for call in self.floor.calls.values():
            for device in call.talkers:
                agent_of = self.floor.devices.get(device)
                assert agent_of is None or call.call_id in agent_of.talking

    @invariant()
    def an_ended_call_is_gone(self) -> None:
        if self.floor.epoch == 1:  # a resync may find it alive again
            assert not {call_id(n) for n in self.ended} & set(self.floor.calls)

    @invariant()
    def the_indexes_are_true(self) -> None:
        for name, queue in self.floor.queues.items():
            members = [a for a in self.floor.agents.values() if name in a.settings.queues]
            assert set(queue.free) == {a.agent_id for a in members if a.offerable()}
            counted = dict.fromkeys(AgentState, 0)
            for agent in members:
                counted[agent.state] += 1
            assert counted == {
                state: self.floor.counts_of(queue).get(state, 0) for state in AgentState
            }
            waiting = [c for c in self.floor.calls.values() if c.stint and c.stint.queue == name]
            assert set(queue.stints) == set(waiting)
            assert set(queue.line) <= {c.call_id for c in waiting if c.offer is None}

    @invariant()
    def nobody_waits_while_somebody_is_free(self) -> None:
        if self.floor.stale_since is not None:
            return
        for queue in self.floor.queues.values():
            assert not (len(queue.line) and len(queue.free))

    @invariant()
    def no_waiting_caller_is_forgotten(self) -> None:
        if self.floor.stale_since is not None:
            return
        for call in self.floor.calls.values():
            if call.stint is not None and call.offer is None:
                parked = {("return", call), ("gone", call)} & set(self.floor.timers)
                assert parked or call.call_id in self.floor.queue(call.stint.queue).line
            if call.offer is not None:
                assert ("offer", call) in self.floor.timers

    @invariant()
    def every_caller_is_counted_once(self) -> None:
        for queue in self.floor.queues.values():
            figures = queue.figures
            done = figures.answered + figures.abandoned + figures.left
            assert figures.offered == done + len(queue.stints)

    def teardown(self) -> None:
        for number in range(1, 7):
            self.a_call_ends(number, cti.Outcome.ANSWERED)
        assert self.shift.board.calls() == []
        for agent in self.floor.agents.values():
            assert not agent.busy
        self.shift.wait(60)
        kinds = {timer[0] for timer in self.floor.timers}
        assert kinds <= {"midnight"}


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=200, stateful_step_count=50, deadline=None)
