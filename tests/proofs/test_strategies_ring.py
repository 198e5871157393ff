"""Every strategy once on the real Asterisk: the phone that rings is the one that is explained."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from center import until
from hall import QUEUE, Hall, hall
from raw_caller import raw_call
from udp_phones import UdpPhones

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

SEATS = {"2001": (2, {"tech": 1}), "2002": (1, {"tech": 5, "zh": 5}), "2003": (1, {"tech": 3})}
STEPS = [{"needs": "tech>=1", "seconds": None}]
EXPECTED = {
    "longest_idle": set(SEATS),
    "least_occupied": set(SEATS),
    "weighted": set(SEATS),
    "ordered_tiers": {"2002", "2003"},
    "best_skill": {"2002"},
    "least_flexible": {"2001", "2003"},
}


async def ask(here: Hall, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {here.center.token}"}
    url = f"{here.center.url}/api/v1/configuration{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, url, json=body) as answer,
    ):
        told = await answer.json()
        assert answer.status < 300, (method, path, told)
        return told


async def set_queue(here: Hall, **changes: Any) -> None:
    shown = await ask(here, "GET", f"/queues/{QUEUE}")
    document = shown["document"] | changes
    body = {"expected_version": shown["version"], "document": document}
    await ask(here, "PUT", f"/queues/{QUEUE}", body)


async def set_agents(here: Hall) -> None:
    for skill in ("tech", "zh"):
        await ask(here, "POST", "/skills", {"key": skill, "document": {"title": skill}})
    for shown in (await ask(here, "GET", "/agents"))["items"]:
        document = shown["document"]
        tier, skills = SEATS[document["extension"]]
        seats = [seat | {"tier": tier} for seat in document["seats"]]
        # A call that is cancelled is no miss; nobody is set aside while this is told.
        changed = document | {"seats": seats, "skills": skills, "missed_limit": 9}
        body = {"expected_version": shown["version"], "document": changed}
        await ask(here, "PUT", f"/agents/{shown['key']}", body)


def rung(invite: str) -> str:
    found = re.match(r"INVITE sip:agent-(\d+)@", invite)
    assert found is not None, invite[:80]
    return found[1]


@asynccontextmanager
async def ringing(here: Hall, phones: UdpPhones, number: int) -> AsyncIterator[list[str]]:
    """Let a caller wait until a phone rings, and hang up at the end."""
    caller = f"<sip:13{number:09d}@127.0.0.1>".encode()
    sip = int(here.center.setting("SIP_PORT"))
    async with raw_call(caller, sip_port=sip, to="wait") as call:
        assert call.status == 200
        rings = [rung(await asyncio.wait_for(phones.ringing.get(), 10))]
        yield rings
        call.bye()
    await here.no_calls()
    await here.all_ready()


async def choice_of(here: Hall, number: int) -> dict[str, Any]:
    detail = await here.center.ended_call(f"13{number:09d}")
    told = [event for event in detail["events"] if event["kind"] == "offered_to_agent"]
    assert len(told) == 1, told
    payload: dict[str, Any] = told[0]["payload"]
    return payload


async def test_every_strategy_rings_the_phone_it_explains() -> None:
    async with hall(agents=len(SEATS)) as here:
        await set_agents(here)
        phones = await UdpPhones.open(here.asterisk.phones_port, here.asterisk.bench_port)
        try:
            number = 0
            for strategy, expected in EXPECTED.items():
                number += 1
                await set_queue(here, strategy=strategy, steps=STEPS)
                async with ringing(here, phones, number) as rings:
                    assert rings[0] in expected, strategy
                choice = await choice_of(here, number)
                assert (choice["rule"], choice["strategy"]) == (strategy, strategy)
                assert choice["agent_name"] == f"Agent {rings[0]}"
                assert len(choice["candidates"]) == len(SEATS)
            await in_turn(here, phones, number + 1)
            await all_at_once(here, phones, number + 10)
        finally:
            phones.close()


async def in_turn(here: Hall, phones: UdpPhones, first: int) -> None:
    """Round robin: three calls ring three phones, the fourth the first one again."""
    await set_queue(here, strategy="round_robin", steps=[])
    had = []
    for number in range(first, first + len(SEATS) + 1):
        async with ringing(here, phones, number) as rings:
            had += rings
    assert set(had[:-1]) == set(SEATS)
    assert had[-1] == had[0]


async def all_at_once(here: Hall, phones: UdpPhones, number: int) -> None:
    """Ring all: every phone rings for one call, one answers, the others stop and are ready."""
    await set_queue(here, strategy="ring_all", steps=[])
    caller = f"<sip:13{number:09d}@127.0.0.1>".encode()
    sip = int(here.center.setting("SIP_PORT"))
    async with raw_call(caller, sip_port=sip, to="wait") as call:
        invites = [await asyncio.wait_for(phones.ringing.get(), 10) for _ in SEATS]
        assert {rung(invite) for invite in invites} == set(SEATS)
        phones.answer(invites[1])
        winner = rung(invites[1])

        async def states() -> bool:
            board = (await here.center.get("/board"))["snapshot"]["agents"]
            found = {row["extension"]: row["state"] for row in board}
            others = {state for extension, state in found.items() if extension != winner}
            return found[winner] == "talking" and others == {"ready"}

        await until("one talks and the others are ready", states, seconds=10)
        call.bye()
    await here.no_calls()
    choice = await choice_of(here, number)
    assert choice["rule"] == "ring_all"
    assert len(choice["together"]) == len(SEATS) - 1
