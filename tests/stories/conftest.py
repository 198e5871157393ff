"""What the stories share: a browser, a home for each center, and nothing left behind."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from center import FILLED, PASSWORD, Center
from desk import FLAGS
from pages import fill
from playwright.async_api import Browser, async_playwright, expect
from services import PostgresServer

expect.set_options(timeout=20_000)  # a page on a machine that is busy with another story, too


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


@pytest.fixture(scope="session")
def demo_file() -> Iterator[Path]:
    """Fill one database with the demo; every story of the pages starts from a copy."""
    with tempfile.TemporaryDirectory(prefix="cc-pages-") as folder:
        path = Path(folder) / "demo.sqlite3"
        with asyncio.Runner() as runner:
            runner.run(fill(path))
        yield path


@pytest.fixture(scope="session")
def filled_postgresql(postgresql: PostgresServer) -> str:
    """The name of a database with the demo in it, the template of each story's own."""
    name = postgresql.create(name="filled")
    with tempfile.TemporaryDirectory(prefix="cc-") as home:
        center = Center.plan(Path(home), DATABASE_URL=postgresql.url(name))
        center.command("demo", "seed", "--password", PASSWORD)
    return name


@pytest.fixture
def demo_postgresql(postgresql: PostgresServer, filled_postgresql: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with the demo in it."""
    name = postgresql.create(template=filled_postgresql)
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS
        )
        yield chromium
        await chromium.close()
