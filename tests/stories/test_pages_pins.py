"""A customer's PIN on his page: set, unlocked and taken away, by keyboard; hidden from agents."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pages import Pages, pages_of, violations
from playwright.async_api import Browser, Page, expect

from crm_core import directory
from crm_core.self_service import LOCK_AFTER, log_in, pin_hash, try_pin
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        yield running


async def opened(pages: Pages, browser: Browser, username: str) -> Page:
    async with pages.database.read() as session:
        card = await directory.identify(session, Scope(), "+8613800138000")
    return await pages.open(browser, username, f"/customers/{card.matches[0].contact_id}")


async def tried(pages: Pages, pin: str) -> str:
    async with pages.database.read() as session:
        against = await pin_hash(session, Scope(), "1001")
    tried = await try_pin(pin, against)
    async with pages.database.transaction() as session:
        return (await log_in(session, Scope(), customer_number="1001", tried=tried)).outcome


async def test_a_pin_is_set_unlocked_and_taken_away_by_keyboard(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "chenjing")
    panel = page.get_by_role("region", name="Self-service by telephone")
    await panel.get_by_role("button", name="New PIN").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("739105")
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast-box")).to_contain_text("The PIN is set")
    assert await tried(pages, "739105") == "ok"
    for _ in range(LOCK_AFTER):
        await tried(pages, "0000")
    await page.reload()
    await expect(panel).to_contain_text("locked until")
    assert await violations(page) == []
    await panel.get_by_role("button", name="Unlock").press("Enter")
    await expect(panel).to_contain_text("works")
    assert await tried(pages, "739105") == "ok"
    await panel.get_by_role("button", name="Take away").press("Enter")
    await page.get_by_role("dialog").get_by_role("button", name="Take away").press("Enter")
    await expect(panel).to_contain_text("No PIN yet")
    assert await tried(pages, "739105") == "wrong"


async def test_an_agent_sees_nothing_of_it(pages: Pages, browser: Browser) -> None:
    page = await opened(pages, browser, "liqiang")
    await expect(page.get_by_role("region", name="Timeline")).to_be_visible()
    await expect(page.get_by_role("region", name="Self-service by telephone")).to_have_count(0)
