"""The page of prompts: recorded through the microphone, brought as a file, used in a flow."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pages import Pages, pages_of, recorded, violations
from playwright.async_api import Browser, Page, expect
from sounds import tone

from crm_core import flows, prompts
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(180)]


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        yield running


async def record(page: Page) -> None:
    """Speak for a while: the browser's stand-in for a microphone beeps once a second."""
    await page.get_by_role("button", name="Begin to record").click()
    await recorded(page)
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_role("button", name="Record again")).to_be_visible()


async def brought(pages: Pages, browser: Browser, name: str, title: str) -> Page:
    page = await pages.open(browser, "chenjing", "/prompts")
    await page.get_by_role("button", name="New prompt").click()
    await page.get_by_label("Title").fill(title)
    await page.get_by_label("Name").fill(name)
    await record(page)
    await page.get_by_role("button", name="Put in force").click()
    await expect(page.locator(".record-table tbody tr")).to_have_count(1)
    return page


async def in_force(pages: Pages) -> list[prompts.Version]:
    async with pages.database.read() as session:
        return await prompts.in_force(session, Scope())


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
async def test_the_page_of_prompts_keeps_nobody_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    await brought(pages, browser, "storm", "Storm")
    page = await pages.open(browser, "chenjing", "/prompts", language=language, theme=theme)
    found = {"list": await violations(page)}
    await page.locator(".btn-primary").click()
    await page.wait_for_selector(".sound-source")
    found["record"] = await violations(page)
    await page.locator("input[value=file]").check()
    found["file"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.locator("[aria-haspopup=menu]").last.click()
    await page.get_by_role("menuitem").first.click()
    await page.wait_for_selector(".plan-list li")
    found["versions"] = await violations(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


async def test_what_is_said_into_the_microphone_is_heard_and_can_be_gone_back_to(
    pages: Pages, browser: Browser
) -> None:
    began = time.monotonic()
    page = await brought(pages, browser, "storm", "Storm")
    [first] = await in_force(pages)
    assert (first.name, first.source, first.version) == ("storm", "microphone", 1)
    assert 0.2 < first.seconds < time.monotonic() - began
    await page.get_by_role("button", name="Hear Storm").click()
    await expect(page.get_by_role("button", name="Hear Storm")).to_be_visible(timeout=15_000)
    await page.get_by_role("button", name="New version of Storm").click()
    await record(page)
    await page.get_by_label("What is new").fill("calmer")
    await page.get_by_role("button", name="Put in force").click()
    await expect(page.locator(".record-table")).to_contain_text("version 2")
    await page.get_by_role("button", name="More about Storm").click()
    await page.get_by_role("menuitem", name="Versions").click()
    await expect(page.locator(".plan-list")).to_contain_text("calmer")
    await page.get_by_role("button", name="Use it again").click()
    await expect(page.locator(".record-table")).to_contain_text("version 3")
    [held] = await in_force(pages)
    assert held.digest == first.digest


async def test_a_file_is_brought_by_keyboard_and_what_is_no_sound_is_refused_with_the_reason(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/prompts")
    await page.get_by_role("button", name="New prompt").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("Spring festival")
    await page.keyboard.press("Tab")
    await page.keyboard.type("spring")
    await page.keyboard.press("Tab")
    await page.keyboard.press("ArrowRight")  # from the microphone to a file
    choose = page.get_by_label("Sound file")
    await choose.set_input_files(
        files=[{"name": "x.wav", "mimeType": "audio/wav", "buffer": b"no sound at all"}]
    )
    await page.get_by_label("What is new").press("Enter")
    await expect(page.locator(".sound-source .told")).to_contain_text("no sound we can read")
    assert await in_force(pages) == []
    await choose.set_input_files(
        files=[{"name": "x.wav", "mimeType": "audio/wav", "buffer": tone(1)}]
    )
    await page.get_by_label("What is new").press("Enter")
    await expect(page.locator(".record-table")).to_contain_text("Spring festival")
    [held] = await in_force(pages)
    assert (held.name, held.source) == ("spring", "file")


async def test_a_step_of_a_flow_plays_a_recording_in_place_of_words(
    pages: Pages, browser: Browser
) -> None:
    await brought(pages, browser, "storm", "Storm")
    page = await pages.open(browser, "admin", "/flows/hotline", width=1440, height=900)
    await page.locator(".flow-outline li", has_text="greeting").first.click()
    await page.get_by_label("What is heard").first.select_option(label="♪ Storm")
    await expect(page.get_by_role("button", name="Hear Storm")).to_be_visible()
    await expect(page.get_by_label("Words in English")).to_have_count(0)
    await page.get_by_label("What is heard").first.select_option(index=0)
    await expect(page.get_by_label("Words in 中文").first).not_to_be_empty()
    await page.get_by_label("What is heard").first.select_option(label="♪ Storm")
    await expect(page.locator(".flow-bar")).to_contain_text("draft kept", timeout=15_000)
    async with pages.database.read() as session:
        draft = await flows.draft_of(session, Scope(), "hotline")
    assert draft is not None
    assert "own/storm" in str(draft.document["prompts"])
