"""The flow editor as its user works with it: by mouse, and by keyboard alone."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from center import until
from pages import Pages, pages_of
from playwright.async_api import Browser, Page, Route, expect

from acd.commands import ReloadConfiguration
from crm_core import flows
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        yield running


async def opened(pages: Pages, browser: Browser, language: str = "en") -> Page:
    page = await pages.open(
        browser, "admin", "/flows/hotline", language=language, width=1440, height=900
    )
    await expect(page.locator(".flow-canvas .x6-node")).not_to_have_count(0)
    await expect(page.locator(".flow-verdict")).to_be_visible()
    return page


async def version_in_force(pages: Pages) -> int:
    async with pages.database.read() as session:
        return next((one.version for one in await flows.in_force(session, Scope())), 0)


async def test_a_step_is_chosen_in_the_graph_changed_and_kept_as_a_draft(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    await page.locator(".x6-node[data-cell-id=greeting]").click()
    words = page.get_by_label("Words in English")
    await words.first.fill("Welcome, and good day.")
    await words.first.blur()
    await expect(page.locator(".flow-bar")).to_contain_text("draft kept", timeout=15_000)
    async with pages.database.read() as session:
        draft = await flows.draft_of(session, Scope(), "hotline")
    assert draft is not None
    assert "Welcome, and good day." in str(draft.document["prompts"])
    assert await version_in_force(pages) == 0


async def test_a_fault_is_shown_as_one_types_and_leads_to_its_step(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    await page.locator(".flow-outline li", has_text="hold-sales").click()
    await page.get_by_role("button", name="Delete").click()
    problem = page.locator(".flow-problem", has_text="there is no node 'hold-sales'").first
    await expect(problem).to_be_visible()
    await expect(page.locator(".flow-verdict")).to_contain_text("Not to be published yet")
    await problem.click()
    await expect(page.locator(".flow-outline [aria-selected=true]")).to_contain_text("topic-sales")


async def test_what_may_not_be_published_says_why_and_the_whole_graph_stays_in_sight(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    publish = page.get_by_role("button", name="Publish")
    await page.locator(".flow-outline li", has_text="hold-sales").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(publish).to_have_attribute("aria-disabled", "true")
    await expect(publish).to_have_attribute("title", re.compile("there is no node 'hold-sales'"))
    await expect(publish).to_have_accessible_description(re.compile("Not to be published yet"))
    await expect(page.locator(".flow-bar")).to_contain_text("draft kept", timeout=15_000)
    await publish.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".toast-box")).to_contain_text("there is no node 'hold-sales'")
    assert await page.get_by_role("dialog").count() == 0
    assert await version_in_force(pages) == 0
    assert await left_out(page) == []


async def left_out(page: Page) -> list[str]:
    """Return the steps that reach beyond the edge of the graph's window."""
    found: list[str] = await page.evaluate(
        """() => {
          const place = document.querySelector(".flow-canvas").getBoundingClientRect();
          return [...document.querySelectorAll(".flow-canvas .x6-node")].filter((node) => {
            const box = node.getBoundingClientRect();
            return box.bottom > place.bottom + 1 || box.top < place.top - 1
              || box.left < place.left - 1 || box.right > place.right + 1;
          }).map((node) => node.dataset.cellId);
        }"""
    )
    return found


async def test_a_flow_is_changed_and_published_by_keyboard_alone(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    await page.keyboard.press("n")
    await page.keyboard.press("Home")
    await expect(page.locator(".flow-outline [aria-selected=true]")).to_contain_text("greeting")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Name of the step")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type("says hello")
    await page.keyboard.press("Tab")
    await expect(page.locator(".flow-bar")).to_contain_text("draft kept", timeout=15_000)
    await page.get_by_role("button", name="Publish").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("What is new")).to_be_focused()
    await page.keyboard.type("a note")
    await page.keyboard.press("Enter")
    await expect(page.locator(".flow-bar")).to_contain_text("callers get version 2")

    async def told() -> bool:
        return bool(pages.engine.of(ReloadConfiguration))

    await until("the engine was told", told)
    assert await version_in_force(pages) == 2  # what was shipped is version 1


@asynccontextmanager
async def held_up(page: Page, path: str) -> AsyncIterator[None]:
    """Keep the answers to these requests back until this is left."""
    may_go = asyncio.Event()

    async def wait(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await page.route(path, wait)
    yield
    may_go.set()


async def test_a_step_pressed_while_the_verdict_comes_is_chosen(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    async with held_up(page, "**/flows/judge"):
        await page.reload()
        await page.locator(".flow-outline li").nth(1).hover()
        await page.mouse.down()
    await expect(page.locator(".flow-verdict")).to_be_visible()
    await page.mouse.up()
    await expect(page.locator(".flow-outline li").nth(1)).to_have_attribute(
        "aria-selected", "true"
    )


async def test_publish_keeps_the_keyboard_while_the_draft_is_kept(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser)
    async with held_up(page, "**/flows/hotline/draft"):
        await page.locator(".flow-outline li").first.click()
        words = page.get_by_label("Words in English").first
        await words.fill("Welcome, and good day.")
        await words.blur()
        publish = page.get_by_role("button", name="Publish")
        await publish.focus()
    await expect(page.locator(".flow-bar")).to_contain_text("draft kept", timeout=15_000)
    await expect(publish).to_be_focused()


async def test_a_call_is_tried_and_its_way_lights_up(pages: Pages, browser: Browser) -> None:
    page = await opened(pages, browser)
    await page.get_by_role("button", name="Try a call").click()
    await page.get_by_label("What the caller does").fill(".2")
    await page.get_by_role("button", name="Call", exact=True).click()
    await expect(page.locator(".flow-tried li").last).to_contain_text("service")
    await page.keyboard.press("Escape")
    await expect(page.locator(".flow-node.is-lit").nth(2)).to_be_visible()


async def test_versions_show_what_changed_and_one_can_go_back(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "zh_CN")
    await page.locator(".flow-outline li").first.click()
    await page.get_by_label("备注").fill("新的备注")
    await page.get_by_label("备注").blur()
    await expect(page.locator(".flow-bar")).to_contain_text("草稿已保存", timeout=15_000)
    await page.get_by_role("button", name="发布").click()
    await page.get_by_label("更新内容").press("Enter")
    await expect(page.locator(".flow-bar")).to_contain_text("来电使用版本 2")
    await page.get_by_role("button", name="版本").click()
    await page.get_by_role("button", name="变化").click()
    await expect(page.locator(".is-after", has_text="新的备注")).to_be_visible()
    await page.get_by_role("button", name="恢复此版本").click()
    await page.get_by_role("button", name="恢复", exact=True).click()
    await expect(page.locator(".flow-bar")).to_contain_text("来电使用版本 1")
    assert await version_in_force(pages) == 1
