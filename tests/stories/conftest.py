"""What the stories share: a browser, a home for each center, and nothing left behind."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from center import FILLED, Center
from desk import FLAGS
from playwright.async_api import Browser, async_playwright


@pytest.fixture
def home(filled: Path) -> Iterator[Path]:
    """A short path: Asterisk's control socket must fit into 108 bytes."""
    FILLED["home"] = filled
    folder = Path(tempfile.mkdtemp(prefix="cc-"))
    yield folder
    FILLED.clear()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def filled() -> Iterator[Path]:
    """Fill one installation with the demo; every center of the run starts from a copy."""
    folder = Path(tempfile.mkdtemp(prefix="cc-filled-"))
    Center.plan(folder).prepare()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        yield chromium
        await chromium.close()
