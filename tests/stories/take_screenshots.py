"""Take the documents' pictures of the real pages: `python tests/stories/take_screenshots.py`.

With the word `ten-steps` those of the guide's ten steps alone, which need no Asterisk.
"""

import asyncio
import shutil
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from callers import calling, waiting
from center import PASSWORD, Center, opened
from desk import FLAGS, Desk
from pictures import IMAGES, shoot
from playwright.async_api import Browser, Page, async_playwright
from ten_steps import build


async def visitor(browser: Browser, center: Center, username: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(f"{center.url}/login")
    await page.fill("#username", username)
    await page.fill("#password", PASSWORD)
    await page.click("#login-form button[type=submit]")
    await page.wait_for_selector("#page")
    return page


async def in_chinese(page: Page, url: str) -> None:
    cookie = {"name": "callcenter_language", "value": "zh_CN", "url": url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    await page.reload()


async def pictures_of_a_call(browser: Browser, center: Center) -> None:
    wang = await Desk.open(browser, center, "wangmin")
    await wang.ready()
    chief = await visitor(browser, center, "chenjing", (1440, 900))
    async with AsyncExitStack() as callers:
        known = await callers.enter_async_context(calling(center))
        await known.press("2")
        await wang.rings()
        await callers.enter_async_context(waiting(center, "13901234567"))
        await shoot(wang.page, "agent-ringing")
        await wang.answer()
        await wang.hears_and_speaks(20)
        await shoot(wang.page, "agent-talking")
        await chief.goto(f"{center.url}/board")
        await shoot(chief, "board")
        await in_chinese(chief, center.url)
        await shoot(chief, "board-zh")
        await wang.hang_up()
        await wang.state("wrap_up")
        await in_chinese(wang.page, center.url)
        await shoot(wang.page, "agent-wrap-up-zh")
    await chief.goto(f"{center.url}/board?wall=1")
    await chief.set_viewport_size({"width": 1920, "height": 1080})
    await shoot(chief, "wallboard")
    await records(chief, center)
    await wang.close()


async def records(page: Page, center: Center) -> None:
    await page.set_viewport_size({"width": 1440, "height": 900})
    await page.goto(f"{center.url}/customers?q=张三")
    await page.locator("#page a[href^='/customers/']").first.click()
    await shoot(page, "customer-zh")
    call = (await center.calls_from("13800138000"))[0]
    await page.goto(f"{center.url}/calls/{call['call_id']}")
    await shoot(page, "call-zh")
    await page.goto(f"{center.url}/reports")
    await shoot(page, "reports-zh")
    await page.goto(f"{center.url}/statements")
    await shoot(page, "statements-zh")


async def pictures_of_calls(browser: Browser) -> None:
    home = Path(tempfile.mkdtemp(prefix="cc-"))
    try:
        async with opened(Center.plan(home, DEMO="true")) as center:
            phone = await browser.new_page(viewport={"width": 1280, "height": 800})
            await phone.goto(f"{center.url}/phone")
            await shoot(phone, "caller")
            await phone.close()
            await pictures_of_a_call(browser, center)
    finally:
        shutil.rmtree(home)


async def main(only: str = "") -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        await build(browser)
        if only != "ten-steps":
            await pictures_of_calls(browser)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:2]))
