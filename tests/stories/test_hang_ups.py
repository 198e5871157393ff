"""Callers who leave: in the menu, in the queue, at the very moment an agent answers."""

import asyncio
from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, waiting
from center import Center, opened
from desk import Desk
from playwright.async_api import Browser

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def test_caller_hangs_up_in_the_menu_and_in_the_queue(home: Path) -> None:
    async with opened(Center.plan(home)) as center, nothing_left_behind(center):
        async with calling(center, "13900000001") as caller:
            assert not await caller.ended(1)
        detail = await center.ended_call("13900000001")
        assert (detail["outcome"], detail["hung_up_by"]) == ("abandoned_in_menu", "caller")

        async with waiting(center, "13900000002") as caller:
            assert not await caller.ended(1.5)
        detail = await center.ended_call("13900000002")
        assert (detail["outcome"], detail["hung_up_by"]) == ("abandoned_in_queue", "caller")
        assert detail["queue"] == "service"
        assert detail["waited_seconds"] >= 1
        assert detail["talked_seconds"] == 0


async def test_caller_hangs_up_at_the_moment_the_agent_answers(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await desk.rings()
                answer = desk.page.click('[data-key="answer"]:not([disabled])', timeout=5000)
                await asyncio.gather(answer, caller.hang_up(), return_exceptions=True)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] in {"answered", "abandoned_in_queue"}
            talked = detail["talked_seconds"]
            assert (detail["outcome"] == "answered") == (detail["answered_at"] is not None)
            assert talked < 5
            if detail["outcome"] == "answered":
                await desk.state("wrap_up")
                await desk.page.click('[data-key="finish"]')
                await desk.page.click('[data-key="finish"]')
            await desk.state("ready")
        await desk.close()
