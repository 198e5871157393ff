"""The settings in a real browser: set, checked while typing, compared and taken back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pages import Pages, pages_of, settled, violations
from playwright.async_api import Browser, Page, expect

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

PARTS = ("queues", "agents", "skills", "reasons")


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        yield running
        assert running.errors == []


async def opened(pages: Pages, browser: Browser, path: str, username: str = "chenjing") -> Page:
    page = await pages.open(browser, username, path, height=900)
    await settled(page)
    return page


async def asked(page: Page, path: str) -> Any:
    """Read the API as the person of the page."""
    script = "path => fetch('/api/v1/configuration/' + path).then(answer => answer.json())"
    return await page.evaluate(script, path)


async def saved(page: Page) -> None:
    await page.click("#save")
    await expect(page.locator(".toast-box.is-done")).to_be_visible()
    await settled(page)


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
async def test_no_page_of_the_settings_keeps_anyone_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    page = await pages.open(browser, "admin", "/settings", language=language, theme=theme)
    found: dict[str, Any] = {}
    for part in PARTS:
        for path in (f"/settings/{part}", f"/settings/{part}/new"):
            await pages.go(page, path)
            await page.wait_for_selector(".settings-side, .record-table, .matrix")
            found[path] = await violations(page)
    for path in ("queues/service", "reasons/lunch", f"agents/{pages.id_of('wangmin')}"):
        await pages.go(page, f"/settings/{path}")
        await page.wait_for_selector(".settings-side")
        found[path] = await violations(page)
        await page.click("#history")
        await page.wait_for_selector(".version")
        found[f"history of {path}"] = await violations(page)
        await page.keyboard.press("Escape")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


async def test_a_wrong_requirement_is_told_at_its_field_while_typing_and_never_saved(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "/settings/queues/service")
    needs = page.locator("#at-steps-0-needs")
    await needs.fill("tech >=")
    await expect(page.locator("#at-steps-0-needs-told")).to_contain_text("Not understood")
    await expect(needs).to_have_attribute("aria-invalid", "true")
    await needs.fill("wizardry")
    await expect(page.locator("#at-steps-0-needs-told")).to_contain_text("there is no skill")
    await page.click("#save")
    await expect(page.locator(".toast-box.is-error")).to_be_visible()
    assert (await asked(page, "queues/service"))["version"] == 2
    await needs.fill("tech>=5")
    await expect(page.locator(".step-row").first).to_contain_text("2 of 3")
    await saved(page)
    assert (await asked(page, "queues/service"))["document"]["steps"][0]["needs"] == "tech>=5"


async def test_the_history_tells_what_changed_and_takes_it_back(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "/settings/queues/sales")
    await page.fill("#at-ring_seconds", "33")
    await page.fill("#change-note", "longer rings")
    await saved(page)
    await page.click("#history")
    newest = page.locator(".version").first
    await expect(newest).to_contain_text("陈静")
    await expect(newest).to_contain_text("longer rings")
    await expect(newest.locator("del")).to_have_text("20")
    await expect(newest.locator("ins")).to_have_text("33")
    await page.locator(".version").nth(1).get_by_role("button").click()
    await page.locator("dialog .btn-danger").click()
    await expect(page.locator("#at-ring_seconds")).to_have_value("20")
    assert (await asked(page, "queues/sales"))["version"] == 4


async def test_the_second_of_two_editors_is_told_who_and_what_and_chooses(
    pages: Pages, browser: Browser
) -> None:
    first = await opened(pages, browser, "/settings/queues/service")
    second = await opened(pages, browser, "/settings/queues/service", "admin")
    await first.fill("#at-ring_seconds", "11")
    await saved(first)
    await second.fill("#at-target_seconds", "15")
    await second.click("#save")
    conflict = second.locator(".conflict")
    await expect(conflict).to_contain_text("陈静")
    await expect(conflict.locator("ins")).to_have_text("11")
    await conflict.get_by_role("button", name="Take theirs").click()
    await expect(second.locator("#at-ring_seconds")).to_have_value("11")


async def test_an_overflow_chain_is_built_and_moved_by_keyboard(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "/settings/queues/service")
    await page.focus("#add-link")
    await page.keyboard.press("Enter")
    await expect(page.locator("#at-overflow-2-kind")).to_be_focused()
    await expect(page.locator("#at-overflow-2-target-told")).to_contain_text("go round")
    await page.select_option("#at-overflow-2-kind", "number")
    await page.fill("#at-overflow-2-target", "+862162108888")
    await page.focus("#at-overflow-2-target")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(page.locator("#at-overflow-1-target")).to_have_value("+862162108888")
    await saved(page)
    chain = (await asked(page, "queues/service"))["document"]["overflow"]
    assert [link["kind"] for link in chain] == ["voicemail", "number", "voicemail"]


async def test_levels_are_set_in_the_table_by_keyboard_alone(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "/settings/skills")
    await page.locator("[data-row='0'][data-column='0']").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("3")
    await page.keyboard.press("End")
    await expect(page.locator("[data-row='1'][data-column='6']")).to_be_focused()
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Space")
    await expect(page.locator(".matrix-foot")).to_contain_text("1 agent changed")
    await saved(page)
    li = await asked(page, f"agents/{pages.id_of('liqiang')}")
    assert li["document"]["skills"]["complaint"] == 3
    assert {seat["queue"] for seat in li["document"]["seats"]} == {"sales", "service"}


async def test_an_administrator_adds_an_agent_and_a_queue_for_him(
    pages: Pages, browser: Browser
) -> None:
    page = await opened(pages, browser, "/settings/agents/new", "admin")
    await page.fill("#at-name", "欧阳 Maximilian-Alexander 公司客户服务中心")
    await page.fill("#at-extension", "1010")
    await page.fill("#at-username", "ouyang")
    await page.fill("#at-password", "a good password")
    await page.locator(".seat-table tbody input[type=checkbox]").first.check()
    await saved(page)
    await pages.go(page, "/settings/queues/new")
    await page.fill("#at-key", "repair")
    await page.fill("#at-title", "维修")
    await page.get_by_label("1010").check()
    await saved(page)
    assert (await asked(page, "queues/repair"))["document"]["title"] == "维修"
    await pages.go(page, "/settings/queues")
    await expect(page.locator("tr[data-key=repair]")).to_contain_text("1 agent")


async def test_a_queue_closes_and_opens_from_the_list(pages: Pages, browser: Browser) -> None:
    page = await opened(pages, browser, "/settings/queues")
    row = page.locator("tr[data-key=service]")
    await row.get_by_role("button").click()
    await page.locator("dialog .btn-danger").click()
    await expect(row.locator(".chip.s-alarm")).to_be_visible()
    await row.get_by_role("button", name="Open again").click()
    await expect(row.locator(".chip.s-alarm")).to_have_count(0)


async def test_a_queue_closes_from_the_board(pages: Pages, browser: Browser) -> None:
    await pages.set_queue("service", waiting=2)
    page = await pages.open(browser, "chenjing", "/board")
    await page.locator(".queue-table").get_by_text("Service line").first.click()
    await page.get_by_role("button", name="Close now").click()
    await page.locator("dialog .btn-danger").click()
    await expect(page.locator(".toast-box.is-done")).to_be_visible()
    assert (await asked(page, "queues/service"))["document"]["hours"]["closed_now"] is True


async def test_an_agent_has_no_settings(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "wangmin", "/agent")
    assert await page.locator(".rail a[href='/settings']").count() == 0
    answer = await page.goto(f"{pages.url}/settings")
    assert answer is not None
    assert answer.status == 403
