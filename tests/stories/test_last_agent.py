"""A customer who calls again rings the agent he spoke with, who is not the longest idle."""

from pathlib import Path

import pytest
from callers import ZHANG_SAN, nothing_left_behind, waiting
from center import Center, opened
from desk import Desk
from playwright.async_api import Browser
from test_vip_overtakes import at_work
from test_waiting import configure

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def test_a_customer_who_calls_again_rings_the_agent_he_spoke_with(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        nothing_after = {"kind": "none"}
        await configure(center, "service", last_agent_seconds=20, wrap_up=nothing_after)
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with nothing_left_behind(center), at_work(center, "liqiang") as (phone, post):
            async with waiting(center):
                await desk.rings()
                await desk.take_call()
                await post("/me/state", {"state": "ready"})  # idle from now on
                await desk.hang_up()
            first = await center.ended_call(ZHANG_SAN)
            await desk.state("ready")
            async with waiting(center):
                await desk.rings()
                await desk.take_call()
                await desk.hang_up()
            seen = phone.unheard()
        detail = await center.ended_call(ZHANG_SAN, calls=2)
        assert detail["call_id"] != first["call_id"]
        told = [one for one in detail["events"] if one["kind"] == "offered_to_agent"]
        choices = [(one["payload"]["rule"], one["payload"]["agent_name"]) for one in told]
        assert choices == [("last_agent", "王敏")]
        assert not [one for one in seen if one.startswith("INVITE")]
        await desk.close()
