"""Stories of the engine: what reaches Asterisk, the bus and the record, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from typing_extensions import override

from acd import commands as ask
from acd import effects as fx
from acd import notices as n
from acd.board import KnownAgent, KnownCall, QueueSettings, WrapUpKind, WrapUpRule
from acd.board.settings import RequirementStep
from acd.bus.memory import InProcessBus
from acd.engine import Engine, EngineStopped, ringing
from acd.lead import Lead, LeadLost, SoleLead
from acd.recorder.jobs import CloseCall
from acd.routing import Choice, Rule
from acd.store import OpenCallKept
from acd.testing import (
    ZONE,
    FakeClock,
    FakeCredentials,
    FakeFeed,
    FakeStore,
    FakeTracker,
    call_id,
    phone,
    roster,
)
from crm_core.calls import Call
from crm_core.contexts import CallContexts
from crm_core.directory import CallerCard, CardMatch
from crm_core.errors import FencedOut
from cti import events as cti
from cti.errors import ActionRefused, LinkDown
from cti.testing import FakeSwitch

AGENTS = {"1001": ("service",), "1002": ("service",)}


class OrderedSwitch(FakeSwitch):
    """Keeps what the bus had been told when each verb was used."""

    def __init__(self, told: list[n.Envelope]) -> None:
        super().__init__()
        self.told = told
        self.seen: list[tuple[str, set[str]]] = []
        self.answers = asyncio.Event()  # unset: redirects are done and not answered
        self.answers.set()

    @override
    async def redirect(self, channel: str, *, context: str, exten: str) -> None:
        await super().redirect(channel, context=context, exten=exten)
        await self.answers.wait()

    def _do(self, verb: str, **arguments: object) -> None:
        self.seen.append((verb, {envelope.notice.type for envelope in self.told}))
        super()._do(verb, **arguments)


class ThirdLead(SoleLead):
    """The lead of an engine that has two before it."""

    token = 3


@dataclass
class Floor:
    """A running engine with everything around it in hand."""

    spool: Path
    clock: FakeClock = field(default_factory=FakeClock)
    feed: FakeFeed = field(default_factory=FakeFeed)
    tracker: FakeTracker = field(default_factory=FakeTracker)
    store: FakeStore = field(default_factory=FakeStore)
    contexts: CallContexts = field(default_factory=CallContexts)
    credentials: FakeCredentials = field(default_factory=FakeCredentials)
    bus: InProcessBus = field(default_factory=InProcessBus)
    told: list[n.Envelope] = field(default_factory=list)
    lead: Lead = field(default_factory=SoleLead)

    def __post_init__(self) -> None:
        self.store.staff = roster(agents=AGENTS)
        self.switch = OrderedSwitch(self.told)
        self.engine = Engine(
            feed=self.feed,
            tracker=self.tracker,
            switch=self.switch,
            bus=self.bus,
            store=self.store,
            contexts=self.contexts,
            credentials=self.credentials,
            spool=self.spool,
            zone=ZONE,
            lead=self.lead,
            clock=self.clock,
            heartbeat_seconds=0.01,
        )

    @property
    def at(self) -> object:
        return self.clock.now().at

    def notices(self, kind: type) -> list:
        return [e.notice for e in self.told if isinstance(e.notice, kind)]

    def state(self, agent: str) -> n.AgentState | None:
        row = self.engine.board.agent(agent)
        return row.state if row else None

    async def until(self, true: Callable[[], object]) -> None:
        for _ in range(5_000):
            if true():
                return
            await asyncio.sleep(0.001)
        pytest.fail("it never came to that")

    async def start(self) -> None:
        self.listener = asyncio.create_task(self._listen())
        await asyncio.sleep(0)
        await self.engine.prepare()
        self.run = asyncio.create_task(self.engine.run())
        devices = {phone(agent): cti.DeviceState.NOT_INUSE for agent in AGENTS}
        self.tell(cti.Resynced(at=self.at, epoch=1, restarted=False, devices=devices))
        await self.until(lambda: self.notices(n.FeedFresh))

    async def stop(self) -> None:
        for task in (self.run, self.listener):
            task.cancel()
        await asyncio.gather(self.run, self.listener, return_exceptions=True)

    def tell(self, *events: cti.Event) -> None:
        self.feed.tell(*events)

    async def give(self, command: ask.Command) -> ask.Reply:
        return await self.bus.request(command, timeout=5)

    async def ready(self, agent: str) -> None:
        assert await self.give(ask.SignIn(agent_id=agent)) == ask.Accepted()
        assert await self.give(ask.SetReady(agent_id=agent)) == ask.Accepted()

    def arrive(self, number: int) -> None:
        self.tell(
            cti.CallOffered(
                at=self.at,
                call_id=call_id(number),
                channel=f"PJSIP/trunk-{number:08x}",
                uniqueid=f"17.{number}",
                direction=cti.Direction.INBOUND,
                caller_number="13800138000",
                caller_name="",
                dialled_number="4000",
            )
        )

    def call(self, number: int) -> UUID:
        self.arrive(number)
        channel = f"PJSIP/trunk-{number:08x}"
        self.tell(
            cti.CallQueued(at=self.at, call_id=call_id(number), channel=channel, queue="service")
        )
        return call_id(number)

    def answer(self, number: int, agent: str) -> None:
        who = {"call_id": call_id(number), "device": phone(agent), "channel": f"{phone(agent)}-1"}
        self.tell(cti.AgentRinging(at=self.at, **who), cti.CallAnswered(at=self.at, **who))

    def end(self, number: int) -> None:
        ended = cti.CallEnded(
            at=self.at,
            call_id=call_id(number),
            outcome=cti.Outcome.ANSWERED,
            hung_up_by=cti.Party.CALLER,
            cause=16,
        )
        self.tracker.finish(ended, queue="service")
        self.tell(ended)

    async def _listen(self) -> None:
        async with self.bus.subscribe() as stream:
            async for envelope in stream:
                self.told.append(envelope)


@pytest_asyncio.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    running = Floor(spool=tmp_path)
    await running.start()
    yield running
    await running.stop()


async def test_the_pop_is_published_before_the_redirect_is_sent(floor: Floor) -> None:
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    assert floor.switch.asked("redirect") == [
        {"channel": "PJSIP/trunk-00000001", "context": "offer", "exten": "agent-1001_20_0"}
    ]
    [told_before] = [told for verb, told in floor.switch.seen if verb == "redirect"]
    assert "screen_popped" in told_before


async def test_the_pop_carries_the_card_and_the_words_from_memory(floor: Floor) -> None:
    card = known_caller()
    floor.contexts.set_card(call_id(1), card)
    floor.contexts.put(call_id(1), {"menu": "2"})
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.notices(n.ScreenPopped))
    [pop] = floor.notices(n.ScreenPopped)
    assert pop.card == card.as_json()
    assert pop.data == {"menu": "2"}
    assert pop.why.startswith("Only free agent in service")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.customer])
    assert floor.notices(n.CallChanged)[-1].call.customer == "张三"


async def test_a_caller_nobody_looked_up_is_rung_at_once_and_shown_again_with_his_card(
    floor: Floor,
) -> None:
    floor.store.cards["13800138000"] = known_caller()
    floor.store.words[call_id(1)] = {"menu": "2"}
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: len(floor.notices(n.ScreenPopped)) == 2)
    first, second = floor.notices(n.ScreenPopped)
    assert first.card == {}
    assert second.card == known_caller().as_json()
    assert second.data == {"menu": "2"}


async def test_with_the_database_away_calls_are_rung_all_the_same(floor: Floor) -> None:
    floor.store.away = True
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    assert floor.notices(n.ScreenPopped)[0].card == {}


async def test_a_redirect_that_is_refused_gives_the_agent_back(floor: Floor) -> None:
    floor.switch.failing["redirect"] = ActionRefused("No such channel")
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.notices(n.PopWithdrawn))
    del floor.switch.failing["redirect"]
    floor.call(2)
    await floor.until(lambda: floor.switch.asked("redirect"))
    assert floor.switch.asked("redirect")[0]["channel"] == "PJSIP/trunk-00000002"


async def test_an_offer_that_never_rings_is_withdrawn_by_the_clock(floor: Floor) -> None:
    await floor.ready("1001")
    await floor.ready("1002")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    floor.clock.go(3.1)
    await floor.until(lambda: len(floor.switch.asked("redirect")) == 2)
    assert floor.notices(n.PopWithdrawn)[0].reason == "unconfirmed"


async def test_the_heartbeat_is_sent_only_while_the_link_is_up(floor: Floor) -> None:
    await floor.until(lambda: floor.switch.asked("set_heartbeat"))
    floor.tell(cti.LinkLost(at=floor.at))
    await floor.until(lambda: floor.notices(n.FeedStale))
    assert not floor.engine.healthy()
    count = len(floor.switch.asked("set_heartbeat"))
    await asyncio.sleep(0.05)
    assert len(floor.switch.asked("set_heartbeat")) == count


async def test_a_heartbeat_that_cannot_be_sent_does_not_stop_the_engine(floor: Floor) -> None:
    floor.switch.failing["set_heartbeat"] = LinkDown("down")
    await asyncio.sleep(0.05)
    del floor.switch.failing["set_heartbeat"]
    count = len(floor.switch.asked("set_heartbeat"))
    await floor.until(lambda: len(floor.switch.asked("set_heartbeat")) > count)


async def test_readiness_reaches_the_fallback_queue(floor: Floor) -> None:
    await floor.ready("1001")
    await floor.until(
        lambda: (
            {"queue": "", "device": phone("1001"), "paused": False, "reason": ""}
            in floor.switch.asked("pause_member")
        )
    )


async def test_a_snapshot_shows_the_board_with_its_place_and_the_standing_pops(
    floor: Floor,
) -> None:
    await floor.ready("1001")
    floor.call(1)
    floor.answer(1, "1001")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.answered_at])
    epoch, before = floor.bus.position()
    reply = await floor.give(ask.GetSnapshot())
    assert isinstance(reply, ask.Accepted)
    snapshot = n.Snapshot.model_validate(reply.snapshot)
    assert snapshot.epoch == epoch
    assert before <= snapshot.seq <= floor.bus.position()[1]  # rows are told now and then
    assert [row.state for row in snapshot.calls] == [n.CallState.TALKING]
    assert [pop.call_id for pop in snapshot.pops] == [call_id(1)]
    assert {row.agent_id: row.state for row in snapshot.agents} == {
        "1001": n.AgentState.TALKING,
        "1002": n.AgentState.OFFLINE,
    }


async def test_a_call_is_recorded_from_its_first_event_to_its_closing(floor: Floor) -> None:
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.notices(n.AgentChanged)[-1].agent.state == "offered")
    floor.answer(1, "1001")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.answered_at])
    floor.end(1)
    await floor.until(lambda: floor.notices(n.CallRecorded))
    kinds = [kind for kind in floor.store.kinds() if kind != "enter_state"]
    assert kinds[:2] == ["open_call", "queued"]
    assert sorted(kinds[2:5]) == ["answered", "offered_to_agent", "ringing"]
    assert kinds[5:] == ["ended", "close_call"]
    states = [str(getattr(job, "state", "")) for job in floor.store.jobs]
    assert [s for s in states if s][-3:] == ["offered", "talking", "ready"]


async def test_with_the_database_away_nothing_of_a_call_is_lost(floor: Floor) -> None:
    floor.store.away = True
    floor.call(1)
    floor.end(1)
    await floor.until(lambda: floor.notices(n.CallGone))
    floor.store.away = False
    await floor.until(lambda: floor.notices(n.CallRecorded))
    kinds = [kind for kind in floor.store.kinds() if kind != "enter_state"]
    assert kinds == ["open_call", "queued", "ended", "close_call"]


async def test_a_transfer_is_announced_to_the_tracker_before_the_call_is_moved(
    floor: Floor,
) -> None:
    await floor.ready("1001")
    floor.call(1)
    floor.answer(1, "1001")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.answered_at])
    move = ask.TransferCall(
        agent_id="1001", call_id=call_id(1), target_kind="queue", target="service", note="hello"
    )
    assert await floor.give(move) == ask.Accepted()
    await floor.until(lambda: len(floor.switch.asked("redirect")) == 2)
    assert floor.tracker.expected == [(call_id(1), phone("1001"), "service")]
    assert floor.switch.asked("redirect")[1]["exten"] == "queue-service"
    assert floor.contexts.of(call_id(1)).data["note"] == "hello"
    await floor.until(lambda: "put_data" in floor.store.kinds())


async def test_a_transfer_that_asterisk_refuses_is_told_to_the_agent(floor: Floor) -> None:
    await floor.ready("1001")
    floor.call(1)
    floor.answer(1, "1001")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.answered_at])
    floor.switch.failing["redirect"] = ActionRefused("no")
    move = ask.TransferCall(
        agent_id="1001", call_id=call_id(1), target_kind="number", target="10086"
    )
    await floor.give(move)
    await floor.until(lambda: floor.notices(n.AgentTold))
    assert floor.notices(n.AgentTold)[0].code == "transfer_failed"


async def test_hanging_up_and_dialling_reach_the_switch(floor: Floor) -> None:
    await floor.ready("1001")
    await floor.give(ask.DialOut(agent_id="1001", number="10086"))
    await floor.until(lambda: floor.switch.asked("dial"))
    assert floor.switch.asked("dial")[0]["device"] == phone("1001")
    await floor.ready("1002")
    floor.call(1)
    floor.answer(1, "1002")
    await floor.until(lambda: [c for c in floor.notices(n.CallChanged) if c.call.answered_at])
    await floor.give(ask.HangUp(agent_id="1002", call_id=call_id(1)))
    await floor.until(lambda: floor.switch.asked("hang_up"))


async def test_a_phone_may_register_until_its_credential_expires(floor: Floor) -> None:
    expires_at = floor.clock.now().at + timedelta(hours=1)
    issue = ask.IssuePhoneCredential(endpoint="agent-1001", ha1="0" * 32, expires_at=expires_at)
    assert await floor.give(issue) == ask.Accepted()
    assert floor.credentials.digests == {"agent-1001": "0" * 32}
    floor.clock.go(3601)
    await floor.until(lambda: not floor.credentials.digests)


async def test_a_credential_can_be_revoked(floor: Floor) -> None:
    expires_at = floor.clock.now().at + timedelta(hours=1)
    issue = ask.IssuePhoneCredential(endpoint="demo-caller", ha1="0" * 32, expires_at=expires_at)
    await floor.give(issue)
    assert await floor.give(ask.RevokePhoneCredential(endpoint="demo-caller")) == ask.Accepted()
    assert floor.credentials.digests == {}


async def test_a_broken_store_of_credentials_is_told_and_stops_nothing(floor: Floor) -> None:
    floor.credentials.broken = True
    expires_at = floor.clock.now().at + timedelta(hours=1)
    issue = ask.IssuePhoneCredential(endpoint="agent-1001", ha1="0" * 32, expires_at=expires_at)
    reply = await floor.give(issue)
    assert isinstance(reply, ask.Refused)
    assert reply.code == "credentials_unavailable"
    assert not floor.run.done()


async def test_a_new_configuration_is_worked_by_at_once(floor: Floor) -> None:
    floor.store.staff = roster(agents={"1003": ("sales",)})
    assert await floor.give(ask.ReloadConfiguration()) == ask.Accepted()
    assert [row.agent_id for row in floor.engine.board.agents()] == ["1003"]
    floor.store.away = True
    reply = await floor.give(ask.ReloadConfiguration())
    assert isinstance(reply, ask.Refused)
    assert reply.code == "database_unavailable"


async def test_the_very_next_call_obeys_a_new_configuration(floor: Floor) -> None:
    await floor.ready("1001")  # idle for longest, so asked first till now
    await floor.ready("1002")
    queue = QueueSettings(name="service", steps=(RequirementStep(needs="tech>=5"),))
    plain = roster(agents=AGENTS, queues=(queue,))
    skilled = tuple(
        replace(agent, skills={"tech": 9}) if agent.agent_id == "1002" else agent
        for agent in plain.agents
    )
    floor.store.staff = replace(plain, agents=skilled)

    async def tell_asterisk() -> str:
        return "asterisk_not_told"

    floor.engine.on_reloaded(tell_asterisk)
    reply = await floor.give(ask.ReloadConfiguration())
    assert reply == ask.Accepted(remark="asterisk_not_told")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    assert floor.switch.asked("redirect")[0]["exten"].startswith("agent-1002_")


async def test_when_the_feed_is_closed_the_engine_ends_and_the_record_is_complete(
    floor: Floor,
) -> None:
    floor.call(1)
    floor.end(1)
    floor.feed.close()
    async with asyncio.timeout(5):
        await floor.run
    assert "close_call" in floor.store.kinds()


async def test_when_one_part_ends_the_whole_engine_stops_loudly(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: object, now: object, *, more: bool) -> None:
        del event, now, more
        raise ZeroDivisionError

    monkeypatch.setattr(floor.engine.board, "apply", broken)
    floor.call(1)
    with pytest.raises(ExceptionGroup) as stopped:
        async with asyncio.timeout(5):
            await floor.run
    assert stopped.group_contains(ZeroDivisionError)


async def test_an_event_that_cannot_be_written_down_stops_the_engine_loudly(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: object, *, brought: object) -> None:
        del event, brought
        raise ZeroDivisionError

    monkeypatch.setattr("acd.engine.records.jobs_of", broken)
    floor.call(1)
    with pytest.raises(ExceptionGroup) as stopped:
        async with asyncio.timeout(5):
            await floor.run
    assert stopped.group_contains(ZeroDivisionError)


async def test_when_another_engine_takes_the_lead_this_one_stops(floor: Floor) -> None:
    floor.store.failing = {"open_call": FencedOut("engine 1 leads no more")}
    floor.call(1)
    with pytest.raises(ExceptionGroup) as stopped:
        async with asyncio.timeout(5):
            await floor.run
    assert stopped.group_contains(LeadLost)
    assert floor.store.jobs == []


async def test_earlier_leaders_are_shut_out_before_anybody_is_rung(tmp_path: Path) -> None:
    floor = Floor(spool=tmp_path, lead=ThirdLead())
    await floor.start()
    await floor.ready("1001")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    verbs = [verb for verb, _ in floor.switch.done if verb in {"set_variable", "redirect"}]
    assert verbs == ["set_variable", "set_variable", "redirect"]
    assert floor.switch.asked("redirect")[0]["exten"] == "agent-1001_20_3"
    await floor.stop()


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_wall_clock_that_steps_by_an_hour_moves_no_timer(floor: Floor, hours: int) -> None:
    rule = WrapUpRule(kind=WrapUpKind.TIMED, seconds=30)
    service = QueueSettings(name="service", title="service", wrap_up=rule)
    floor.store.staff = roster(agents=AGENTS, queues=(service,))
    await floor.give(ask.ReloadConfiguration())
    await floor.ready("1001")
    await floor.ready("1002")
    floor.call(1)
    await floor.until(lambda: floor.switch.asked("redirect"))
    floor.clock.stepped = timedelta(hours=hours)
    floor.clock.go(2.9)
    await asyncio.sleep(0.05)
    assert len(floor.switch.asked("redirect")) == 1  # the offer has 3 s to ring, not an hour less
    floor.clock.go(0.2)
    await floor.until(lambda: len(floor.switch.asked("redirect")) == 2)  # and not an hour more
    floor.answer(1, "1002")
    floor.end(1)
    await floor.until(lambda: floor.state("1002") is n.AgentState.WRAP_UP)
    floor.clock.stepped = timedelta(0)
    floor.clock.go(29)
    await asyncio.sleep(0.05)
    assert floor.state("1002") is n.AgentState.WRAP_UP
    floor.clock.go(2)
    await floor.until(lambda: floor.state("1002") is n.AgentState.READY)


async def test_a_part_that_just_ends_stops_the_engine_too(tmp_path: Path) -> None:
    floor = Floor(spool=tmp_path)

    async def serve_nobody(handler: object) -> None:
        del handler

    floor.bus.serve = serve_nobody  # type: ignore[method-assign,assignment]
    await floor.engine.prepare()
    with pytest.raises(ExceptionGroup) as stopped:
        async with asyncio.timeout(5):
            await floor.engine.run()
    assert stopped.group_contains(EngineStopped, match="commands ended")


async def test_a_new_engine_takes_up_the_waits_the_store_remembers(tmp_path: Path) -> None:
    floor = Floor(spool=tmp_path)
    early = floor.clock.now().at - timedelta(seconds=90)
    known = KnownCall(call_id=call_id(1), queue="service", queued_at=early)
    floor.store.alive = [OpenCallKept(call=open_call(1), known=known)]
    await floor.engine.prepare()
    [told] = floor.tracker.restored
    assert (told.call_id, told.queue, told.queued_at) == (call_id(1), "service", early)
    live = cti.LiveCall(
        call_id=call_id(1),
        channel="PJSIP/trunk-1",
        uniqueid="17.1",
        stage=cti.CallStage.WAITING,
        direction=cti.Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="4000",
        queue="service",
    )
    resynced = cti.Resynced(at=floor.at, epoch=1, restarted=False, calls=(live,))
    floor.engine._hear(resynced)
    [row] = floor.engine.board.calls()
    assert (row.state, row.queued_at) == (n.CallState.WAITING, early)


async def test_a_new_engine_lets_a_wrap_up_go_on_for_what_is_left_of_it(tmp_path: Path) -> None:
    floor = Floor(spool=tmp_path)
    rule = WrapUpRule(kind=WrapUpKind.TIMED_FORCED, seconds=60)
    service = QueueSettings(name="service", wrap_up=rule)
    floor.store.staff = roster(agents=AGENTS, queues=(service,))
    began = floor.clock.now().at - timedelta(seconds=40)
    floor.store.staff_before = [
        KnownAgent(
            agent_id="1001", wrapping_call=call_id(1), wrapping_queue="service", since=began
        )
    ]
    await floor.start()
    await floor.give(ask.SignIn(agent_id="1001"))
    await floor.give(ask.SetReady(agent_id="1001", after_wrap_up=True))
    floor.clock.go(19)
    assert floor.state("1001") is n.AgentState.WRAP_UP
    floor.clock.go(2)
    await floor.until(lambda: floor.state("1001") is n.AgentState.READY)
    await floor.stop()


async def test_a_call_that_vanished_while_no_engine_ran_is_closed_as_far_as_it_was_seen(
    tmp_path: Path,
) -> None:
    floor = Floor(spool=tmp_path)
    now = floor.clock.now().at
    known = KnownCall(
        call_id=call_id(1),
        queue="service",
        queued_at=now - timedelta(seconds=90),
        answered_at=now - timedelta(seconds=60),
    )
    kept = OpenCallKept(call=open_call(1), known=known, last_at=now - timedelta(seconds=20))
    floor.store.alive = [kept]
    await floor.start()
    floor.tell(
        cti.CallEnded(
            at=now,
            call_id=call_id(1),
            outcome=cti.Outcome.ANSWERED,
            hung_up_by=cti.Party.UNKNOWN,
            cause=0,
        )
    )
    await floor.until(lambda: "close_call" in floor.store.kinds())
    closing = floor.store.jobs[-1].closing  # type: ignore[union-attr]
    assert (closing.outcome, closing.talked_seconds, closing.incomplete) == ("answered", 40, True)
    await floor.stop()


async def test_a_caller_who_vanished_from_the_queue_while_no_engine_ran_abandoned_it(
    tmp_path: Path,
) -> None:
    floor = Floor(spool=tmp_path)
    now = floor.clock.now().at
    known = KnownCall(call_id=call_id(1), queue="service", queued_at=now)
    floor.store.alive = [OpenCallKept(call=open_call(1), known=known)]
    await floor.start()
    floor.tell(
        cti.CallEnded(
            at=now,
            call_id=call_id(1),
            outcome=cti.Outcome.NO_ANSWER,
            hung_up_by=cti.Party.UNKNOWN,
            cause=0,
        )
    )
    await floor.until(lambda: "close_call" in floor.store.kinds())
    assert floor.store.jobs[-1].closing.outcome == "abandoned_in_queue"  # type: ignore[union-attr]
    await floor.stop()


async def test_a_restarted_engine_knows_under_which_boot_of_asterisk_it_worked(
    tmp_path: Path,
) -> None:
    first = Floor(spool=tmp_path)
    await first.engine.prepare()
    first.engine._hear(cti.Resynced(at=first.at, epoch=1, restarted=False, booted="Monday 9:00"))
    second = Floor(spool=tmp_path)
    await second.engine.prepare()
    assert second.tracker.booted == "Monday 9:00"


def open_call(number: int) -> Call:
    return Call(
        call_id=call_id(number),
        state="open",
        direction="inbound",
        caller_number="13800138000",
        caller_e164="+8613800138000",
        caller_name="",
        dialled_number="4000",
        contact_id=None,
        contact_name="",
        account_id=None,
        account_name="",
        agent_id=None,
        agent_name="",
        queue="",
        started_at=datetime(2026, 3, 2, 8, 58, tzinfo=UTC),
        queued_at=None,
        answered_at=None,
        ended_at=None,
        zone="Asia/Shanghai",
        waited_seconds=0.0,
        talked_seconds=0.0,
        held_seconds=0.0,
        wrap_up_seconds=0.0,
        outcome="",
        hung_up_by="",
        disposition="",
    )


def known_caller() -> CallerCard:
    match = CardMatch(
        contact_id=str(UUID(int=5)),
        account_id=str(UUID(int=6)),
        name="张三",
        account_name="盈硕",
        grade="A",
        vip=False,
        level="known",
    )
    return CallerCard(
        number="+8613800138000",
        raw_number="13800138000",
        kind="mobile",
        known=True,
        matches=(match,),
    )


async def test_a_number_that_is_not_to_be_called_is_promised_nothing(floor: Floor) -> None:
    floor.store.not_to_be_called.add("13800138000")
    wish = ask.RequestCallback(callback_id=UUID(int=7), number="13800138000", queue="service")
    reply = await floor.bus.request(wish)
    assert isinstance(reply, ask.Refused)
    assert reply.code == "do_not_call"
    floor.store.away = True
    reply = await floor.bus.request(wish)
    assert isinstance(reply, ask.Accepted), "it is asked again before anybody is dialled"


async def test_a_flows_callback_stands_where_its_caller_would_have_waited(floor: Floor) -> None:
    floor.arrive(1)
    floor.contexts.put(call_id(1), {"priority": "3"})
    wish = ask.RequestCallback(
        callback_id=UUID(int=7), number="13900139000", queue="service", origin_call_id=call_id(1)
    )
    floor.call(2)
    assert isinstance(await floor.bus.request(wish), ask.Accepted)
    await floor.ready("1001")
    await floor.until(lambda: floor.notices(n.ScreenPopped))
    assert floor.notices(n.ScreenPopped)[0].caller_number == "13900139000"


async def test_who_calls_decides_the_place_in_line(floor: Floor) -> None:
    floor.call(1)
    floor.contexts.put(call_id(2), {"priority": "3"})
    floor.call(2)
    await floor.ready("1001")
    await floor.until(lambda: floor.notices(n.ScreenPopped))
    assert floor.notices(n.ScreenPopped)[0].call_id == call_id(2)


async def test_what_a_call_brought_to_its_queue_is_kept_with_its_stay(floor: Floor) -> None:
    steps = "language:zh>=4 for 20 s then anyone"
    card = CallerCard(number="1", raw_number="1", kind="mobile", owner_agent_id="1002")
    floor.contexts.put(call_id(1), {"priority": "5", "requirements": steps})
    floor.contexts.set_card(call_id(1), card)
    floor.call(1)
    floor.call(2)
    floor.end(1)
    floor.end(2)
    await floor.until(lambda: floor.store.kinds().count("close_call") == 2)
    closed = [job.closing for job in floor.store.jobs if isinstance(job, CloseCall)]
    assert [visit.brought for closing in closed for visit in closing.visits or ()] == [
        {"priority": 5, "steps": [["language:zh>=4", 20], ["", None]], "owner": "1002"},
        {},
    ]


async def test_a_ring_goes_before_what_is_only_to_be_told(floor: Floor) -> None:
    before = len(floor.told)
    performer = floor.engine._performer
    gone = n.CallGone(call_id=call_id(9), outcome="answered")
    performer.add([fx.Tell(notice=gone)])
    performer.add([*ring_of(1), fx.Tell(notice=gone)])
    await floor.until(lambda: len(floor.told) >= before + 3)
    kinds = [type(each.notice) for each in floor.told[before : before + 3]]
    assert kinds == [n.ScreenPopped, n.CallGone, n.CallGone]


async def test_what_is_only_to_be_told_waits_for_a_rings_answer_and_no_ring_does(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ringing, "ANSWER_SECONDS", 3600.0)
    floor.switch.answers.clear()
    gone = fx.Tell(notice=n.CallGone(call_id=call_id(9), outcome="answered"))
    floor.engine._performer.add([*ring_of(1), gone])
    await floor.until(lambda: len(floor.switch.asked("redirect")) == 1)
    floor.engine._performer.add(ring_of(2))
    await floor.until(lambda: len(floor.switch.asked("redirect")) == 2)
    assert not floor.notices(n.CallGone)
    floor.switch.answers.set()
    await floor.until(lambda: floor.notices(n.CallGone))


async def test_a_ring_that_is_never_answered_holds_news_up_for_a_moment_only(floor: Floor) -> None:
    floor.switch.answers.clear()
    gone = fx.Tell(notice=n.CallGone(call_id=call_id(9), outcome="answered"))
    floor.engine._performer.add([*ring_of(1), gone])
    await floor.until(lambda: floor.notices(n.CallGone))
    assert len(floor.switch.asked("redirect")) == 1


def ring_of(number: int) -> list[fx.Effect]:
    """Return what is to be done for a call held out to agent 1001."""
    choice = Choice(call_id(number), "1001", "agent 1001", "service", Rule.LONGEST_IDLE)
    pop = fx.PopScreen("1001", call_id(number), "service", "13800138000", "", 20, choice)
    return [pop, fx.OfferCall("1001", call_id(number), f"PJSIP/trunk-{number}", "1001", 20)]
