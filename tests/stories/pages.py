"""A desktop with the demo's people and customers, and an engine that says what a story needs."""

import asyncio
import json
import re
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from center import until
from playwright.async_api import Browser, Page, expect

from acd.bus.memory import InProcessBus
from acd.notices import (
    AgentChanged,
    AgentRow,
    AgentState,
    CallChanged,
    CallRow,
    CallState,
    QueueChanged,
    QueueRow,
    ScreenPopped,
)
from agent_desktop.server import run_desktop
from agent_desktop.services import Services
from agent_desktop.testing import FakeEngine
from callcenter.workshop import IvrWorkshop
from crm_core import demo
from crm_core.database import Database
from crm_core.demo.house import QUEUES
from crm_core.directory import identify
from crm_core.people import hash_password, users
from crm_core.people.model import User
from crm_core.tenancy import Scope
from ivr.shelf import PromptShelf

PASSWORD = "a password for pages"
CALL = UUID("0191d5a8-0000-7000-8000-0000000000aa")
BROWSER = Path(__file__).parent.parent.parent / "agent_desktop" / "browser"
AXE = BROWSER / "node_modules" / "axe-core" / "axe.min.js"
STILL = """() => Promise.all(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().endTime !== Infinity)
  .map(one => one.finished.catch(() => null))).then(() => null)"""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


async def fill(path: Path) -> None:
    """Write the demo into a new database."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.upgrade()
    async with database.transaction() as session:
        await demo.seed(session, Scope(), await hash_password(PASSWORD))
    await database.close()


@dataclass
class Pages:
    """The running desktop, its engine's twin, and who works there."""

    url: str
    engine: FakeEngine
    database: Database
    people: dict[str, User]
    errors: list[str] = field(default_factory=list)

    async def open(
        self,
        browser: Browser,
        username: str = "",
        path: str = "/",
        *,
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 720,
    ) -> Page:
        """Open a window, signed in when a name is given, and wait until the page has begun."""
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            timezone_id="Asia/Shanghai",
        )
        await context.add_cookies(
            [{"name": "callcenter_language", "value": language, "url": self.url}]
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        if username:
            told = await context.request.post(
                f"{self.url}/api/v1/session",
                data={"username": username, "password": PASSWORD},
                headers={"Origin": self.url},
            )
            assert told.status == 200
        await self.go(page, path)
        return page

    async def go(self, page: Page, path: str) -> None:
        await page.goto(self.url + path)
        await page.wait_for_selector("body[data-started]", timeout=30_000)
        await settled(page)

    def id_of(self, username: str) -> str:
        return self.people[username].agent_id

    async def set_agent(self, username: str, state: str, **more: Any) -> None:
        """Say how an agent stands."""
        user = self.people[username]
        row = AgentRow(
            agent_id=user.agent_id,
            name=more.pop("name", user.display_name),
            extension=user.extension or "",
            state=AgentState(state),
            since=datetime.now(UTC),
            queues=more.pop("queues", ["service", "sales"]),
            phone_ready=True,
            **more,
        )
        await self.engine.tell(AgentChanged(agent=row))

    async def set_queue(self, name: str, **more: Any) -> None:
        """Say how a queue stands."""
        title, english = next((zh, en) for slug, zh, en, _ in QUEUES if slug == name)
        row = {"title": title, "title_en": english, **more}
        await self.engine.tell(QueueChanged(queue=QueueRow(name=name, **row)))

    async def pop(self, username: str, number: str, **more: Any) -> None:
        """Offer a call of this number to the agent: the card first, as the engine does."""
        async with self.database.read() as session:
            card = await identify(session, Scope(), number)
        told = ScreenPopped(
            agent_id=self.id_of(username),
            call_id=CALL,
            queue="service",
            caller_number=number,
            ring_seconds=20,
            card=card.as_json(),
            data=more.pop("data", {}),
            why=more.pop("why", ""),
        )
        await self.engine.tell(told)

    async def call(self, username: str, number: str, state: str) -> None:
        """Say where the call is."""
        now = datetime.now(UTC)
        row = CallRow(
            call_id=CALL,
            state=CallState(state),
            direction="inbound",
            caller_number=number,
            dialled_number="4000",
            queue="service",
            agent_id=self.id_of(username) if username else "",
            started_at=now - timedelta(seconds=40),
            queued_at=now - timedelta(seconds=20),
            answered_at=now if state == "talking" else None,
        )
        await self.engine.tell(CallChanged(call=row))


@asynccontextmanager
async def pages_of(filled: Path, folder: Path) -> AsyncIterator[Pages]:
    """Serve a copy of the filled database until the story is over; nothing is left."""
    shutil.copy(filled, folder / "desk.sqlite3")
    database = Database(f"sqlite+aiosqlite:///{folder}/desk.sqlite3")
    async with database.read() as session:
        people = {user.username: user for user in await users(session, Scope())}
    bus = InProcessBus()
    engine = FakeEngine(bus)
    engine.start()
    http, push = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    url = f"http://127.0.0.1:{http.getsockname()[1]}"
    services = Services(
        database=database,
        bus=bus,
        session_key=b"k" * 32,
        origins=frozenset({url}),
        push_url=f"ws://127.0.0.1:{push.getsockname()[1]}/feed",
        phone_url="ws://127.0.0.1:9/ws",  # no Asterisk here: the phone says it is not connected
        demo=True,
        workshop=IvrWorkshop(),
        shelf=PromptShelf(folder / "prompts"),
        recordings=folder / "spool",
    )
    ready = asyncio.Event()
    serving = asyncio.create_task(run_desktop(services, http=http, push=push, ready=ready.set))
    pages = Pages(url, engine, database, people)
    try:
        await asyncio.wait_for(ready.wait(), 10)
        yield pages
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await engine.stop()
        await bus.close()
        await database.close()
    assert pages.errors == [], pages.errors


async def settled(page: Page) -> None:
    """Wait until nothing on the page loads any more."""

    async def quiet() -> bool:
        if (
            await page.locator(".shell").count()
            and not await page.locator("[data-mounted]").count()
        ):
            return False
        return not await page.locator(".is-moving, [aria-busy=true], .skeleton:visible").count()

    await until("the page has loaded", quiet, seconds=20, step=0.05)


async def recorded(page: Page, *, louder_than: float = 0.05) -> None:
    """Wait until the page has recorded for two seconds, and hears something now."""
    # Each figure stands for a second only; whoever looks late finds the next one.
    two_or_more = re.compile(r"0:(0[2-9]|[1-5]\d)")
    await expect(page.get_by_role("timer")).to_have_text(two_or_more, timeout=20_000)

    async def loud() -> bool:
        # Not wait_for_function: the page's security policy forbids what it evaluates.
        meter = page.locator(".sound-meter")
        return float(await meter.evaluate("meter => meter.value")) > louder_than

    await until("a sound is heard", loud, step=0.02)


async def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is now, once it stands still.

    A colour half-way to another one is nobody's contrast.
    """
    await page.evaluate(STILL)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(f"axe.run(document, {json.dumps(RULES)})")
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
