"""The pages of a large house: many queues and agents, long names, a narrow window."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pages import Pages, pages_of, settled, violations
from playwright.async_api import Browser, expect
from sqlalchemy import select

from acd.notices import QueueChanged, QueueRow
from acd.routing import Choice, PassedOver, Rule, WaitingCall
from crm_core import configuration, people
from crm_core.clock import utc_now
from crm_core.configuration import AgentDocument, Change, Kind, QueueDocument
from crm_core.configuration.shapes import SeatDocument
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.tables.calls import CallEventRow, CallRow
from crm_core.tenancy import Scope

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

QUEUES, AGENTS = 40, 120
LONG_ZH = "华东地区重点客户全天候多语种综合服务与售后技术支持及投诉受理专线队列第一组"
LONG_EN = "Kundendienstleistungsbeschwerdeannahmestelle Donaudampfschiffahrt"


async def enlarge(path: Path) -> None:
    """Add queues, and agents who sit in some of them; the first in all."""
    database, scope = Database(f"sqlite+aiosqlite:///{path}"), Scope()
    async with database.transaction() as session:
        for n in range(QUEUES):
            names = (f"队列 {n}", f"Queue {n}") if n else (LONG_ZH, LONG_EN)
            queue = QueueDocument(title=names[0], title_en=names[1])
            change = Change(kind=Kind.QUEUE, key=f"q-{n}", document=queue, expected=0, note="")
            await configuration.save(session, scope, change)
        for n in range(AGENTS):
            user = await people.create_user(
                session,
                scope,
                username=f"many{n}",
                display_name=f"Agent {n}",
                hashed="",
                roles=["agent"],
                extension=str(5000 + n),
            )
            sits = range(QUEUES) if n == 0 else (n % QUEUES,)
            document = AgentDocument(
                name=f"Agent {n}",
                extension=str(5000 + n),
                seats=[SeatDocument(queue=f"q-{one}") for one in sits],
            )
            change = Change(
                kind=Kind.AGENT, key=user.agent_id, document=document, expected=0, note=""
            )
            await configuration.begin(session, scope, change)
    await database.close()


@pytest.fixture(scope="module")
def large_file(demo_file: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cc-pages-") as folder:
        path = Path(folder) / "large.sqlite3"
        shutil.copy(demo_file, path)
        with asyncio.Runner() as runner:
            runner.run(enlarge(path))
        yield path


@pytest.fixture
async def pages(large_file: Path, tmp_path: Path) -> AsyncIterator[Pages]:
    async with pages_of(large_file, tmp_path) as running:
        yield running


async def test_one_of_many_queues_is_found_by_a_word_and_stands_where_people_count_it(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "admin", "/settings")
    rows = page.locator(".settings-table tbody tr:visible")
    keys = await rows.evaluate_all("rows => rows.map(row => row.dataset.key)")
    assert keys.index("q-2") < keys.index("q-10")
    await page.get_by_role("searchbox", name="Find a queue").fill("kundendienst")
    await expect(rows).to_have_count(1)
    await expect(page.get_by_role("status").filter(has_text=f"1 of {QUEUES + 2}")).to_be_visible()
    assert await violations(page) == []


async def test_an_agent_of_many_queues_takes_one_row_like_others(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "admin", "/settings/agents")
    await page.get_by_role("searchbox", name="Find an agent").fill("5000")
    row = page.locator(".settings-table tbody tr:visible")
    await expect(row).to_contain_text(f"and {QUEUES - 6} more")
    box = await row.bounding_box()
    assert box is not None
    assert box["height"] < 160
    tags = await row.locator(".tag").evaluate_all(
        "tags => tags.map(tag => tag.getBoundingClientRect().right)"
    )
    cell = await row.locator("td").nth(2).bounding_box()
    assert cell is not None
    assert max(tags) <= cell["x"] + cell["width"] + 1


async def test_who_sits_in_a_queue_stands_first_among_many(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "admin", "/settings/queues/q-7")
    names = await page.locator(".sitting").evaluate_all(
        "all => all.slice(0, 4).map(one => one.querySelector('input').checked)"
    )
    assert names == [True, True, True, True]  # agents 0, 7, 47 and 87


async def test_a_seat_is_given_and_keeps_the_focus(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "admin", f"/settings/agents/{pages.id_of('wangmin')}")
    await page.get_by_role("searchbox", name="Find a queue").fill("queue 33")
    box = page.get_by_role("checkbox", name="Queue 33")
    await box.focus()
    await page.keyboard.press("Space")
    await expect(box).to_be_checked()
    await expect(box).to_be_focused()


async def test_the_table_of_skills_grows_as_one_walks_down(pages: Pages, browser: Browser) -> None:
    page = await pages.open(browser, "admin", "/settings/skills")
    rows = page.locator(".matrix tbody tr")
    assert await rows.count() < AGENTS
    cells = page.locator(".matrix [data-column='0']")
    await cells.first.focus()
    for _ in range(AGENTS + 3):
        await page.keyboard.press("ArrowDown")
        await page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
    await expect(rows).to_have_count(AGENTS + 4)
    last = page.locator(":focus")
    await expect(last).to_have_attribute("data-row", str(AGENTS + 3))


async def test_a_wall_of_many_queues_shows_the_worst_and_counts_the_others(
    pages: Pages, browser: Browser
) -> None:
    for n in range(QUEUES):
        row = QueueRow(
            name=f"q-{n}",
            title=f"队列 {n}",
            title_en=f"Queue {n}",
            waiting=n,
            oldest_since=utc_now() - timedelta(seconds=60 + 10 * n),
        )
        await pages.engine.tell(QueueChanged(queue=row))
    page = await pages.open(browser, "chenjing", "/board?wall=1", width=1920, height=1080)
    tiles = page.locator(".wall-queue")
    await expect(tiles).to_have_count(12)
    await expect(tiles.first).to_contain_text("Queue 39")
    await expect(page.locator(".wall-more")).to_contain_text("28 more queues")
    for part in (".wall-waiting", ".wall-figures", ".wall-alarm"):
        tile, inner = tiles.last, tiles.last.locator(part)
        outside, inside = await tile.bounding_box(), await inner.bounding_box()
        assert outside is not None
        assert inside is not None
        assert inside["y"] + inside["height"] <= outside["y"] + outside["height"]
    states = await page.locator(".wall-states li").evaluate_all(
        "all => new Set(all.map(one => one.offsetTop)).size"
    )
    assert states == 1  # all in one row


async def test_the_board_is_read_on_a_telephone(pages: Pages, browser: Browser) -> None:
    await pages.set_queue("service", waiting=2)
    page = await pages.open(browser, "chenjing", "/board", width=390, height=800)
    for part in (".board-main", ".queue-table"):
        box = await page.locator(part).bounding_box()
        assert box is not None
        assert box["width"] > 250
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def chosen(pages: Pages) -> str:
    """Keep with an answered call why its agent was asked, and return the call's id."""
    async with pages.database.transaction() as session:
        call = await session.scalar(
            select(CallRow)
            .where(CallRow.direction == "inbound", CallRow.answered_at.is_not(None))
            .limit(1)
        )
        assert call is not None
        choice = Choice(
            call.call_id,
            "one",
            "王敏",
            "service",
            Rule.LONGEST_IDLE,
            idle_seconds=61.0,
            free_agents=3,
            steps=2,
            needs="tech>=2",
            candidates=(
                (0.0, -61.0, 1, 0, "one", "王敏"),
                (0.0, -41.0, 2, 1, "two", LONG_EN),
            ),
            passed_over=(
                PassedOver("three", "赵雪", "tech is 1, needs >=2"),
                PassedOver("four", "李强", "phone_in_use"),
            ),
            rivals=(WaitingCall((), call.call_id, "sales", 3, -4.0),),
        )
        kept = choice.as_json()
        row = CallEventRow(
            id=new_id(), call_id=call.call_id, kind="offered_to_agent", at=utc_now(), payload=kept
        )
        row.tenant_id = Scope().tenant_id
        session.add(row)
    return str(call.call_id)


async def test_why_this_agent_is_told_of_him_in_the_readers_language(
    pages: Pages, browser: Browser
) -> None:
    call = await chosen(pages)
    page = await pages.open(browser, "chenjing", f"/calls/{call}")
    why = page.locator(".choices")
    await expect(why).to_contain_text("王敏 was idle the longest (1:01) of 3")
    await expect(why).to_contain_text("赵雪 (tech is 1, needs >=2), 李强 (the phone is in a call)")
    await expect(why).to_contain_text("Sales line (3)")
    page = await pages.open(browser, "chenjing", f"/calls/{call}", language="zh_CN")
    await expect(page.locator(".choices")).to_contain_text("3 人中空闲最久（1:01）")
    await expect(page.locator(".choices")).to_contain_text("李强 (话机正在通话)")


async def test_the_history_tells_a_new_row_in_one_line_as_the_form_shows_it(
    pages: Pages, browser: Browser
) -> None:
    page = await pages.open(browser, "admin", "/settings/queues/service")
    await page.click("#history")
    line = page.locator(".change-list li", has_text="Opening hours · 1")
    await expect(line).to_have_count(1)
    await expect(line).to_contain_text("Day Mon · opens 00:00 · closes 24:00")
    await settled(page)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_desk_wall_and_call_fit_a_telephones_window(
    pages: Pages, browser: Browser, language: str
) -> None:
    call = await chosen(pages)
    await pages.set_agent("wangmin", "talking", queues=["service"])
    for username, path in (
        ("wangmin", "/agent"),
        ("chenjing", f"/calls/{call}"),
        ("chenjing", "/board?wall=1"),
    ):
        page = await pages.open(browser, username, path, language=language, width=390, height=844)
        await expect(page.locator("h1")).to_have_count(1)  # it is drawn
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{path} is {width} wide"
        assert await violations(page) == [], path
        await page.context.close()
