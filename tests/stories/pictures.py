"""Pictures of pages as files of the documents."""

import asyncio
from pathlib import Path

from playwright.async_api import Page

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SETTLE_SECONDS = 1.5  # fonts, transitions and the first tick of the clocks


async def shoot(page: Page, name: str) -> None:
    await asyncio.sleep(SETTLE_SECONDS)
    await page.screenshot(path=IMAGES / f"{name}.png")
