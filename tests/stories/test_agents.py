"""Agents who miss calls and agents who hand them on."""

from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, waiting
from center import Center, opened
from desk import Desk
from playwright.async_api import Browser

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def test_agent_does_not_answer_and_the_next_one_does(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        li = await Desk.open(browser, center, "liqiang")
        await wang.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await li.ready_for_call()
                await wang.state("not_ready", seconds=40)
                await li.rings()
                await li.card_says("张三")
                await li.answer()
                await li.hears_and_speaks(20)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] == "answered"
            assert detail["agent_name"] == "李强"
            rang = [leg for leg in detail["legs"] if leg["role"] == "agent"]
            assert [leg["answered_at"] is None for leg in rang] == [True, False]
        await wang.close()
        await li.close()


async def test_blind_transfer_brings_the_data_to_the_second_screen(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        li = await Desk.open(browser, center, "liqiang")
        await wang.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await wang.answer()
                await li.ready()
                await wang.page.click('[data-key="transfer"]')
                await wang.page.fill("#transfer-to", "李强")
                await wang.page.locator("#transfer-targets [role=option]").first.click()
                note = wang.page.locator("#phone-more textarea")
                await note.fill("wants a written quote")
                await note.press("Enter")
                await li.rings()
                await li.card_says("张三")
                await li.card_says("wants a written quote")
                await li.answer()
                await li.hears_and_speaks(20)
                await wang.state("wrap_up")
                assert not await caller.ended(0)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] == "answered"
            answered = [leg for leg in detail["legs"] if leg["role"] == "agent"]
            assert len(answered) == 2
            assert all(leg["answered_at"] for leg in answered)
            assert detail["data"]["note"] == "wants a written quote"
        await wang.close()
        await li.close()


async def test_a_waiting_caller_is_rung_through_when_an_agent_becomes_ready(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.registered()
        async with nothing_left_behind(center):
            async with waiting(center) as caller:
                assert not await caller.ended(1)
                await desk.ready_for_call()
                await desk.rings()
                await desk.answer()
                await desk.hears_and_speaks(20)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["waited_seconds"] >= 1
        await desk.close()
