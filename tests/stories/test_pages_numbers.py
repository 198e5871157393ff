"""The pages of numbers, by mouse and by keyboard alone: read, write, try, publish, close."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from center import until
from pages import Pages, pages_of, violations
from playwright.async_api import Browser, expect

from crm_core import numbers
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(200)]

OFFICE = {
    "format": 1,
    "title": "Office",
    "zone": "Asia/Shanghai",
    "hours": [{"days": ["mon"], "from": "09:00", "until": "18:00"}],
}
PLAN = {
    "format": 1,
    "rules": [
        {
            "id": "night",
            "when": [{"kind": "hours", "schedule": "office", "state": "closed"}],
            "to": {"kind": "announcement", "text": {"en": "We are closed"}},
        },
        {
            "id": "vip",
            "when": [{"kind": "caller", "group": "vip"}],
            "to": {"kind": "queue", "queue": "service", "priority": 9},
        },
    ],
    "otherwise": {"kind": "queue", "queue": "sales"},
    "closed": {"kind": "busy"},
}


@pytest.fixture
async def pages(demo_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(demo_file, tmp_path) as running:
        async with running.database.transaction() as session:
            await numbers.publish(session, Scope(), "schedule", "office", OFFICE)
            await numbers.publish(session, Scope(), "plan", "4000", PLAN)
        yield running


async def in_force(pages: Pages) -> numbers.Version:
    async with pages.database.read() as session:
        found = await numbers.newest(session, Scope(), "plan", "4000")
    assert found is not None
    return found


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
async def test_the_pages_of_numbers_keep_nobody_out(
    pages: Pages, browser: Browser, language: str, theme: str
) -> None:
    page = await pages.open(browser, "admin", "/numbers", language=language, theme=theme)
    assert await violations(page) == []
    await page.locator("section:has(.icon use[href$='#filter']) .btn-small").click()
    await page.wait_for_selector("dialog .plan-part")
    assert await violations(page) == []
    await pages.go(page, "/numbers/4000")
    await page.wait_for_selector(".trace li")
    await page.locator(".plan-rule-words").first.click()
    assert await violations(page) == []


async def test_a_rule_is_written_tried_and_published_by_keyboard_alone(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "admin", "/numbers/4000")
    keys = page.keyboard
    vip = page.locator("[data-key='rule.vip']")
    await vip.focus()
    await keys.press("Alt+ArrowUp")  # before the hours: a person answers VIPs at night
    await expect(page.locator(".plan-rule").first).to_contain_text("vip")
    await expect(vip).to_be_focused()
    told = page.locator(".plan-rule").first.locator(".told")
    await expect(told).to_contain_text(
        "callers come to queue service although it is closed (office)"
    )
    await expect(page.locator(".plan-problems")).to_contain_text("cannot be published yet")
    await page.get_by_role("button", name="Publish").press("Enter")
    await expect(page.locator(".toast-box.is-error")).to_be_visible()
    assert (await in_force(pages)).version == 2
    await vip.focus()
    await keys.press("Enter")
    kind = page.locator(".plan-form").get_by_label("Destination")
    await kind.focus()
    await keys.type("voicemail")
    await expect(page.locator(".plan-problems")).to_be_hidden()
    await page.get_by_label("Who it is").select_option("vip")
    await page.get_by_role("button", name="Try").press("Enter")
    await expect(page.locator(".simulated-answer")).to_contain_text("voicemail of Sales line")
    await page.get_by_role("button", name="Publish").press("Enter")
    await keys.type("VIPs leave a message")
    await keys.press("Enter")
    await expect(page.locator(".plan-state")).to_contain_text("version 3 is in force")
    made = await in_force(pages)
    assert (made.note, made.user_name) == ("VIPs leave a message", "周建国")
    assert [rule["id"] for rule in made.document["rules"]] == ["vip", "night"]
    assert made.document["rules"][0]["to"] == {"kind": "voicemail", "box": "sales"}


async def test_typing_is_not_disturbed_by_saving(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "admin", "/numbers/4000")
    await page.locator("[data-key='rule.night']").click()
    words = page.get_by_label("Words in English")
    await words.fill("")
    await words.press_sequentially("Closed, please call tomorrow", delay=60)
    await expect(page.locator(".plan-state")).to_contain_text("draft, saved")
    await expect(words).to_be_focused()
    await expect(words).to_have_value("Closed, please call tomorrow")
    await expect(page.locator(".plan-rule").first).to_contain_text("please call tomorrow")


async def test_rules_are_added_split_and_removed_by_mouse(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "admin", "/numbers/4000")
    await page.locator("[data-key='rules.add']").click()
    form = page.locator(".plan-form")
    await form.get_by_label("Condition", exact=True).select_option("area")  # VIPs have their rule
    await form.get_by_label("The call goes").select_option("split")
    await form.get_by_label("Percent").first.fill("70")
    await expect(form.locator(".plan-total")).to_contain_text("120 %")
    await expect(page.locator(".plan-problems")).to_contain_text("errors: 1")
    await form.get_by_role("button", name="Make it 100 %").click()
    await expect(page.locator(".plan-problems")).to_be_hidden()
    await page.get_by_role("button", name="rule-3: remove").click()
    await expect(page.locator(".plan-rule")).to_have_count(2)
    await page.get_by_role("button", name="Discard the draft").click()
    await page.get_by_role("button", name="Throw away").click()
    await expect(page.locator(".plan-state")).to_contain_text("version 2 is in force")


async def test_a_number_is_closed_and_opened_from_the_list(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "chenjing", "/numbers")
    row = page.locator("tr", has_text="4000")
    await row.get_by_role("button", name="Close now").click()
    await page.keyboard.type("fire alarm")
    await page.keyboard.press("Enter")
    await expect(row).to_contain_text("closed by 陈静")
    await expect(row).to_contain_text("fire alarm")
    await row.get_by_role("button", name="Open again").click()
    await page.get_by_role("dialog").get_by_role("button", name="Open again").click()
    await expect(row.get_by_role("button", name="Close now")).to_be_visible()

    async def nothing_closed() -> bool:
        async with pages.database.read() as session:
            return await numbers.closings(session, Scope()) == []

    await until("the number is open", nothing_closed)


async def test_what_is_refused_before_any_plan_is_set_by_keyboard(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "chenjing", "/numbers")
    panel = page.get_by_role("region", name="Before any plan")
    await expect(panel).to_contain_text("served as others")
    await panel.get_by_role("button", name="Change").focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog")
    await form.get_by_label("They are").focus()
    await page.keyboard.type("led")
    await expect(form.get_by_label("go to", exact=True)).to_have_count(2)
    await form.get_by_label("Most calls of one number").fill("3")
    await form.get_by_role("button", name="Put in force").press("Enter")
    await expect(panel).to_contain_text("More than 3 calls of one number")
    await expect(panel).not_to_contain_text("served as others")
    async with pages.database.read() as session:
        found = await numbers.newest(session, Scope(), "screening", numbers.DEFAULT_KEY)
    assert found is not None
    assert (found.document["anonymous"], found.document["most_a_minute"]) == ({"kind": "busy"}, 3)
    assert found.user_name == "陈静"
