"""Two Asterisks, one brain: callers of both stand in one line and are served in its order."""

import asyncio

import pytest
from figures import show
from hall import CALL_ID, Hall, hall
from raw_caller import raw_call
from udp_phones import UdpPhones
from websocket_phone import header

CALLS, APART = 8, 0.3


@pytest.mark.live
@pytest.mark.timeout(240)
@pytest.mark.parametrize("far_phones", [False, True], ids=["phones_of_both", "phones_of_one"])
async def test_callers_of_two_nodes_are_served_in_the_order_they_came(far_phones: bool) -> None:
    async with hall(agents=1, two_nodes=True, far_phones=far_phones) as here:
        assert here.other is not None
        node, other = here.other
        here.phones()
        verdicts = []
        for number in range(CALLS):
            way = here.asterisk if number % 2 == 0 else node
            verdicts.append(here.callers("-m", "1", node=way))
            async with asyncio.timeout(10):
                while here.witness.came + other.came <= number:  # noqa: ASYNC110 - tells no news
                    await asyncio.sleep(0.01)
            await asyncio.sleep(APART)
        served = [await here.served(callers, asked=False) for callers in verdicts]
        await here.no_calls()
        line = sorted([*here.witness.came_and_served, *other.came_and_served])
        records = dict(await here.rows("SELECT outcome, count(*) FROM call GROUP BY outcome"))
        agents = dict(await here.rows("SELECT agent_id, count(*) FROM call GROUP BY agent_id"))
        doubled = here.witness.double_offers + other.double_offers
        show(
            "two_nodes",
            calls=[len(here.witness.ended), len(other.ended)],
            lost=len(here.witness.lost) + len(other.lost),
            double_offers=len(doubled),
            in_order=line == sorted(line, key=lambda each: each[1]),
            far_phones=far_phones,
            records=records,
        )
        assert served == [0] * CALLS
        assert (here.witness.lost, other.lost, doubled) == ([], [], [])
        assert (len(here.witness.ended), len(other.ended)) == (CALLS // 2, CALLS // 2)
        assert line == sorted(line, key=lambda each: each[1]), line
        assert records == {"answered": CALLS}
        assert list(agents.values()) == [CALLS], "each by the one agent there is"
        if far_phones:
            await the_phone_is_told_its_call(here)


async def the_phone_is_told_its_call(here: Hall) -> None:
    """The screen finds the call by the id that the phone is told, across the trunk as well."""
    assert here.other is not None
    await here.end()
    phones = await UdpPhones.open(here.asterisk.phones_port, here.asterisk.bench_port)
    try:
        sip = here.other[0].plan.ports.sip
        async with raw_call(b"<sip:13900000001@127.0.0.1>", sip_port=sip, to="told"):
            invite = await asyncio.wait_for(phones.ringing.get(), 10)
            assert f"@{CALL_ID}.invalid>" in header(invite, "From")
        await here.no_calls()
    finally:
        phones.close()
