"""HTTP dips of flows against a real little server that answers well, badly, slowly, endlessly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from callcenter.dips import HttpDips, _CarefulResolver
from ivr.flow import Answer, Dip

NO_ANSWERS = {
    "/garbage": b"\xff\x00{{{",
    "/deep": b"[" * 60_000,
    "/long-number": b'{"orders": ' + b"9" * 60_000 + b"}",
    "/utf-16": '{"orders": []'.encode("utf-16"),
}


class Orders:
    """Answers by path; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        if request.path in NO_ANSWERS:
            return web.Response(body=NO_ANSWERS[request.path])
        match request.path:
            case "/slow":
                await asyncio.sleep(30)
            case "/moved":
                raise web.HTTPFound("/orders")
            case "/endless":
                return await self._endless(request)
            case "/drip":
                return await self._drip(request)
            case "/sometimes" if len(self.asked) <= self.failures:
                return web.Response(status=503)
            case "/echo":
                return web.json_response({"orders": [{"state": (await request.json())["who"]}]})
        return web.json_response({"orders": [{"state": "sent", "pieces": 3, "paid": True}]})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with_hope = b"x" * 65_536
        for _ in range(1600):  # a hundred megabytes
            await response.write(with_hope)
        return response

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):  # never silent for long, and never done
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response


@pytest.fixture
def orders() -> Orders:
    return Orders()


@pytest.fixture
async def server(orders: Orders) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", orders.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server


@pytest.fixture
async def dips(server: TestServer) -> AsyncIterator[HttpDips]:
    dips = HttpDips([f"127.0.0.1:{server.port}"])
    yield dips
    await dips.close()


def dip(server: TestServer, path: str, **more: Any) -> Dip:
    keep: Mapping[str, str] = {"state": "orders[0].state", "paid": "orders[0].paid"}
    asked: dict[str, Any] = {"method": "GET", "body": None, "keep": keep, "seconds": 0.5}
    return Dip(
        node="dip",
        url=f"http://127.0.0.1:{server.port}{path}",
        **asked | {"retries": 0} | more,
    )


async def test_values_come_out_of_the_answer(server: TestServer, dips: HttpDips) -> None:
    said = await dips.ask(dip(server, "/orders"))
    assert said == Answer("next", {"state": "sent", "paid": "yes"})
    said = await dips.ask(dip(server, "/echo", method="POST", body={"who": "Li"}))
    assert said.data["state"] == "Li"


@pytest.mark.parametrize(
    "path",
    ["/slow", "/moved", "/endless", "/drip", *NO_ANSWERS],
)
async def test_what_is_no_answer_is_a_failure_soon(
    server: TestServer, dips: HttpDips, orders: Orders, path: str
) -> None:
    async with asyncio.timeout(5):
        assert await dips.ask(dip(server, path)) == Answer("failed")
    assert orders.asked == [path]  # nor was a redirect followed


async def test_an_answer_of_another_shape_gives_no_values(
    server: TestServer, dips: HttpDips
) -> None:
    listed = dip(server, "/orders", keep={"state": "[0].state", "paid": "orders.paid"})
    assert await dips.ask(listed) == Answer("next", {"state": "", "paid": ""})


async def test_it_is_tried_again_as_often_as_the_flow_says(
    server: TestServer, dips: HttpDips, orders: Orders
) -> None:
    orders.failures = 2
    assert (await dips.ask(dip(server, "/sometimes", retries=1))).way == "failed"
    orders.asked.clear()
    assert (await dips.ask(dip(server, "/sometimes", retries=2))).way == "next"
    assert len(orders.asked) == 3


@pytest.mark.parametrize(
    "listed", [[], ["crm.example.com"], ["127.0.0.1:1"], ["localhost"], ["10.0.0.1"]]
)
async def test_a_host_that_is_not_listed_is_never_asked(
    server: TestServer, orders: Orders, listed: list[str]
) -> None:
    dips = HttpDips(listed)
    assert await dips.ask(dip(server, "/orders")) == Answer("failed")
    assert orders.asked == []
    await dips.close()


async def test_a_listed_name_does_not_lead_to_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver = _CarefulResolver()

    async def inward(*_: object) -> list[dict[str, object]]:
        return [{"host": "127.0.0.1"}, {"host": "169.254.169.254"}, {"host": "::1"}]

    monkeypatch.setattr(resolver._inner, "resolve", inward)
    with pytest.raises(OSError, match="no address"):
        await resolver.resolve("crm.example.com", 443)
    assert await resolver.resolve("localhost", 443)
    await resolver.close()
