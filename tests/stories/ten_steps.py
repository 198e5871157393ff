"""Builds the hotline of the guide's ten steps on the real pages, with a picture of each step."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from pages import Pages, fill, pages_of, recorded
from pictures import IMAGES, shoot
from playwright.async_api import Browser, Page, expect
from sounds import tone

from crm_core import calls, directory, messages, surveys
from crm_core.calls import CallFilters, CallOpening
from crm_core.ids import new_id
from crm_core.tenancy import Scope

FILES = IMAGES.parent / "guide" / "ten-steps"
CALLER = "+8613800138000"
SCORES = (5, 4, 5, 3, 5, 2, 4, 5, 1, 5)


async def build(browser: Browser) -> None:
    """Go through the guide's steps; fails where the pages are not as the guide says."""
    with tempfile.TemporaryDirectory(prefix="cc-") as folder:
        filled = Path(folder) / "demo.sqlite3"
        await fill(filled)
        async with pages_of(filled, Path(folder)) as pages:
            for queue in ("service", "sales"):
                await pages.set_queue(queue)
            page = await pages.open(browser, "admin", "/numbers", width=1280, height=800)
            await hours(page)
            await greeting(pages, page)
            await flow(pages, page)
            await pin(pages, page)
            await number(pages, page)
            await scores(pages, page)
            await voice_messages(pages, browser, Path(folder) / "spool")


async def hours(page: Page) -> None:
    await page.locator("section[aria-label='Opening hours'] li button").last.click()
    await shoot(page, "ten-2-hours")
    await page.keyboard.press("Escape")


async def greeting(pages: Pages, page: Page) -> None:
    await pages.go(page, "/prompts")
    await page.get_by_role("button", name="New prompt").click()
    await page.get_by_label("Title").fill("Repair greeting")
    await page.get_by_label("Name").fill("repair-greeting")
    await page.get_by_role("button", name="Begin to record").click()
    await recorded(page, louder_than=0.3)
    await page.screenshot(path=IMAGES / "prompt-recording.png")
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("button", name="Put in force").click()
    await expect(page.locator(".record-table")).to_contain_text("Repair greeting")


async def flow(pages: Pages, page: Page) -> None:
    await page.set_viewport_size({"width": 1440, "height": 900})
    await pages.go(page, "/flows")
    await page.get_by_role("button", name="New flow").click()
    await page.get_by_label("Title").fill("Repair line 报修热线")
    await page.get_by_label("Name").fill("repair-line")
    await page.get_by_role("button", name="Create").click()
    await expect(page.locator(".flow-verdict")).to_be_visible(timeout=20_000)
    await shoot(page, "ten-4-new-flow")
    await page.get_by_role("button", name="As text").click()
    text = page.get_by_label("The flow as YAML")
    await expect(text).not_to_have_value("")
    await text.fill((FILES / "repair-line.yaml").read_text(encoding="utf-8"))
    await page.get_by_role("button", name="Take this").click()
    await page.locator(".flow-outline li", has_text="greeting").click()
    await expect(page.get_by_label("What is heard")).to_have_value("own/repair-greeting")
    await shoot(page, "ten-5-flow")
    await page.get_by_role("button", name="Try a call").click()
    await page.get_by_label("What the caller does").fill("2")
    await page.get_by_role("button", name="Call", exact=True).click()
    await expect(page.locator(".flow-tried li").last).to_contain_text("repair")
    await page.keyboard.press("Escape")
    await shoot(page, "ten-6-try")
    await published(page)


async def published(page: Page) -> None:
    await page.get_by_role("button", name="Tests").click()
    tests = (FILES / "repair-line.test.yaml").read_text(encoding="utf-8")
    await page.get_by_label("Tests as YAML").fill(tests)
    await page.get_by_label("Branches the tests must take").fill("90")
    await page.get_by_role("button", name="Keep and run").click()
    await expect(page.locator(".flow-verdicts")).to_contain_text("5 of 5", timeout=20_000)
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_label("What is new").fill("the first version")
    await shoot(page, "ten-7-publish")
    await page.get_by_label("What is new").press("Enter")
    await expect(page.locator(".flow-bar")).to_contain_text("callers get version 1")


async def pin(pages: Pages, page: Page) -> None:
    async with pages.database.read() as session:
        card = await directory.identify(session, Scope(), CALLER)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await pages.go(page, f"/customers/{card.matches[0].contact_id}")
    await page.get_by_role("button", name="New PIN").click()
    await page.get_by_role("button", name="Make one up").click()
    await shoot(page, "ten-8-pin")
    await page.get_by_role("button", name="Set the PIN").click()
    await expect(page.locator(".toast-box")).to_contain_text("The PIN is set")


async def number(pages: Pages, page: Page) -> None:
    await page.set_viewport_size({"width": 1440, "height": 1000})
    await pages.go(page, "/numbers")
    await shoot(page, "numbers")
    await page.get_by_role("button", name="Add a number").click()
    await page.get_by_label("Number as it is dialled").fill("4009")
    await page.get_by_label("Title").fill("报修热线")
    await page.get_by_label("Flow while it has no plan").select_option("repair-line")
    await page.get_by_role("button", name="Add the number").click()
    await expect(page.locator("tr", has_text="4009")).to_be_visible()
    await pages.go(page, "/numbers/4009")
    await page.get_by_role("button", name="Text").click()
    text = page.get_by_label("The plan as YAML")
    await expect(text).not_to_have_value("")
    await text.fill((FILES / "plan.yaml").read_text(encoding="utf-8"))
    await page.get_by_role("button", name="Take it as the draft").click()
    await expect(page.locator(".plan-rule")).to_have_count(3)
    await page.get_by_label("At", exact=True).fill("2026-11-24T22:00")
    await page.get_by_role("button", name="Try", exact=True).click()
    await expect(page.locator(".simulated-answer")).to_contain_text("voicemail of Service line")
    await shoot(page, "ten-9-plan")
    await page.get_by_role("button", name="Publish").click()
    await page.keyboard.press("Enter")
    await expect(page.locator(".plan-state")).to_contain_text("version 1 is in force")


async def scores(pages: Pages, page: Page) -> None:
    async with pages.database.transaction() as session:
        found = await calls.calls(session, Scope(), CallFilters(outcome="answered"), limit=60)
        for at, call in enumerate(one for one in found.calls if one.queue):
            score = SCORES[at % len(SCORES)]
            given = surveys.Score(
                call_id=call.call_id,
                at=call.ended_at or call.started_at,
                flow="repair-line",
                question="satisfaction",
                score=score,
                most=5,
            )
            await surveys.keep_score(session, Scope(), given, low=score <= 2)
    await page.set_viewport_size({"width": 1280, "height": 800})
    since = (datetime.now(UTC) - timedelta(days=6)).date()
    await pages.go(page, f"/reports?kind=surveys&from={since}&interval=day")
    await shoot(page, "ten-10-surveys")


async def voice_messages(pages: Pages, browser: Browser, spool: Path) -> None:
    for caller, queue, ago, seconds in (
        (CALLER, "service", 12, 17),
        ("13912345678", "service", 95, 4),
        ("+442079460101", "sales", 1500, 31),
    ):
        await leave(pages, spool / "voicemail" / queue, (caller, queue), ago, seconds)
    page = await pages.open(
        browser, "chenjing", "/messages", language="zh_CN", width=1280, height=560
    )
    await page.locator(".listen").first.click()
    await page.locator(".message-state .s-wrap_up").wait_for()
    await page.locator(".listen").first.click()
    await shoot(page, "messages-zh")


async def leave(
    pages: Pages, folder: Path, who: tuple[str, str], minutes_ago: int, seconds: int
) -> None:
    caller, queue = who
    file = folder / f"{minutes_ago}.wav"
    await asyncio.to_thread(write, file, tone(seconds))
    at, call_id = datetime.now(UTC) - timedelta(minutes=minutes_ago), new_id()
    async with pages.database.transaction() as session:
        card = await directory.identify(session, Scope(), caller)
        opening = CallOpening(
            call_id=call_id,
            direction="inbound",
            started_at=at,
            caller_number=caller,
            contact_id=UUID(str(card.matches[0].contact_id)) if card.known else None,
        )
        await calls.open_call(session, Scope(), opening)
        draft = messages.Draft(
            call_id=call_id,
            at=at,
            queue=queue,
            number=caller,
            language="zh",
            file=str(file.relative_to(folder.parents[1])),
            seconds=float(seconds),
        )
        await messages.keep_message(session, Scope(), draft)


def write(file: Path, sound: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(sound)
