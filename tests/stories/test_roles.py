"""Engine and web as two processes over PostgreSQL and Redis, each ended while the other stays."""

import asyncio
from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, waiting
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser, Page
from services import RedisServer
from test_answered_call import answered_call

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

ENGINE, WEB = "engine", "web"


@pytest.fixture
def parted(home: Path, demo_postgresql: str, own_redis: RedisServer) -> Center:
    """An installation whose roles meet over PostgreSQL and Redis alone."""
    return Center.plan(home, DATABASE_URL=demo_postgresql, REDIS_URL=own_redis.url)


async def shows_age(page: Page, *, old: bool) -> None:
    """Wait until the page says that its figures are old, or no longer says so."""
    await page.locator("body.is-stale" if old else "body:not(.is-stale)").wait_for(timeout=40_000)


async def engine_dies(center: Center) -> None:
    """End the engine as a power cut would, and see that the web knows."""
    center.kill(ENGINE)

    async def is_stale() -> bool:
        return (await center.get("/board"))["snapshot"]["stale_since"] is not None

    await until("the board is stale", is_stale)


async def answer_is_stored(center: Center) -> None:
    async def stored() -> bool:
        found = await center.calls_from(ZHANG_SAN)
        details = [await center.get(f"/calls/{call['call_id']}") for call in found]
        return any(event["kind"] == "answered" for one in details for event in one["events"])

    await until("the answer is stored", stored)


def start(center: Center, role: str) -> None:
    center.start(role, "run", "--role", role)


async def call_is_taken(center: Center, desk: Desk) -> None:
    """Tell a short call from the queue to its record."""
    async with calling(center) as caller:
        await caller.press("2")
        await desk.rings()
        await desk.card_says("张三")
        await desk.answer()
        await desk.hears_and_speaks(20)
    detail = await center.ended_call(ZHANG_SAN)
    assert (detail["outcome"], detail["hung_up_by"]) == ("answered", "caller")


async def test_the_story_of_a_call_with_engine_and_web_apart(
    parted: Center, browser: Browser
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        await answered_call(center, browser)


async def test_an_engine_that_dies_leaves_old_figures_and_comes_back_by_itself(
    parted: Center, browser: Browser
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        desk = await Desk.open(browser, center, "wangmin")
        lead = await Desk.open(browser, center, "chenjing", lands="/board")
        await desk.ready()
        await engine_dies(center)
        await asyncio.gather(shows_age(desk.page, old=True), shows_age(lead.page, old=True))
        start(center, ENGINE)
        await center.healthy()
        await asyncio.gather(shows_age(desk.page, old=False), shows_age(lead.page, old=False))
        await desk.state("ready")  # as he was, without a click
        await call_is_taken(center, desk)
        await center.no_channels()
        await asyncio.gather(desk.close(), lead.close())


async def test_an_engine_that_dies_in_talk_costs_nobody_the_call(
    parted: Center, browser: Browser
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with calling(center) as caller:
            await caller.press("2")
            await desk.rings()
            await desk.answer()
            await engine_dies(center)
            await desk.hears_and_speaks(50)
            start(center, ENGINE)
            await center.healthy()
            await desk.state("talking")
            await desk.hang_up()
            assert await caller.ended(10)
        detail = await center.ended_call(ZHANG_SAN)
        assert (detail["outcome"], detail["queue"]) == ("answered", "service")
        assert detail["agent_name"] == "王敏"
        assert len(await center.calls_from(ZHANG_SAN)) == 1
        await desk.state("wrap_up")
        await desk.close()


async def test_a_call_that_ends_while_the_engine_is_away_is_told_as_far_as_it_was_seen(
    parted: Center, browser: Browser
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with calling(center) as caller:
            await caller.press("2")
            await desk.rings()
            await desk.answer()
            await answer_is_stored(center)
            await engine_dies(center)
        start(center, ENGINE)
        detail = await center.ended_call(ZHANG_SAN, seconds=60)
        assert (detail["outcome"], detail["queue"]) == ("answered", "service")
        assert (detail["agent_name"], detail["incomplete"]) == ("王敏", True)
        await center.no_channels()
        await desk.close()


async def test_a_web_that_restarts_in_talk_costs_nobody_the_call(
    parted: Center, browser: Browser
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await desk.rings()
                await desk.answer()
                center.kill(WEB)
                await shows_age(desk.page, old=True)
                await desk.hears_and_speaks(50)
                start(center, WEB)
                await center.healthy()
                await shows_age(desk.page, old=False)
                await desk.state("talking")
                await desk.card_says("张三")
                await desk.hears_and_speaks(20)
                await desk.hang_up()
                assert await caller.ended(10)
            detail = await center.ended_call(ZHANG_SAN)
            assert (detail["outcome"], detail["hung_up_by"]) == ("answered", "agent")
            await desk.state("wrap_up")
        await desk.close()


async def test_a_redis_that_restarts_empty_is_found_again(
    parted: Center, browser: Browser, own_redis: RedisServer
) -> None:
    async with opened(parted, ENGINE, WEB) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.registered()
        async with waiting(center) as caller:
            own_redis.stop()
            await shows_age(desk.page, old=True)
            own_redis.start()
            await center.healthy()
            await shows_age(desk.page, old=False)
            assert not await caller.ended(0)
            await desk.ready_for_call()
            await desk.rings()
            await desk.answer()
            await desk.hears_and_speaks(20)
        detail = await center.ended_call(ZHANG_SAN)
        assert (detail["outcome"], detail["agent_name"]) == ("answered", "王敏")
        await center.no_channels()
        await desk.close()
