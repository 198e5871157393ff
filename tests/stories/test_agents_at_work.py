"""Missed rings, forced states and wrap-ups of every kind, with real phones and pages."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, waiting
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser, expect

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


async def configure(center: Center, path: str, change: dict[str, Any]) -> None:
    """Change some values of a queue or an agent by the API."""
    found = await center.get(f"/configuration/{path}")
    document = found["document"] | change
    body = {"expected_version": found["version"], "document": document}
    headers = {"Authorization": f"Bearer {center.token}"}
    url = f"{center.url}/api/v1/configuration/{path}"
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.put(url, json=body) as answer,
    ):
        told = await answer.json()
        assert answer.status == 200, told
        assert told["applied"], told


async def row_of(center: Center, name: str) -> dict[str, Any]:
    agents = (await center.get("/agents"))["items"]
    found: dict[str, Any] = next(one for one in agents if one["name"] == name)
    return found


async def choose(desk: Desk, trigger: str, item: str) -> None:
    await desk.page.click(trigger)
    await desk.page.locator(".menu [role^=menuitem]", has_text=item).first.click()


async def test_missed_twice_then_set_ready_by_the_supervisor_and_rung_at_once(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        await configure(center, "queues/service", {"ring_seconds": 5})
        wang_id = (await row_of(center, "王敏"))["agent_id"]
        await configure(center, f"agents/{wang_id}", {"missed_limit": 2})
        chief = await Desk.open(browser, center, "chenjing", lands="/board")
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        async with nothing_left_behind(center):
            async with waiting(center) as caller:
                await wang.rings()
                await wang.state("not_ready", seconds=40)
                ticker = chief.page.locator("#board-ticker")
                await expect(ticker).to_contain_text("missed 2 in a row")
                assert not await caller.ended(0)
                await chief.page.locator(".agent-row", has_text="王敏").click()
                await choose(chief, '[data-key="set-state"]', "Ready")
                await wang.rings()
                await wang.take_call()
                await choose(chief, '[data-key="set-state"]', "Training")
                await expect(wang.page.locator("#state-button")).to_contain_text("then Not ready")
                await wang.hang_up()
                await wang.state("wrap_up")
                await wang.page.locator("body").press("f")
                await wang.page.locator("body").press("f")
                await wang.state("not_ready")
            await chief.page.click('[data-key="log-out"]')
            await chief.page.click("dialog .btn-danger")
            await wang.state("offline")
            async with waiting(center, "13901234567") as second:
                assert not await second.ended(2)
                board = (await center.get("/board"))["snapshot"]
                assert [call["state"] for call in board["calls"]] == ["waiting"]
        await wang.close()
        await chief.close()


async def test_a_wrap_up_asked_for_and_one_that_lasts(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        optional = {"kind": "optional", "seconds": 0, "extension_seconds": 0}
        await configure(center, "queues/service", {"wrap_up": optional})
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await wang.take_call()
            await wang.state("ready")
            forced = {"kind": "timed_forced", "seconds": 12, "extension_seconds": 3}
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await wang.take_call()
                await wang.page.click('[data-key="after"]')
                await expect(wang.page.locator('[data-key="after"]')).to_have_attribute(
                    "aria-pressed", "true"
                )
            await wang.state("wrap_up")
            await configure(center, "queues/service", {"wrap_up": forced})
            await wang.page.locator("body").press("r")
            await wang.state("ready")
            async with calling(center) as caller:
                await caller.press("2")
                await wang.rings()
                await wang.take_call()
            await wang.state("wrap_up")
            assert await wang.page.locator('[data-key="finish"]').count() == 0
            await wang.page.click('[data-key="extend"]')
            await wang.page.wait_for_selector('[data-key="extend"]', state="detached")
            await wang.state("ready", seconds=30)
        await wang.close()


async def test_a_wrap_up_outlives_the_engine(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        forced = {"kind": "timed_forced", "seconds": 90, "extension_seconds": 0}
        await configure(center, "queues/service", {"wrap_up": forced})
        wang = await Desk.open(browser, center, "wangmin")
        await wang.ready()
        async with calling(center) as caller:
            await caller.press("2")
            await wang.rings()
            await wang.take_call()
        await wang.state("wrap_up")
        before = await row_of(center, "王敏")
        await center.ended_call(ZHANG_SAN)  # its record is stored, and so is what came with it
        center.kill("all")
        center.start("all", "run")
        await center.healthy()

        async def back() -> bool:
            row = await row_of(center, "王敏")
            return bool(row["state"] == "wrap_up" and row["wanted"] == "not_ready")

        await until("he wraps up as before, and is signed in for after it", back, seconds=40)
        after = await row_of(center, "王敏")
        assert after["call_id"] == before["call_id"]
        ends = [datetime.fromisoformat(row["wrap_up_ends_at"]) for row in (before, after)]
        assert abs(ends[1] - ends[0]) < timedelta(seconds=2)
        await wang.close()
