"""Every page, in both languages and both looks, as axe-core judges it: nothing wrong."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pages import Pages, pages_of, settled, violations
from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

LOOKS = [("en", "light"), ("zh_CN", "dark")]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        yield running


async def furnish_board(pages: Pages) -> None:
    await pages.set_queue("service", waiting=3, ready=1, talking=2, offered_today=20)
    await pages.set_queue("sales", talking=1, offered_today=9, in_target_today=9)
    await pages.set_agent("liqiang", "not_ready", reason="lunch")
    await pages.set_agent("emma", "talking")
    await pages.set_agent("zhaoxue", "offline")


async def follow_first(page: Page, selector: str) -> None:
    link = page.locator(selector).first
    path = await link.get_attribute("href")
    await link.click()
    await page.wait_for_url(f"**{path}")
    await settled(page)


@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_a_leads_pages_have_nothing_that_keeps_anyone_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    await furnish_board(pages)
    page = await pages.open(browser, "admin", "/board", language=language, theme=theme)
    await page.wait_for_selector(".queue-table")
    found = {"board": await violations(page)}
    await page.locator(".agent-row").first.click()
    found["agent drawer"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("w")
    await page.wait_for_selector(".wall")
    found["wallboard"] = await violations(page)
    for name in ("customers", "tickets", "calls", "statements"):
        await pages.go(page, f"/{name}")
        found[name] = await violations(page)
        await follow_first(page, ".record-table tbody tr a[href^='/']")
        found[f"one of {name}"] = await violations(page)
    await pages.go(page, "/flows")
    found["flows"] = await violations(page)
    await pages.go(page, "/flows/hotline")
    await page.locator(".flow-outline li").nth(1).click()
    await page.wait_for_selector(".flow-form select")
    found["one of flows"] = await violations(page)
    since = (datetime.now(UTC) - timedelta(days=30)).date()
    await pages.go(page, f"/reports?from={since}&interval=day")
    found["reports"] = await violations(page)
    await pages.go(page, "/reports?kind=surveys")
    found["surveys"] = await violations(page)
    await pages.go(page, "/reports?kind=agents")
    found["agents' report"] = await violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_an_agents_pages_have_nothing_that_keeps_anyone_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    await pages.set_queue("service", waiting=1)
    await pages.set_agent("wangmin", "ready")
    page = await pages.open(browser, "wangmin", "/agent", language=language, theme=theme)
    found = {"idle desk": await violations(page)}
    await pages.pop("wangmin", "+8613800138000", data={"language": "zh", "note": "please hurry"})
    await pages.call("wangmin", "+8613800138000", "offered")
    await pages.set_agent("wangmin", "offered")
    await page.wait_for_selector(".card-name")
    found["offered"] = await violations(page)
    await pages.call("wangmin", "+8613800138000", "talking")
    await pages.set_agent("wangmin", "talking")
    await page.wait_for_selector(".is-talking")
    found["talking"] = await violations(page)
    await pages.set_agent("wangmin", "wrap_up")
    await page.wait_for_selector(".is-wrap_up")
    found["wrap-up"] = await violations(page)
    await page.locator("body").press("?")
    await page.wait_for_selector(".dialog-keys")
    found["keys"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.locator("body").press("/")
    await page.keyboard.type("138")
    await page.wait_for_selector(".hit")
    found["search"] = await violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_the_doors_have_nothing_that_keeps_anyone_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    page = await pages.open(browser, path="/login", language=language, theme=theme)
    found = {"log-in": await violations(page)}
    await pages.go(page, "/phone")
    await page.wait_for_selector(".caller-choice")
    found["caller's phone"] = await violations(page)
    await page.goto(f"{pages.url}/nothing-here")
    found["error"] = await violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
