"""Nobody becomes a phone by his number: the trunk is the trunk, and a phone has its secret."""

from collections.abc import Iterator

import pytest
from house import caller_of, house, no_channels, until
from websocket_phone import WebsocketPhone, ha1

from asterisk_conf.credentials import PhoneCredentials
from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with house() as server:
        yield server


def credentials(asterisk: AsteriskServer) -> PhoneCredentials:
    return PhoneCredentials(asterisk.plan.realtime_database)


def phone(asterisk: AsteriskServer, endpoint: str = "agent-1001") -> WebsocketPhone:
    return WebsocketPhone(endpoint, port=asterisk.plan.ports.http)


async def call_from(asterisk: AsteriskServer, number: str, to: str = "4000") -> list[str]:
    """Call in and return what Asterisk says of the caller; the call is over afterwards."""
    caller = Caller(from_number=number, to_number=to, longest_seconds=20)
    async with TrunkCall(caller, sip_port=asterisk.plan.ports.sip) as call:
        assert await call.answered(5), call.result()
        said = caller_of(asterisk)
    await until("the call is gone", lambda: no_channels(asterisk))
    return said


@pytest.mark.parametrize(
    "number", ["1001", "agent-1001", "demo-caller", "trunk", "anonymous", "+8613800138000"]
)
async def test_a_caller_with_a_phones_name_is_still_a_trunk_caller(
    asterisk: AsteriskServer, number: str
) -> None:
    said = await call_from(asterisk, number)  # no trunk's caller: nothing is said
    assert said[1:2] == ["fallback"]  # nobody serves FastAGI here


async def test_a_trunk_caller_reaches_no_number_of_the_house(asterisk: AsteriskServer) -> None:
    for inside in ("agent-1001", "700x", "s", "*43"):
        caller = Caller(from_number="1001", to_number=inside, longest_seconds=10)
        async with TrunkCall(caller, sip_port=asterisk.plan.ports.sip) as call:
            assert not await call.answered(5)
            assert call.result().refused == 404


async def test_a_phone_registers_with_its_secret_and_without_a_reload(
    asterisk: AsteriskServer,
) -> None:
    async with phone(asterisk) as agent:
        credentials(asterisk).remove("agent-1001")
        assert await agent.register("anything") in {401, 403}
        credentials(asterisk).put("agent-1001", ha1("agent-1001", "right"))
        assert await agent.register("wrong") in {401, 403}
        assert await agent.register("right") == 200
        assert "agent-1001@" in asterisk.command("pjsip show contacts")
        credentials(asterisk).put("agent-1001", ha1("agent-1001", "newer"))
        assert await agent.register("right") in {401, 403}
        assert await agent.register("newer") == 200
        credentials(asterisk).remove("agent-1001")
        assert await agent.register("newer") in {401, 403}
    await until(
        "the contact goes with its websocket",
        lambda: "agent-1001@" not in asterisk.command("pjsip show contacts"),
    )


async def test_another_phones_secret_opens_nothing(asterisk: AsteriskServer) -> None:
    credentials(asterisk).put("agent-1002", ha1("agent-1002", "hers"))
    async with phone(asterisk, "agent-1001") as agent:
        assert await agent.register("hers") in {401, 403}


@pytest.mark.parametrize("endpoint", ["trunk", "1001", "nobody", "anonymous"])
async def test_no_phone_registers_as_something_else(
    asterisk: AsteriskServer, endpoint: str
) -> None:
    async with phone(asterisk, endpoint) as stranger:
        assert await stranger.register("anything") in {401, 403, 404}
    assert f"{endpoint}/sip" not in asterisk.command("pjsip show contacts")
