"""A phone that answers after CANCEL, and a queue that is full: everybody ends where he should."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from center import until
from hall import QUEUE, Hall, hall
from raw_caller import RawCall, raw_call
from test_strategies_ring import ask, rung, set_queue
from udp_phones import UdpPhones
from websocket_phone import header

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

RING_SECONDS, SPARE = 5, "spare"


@asynccontextmanager
async def caller(here: Hall, number: str) -> AsyncIterator[RawCall]:
    """Let somebody call and wait in the queue."""
    head, sip = f"<sip:{number}@127.0.0.1>".encode(), int(here.center.setting("SIP_PORT"))
    async with raw_call(head, sip_port=sip, to="wait") as call:
        assert call.status == 200
        yield call


async def rings(phones: UdpPhones, seconds: float = 10) -> tuple[str, str]:
    """Wait for a phone to ring; return the INVITE and whose phone it is."""
    invite = await asyncio.wait_for(phones.ringing.get(), seconds)
    return invite, rung(invite)


async def parted(phones: UdpPhones, invite: str) -> None:
    """Wait until Asterisk has said good-bye to the phone that answered too late."""
    async with asyncio.timeout(5):
        while await phones.parted.get() != header(invite, "Call-ID"):
            pass  # said twice to a phone that was slow to hear it


async def state(here: Hall, extension: str, wanted: str) -> None:
    async def shown() -> bool:
        rows = (await here.center.get("/board"))["snapshot"]["agents"]
        return any((row["extension"], row["state"]) == (extension, wanted) for row in rows)

    await until(f"{extension} is {wanted}", shown, seconds=10)


async def forgive(here: Hall) -> None:
    """Let nobody be set aside for a ring in vain."""
    for shown in (await ask(here, "GET", "/agents"))["items"]:
        document = shown["document"] | {"missed_limit": 9}
        body = {"expected_version": shown["version"], "document": document}
        await ask(here, "PUT", f"/agents/{shown['key']}", body)


async def test_late_answers_and_a_full_queue_end_well() -> None:
    async with hall(agents=2, names=(QUEUE, SPARE)) as here:
        await set_queue(here, ring_seconds=RING_SECONDS)
        await forgive(here)
        phones = await UdpPhones.open(here.asterisk.phones_port, here.asterisk.bench_port)
        try:
            await he_hangs_up_and_the_phone_answers_late(here, phones)
            await the_ring_is_over_and_the_phone_answers_late(here, phones)
            await one_too_many_goes_to_the_next_queue(here, phones)
        finally:
            phones.close()
        assert (here.witness.double_offers, here.witness.twice) == ([], [])


async def he_hangs_up_and_the_phone_answers_late(here: Hall, phones: UdpPhones) -> None:
    """The caller is gone; the agent's phone, which answers a moment later, is freed at once."""
    phones.stubborn = True
    async with caller(here, "13900000001") as call:
        invite, agent = await rings(phones)
        call.bye()
        await parted(phones, invite)
    await here.no_calls()
    await state(here, agent, "ready")
    ended = await here.center.ended_call("13900000001")
    assert (ended["outcome"], ended["hung_up_by"]) == ("abandoned_in_queue", "caller")
    assert ended["answered_at"] is None


async def the_ring_is_over_and_the_phone_answers_late(here: Hall, phones: UdpPhones) -> None:
    """The call rings at a colleague by then; he has it, the late phone has nobody."""
    phones.stubborn = True
    async with caller(here, "13900000002") as call:
        late, first = await rings(phones)
        invite, second = await rings(phones, RING_SECONDS + 5)
        assert first != second
        await parted(phones, late)
        phones.stubborn = False
        phones.answer(invite)
        await state(here, second, "talking")
        await state(here, first, "ready")
        call.bye()
    await here.no_calls()
    ended = await here.center.ended_call("13900000002")
    assert (ended["outcome"], ended["agent_name"]) == ("answered", f"Agent {second}")
    assert len(ended["visits"]) == 1


async def one_too_many_goes_to_the_next_queue(here: Hall, phones: UdpPhones) -> None:
    """One may wait here; who comes then waits in the other queue, and is served from there."""
    phones.stubborn = False
    chain = [{"reasons": ["full"], "kind": "queue", "target": SPARE}]
    await set_queue(here, limits={"max_waiting": 1}, overflow=chain, ring_seconds=30)
    async with caller(here, "13900000003") as first, caller(here, "13900000004") as second:
        ringing = [await rings(phones) for _ in range(2)]  # both agents have their hands full
        phones.answer(ringing[0][0])
        await state(here, ringing[0][1], "talking")
        async with caller(here, "13900000005") as third:

            async def sent_on() -> bool:
                rows = (await here.center.get("/board"))["snapshot"]["calls"]
                return any((row["queue"], row["state"]) == (SPARE, "waiting") for row in rows)

            await until("the third caller waits in the other queue", sent_on, seconds=10)
            first.bye()
            second.bye()
            invite, agent = await rings(phones)
            phones.answer(invite)
            await state(here, agent, "talking")
            third.bye()
    await here.no_calls()
    ended = await here.center.ended_call("13900000005")
    visits = [(visit["queue"], visit["outcome"]) for visit in ended["visits"]]
    assert visits == [(QUEUE, "overflowed"), (SPARE, "answered")]
    reasons = [one["payload"]["reason"] for one in ended["events"] if one["kind"] == "overflowed"]
    assert reasons == ["full"]
