"""The dialplan alone: waiting, offering, handing on, and serving callers when we are gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from house import application_of_caller, caller_of, house, no_channels, redirect, until
from websocket_phone import WebsocketPhone, call_id_of, ha1, header

from asterisk_conf.credentials import PhoneCredentials
from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller
from cti.agi import AgiServer, AgiSession

pytestmark = pytest.mark.live

CALL_ID = "01900000-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with house() as server:
        yield server


class Menu:
    """A FastAGI handler as short as can be: it sets the variables it was given."""

    def __init__(self, **variables: str) -> None:
        self.variables = variables
        if "CC_QUEUE" in variables:
            self.variables["CC_FLOW"] = "queued"
        self.environments: list[dict[str, str]] = []
        self.did: str | None = None

    async def __call__(self, agi: AgiSession) -> None:
        self.environments.append(dict(agi.environment))
        self.did = await agi.get_variable("CC_DID")
        await agi.answer()
        for name, value in self.variables.items():
            await agi.set_variable(name, value)


@asynccontextmanager
async def served(asterisk: AsteriskServer, menu: Menu) -> AsyncIterator[Menu]:
    server = AgiServer("127.0.0.1", asterisk.plan.ports.agi, menu)
    await server.start()
    try:
        yield menu
    finally:
        await server.close()


@asynccontextmanager
async def caller(
    asterisk: AsteriskServer, to: str = "4000", number: str = "13800138000"
) -> AsyncIterator[TrunkCall]:
    who = Caller(from_number=number, to_number=to, longest_seconds=40)
    async with TrunkCall(who, sip_port=asterisk.plan.ports.sip) as call:
        assert await call.answered(5), call.result()
        yield call
    await until("no channel is left", lambda: no_channels(asterisk))


@asynccontextmanager
async def registered(asterisk: AsteriskServer, endpoint: str) -> AsyncIterator[WebsocketPhone]:
    credentials = PhoneCredentials(asterisk.plan.realtime_database)
    credentials.put(endpoint, ha1(endpoint, "secret"))
    async with WebsocketPhone(endpoint, port=asterisk.plan.ports.http) as phone:
        assert await phone.register("secret") == 200
        yield phone


def beat(asterisk: AsteriskServer, *, age: int = 0) -> None:
    asterisk.command(f"dialplan set global CC_HEARTBEAT {int(time.time()) - age}")


def waits(asterisk: AsteriskServer) -> bool:
    return application_of_caller(asterisk).startswith("wait:")


def waits_for(asterisk: AsteriskServer, queue: str) -> bool:
    told = asterisk.command(f"core show channel {caller_of(asterisk)[0]}")
    return waits(asterisk) and f"CC_QUEUE={queue}\n" in told


async def test_with_the_engine_gone_a_caller_is_in_app_queue_within_two_seconds(
    asterisk: AsteriskServer,
) -> None:
    async with caller(asterisk):
        took = await until(
            "the caller is in Queue()",
            lambda: application_of_caller(asterisk) == "fallback:Queue",
            seconds=2,
        )
        assert took < 2
        assert "PJSIP/trunk-" in asterisk.command("queue show service")


async def test_fallback_rings_the_static_members_with_no_engine(asterisk: AsteriskServer) -> None:
    async with registered(asterisk, "agent-1002") as phone, caller(asterisk):
        invite = await phone.rings(5)
        assert "13800138000" in header(invite, "From")
        await phone.respond(invite, "486 Busy Here")


async def test_fallback_tells_the_phone_which_call_it_is(asterisk: AsteriskServer) -> None:
    async with (
        registered(asterisk, "agent-1002") as phone,
        served(asterisk, Menu(__CC_CALL_ID=CALL_ID)),
        caller(asterisk),
    ):
        invite = await phone.rings(5)
        assert header(invite, "X-Call-Id") == CALL_ID
        await phone.respond(invite, "486 Busy Here")


class BrokenMenu(Menu):
    """A flow that breaks off behind its first word; who is asked for its caller may answer."""

    def __init__(self, *, answers: bool) -> None:
        super().__init__()
        self.answers = answers

    async def __call__(self, agi: AgiSession) -> None:
        if agi.script != "broken":
            await agi.answer()
            await agi.set_variable("CC_QUEUE", "sales")
        elif self.answers:
            await agi.set_variable("CC_FLOW", "queued")


async def test_a_menu_that_breaks_off_sends_the_caller_to_the_fallback_queue(
    asterisk: AsteriskServer,
) -> None:
    async with served(asterisk, BrokenMenu(answers=False)), caller(asterisk):
        await until(
            "the caller is in Queue()",
            lambda: application_of_caller(asterisk) == "fallback:Queue",
            seconds=2,
        )


async def test_a_menu_that_breaks_off_leaves_its_caller_to_an_engine_that_is_there(
    asterisk: AsteriskServer,
) -> None:
    async with served(asterisk, BrokenMenu(answers=True)), caller(asterisk):
        await until("the caller waits", lambda: waits(asterisk), seconds=2)


async def test_a_key_for_a_callback_that_nobody_serves_leads_to_the_fallback_at_once(
    asterisk: AsteriskServer,
) -> None:
    asterisk.command("dialplan set global CC_KEY_sales 1")
    async with caller_who_waits(asterisk) as call:
        await call.press("1")
        await until(
            "the caller is in Queue()",
            lambda: application_of_caller(asterisk) == "fallback:Queue",
            seconds=2,
        )


@asynccontextmanager
async def caller_who_waits(asterisk: AsteriskServer) -> AsyncIterator[TrunkCall]:
    """A caller in the line of `sales`; nobody serves the menu any more."""
    server = AgiServer("127.0.0.1", asterisk.plan.ports.agi, Menu(CC_QUEUE="sales"))
    await server.start()
    try:
        async with caller(asterisk) as call:
            await until("the caller waits", lambda: waits(asterisk))
            await server.close()
            yield call
    finally:
        await server.close()


async def test_a_flow_that_ended_by_design_hangs_up(asterisk: AsteriskServer) -> None:
    async with served(asterisk, Menu(CC_FLOW="ended")), caller(asterisk) as call:
        assert await call.ended(5)
        assert not call.result().hung_up_by_us


async def test_the_menu_sees_the_number_dialled_and_the_caller(asterisk: AsteriskServer) -> None:
    async with (
        served(asterisk, Menu(CC_QUEUE="sales")) as menu,
        caller(asterisk, to="+864000", number="+8613800138000"),
    ):
        await until("the caller waits", lambda: waits(asterisk))
    assert menu.did == "+864000"
    assert menu.environments[0]["agi_extension"] == "+864000"
    assert menu.environments[0]["agi_callerid"] == "+8613800138000"
    assert menu.environments[0]["agi_network_script"] == "inbound"


async def test_a_fresh_heartbeat_keeps_the_caller_and_a_stale_one_does_not(
    asterisk: AsteriskServer,
) -> None:
    async with served(asterisk, Menu(CC_QUEUE="sales")), caller(asterisk) as call:
        await until("the caller waits", lambda: waits(asterisk))
        for _ in range(6):
            beat(asterisk)
            await asyncio.sleep(1)
        assert waits(asterisk)
        assert call.media.received > 100  # music
        beat(asterisk)
        took = await until("the caller leaves", lambda: not waits(asterisk), seconds=7)
        assert 3 <= took <= 5.5
        assert application_of_caller(asterisk) == "fallback:Queue"
        assert "PJSIP/trunk-" in asterisk.command("queue show sales")


async def test_an_offer_rings_the_agent_with_the_calls_id_and_a_refusal_keeps_the_caller(
    asterisk: AsteriskServer,
) -> None:
    variables = {"CC_QUEUE": "service", "__CC_CALL_ID": CALL_ID}
    async with (
        registered(asterisk, "agent-1001") as phone,
        served(asterisk, Menu(**variables)),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        beat(asterisk)
        redirect(asterisk, "offer", "agent-1001_20")
        invite = await phone.rings()
        assert call_id_of(invite) == CALL_ID
        assert "13800138000" in header(invite, "From")
        await phone.respond(invite, "486 Busy Here")
        await until("the caller waits again", lambda: waits(asterisk))


async def test_a_caller_who_withholds_his_number_is_offered_with_the_calls_id_and_without_it(
    asterisk: AsteriskServer,
) -> None:
    variables = {"CC_QUEUE": "service", "__CC_CALL_ID": CALL_ID}
    async with (
        registered(asterisk, "agent-1001") as phone,
        served(asterisk, Menu(**variables)),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        channel = caller_of(asterisk)[0]
        asterisk.command(f"dialplan set chanvar {channel} CALLERID(pres) prohib")
        beat(asterisk)
        redirect(asterisk, "offer", "agent-1001_20")
        invite = await phone.rings()
        assert header(invite, "X-Call-Id") == CALL_ID
        assert "13800138000" not in invite
        await phone.respond(invite, "486 Busy Here")
        await until("the caller waits again", lambda: waits(asterisk))


async def test_the_world_outside_never_sees_a_calls_id(asterisk: AsteriskServer) -> None:
    variables = {"CC_QUEUE": "service", "__CC_CALL_ID": CALL_ID}
    async with (
        registered(asterisk, "agent-1001") as phone,
        registered(asterisk, "demo-caller") as world,
        served(asterisk, Menu(**variables)),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        beat(asterisk)
        redirect(asterisk, "offer", "agent-1001_20")
        await phone.respond(await phone.rings(), "486 Busy Here")
        await until("the caller waits again", lambda: waits(asterisk))
        redirect(asterisk, "transfer", "number-13900000000")
        invite = await world.rings()
        assert CALL_ID not in invite
        await world.respond(invite, "486 Busy Here")


async def test_an_engine_whose_lead_is_over_rings_nobody(asterisk: AsteriskServer) -> None:
    async with (
        registered(asterisk, "agent-1001") as phone,
        served(asterisk, Menu(CC_QUEUE="service")),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        asterisk.command("dialplan set global CC_FENCED_6 1")
        beat(asterisk)
        redirect(asterisk, "offer", "agent-1001_20_6")
        await until("the caller waits again", lambda: waits(asterisk))
        with pytest.raises(TimeoutError):
            await phone.rings(0.5)
        redirect(asterisk, "offer", "agent-1001_20_7")
        await phone.respond(await phone.rings(), "486 Busy Here")
        await until("the caller waits again", lambda: waits(asterisk))


async def test_an_offer_stops_ringing_after_its_seconds(asterisk: AsteriskServer) -> None:
    async with (
        registered(asterisk, "agent-1001") as phone,
        served(asterisk, Menu(CC_QUEUE="service")),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        redirect(asterisk, "offer", "agent-1001_1")
        await phone.rings()
        beat(asterisk)
        took = await until("the caller waits again", lambda: waits(asterisk))
        assert took < 2


async def test_an_offer_to_a_phone_that_is_away_returns_at_once(asterisk: AsteriskServer) -> None:
    async with served(asterisk, Menu(CC_QUEUE="service")), caller(asterisk):
        await until("the caller waits", lambda: waits(asterisk))
        beat(asterisk)
        redirect(asterisk, "offer", "agent-1002_20")
        await until("the caller waits again", lambda: waits(asterisk), seconds=2)


async def test_a_caller_is_handed_to_another_queue_and_to_a_number(
    asterisk: AsteriskServer,
) -> None:
    async with (
        registered(asterisk, "demo-caller") as outside,
        served(asterisk, Menu(CC_QUEUE="service")),
        caller(asterisk),
    ):
        await until("the caller waits", lambda: waits(asterisk))
        redirect(asterisk, "transfer", "queue-sales")
        await until("the caller waits in the other queue", lambda: waits_for(asterisk, "sales"))
        redirect(asterisk, "transfer", "number-+8613900139000")
        invite = await outside.rings()  # without a carrier the demo's phone is the world
        assert "4000" in header(invite, "From")
        await outside.respond(invite, "486 Busy Here")


async def test_queue_music_reaches_the_caller(asterisk: AsteriskServer) -> None:
    async with caller(asterisk) as call:
        await until("sound arrives", lambda: call.media.received > 20)
