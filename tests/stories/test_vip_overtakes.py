"""A known VIP goes before a stranger who came earlier; who calls is found out in the menu."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import ZHANG_SAN, nothing_left_behind, waiting
from center import PASSWORD, Center, opened
from websocket_phone import WebsocketPhone, header
from websockets.asyncio.client import ClientConnection, connect

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

STRANGER = "13911112222"


@asynccontextmanager
async def feed_of_nobody(url: str) -> AsyncIterator[None]:
    """Read the desk's feed as a page does, and forget it: unread words hold up the good-bye."""
    async with connect(url, proxy=None) as feed:
        reading = asyncio.create_task(read_all(feed))
        yield
    await reading


async def read_all(feed: ClientConnection) -> None:
    async for _ in feed:
        pass


@asynccontextmanager
async def at_work(center: Center, username: str) -> AsyncIterator[tuple[WebsocketPhone, Any]]:
    """Log in, open the desk's feed and register a phone without sound."""
    jar = aiohttp.CookieJar(unsafe=True)
    headers = {"Origin": center.url}
    async with aiohttp.ClientSession(cookie_jar=jar) as client:

        async def post(path: str, body: dict[str, str]) -> Any:
            url = f"{center.url}/api/v1{path}"
            async with client.post(url, json=body, headers=headers) as answer:
                told = await answer.json()
                assert answer.status < 300, (path, told)
                return told

        session = await post("/session", {"username": username, "password": PASSWORD})
        headers["X-CSRF-Token"] = session["csrf_token"]
        ticket, given = await post("/push-ticket", {}), await post("/me/phone", {})
        port = int(center.setting("ASTERISK_HTTP_PORT"))
        async with (
            feed_of_nobody(ticket["url"]),
            WebsocketPhone(given["endpoint"], port=port) as phone,
        ):
            assert await phone.register(given["password"]) == 200
            yield phone, post


async def test_a_vip_overtakes_a_stranger_who_came_first(home: Path) -> None:
    async with opened(Center.plan(home)) as center:
        async with (
            nothing_left_behind(center),
            at_work(center, "wangmin") as (phone, post),
            waiting(center, STRANGER) as stranger,
            waiting(center, ZHANG_SAN),
        ):
            await post("/me/state", {"state": "ready"})
            invite = await phone.rings(10)
            assert ZHANG_SAN[-8:] in header(invite, "From")
            assert not await stranger.ended(0)
        detail = await center.ended_call(ZHANG_SAN)
        told = [one for one in detail["events"] if one["kind"] == "offered_to_agent"]
        choice = told[0]["payload"]
        assert (choice["rule"], choice["agent_name"]) == ("first_in_line", "王敏")
        assert choice["priority"] >= 1
