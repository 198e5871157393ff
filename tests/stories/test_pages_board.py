"""The supervisor's board: where it burns stands first; the wall is read from afar."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from center import until
from pages import CALL, Pages, pages_of
from playwright.async_api import Browser, expect

from acd.commands import HangUp
from crm_core.clock import utc_now

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

LONG = "Alexandra Konstantinopoulou-Weatherington 亚历山德拉"


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        await running.set_queue("sales", ready=2)
        await running.set_queue(
            "service", waiting=4, oldest_since=utc_now() - timedelta(seconds=90), talking=1
        )
        await running.set_agent("wangmin", "talking", call_id=CALL)
        await running.set_agent("emma", "ready", name=LONG)
        await running.call("wangmin", "+8613800138000", "talking")
        yield running


async def test_the_worst_queue_stands_first_and_says_why(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "chenjing", "/board")
    first = page.locator(".queue-table tbody tr").first
    await expect(first).to_contain_text("Service line")
    await expect(first.locator(".queue-alarm")).to_contain_text("waiting too long")
    await expect(page.locator("h1")).to_contain_text("Service line: waiting too long")
    await pages.set_queue("service", ready=2)
    await expect(page.locator("h1")).to_contain_text("All calm")


async def test_an_agent_opens_into_a_drawer_with_the_live_call(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/board")
    await page.locator(".agent-row", has_text="王敏").click()
    drawer = page.locator("#board-drawer")
    await expect(drawer.locator(".drawer-call")).to_contain_text("+86 138 0013 8000")
    await drawer.get_by_role("button", name="Hang up this call").click()
    dialog = page.locator("dialog[open]")
    await expect(dialog).to_contain_text("Hang up the call with")
    await page.keyboard.press("Enter")  # the focus is on Cancel: a slip does nothing
    await expect(dialog).to_have_count(0)
    assert pages.engine.of(HangUp) == []
    await drawer.get_by_role("button", name="Hang up this call").click()
    await dialog.get_by_role("button", name="Hang up", exact=True).click()
    await until("the engine is told", lambda: told(pages))
    await page.keyboard.press("Escape")


async def told(pages: Pages) -> int:
    return len(pages.engine.of(HangUp))


async def test_changes_come_by_themselves_and_run_through_the_ticker(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/board", language="zh_CN")
    await pages.set_agent("liqiang", "not_ready", reason="lunch")
    row = page.locator(".agent-row", has_text="李强")
    await expect(row).to_contain_text("用餐")
    await expect(page.locator(".ticker-list li").first).to_contain_text("李强 · 未就绪")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
async def test_long_names_break_no_row(
    pages: Pages, browser: Browser, width: int, height: int
) -> None:
    page = await pages.open(browser, "chenjing", "/board", width=width, height=height)
    await page.wait_for_selector(".agent-row")
    heights = await page.evaluate(
        "[...document.querySelectorAll('.agent-row')].map(row => row.offsetHeight)"
    )
    assert len(set(heights)) == 1
    over = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0


async def test_w_makes_it_a_wall_of_huge_figures_without_controls(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(
        browser, "chenjing", "/board?wall=1", language="zh_CN", width=1920, height=1080
    )
    await expect(page.locator(".wall-queue").first).to_contain_text("服务热线")
    size = await page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.wall-waiting strong')).fontSize)"
    )
    assert size >= 120
    over = await page.evaluate(
        "document.documentElement.scrollHeight - document.documentElement.clientHeight"
    )
    assert over <= 0
    assert await page.locator("button:visible").count() == 0
    await page.keyboard.press("w")
    await expect(page.locator(".queue-table")).to_be_visible()
    assert page.url.endswith("/board")
