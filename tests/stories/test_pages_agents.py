"""What an agent is doing, as his own page and the supervisor's drawer show and steer it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from center import until
from pages import CALL, Pages, pages_of, violations
from playwright.async_api import Browser, Page, expect

from acd.commands import (
    AskWrapUp,
    AssignQueues,
    ChooseQueues,
    ExtendWrapUp,
    ReportMicrophone,
    SetNotReady,
    SetReady,
    SignOut,
)
from acd.notices import AgentTold, LeadTold
from crm_core.clock import utc_now

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

BOTH = {"own_queues": ["service", "sales"]}


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        await running.set_queue("service")
        await running.set_queue("sales")
        await running.set_agent("wangmin", "ready", **BOTH)
        yield running


async def given(pages: Pages, kind: type) -> object:
    async def there() -> object:
        return next(iter(pages.engine.of(kind)), None)

    return await until(f"the board was given {kind.__name__}", there, step=0.05)


async def choose(page: Page, trigger: str, item: str) -> None:
    await page.click(trigger)
    await page.locator(".menu [role^=menuitem]").filter(has_text=re.compile(item)).click()


async def test_an_agent_chooses_the_queues_he_serves(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await page.click("#state-button")
    boxes = page.locator(".menu [role=menuitemcheckbox]")
    await expect(boxes).to_have_count(2)
    wrong = [one for one in await violations(page) if not one.startswith("region")]
    assert wrong == [], "but that a menu lies above every landmark"
    await boxes.filter(has_text="Sales").click()
    me = pages.id_of("wangmin")
    assert await given(pages, ChooseQueues) == ChooseQueues(
        agent_id=me, by=me, queues=("service",)
    )
    await pages.set_agent("wangmin", "ready", queues=["service"], **BOTH)
    await page.click("#state-button")
    last = boxes.filter(has_text="Service")
    await expect(last).to_have_attribute("aria-disabled", "true")
    await expect(last).to_contain_text("one queue at least")


async def test_a_ready_agent_no_call_can_come_to_is_shown_why(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await pages.set_agent("wangmin", "ready", trouble="microphone_lost")
    await expect(page.locator("#state-button")).to_contain_text("no microphone")
    board = await pages.open(browser, "chenjing", "/board")
    await expect(board.locator(".agent-row", has_text="王敏")).to_contain_text("no microphone")


async def test_the_page_says_whether_it_has_a_microphone(pages: Pages, browser: Browser) -> None:
    await pages.open(browser, "wangmin", "/agent")
    me = pages.id_of("wangmin")
    expected = ReportMicrophone(agent_id=me, by=me, works=True)
    assert await given(pages, ReportMicrophone) == expected


async def test_a_wrap_up_that_is_to_last_has_no_finish_and_may_be_extended(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    ends = utc_now() + timedelta(seconds=40)
    about = {"call_id": CALL, "wrap_up_ends_at": ends, "wrap_up_kind": "timed_forced"}
    await pages.set_agent("wangmin", "wrap_up", may_extend=True, **about)
    await expect(page.locator('[data-key="finish"]')).to_have_count(0)
    await expect(page.locator(".phone-live")).to_contain_text("Ends by itself")
    await page.locator("body").press("e")
    await given(pages, ExtendWrapUp)
    await pages.set_agent("wangmin", "wrap_up", may_extend=False, **about)
    await expect(page.locator('[data-key="extend"]')).to_have_count(0)


async def test_time_after_a_call_is_asked_for_during_it(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await pages.pop("wangmin", "+8613800138000")
    await pages.call("wangmin", "+8613800138000", "talking")
    await pages.set_agent("wangmin", "talking", call_id=CALL, wrap_up_kind="optional")
    await page.wait_for_selector(".phone-live.is-talking")
    await page.locator("body").press("a")
    me = pages.id_of("wangmin")
    assert await given(pages, AskWrapUp) == AskWrapUp(agent_id=me, by=me)


async def test_a_supervisor_steers_an_agent_from_the_drawer(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/board")
    await page.locator(".agent-row", has_text="王敏").click()
    assert await violations(page) == []
    wang, chief = pages.id_of("wangmin"), pages.id_of("chenjing")
    who = {"agent_id": wang, "by": chief, "by_name": pages.people["chenjing"].display_name}
    await choose(page, '[data-key="set-state"]', "^Ready")
    assert await given(pages, SetReady) == SetReady(**who)
    await choose(page, '[data-key="set-state"]', "Lunch")
    assert await given(pages, SetNotReady) == SetNotReady(**who, reason="lunch")
    await choose(page, '[data-key="set-queues"]', "Service")
    assert await given(pages, AssignQueues) == AssignQueues(**who, queues=("sales",))
    await page.click('[data-key="log-out"]')
    dialog = page.locator("dialog")
    await expect(dialog).to_contain_text("Log out 王敏?")
    assert pages.engine.of(SignOut) == []
    await dialog.locator(".btn-danger").click()
    assert await given(pages, SignOut) == SignOut(**who)


async def test_the_board_tells_what_leads_should_know(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "chenjing", "/board", width=1440)
    me = pages.id_of("wangmin")
    told = {"agent_id": me, "level": "warning"}
    await pages.engine.tell(LeadTold(**told, code="missed_calls", detail={"count": "3"}))
    await pages.engine.tell(LeadTold(**told, code="reason_exceeded", detail={"reason": "lunch"}))
    ticker = page.locator("#board-ticker")
    await expect(ticker).to_contain_text("王敏 · missed 3 in a row, now not ready")
    await expect(ticker).to_contain_text("王敏 · Lunch: longer than allowed")
    await pages.set_agent("wangmin", "not_ready", reason="lunch", set_by_name="陈静")
    await expect(page.locator(".agent-row", has_text="王敏")).to_contain_text("Lunch, set by 陈静")


async def test_an_agent_is_told_who_changed_his_state(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    detail = {"by": "陈静", "state": "not_ready", "reason": "lunch"}
    me = pages.id_of("wangmin")
    await pages.engine.tell(
        AgentTold(agent_id=me, level="info", code="state_set_by", detail=detail)
    )
    await expect(page.locator("#toasts")).to_contain_text("陈静 set you to Not ready.")
