from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from agent_desktop.app import create_app
from agent_desktop.errors import TRACE_ID
from agent_desktop.policy import PUBLIC, add_route
from agent_desktop.services import Services
from crm_core.database import Database


@pytest.fixture
async def homeless(services: Services, tmp_path: Path) -> AsyncIterator[str]:
    """A desktop whose database is not there; the address it serves on."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    gone = Database(f"sqlite+aiosqlite:///{tmp_path}/not/there.sqlite3")
    app = create_app(replace(services, database=gone, origins=frozenset({url})))
    add_route(app, "GET", "/api/v1/broken", broken, PUBLIC)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    yield url
    await runner.cleanup()
    await gone.close()
    await connection_threads_ended()


async def connection_threads_ended() -> None:
    """A connection that could not be opened ends its thread a moment after it says so."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)


async def broken(request: web.Request) -> web.Response:
    secret = "canary-of-our-own"
    raise KeyError(secret, request[TRACE_ID])


async def ask(url: str, **body: Any) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as client:
        sent = client.post(url, json=body) if body else client.get(url)
        async with sent as answer:
            return answer.status, await answer.json()


async def test_a_database_that_is_away_is_a_503_without_its_address(homeless: str) -> None:
    for told in (
        await ask(homeless + "/healthz"),
        await ask(homeless + "/api/v1/session", username="anna", password="x"),
    ):
        assert (told[0], told[1]["code"]) == (503, "database_unavailable")
        assert "sqlite" not in told[1]["message"]


async def test_an_error_of_our_own_tells_a_trace_id_and_nothing_else(
    homeless: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, body = await ask(homeless + "/api/v1/broken")
    assert (status, body["code"]) == (500, "internal")
    assert "canary" not in body["message"]
    written = capsys.readouterr().out
    assert body["trace_id"] in written
    assert "KeyError" in written
