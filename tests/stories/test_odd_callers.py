"""Callers with odd names and numbers, strangers on the menu's port, a database that is away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, on_board
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser, ConsoleMessage, Page
from raw_caller import raw_call
from services import PostgresServer

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

HTML = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
NAMES = {
    "13900000101": HTML,
    "13900000102": 'O\'Hara "Bob" \\ {{7*7}} ${CALLERID(num)}',
    "13900000103": "%0d%0aEvent: Hangup%0d%0a \\r\\nAction: Originate",
    "13900000104": "王敏 👩\u200d💼🎉",
    "13900000105": "长" * 300,
    "13900000106": "",
}
NUMBERS = {  # as dialled in: the customer that is found
    "+8613800138000": "张三",
    "008613800138000": "张三",
    "013800138000": "张三",
    "13800138000": "张三",
    "10086": "",
    "+12025550123": "",
    "alice.wonder": "",
    "*43#": "",
    "agent-1001": "",
    "anonymous": "",
}
HEADS = {  # a From header as it stands: the number that comes of it
    b'"\xff\xfe bad" <sip:13900000201@127.0.0.1>': "13900000201",
    b'"tab\there" <sip:13900000202@127.0.0.1>': "13900000202",
    b'"esc\x1b[31m\x07" <sip:13900000203@127.0.0.1>': "13900000203",
    b'"\xe2\x80\xaegnp.exe" <sip:13900000204@127.0.0.1>': "13900000204",
    b'"a" <sip:%0d%0aEvent%3a%20Hangup@127.0.0.1>': "",
    b'"b" <sip:1390%22%3cb%3e@127.0.0.1>': "",
}


class Watch:
    """A page that must not be made to run what a caller says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocked: list[str] = []
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.blocked.append(message.text)

    async def is_unharmed(self) -> None:
        assert self.blocked == []  # the policy is the second wall, not the first
        assert await self.page.evaluate("window.ran ?? null") is None
        assert await self.page.locator('img[src="x"], #page script').count() == 0


def as_shown(name: str) -> str:
    """Asterisk keeps 80 bytes of a name."""
    return name.encode()[:79].decode(errors="ignore").strip()


async def all_calls(center: Center) -> list[dict[str, Any]]:
    since = quote(center.opened_at.isoformat())
    listing = await center.get(f"/calls?from={since}&limit=100")
    items: list[dict[str, Any]] = listing["items"]
    return items


async def newest_call(center: Center, number: str) -> str:
    return str((await center.calls_from(number))[0]["call_id"])


async def test_what_callers_are_called_is_shown_and_never_run(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        lead = await Desk.open(browser, center, "chenjing", lands="/board")
        watches = [Watch(desk.page), Watch(lead.page)]
        await desk.ready()
        async with nothing_left_behind(center):
            for number, name in NAMES.items():
                async with calling(center, number, name=name) as caller:
                    await caller.press("2")
                    await desk.rings()
                    await asyncio.gather(*(one.card_says(number[-4:]) for one in (desk, lead)))
                await desk.state("ready")
            for number, name in NAMES.items():
                detail = await center.ended_call(number)
                assert detail["caller_name"] == as_shown(name)
                assert detail["outcome"] == "abandoned_in_queue"
                assert len(await center.calls_from(number)) == 1
        await lead.page.goto(f"{center.url}/calls")
        for name in filter(None, map(as_shown, NAMES.values())):
            await lead.card_says(name)
        await lead.page.goto(f"{center.url}/calls/{await newest_call(center, '13900000101')}")
        await lead.card_says(HTML)
        await asyncio.gather(*(watch.is_unharmed() for watch in watches))
        await asyncio.gather(desk.close(), lead.close())


async def test_every_number_makes_one_call_and_finds_its_customer(home: Path) -> None:
    # The pool keeps the database connections that many calls at once needed.
    async with opened(Center.plan(home)) as center, nothing_left_behind(center, spare_files=12):
        for number in NUMBERS:
            async with calling(center, number):
                pass
        for head in HEADS:
            async with raw_call(head, sip_port=int(center.setting("SIP_PORT"))) as call:
                assert call.status == 200
        expected = len(NUMBERS) + len(HEADS)

        async def all_ended() -> bool:
            rows = await all_calls(center)
            return len(rows) >= expected and all(row["outcome"] for row in rows)

        await until("every call is recorded", all_ended)
        rows = await all_calls(center)
        assert len(rows) == expected
        named = {row["caller_number"]: row["contact_name"] for row in rows}
        assert {number: named.get(number) for number in NUMBERS} == NUMBERS
        for head, number in HEADS.items():
            assert not number or number in named, head
        for row in rows:
            assert row["outcome"] == "abandoned_in_menu"
            assert row["caller_name"].isprintable()
            assert row["caller_number"].isprintable()
        await all_have_a_page(center, rows)


async def all_have_a_page(center: Center, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        detail = await center.get(f"/calls/{row['call_id']}")
        assert [leg["role"] for leg in detail["legs"]] == ["caller"]


# --- Strangers on the menu's port --------------------------------------------------------------


@asynccontextmanager
async def flood(port: int) -> AsyncIterator[None]:
    """Bother the menu's port for as long as this lasts: come and go, say nothing, say much."""
    async with asyncio.TaskGroup() as group:
        crowd = [group.create_task(_come_and_go(port)) for _ in range(4)]
        crowd += [group.create_task(_say_nothing(port)) for _ in range(60)]
        crowd += [group.create_task(_say_much(port)) for _ in range(3)]
        yield
        for stranger in crowd:
            stranger.cancel()


async def _come_and_go(port: int) -> None:
    for _ in range(50):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        await asyncio.sleep(0.02)


async def _say_nothing(port: int) -> None:
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await reader.read()  # until the server has had enough
        except ConnectionError:
            pass
        finally:
            writer.close()


async def _say_much(port: int) -> None:
    while True:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for _ in range(32):
                writer.write(b"agi_uniqueid: 1.1\n" * 3640)  # 2 MB in all
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()
        await asyncio.sleep(0.1)


async def test_strangers_on_the_menus_port_disturb_no_caller(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with nothing_left_behind(center):
            async with flood(int(center.setting("AGI_PORT"))), calling(center) as caller:
                await caller.press("2")
                await desk.rings()
                await desk.card_says("张三")
                await desk.answer()
                await desk.hears_and_speaks(50)
            detail = await center.ended_call(ZHANG_SAN)
            assert (detail["outcome"], detail["queue"]) == ("answered", "service")
            assert len(await all_calls(center)) == 1
        await desk.close()


# --- A database that is away -------------------------------------------------------------------


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the write lock of a SQLite file, as a backup that hangs would."""
    with ExitStack() as held:
        other = sqlite3.connect(path, isolation_level=None, timeout=20)
        held.callback(other.close)
        other.execute("BEGIN IMMEDIATE")
        held.callback(other.execute, "ROLLBACK")
        yield


async def test_a_locked_database_holds_up_no_call_and_loses_none(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        async with nothing_left_behind(center):
            with locked(home / "callcenter.sqlite3"):
                async with calling(center) as caller:
                    await caller.press("2")
                    await desk.rings()
                    await desk.card_says("张三")
                    await desk.answer()
                    await desk.hears_and_speaks(50)
                    await on_board(center, ZHANG_SAN, "talking")
                await desk.state("wrap_up")
                assert await all_calls(center) == []
            detail = await center.ended_call(ZHANG_SAN, seconds=60)
            assert (detail["outcome"], detail["agent_name"]) == ("answered", "王敏")
            assert detail["talked_seconds"] > 0.5
            assert {event["kind"] for event in detail["events"]} >= {"queued", "answered", "ended"}
        await desk.close()


async def test_a_postgresql_that_restarts_holds_up_no_call_and_loses_none(
    home: Path, browser: Browser, postgresql: PostgresServer, demo_postgresql: str
) -> None:
    async with opened(Center.plan(home, DATABASE_URL=demo_postgresql)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.ready()
        postgresql.halt()
        try:
            async with calling(center) as caller:
                await caller.press("2")
                await desk.rings()
                await desk.card_says("13800138000"[-4:])
                await desk.answer()
                await desk.hears_and_speaks(50)
        finally:
            postgresql.resume()
        detail = await center.ended_call(ZHANG_SAN, seconds=60)
        assert (detail["outcome"], detail["agent_name"]) == ("answered", "王敏")
        assert detail["contact_name"] == "张三"
        assert len(await all_calls(center)) == 1
        await center.no_channels()
        await desk.close()
