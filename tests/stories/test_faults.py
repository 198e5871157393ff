"""What callers notice when a part of us dies: nothing, or a little music."""

import asyncio
from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, waiting
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser
from proxy import CuttableProxy, cut

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


async def test_ami_cut_and_restored_mid_call(home: Path, browser: Browser) -> None:
    plan = Center.plan(home)
    proxy = CuttableProxy(int(plan.setting("AMI_PORT")))
    await proxy.start()
    plan.engine_environment["CALLCENTER_AMI_PORT"] = str(proxy.port)
    try:
        async with opened(plan) as center:
            desk = await Desk.open(browser, center, "wangmin")
            await desk.ready()
            async with nothing_left_behind(center):
                async with calling(center) as caller:
                    await caller.press("2")
                    await desk.rings()
                    await desk.answer()
                    with cut(proxy):

                        async def stale() -> bool:
                            board = await center.get("/board")
                            return board["snapshot"]["stale_since"] is not None

                        await until("the board says it is stale", stale)
                        await desk.hears_and_speaks(50)
                    await center.healthy()
                    await desk.state("talking")
                    await desk.hears_and_speaks(20)
                detail = await center.ended_call(ZHANG_SAN)
                assert (detail["outcome"], detail["queue"]) == ("answered", "service")
                assert len(await center.calls_from(ZHANG_SAN)) == 1
            await desk.close()
    finally:
        await proxy.close()


async def test_engine_killed_during_talk(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with calling(center) as caller:
            await caller.press("2")
            await desk.rings()
            await desk.answer()
            await desk.hears_and_speaks(50)
            center.kill("all")
            await desk.hears_and_speaks(100)
            center.start("all", "run")
            await center.healthy()
            await desk.hears_and_speaks(20)
        # The new process opens the page's connections and the database's only as they are used.
        async with nothing_left_behind(center, spare_files=20):
            detail = await center.ended_call(ZHANG_SAN)
            assert (detail["outcome"], detail["queue"]) == ("answered", "service")
            assert detail["talked_seconds"] > 3  # 150 packets of 20 ms at the least
            assert len(await center.calls_from(ZHANG_SAN)) == 1
        await desk.close()


async def test_engine_killed_with_callers_waiting(home: Path) -> None:
    async with opened(Center.plan(home)) as center:
        async with waiting(center, "13900000003") as first, waiting(center, "13900000004"):
            center.kill("all")

            async def in_fallback() -> bool:
                shown = await asyncio.to_thread(center.asterisk, "queue show service")
                return "2. PJSIP" in shown

            await until("both callers reach the fallback queue", in_fallback, seconds=8)
            assert not await first.ended(0)
            center.start("all", "run")
            await center.healthy()
        for number in ("13900000003", "13900000004"):
            detail = await center.ended_call(number)
            assert detail["outcome"] == "abandoned_in_queue"
        await center.no_channels()


async def test_asterisk_restarted(home: Path) -> None:
    async with opened(Center.plan(home)) as center:
        async with waiting(center, "13900000005"):
            center.kill_asterisk()
            await asyncio.to_thread(center.command, "asterisk", "start")
            await center.healthy()
        detail = await center.ended_call("13900000005")
        assert detail["outcome"] == "lost_to_restart"
        async with nothing_left_behind(center), waiting(center, "13900000006"):
            pass
        detail = await center.ended_call("13900000006")
        assert detail["outcome"] == "abandoned_in_queue"
