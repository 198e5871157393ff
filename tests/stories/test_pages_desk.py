"""The agent's page as an agent uses it: the card first, the keys, nothing lost on reload."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from center import until
from pages import CALL, Pages, pages_of, settled
from playwright.async_api import Browser, Page, expect

from acd.commands import FinishWrapUp, SetReady
from acd.notices import FeedFresh, FeedStale
from crm_core.clock import utc_now

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]

KNOWN = "+8613800138000"  # 张三, the demo's known customer
SHARED = "+862150311234"  # belongs to two contacts of one company
NOBODY = "+8613700001234"


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        await running.set_queue("service")
        await running.set_queue("sales")
        await running.set_agent("wangmin", "ready")
        yield running


async def talk(pages: Pages, page: Page, number: str) -> None:
    await pages.pop("wangmin", number)
    await pages.call("wangmin", number, "talking")
    await pages.set_agent("wangmin", "talking", call_id=CALL)
    await page.wait_for_selector(".phone-live.is-talking")


async def test_the_card_stands_before_the_agents_state_changes(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent", language="zh_CN")
    await pages.pop("wangmin", KNOWN, data={"language": "zh", "note": "客户很急"})
    await expect(page.locator(".card-name")).to_have_text("张三")
    await expect(page.locator(".facts-note")).to_contain_text("客户很急")
    await expect(page.locator(".facts-list")).to_contain_text("中文")
    await expect(page.locator(".timeline-list .moment").first).to_be_visible()
    moments = await page.evaluate("window.callcenterTimeline")
    assert [(one["what"], one["callId"]) for one in moments] == [("pop", str(CALL))]


async def test_a_call_brings_the_desk_to_the_front(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/customers")
    await pages.pop("wangmin", KNOWN)
    await page.wait_for_url("**/agent")
    await expect(page.locator(".card-name")).to_have_text("张三")


async def test_several_customers_are_told_apart_with_two_keystrokes(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await talk(pages, page, SHARED)
    second = await page.locator(".which-name").nth(1).inner_text()
    await page.locator("body").press("2")
    await page.keyboard.press("Enter")
    await expect(page.locator(".card-name")).to_have_text(second)


async def test_an_unknown_caller_is_named_and_kept_with_the_call(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await talk(pages, page, NOBODY)
    await expect(page.locator("#caller-name")).to_be_focused()
    await page.keyboard.type("李 Newcomer")
    await page.keyboard.press("Enter")
    await expect(page.locator(".card-name")).to_have_text("李 Newcomer")
    await page.reload()
    await settled(page)
    await expect(page.locator(".card-name")).to_have_text("李 Newcomer")


async def test_what_was_written_is_there_after_a_reload(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await talk(pages, page, KNOWN)
    await page.fill("#call-note", "asked for the invoice")
    await page.fill("#ticket-subject", "Send the invoice again")
    await page.locator(".disposition").first.click()
    await page.reload()
    await settled(page)
    await expect(page.locator("#call-note")).to_have_value("asked for the invoice")
    await expect(page.locator("#ticket-subject")).to_have_value("Send the invoice again")
    await expect(page.locator(".disposition").first).to_have_attribute("aria-checked", "true")


async def test_the_wrap_up_is_done_by_two_keys(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await talk(pages, page, KNOWN)
    await pages.set_agent("wangmin", "wrap_up", wrap_up_ends_at=utc_now())
    await page.wait_for_selector(".phone-live.is-wrap_up")
    await page.locator("body").press("f")  # without a result it asks once
    await expect(page.locator(".toast-box.is-warning")).to_be_visible()
    assert pages.engine.of(FinishWrapUp) == []
    await page.locator("body").press("f")
    await until("the wrap-up is finished", lambda: given(pages, FinishWrapUp))


async def given(pages: Pages, kind: type[FinishWrapUp]) -> int:
    return len(pages.engine.of(kind))


async def test_esc_never_hangs_up_and_closes_only_what_is_open(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await talk(pages, page, KNOWN)
    await page.locator("body").press("?")
    await expect(page.locator("dialog[open]")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    await page.keyboard.press("Escape")
    assert [type(one).__name__ for one in pages.engine.given].count("HangUp") == 0
    await expect(page.locator(".phone-live.is-talking")).to_be_visible()


async def test_a_customer_is_found_by_keys_alone(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await page.locator("body").press("/")
    await page.keyboard.type("张三")
    await page.wait_for_selector(".hit")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customers/*")
    await expect(page.locator("h1")).to_contain_text("张三")


async def test_ready_is_refused_while_the_phone_is_not(pages: Pages, browser: Browser) -> None:
    await pages.set_agent("wangmin", "not_ready", reason="lunch")
    page = await pages.open(browser, "wangmin", "/agent")
    await expect(page.locator(".check.is-bad")).to_contain_text("Phone line")
    await page.locator("body").press("r")
    await expect(page.locator(".toast-box.is-warning")).to_contain_text("Phone line")
    assert pages.engine.of(SetReady) == []


async def test_old_figures_are_grey_and_say_since_when(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await pages.engine.tell(FeedStale(since=utc_now()))
    await expect(page.locator("#feed-age")).to_contain_text("Old figures")
    await expect(page.locator("body")).to_have_class("is-stale")
    await pages.engine.tell(FeedFresh())
    await expect(page.locator("#feed-age")).to_have_text("")


@pytest.mark.parametrize("state", ["idle", "talking", "wrap_up"])
async def test_a_small_laptop_shows_the_whole_desk_without_scrolling(
    pages: Pages, browser: Browser, state: str
) -> None:
    page = await pages.open(browser, "wangmin", "/agent", language="zh_CN")
    if state != "idle":
        await talk(pages, page, KNOWN)
    if state == "wrap_up":
        await pages.set_agent("wangmin", "wrap_up")
        await page.wait_for_selector(".phone-live.is-wrap_up")
    for place in ("document.documentElement", *map(find, ("#page", "#desk-side", ".phone"))):
        over = await page.evaluate(f"{place}.scrollHeight - {place}.clientHeight")
        aside = await page.evaluate(f"{place}.scrollWidth - {place}.clientWidth")
        assert (place, over <= 0, aside <= 0) == (place, True, True)


def find(selector: str) -> str:
    return f"document.querySelector('{selector}')"


async def test_a_list_that_cannot_be_read_says_so_and_tries_again(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    await page.route("**/api/v1/customers*", lambda route: route.abort())
    await page.locator("body").press("g")
    await page.keyboard.press("c")
    await expect(page.locator("#page [role=alert]")).to_contain_text("cannot be reached")
    await page.unroute("**/api/v1/customers*")
    await page.locator("#page [role=alert] button").click()
    await expect(page.locator(".record-table")).to_be_visible()
