"""The page of voice messages: heard, seen to, called back; by mouse and by keyboard."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from center import until
from pages import Pages, pages_of, violations
from playwright.async_api import Browser, expect
from sounds import tone

from acd.commands import RequestCallback
from crm_core import messages
from crm_core.ids import new_id
from crm_core.messages import Message, MessageFilters
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        for ago, queue in ((10, "service"), (60, "sales")):
            await leave(running, tmp_path / "spool", queue, minutes_ago=ago)
        yield running


async def leave(pages: Pages, spool: Path, queue: str, *, minutes_ago: int) -> None:
    file = spool / "voicemail" / queue / f"{minutes_ago}.wav"
    file.parent.mkdir(parents=True)
    file.write_bytes(tone(3))
    draft = messages.Draft(
        call_id=new_id(),
        at=datetime.now(UTC) - timedelta(minutes=minutes_ago),
        queue=queue,
        number="13912345678",
        language="zh",
        file=str(file.relative_to(spool)),
        seconds=3.0,
    )
    async with pages.database.transaction() as session:
        await messages.keep_message(session, Scope(), draft)


async def kept(pages: Pages, state: str) -> tuple[Message, ...]:
    async with pages.database.read() as session:
        filters = MessageFilters(state=state)  # type: ignore[arg-type]
        return (await messages.messages(session, Scope(), filters)).messages


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
async def test_the_page_of_messages_keeps_nobody_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    page = await pages.open(browser, "chenjing", "/messages", language=language, theme=theme)
    await expect(page.locator(".record-table tbody tr")).to_have_count(2)
    assert await violations(page) == []


async def test_a_message_is_heard_seen_to_and_put_back_by_keyboard(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/messages")
    row = page.locator(".record-table tbody tr").first
    await expect(row).to_contain_text("not heard yet")
    await row.get_by_role("button", name="Hear the message").focus()
    await page.keyboard.press("Enter")
    await expect(row.locator(".message-state")).to_contain_text("heard陈静")
    assert len(await kept(pages, "unheard")) == 1
    await row.get_by_role("button", name="Done: the message").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".record-table tbody tr")).to_have_count(1)
    [done] = await kept(pages, "done")
    assert (done.queue, done.done_by) == ("service", "陈静")
    await page.locator("select[name=state]").select_option("done")
    await page.get_by_role("button", name="Put back").click()
    await expect(page.locator(".empty-place")).to_contain_text("No messages here")
    assert len(await kept(pages, "open")) == 2


async def test_a_supervisor_lets_the_queue_call_back(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "chenjing", "/messages")
    await page.get_by_role("button", name="called back").first.click()
    await expect(page.locator(".toast-box")).to_contain_text("The next free agent")

    async def asked() -> bool:
        return bool(pages.engine.of(RequestCallback))

    await until("the engine was asked", asked)
    [wish] = pages.engine.of(RequestCallback)
    assert (wish.queue, wish.number) == ("service", "13912345678")


async def test_an_agent_finds_the_messages_of_his_queues_on_his_desk(
    pages: Pages, browser: Browser
) -> None:
    await pages.set_agent("liqiang", "ready", queues=["service"])
    page = await pages.open(browser, "liqiang", "/agent")
    panel = page.get_by_role("region", name="Voice messages")
    await expect(panel.locator("li")).to_have_count(1)
    await panel.locator("li a").click()
    await expect(page.locator(".record-table tbody tr")).to_have_count(1)
    await expect(page.locator("[data-dial='13912345678']")).to_be_visible()
