"""Owed callbacks on the desk and on the board, by eye, by keyboard and for those who listen."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from center import until
from pages import Pages, pages_of, violations
from playwright.async_api import Browser, Page, expect

from acd.commands import CancelCallback
from crm_core import callbacks
from crm_core.callbacks import CallbackWritten
from crm_core.clock import utc_now
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        await owe(running, "张三", minutes=12)
        await owe(running, "Alexandra Konstantinopoulou-Weatherington", minutes=4, later=True)
        await running.set_agent("wangmin", "ready", queues=["service"])
        await running.set_queue(
            "service",
            waiting=3,
            oldest_since=utc_now() - timedelta(seconds=15),
            ready=1,
            offered_today=40,
            answered_today=33,
            abandoned_today=4,
            overflowed_today=2,
            in_target_today=30,
            level_today=0.83,
            callbacks=2,
            wait_low=95.0,
            wait_high=260.0,
            wait_error=0.18,
            wait_coverage=0.82,
        )
        await running.set_queue("sales", is_open=False)
        yield running


async def owe(pages: Pages, name: str, *, minutes: int, later: bool = False) -> None:
    now = utc_now()
    written = CallbackWritten(
        callback_id=uuid4(),
        queue="service",
        number="+8613800138000",
        caller_name=name,
        waits_since=now - timedelta(minutes=minutes),
        requested_at=now,
        expires_at=now + timedelta(hours=4),
        priority=0,
        origin_call_id=None,
        state="waiting",
        attempts=1 if later else 0,
        tries=1 if later else 0,
        not_before=now + timedelta(minutes=10) if later else None,
        agent_id=None,
        at=now,
    )
    async with pages.database.transaction() as session:
        await callbacks.save(session, Scope(), written)


async def shoot(page: Page, name: str) -> None:
    """Leave a picture for who asks for one (CALLCENTER_PICTURES names the folder)."""
    if folder := os.environ.get("CALLCENTER_PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_a_supervisor_sees_who_is_owed_and_may_take_it_back(
    pages: Pages, browser: Browser, language: str
) -> None:
    page = await pages.open(browser, "chenjing", "/board", language=language, width=1440)
    row = page.locator(".queue-table tbody tr", has_text="1:35")
    await expect(row).to_contain_text("4:20")
    await row.locator(".queue-name").click()
    drawer = page.locator("#board-drawer")
    first = drawer.locator(".drawer-list li", has_text="张三")
    await expect(first).to_be_visible()
    await shoot(page, f"board-callbacks-{language}")
    assert await violations(page) == []
    await first.get_by_role("button").focus()
    await page.keyboard.press("Enter")
    await page.locator("dialog .btn-danger").click()

    async def given() -> bool:
        return len(pages.engine.of(CancelCallback)) == 1

    await until("the board is told", given)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_an_agent_finds_the_callbacks_of_his_queues_between_calls(
    pages: Pages, browser: Browser, language: str
) -> None:
    page = await pages.open(browser, "wangmin", "/agent", language=language, width=1440)
    await expect(page.locator(".drawer-list li", has_text="张三")).to_be_visible()
    assert await page.locator(".drawer-list button").count() == 0, "he takes none back"
    await shoot(page, f"desk-callbacks-{language}")
    assert await violations(page) == []
