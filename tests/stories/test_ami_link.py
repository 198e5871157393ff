"""The link to a real Asterisk: cut, restored, restarted, refused; the picture is true again."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import pytest
from house import house, no_channels, until
from proxy import CuttableProxy
from websocket_phone import WebsocketPhone, ha1

from asterisk_conf.credentials import PhoneCredentials
from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller
from cti.agi import AgiHangup, AgiServer, AgiSession
from cti.connection import AmiConnection
from cti.errors import ActionRefused, LinkDown, LoginRefused
from cti.events import (
    AgentRinging,
    CallEnded,
    CallOffered,
    CallQueued,
    CallStage,
    Event,
    LinkLost,
    Resynced,
)
from cti.feed import AmiFeed
from cti.ids import call_id_of
from cti.inquiries import CoreShowChannels, GetVariable
from cti.switch import AmiSwitch

pytestmark = pytest.mark.live

NUMBER = "13800138000"
Kind = TypeVar("Kind", bound=Event)


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with house() as server:
        yield server


class Listener:
    """A feed behind a cuttable proxy, its events in hand, and a heartbeat for the dialplan."""

    def __init__(self, asterisk: AsteriskServer, proxy: CuttableProxy) -> None:
        secret = asterisk.plan.ami_secret
        self.feed = AmiFeed("127.0.0.1", proxy.port, "callcenter", secret)
        self.switch = AmiSwitch(self.feed.connection)
        self.proxy = proxy
        self.events: list[Event] = []
        self._came = asyncio.Event()

    async def read(self) -> None:
        async for event in self.feed.events():
            self.events.append(event)
            self._came.set()

    async def beat(self) -> None:
        while True:
            with suppress(LinkDown):
                await self.switch.set_heartbeat(int(time.time()))
            await asyncio.sleep(0.5)

    async def hears(self, kind: type[Kind], after: int = 0) -> Kind:
        """Wait for the first event of this kind from place `after` on."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events[after:]:
                    if isinstance(event, kind):
                        return event
                self._came.clear()
                await self._came.wait()

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def listening(asterisk: AsteriskServer) -> AsyncIterator[Listener]:
    proxy = CuttableProxy(asterisk.plan.ports.ami)
    await proxy.start()
    listener = Listener(asterisk, proxy)
    tasks: list[asyncio.Task[None]] = []
    try:
        await listener.feed.start(within=10)
        tasks = [asyncio.create_task(task) for task in (listener.read(), listener.beat())]
        await listener.hears(Resynced)
        yield listener
    finally:
        await listener.feed.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await proxy.close()


async def queue_service(agi: AgiSession) -> None:
    await agi.answer()
    await agi.set_variable("CC_QUEUE", "service")
    await agi.set_variable("CC_FLOW", "queued")


@asynccontextmanager
async def waiting(asterisk: AsteriskServer) -> AsyncIterator[TrunkCall]:
    """A caller who went through a menu and waits."""
    server = AgiServer("127.0.0.1", asterisk.plan.ports.agi, queue_service)
    await server.start()
    who = Caller(from_number=NUMBER, to_number="4000", name="张三", longest_seconds=40)
    try:
        async with TrunkCall(who, sip_port=asterisk.plan.ports.sip) as call:
            assert await call.answered(5), call.result()
            yield call
        await until("no channel is left", lambda: no_channels(asterisk))
    finally:
        await server.close()


async def test_a_waiting_caller_is_found_again_after_a_cut(asterisk: AsteriskServer) -> None:
    async with listening(asterisk) as listener:
        async with waiting(asterisk):
            queued = await listener.hears(CallQueued)
            listener.proxy.cut()
            await listener.hears(LinkLost)
            before = len(listener.events)
            listener.proxy.heal()
            resynced = await listener.hears(Resynced, before)
            assert (resynced.epoch, resynced.restarted) == (2, False)
            (call,) = resynced.calls
            assert (call.call_id, call.stage) == (queued.call_id, CallStage.WAITING)
            assert (call.caller_number, call.caller_name, call.queue) == (
                NUMBER,
                "张三",
                "service",
            )
        ended = await listener.hears(CallEnded)
        assert ended.call_id == queued.call_id
        assert len(listener.of(CallOffered)) == 1
        (record,) = listener.feed.tracker.records()
        assert (record.call_id, record.queue) == (queued.call_id, "service")


async def test_a_caller_who_left_during_the_cut_is_told_as_ended(asterisk: AsteriskServer) -> None:
    async with listening(asterisk) as listener:
        async with waiting(asterisk):
            queued = await listener.hears(CallQueued)
            listener.proxy.cut()
        listener.proxy.heal()
        ended = await listener.hears(CallEnded)
        assert ended.call_id == queued.call_id
        assert len(listener.of(CallEnded)) == 1
        assert [event.epoch for event in listener.of(Resynced)] == [1, 2]
        assert listener.feed.tracker.open_calls == 0


async def test_an_offer_goes_on_through_a_cut_and_is_not_made_twice(
    asterisk: AsteriskServer,
) -> None:
    PhoneCredentials(asterisk.plan.realtime_database).put("agent-1001", ha1("agent-1001", "pw"))
    async with (
        WebsocketPhone("agent-1001", port=asterisk.plan.ports.http) as phone,
        listening(asterisk) as listener,
    ):
        assert await phone.register("pw") == 200
        async with waiting(asterisk):
            queued = await listener.hears(CallQueued)
            await listener.switch.redirect(queued.channel, context="offer", exten="agent-1001_20")
            invite = await phone.rings()
            ringing = await listener.hears(AgentRinging)
            assert ringing.device == "PJSIP/agent-1001"
            listener.proxy.cut()
            await listener.hears(LinkLost)
            with pytest.raises(LinkDown):
                await listener.switch.hang_up(queued.channel)
            before = len(listener.events)
            listener.proxy.heal()
            resynced = await listener.hears(Resynced, before)
            (call,) = resynced.calls
            assert (call.stage, call.device) == (CallStage.RINGING, "PJSIP/agent-1001")
            await phone.respond(invite, "486 Busy Here")
            again = await listener.hears(CallQueued, before)
            assert again.call_id == queued.call_id
        assert len(listener.of(AgentRinging)) == 1


async def test_asterisk_restarted_is_told_and_its_calls_are_lost(
    asterisk: AsteriskServer,
) -> None:
    async with listening(asterisk) as listener, waiting(asterisk):
        queued = await listener.hears(CallQueued)
        await asyncio.to_thread(asterisk.kill)
        await listener.hears(LinkLost)
        await asyncio.sleep(1.1)  # the start time is told in whole seconds
        before = len(listener.events)
        await asyncio.to_thread(asterisk.start)
        resynced = await listener.hears(Resynced, before)
        assert resynced.restarted
        assert resynced.calls == ()
        ended = await listener.hears(CallEnded)
        assert (ended.call_id, ended.outcome) == (queued.call_id, "lost_to_restart")


async def test_a_caller_is_taken_out_of_a_session_by_a_redirect(asterisk: AsteriskServer) -> None:
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def menu(agi: AgiSession) -> None:
        try:
            await agi.answer()
            await agi.wait_for_digit(20_000)
        except AgiHangup:
            ended.set_result(agi.environment["agi_uniqueid"])
            raise

    agi_server = AgiServer("127.0.0.1", asterisk.plan.ports.agi, menu)
    await agi_server.start()
    who = Caller(from_number=NUMBER, to_number="4000", longest_seconds=40)
    try:
        async with listening(asterisk) as listener:
            async with TrunkCall(who, sip_port=asterisk.plan.ports.sip) as call:
                assert await call.answered(5)
                offered = await listener.hears(CallOffered)
                await listener.switch.redirect(offered.channel, context="wait", exten="s")
                async with asyncio.timeout(5):
                    assert call_id_of(await ended) == offered.call_id
            await listener.hears(CallEnded)
            await until("the session is over", lambda: agi_server.sessions == 0)
        await until("no channel is left", lambda: no_channels(asterisk))
    finally:
        await agi_server.close()


async def test_verbs_say_what_asterisk_said(asterisk: AsteriskServer) -> None:
    async with listening(asterisk) as listener:
        link, switch = listener.feed.connection, listener.switch
        await switch.set_heartbeat(1_900_000_000)
        heart = await link.action(GetVariable(name="CC_HEARTBEAT"))
        assert int(heart.response["Value"]) in {
            1_900_000_000,
            *range(int(time.time()) - 2, int(time.time()) + 2),
        }
        with pytest.raises(ActionRefused, match="does not exist"):
            await switch.redirect("PJSIP/trunk-ffffffff", context="wait", exten="s")
        with pytest.raises(ActionRefused, match="No such channel"):
            await switch.hang_up("PJSIP/trunk-ffffffff")
        assert (await link.action(CoreShowChannels())).items == ()


async def test_a_wrong_secret_is_refused_in_words(asterisk: AsteriskServer) -> None:
    link = AmiConnection(
        "127.0.0.1", asterisk.plan.ports.ami, "callcenter", "wrong", on_message=lambda _: None
    )
    with pytest.raises(LoginRefused, match="Authentication failed"):
        await link.connect(within=10)
