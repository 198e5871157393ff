"""What is set on the pages is obeyed by the very next call, and by Asterisk, without a restart."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import ZHANG_SAN, calling, on_board
from center import PASSWORD, Center, opened, until
from desk import Desk
from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


async def send(center: Center, method: str, path: str, body: dict[str, Any]) -> Any:
    """Change something over the API as an administrator."""
    headers = {"Authorization": f"Bearer {center.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, f"{center.url}/api/v1{path}", json=body) as answer,
    ):
        told = await answer.json()
        assert answer.status in {200, 201}, told
        return told


async def settings_of(browser: Browser, center: Center, path: str) -> Page:
    """Open a page of the settings as the supervisor."""
    chief = await Desk.open(browser, center, "chenjing", lands="/board")
    await chief.page.goto(center.url + path)
    await chief.page.wait_for_selector("#save")
    return chief.page


async def test_a_strategy_set_on_the_page_decides_the_next_call(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        li = await Desk.open(browser, center, "liqiang")
        await li.ready()
        async with calling(center) as caller:
            await caller.press("2")
            await wang.rings()  # idle for longer
        await wang.state("ready")
        page = await settings_of(browser, center, "/settings/queues/service")
        await page.select_option("#at-strategy", "best_skill")
        await page.fill("#at-steps-0-needs", "tech>=2")  # 王敏 has 4, 李强 8
        await page.fill("#change-note", "tech calls")
        await page.click("#save")
        await page.get_by_text("tech calls").wait_for()
        async with calling(center) as caller:
            await caller.press("2")
            await li.rings()
            await li.answer()
            await li.talks()
            await on_board(center, ZHANG_SAN, "talking")


async def test_a_new_agents_phone_is_known_to_asterisk_while_calls_go_on(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        async with calling(center) as talking, calling(center, "13901234567") as waiting:
            await talking.press("2")
            await wang.rings()
            await wang.answer()
            await wang.hears_and_speaks()
            await waiting.press("2")
            await on_board(center, "13901234567", "waiting")
            told = await send(
                center,
                "POST",
                "/configuration/agents",
                {
                    "username": "newbie",
                    "password": PASSWORD,
                    "document": {
                        "name": "新人",
                        "extension": "1010",
                        "seats": [{"queue": "service"}],
                        "skills": {"language:zh": 9},
                    },
                },
            )
            assert (told["applied"], told["remark"]) == (True, "")
            known = await asyncio.to_thread(center.asterisk, "pjsip show endpoint agent-1010")
            assert "agent-1010" in known
            assert "Unable" not in known
            members = await asyncio.to_thread(center.asterisk, "queue show service")
            assert "agent-1010" in members
            await wang.hears_and_speaks(50)  # the talk went on
            new = await Desk.open(browser, center, "newbie")
            await new.ready_for_call()
            await new.rings()  # the caller who waited all the time
            await new.answer()
            await new.talks()
            await new.hears_and_speaks(20)


async def test_closing_a_queue_by_one_click_leads_the_next_caller_away(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        chief = await Desk.open(browser, center, "chenjing", lands="/board")
        await chief.page.goto(f"{center.url}/settings/queues")
        row = chief.page.locator("tr[data-key=service]")
        await row.get_by_role("button").click()
        await chief.page.locator("dialog .btn-danger").click()
        await row.locator(".chip.s-alarm").wait_for()

        async def diverted() -> bool:
            queues = (await center.get("/queues"))["items"]
            return any(one["overflowed_today"] == 1 for one in queues if one["name"] == "service")

        async with calling(center) as caller:
            await caller.press("2")
            await until("the closed queue sent the caller on", diverted)
            await wang.state("ready")  # never offered
