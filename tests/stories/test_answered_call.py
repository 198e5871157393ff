"""The whole way of one call: menu, queue, pop, talk, wrap-up, ticket, charge, report."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from callers import ZHANG_SAN, calling, nothing_left_behind, on_board
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]


async def answered_call(center: Center, browser: Browser) -> None:
    desk = await Desk.open(browser, center, "wangmin")
    await desk.ready()
    async with nothing_left_behind(center):
        async with calling(center) as caller:
            await caller.press("2")
            await desk.rings()
            await desk.card_says("张三")
            await desk.card_says("上海盈硕标牌")
            call_id = await on_board(center, ZHANG_SAN, "offered")
            await desk.answer()
            await desk.state("talking")
            await desk.hears_and_speaks()
            moments = await desk.moments(call_id)
            assert moments["pop"] < moments["ring"]
            assert await on_board(center, ZHANG_SAN, "talking") == call_id
            await desk.hang_up()
            assert await caller.ended(10)
            assert caller.result().packets_received > 100
        await wrap_up_with_ticket(desk, call_id)
        await check_records(center, call_id)
    await desk.close()


async def wrap_up_with_ticket(desk: Desk, call_id: str) -> None:
    await desk.state("wrap_up")
    await desk.page.locator(".disposition").first.click()
    await desk.page.fill("#call-note", "asked about the sign order")
    await desk.page.fill("#ticket-subject", "Sign order is late")
    await desk.page.fill("#ticket-body", "Promise a date")
    await (
        desk.page.get_by_role("button", name="ticket", exact=False)
        .or_(desk.page.get_by_role("button", name="工单", exact=False))
        .last.click()
    )

    async def ticket() -> bool:
        listing = await desk.center.get(f"/tickets?call_id={call_id}")
        return bool(listing["items"])

    await until("the ticket is open", ticket)
    await desk.page.click('[data-key="finish"]')
    await desk.state("ready")


async def check_records(center: Center, call_id: str) -> None:
    detail = await center.ended_call(ZHANG_SAN)
    assert detail["call_id"] == call_id
    assert detail["outcome"] == "answered"
    assert detail["queue"] == "service"
    assert detail["hung_up_by"] == "agent"
    assert detail["disposition"]
    assert detail["note"] == "asked about the sign order"
    assert detail["tickets"]
    assert detail["contact_name"] == "张三"
    assert detail["talked_seconds"] > 1
    assert {leg["role"] for leg in detail["legs"]} == {"caller", "agent"}
    assert Decimal(detail["charge"]["amount"]) > 0
    assert detail["charge"]["explanation"]
    timeline = await center.get(f"/customers/{detail['contact_id']}/timeline")
    assert any(item["object_id"] == call_id for item in timeline["items"])
    await check_statement_and_report(center, detail)


async def check_statement_and_report(center: Center, detail: dict[str, object]) -> None:
    month = datetime.now(UTC).strftime("%Y-%m")
    statements = await center.get(f"/statements?month={month}")
    lines = [
        line
        for item in statements["items"]
        for line in (await center.get(f"/statements/{item['statement_id']}"))["lines"]
    ]
    assert any(line["call_id"] == detail["call_id"] for line in lines)
    report = await center.get("/reports/queues?interval=day&queue=service")
    assert report["totals"]["answered"] >= 1


async def test_answered_call_from_menu_to_statement(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        await answered_call(center, browser)


async def test_two_calls_at_once_have_two_agents(home: Path, browser: Browser) -> None:
    async with opened(Center.plan(home)) as center:
        wang = await Desk.open(browser, center, "wangmin")
        li = await Desk.open(browser, center, "liqiang")
        await asyncio.gather(wang.ready(), li.ready())
        async with nothing_left_behind(center):
            async with calling(center) as first, calling(center, "13911112222") as second:
                await asyncio.gather(first.press("2"), second.press("2"))
                await asyncio.gather(wang.rings(), li.rings())
                await asyncio.gather(wang.take_call(), li.take_call())
                board = await center.get("/board")
                pairs = {row["agent_id"] for row in board["snapshot"]["calls"]}
                assert len(pairs) == 2, json.dumps(board["snapshot"]["calls"])
            for number in (ZHANG_SAN, "13911112222"):
                detail = await center.ended_call(number)
                assert (detail["outcome"], detail["hung_up_by"]) == ("answered", "caller")
        await wang.close()
        await li.close()
