"""The whole product: a PIN pressed by a caller is in no place where anything is kept or told."""

import asyncio
import contextlib
import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import ZHANG_SAN, calling, on_board
from center import Center, opened, until
from services import RedisServer
from sqlalchemy import inspect, text

from crm_core.database import Database

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

CUSTOMER = "730941"  # what the caller logs in with; no secret, so it must be found
PIN, WRONG_PIN = "58206317", "61937402"
PLAN = {
    "format": 1,
    "otherwise": {"kind": "flow", "flow": "self-service"},
    "closed": {"kind": "busy"},
}


def spelled(secret: str) -> re.Pattern[bytes]:
    """Match a secret told key by key in one breath: `5, 8, 2` or `["5", "8", "2"]`."""
    return re.compile(rb"[^0-9a-zA-Z]{1,6}".join(re.escape(key.encode()) for key in secret))


def holds(raw: bytes, secret: str) -> bool:
    """Whether a secret stands in bytes: plain, two bytes a letter, or spelled."""
    plain = (secret.encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be"))
    return any(form in raw for form in plain) or spelled(secret).search(raw) is not None


def files_of(folder: Path) -> dict[str, bytes]:
    """Give everything written below a folder by its path; what is packed is unpacked."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            raw = path.read_bytes()
            with contextlib.suppress(gzip.BadGzipFile):
                raw = gzip.decompress(raw) if path.suffix == ".gz" else raw
            found[str(path.relative_to(folder))] = raw
    return found


async def tables_of(url: str) -> dict[str, bytes]:
    """Give every row of every table there is, whoever made it."""
    database = Database(url)
    try:
        async with database.read() as session:
            connection = await session.connection()
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            rows = {}
            for name in names:
                found = await session.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 - a table's name
                rows[name] = repr(found.all()).encode()
            return rows
    finally:
        await database.close()


class Listener:
    """Everything anybody says to Redis."""

    def __init__(self) -> None:
        self.heard = b""

    async def listen(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"MONITOR\r\n")
            while more := await reader.read(1 << 16):
                self.heard += more
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def listening(redis: RedisServer) -> AsyncIterator[Listener]:
    listener = Listener()
    task = asyncio.create_task(listener.listen(redis.port))
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def send(center: Center, method: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {center.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, f"{center.url}/api/v1{path}", json=body) as answer,
    ):
        told = await answer.json()
        assert answer.status < 300, told
        return told


async def steps(center: Center) -> list[dict[str, str]]:
    calls = await center.calls_from(ZHANG_SAN)
    detail = await center.get(f"/calls/{calls[0]['call_id']}") if calls else {"events": []}
    return [event for event in detail["events"] if event["kind"] == "ivr_step"]


async def did(center: Center, node: str, times: int = 1) -> None:
    """Wait until the flow has done something in a node so many times."""

    async def done() -> bool:
        taken = [step for step in await steps(center) if f"'{node}'" in str(step)]
        return len(taken) >= times

    await until(f"{node} was done {times} times", done, seconds=40)


async def file_is_there(path: Path) -> None:
    async def there() -> bool:
        return await asyncio.to_thread(path.exists)

    await until(f"{path.name} is there", there)


async def log_in(center: Center) -> None:
    """Call, try a wrong PIN, then the right one, and wait for a person."""
    async with calling(center) as caller:
        for tried, pin in enumerate((WRONG_PIN, PIN)):
            if tried:
                await did(center, "refused")
            await caller.press(f"{CUSTOMER}#")
            await did(center, "number", 2 * tried + 1)
            await caller.press("1")
            await did(center, "number", 2 * tried + 2)
            await caller.press(f"{pin}#")
            await did(center, "log-in", tried + 1)
        await did(center, "welcome")
        await caller.press("0")
        await on_board(center, ZHANG_SAN, "waiting", "offered")


async def test_a_pin_is_found_nowhere_after_the_call(
    home: Path, demo_postgresql: str, own_redis: RedisServer
) -> None:
    plan = Center.plan(home, DATABASE_URL=demo_postgresql, REDIS_URL=own_redis.url)
    async with opened(plan, "engine", "web") as center, listening(own_redis) as listener:
        found = await center.get(f"/customers?q={ZHANG_SAN}")
        customer = found["items"][0]["contact_id"]
        await send(
            center,
            "PUT",
            f"/customers/{customer}/pin",
            {"customer_number": CUSTOMER, "pin": PIN},
        )
        listener.heard = b""
        await send(center, "POST", "/numbers/4000/publish", {"document": PLAN})
        center.start("tap", "cti", "tap", str(home / "tap.gz"))
        await file_is_there(home / "tap.gz")  # from now on the tap hears
        await log_in(center)
        detail = await center.ended_call(ZHANG_SAN)
        pushed = str(await center.get("/board")).encode()
        await center.no_channels()
        center.stop("tap")
    kept = {f"file {name}": raw for name, raw in files_of(home).items()}
    tables = await tables_of(demo_postgresql)
    kept |= {f"table {name}": raw for name, raw in tables.items()}
    kept |= {"redis": listener.heard, "api": str(detail).encode(), "board": pushed}
    assert_heard_and_kept(kept)
    for secret in (PIN, WRONG_PIN):
        assert [place for place, raw in kept.items() if holds(raw, secret)] == []
    tapped = kept["file tap.gz"]
    assert b"Event: DTMF" not in tapped, "each key, one by one"
    masked = [step for step in detail["events"] if "'pin'" in str(step)]
    assert len(masked) >= 2
    assert all("masked" in str(step) for step in masked if step["kind"] == "ivr_step")


def assert_heard_and_kept(kept: dict[str, bytes]) -> None:
    """See that the search looks where things are: what is no secret is found in each place."""
    with_number = {place for place, raw in kept.items() if holds(raw, CUSTOMER)}
    assert {"table call_event", "table call_data", "api"} <= with_number, with_number
    caller = {place for place, raw in kept.items() if ZHANG_SAN.encode() in raw}
    assert {"redis", "file tap.gz", "api", "table call"} <= caller, caller
    assert any(place.startswith("file asterisk/") for place in caller), caller
    assert {"file engine.log", "file web.log"} <= set(kept)


def test_the_search_finds_a_secret_however_it_is_told() -> None:
    told = [PIN, ", ".join(PIN), str(list(PIN)), " ".join(PIN), f"<{PIN}>", '"'.join(f" {PIN} ")]
    assert all(holds(f"keys {one} end".encode(), PIN) for one in told)
    assert holds(PIN.encode("utf-16"), PIN)
    assert not holds(b"5820 6317x 58206 317", WRONG_PIN)
    assert not holds(b"58206 31 7000", "58206319")
