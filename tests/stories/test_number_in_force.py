"""The whole product: a plan published over the API leads the very next call, and so on."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import SERVICE_NUMBER, calling
from center import Center, opened, until

from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

BUSY_HERE = 486
PLAN = {
    "format": 1,
    "rules": [
        {
            "id": "share",
            "split": [
                {"percent": 50, "to": {"kind": "queue", "queue": "service"}},
                {"percent": 50, "to": {"kind": "queue", "queue": "sales"}},
            ],
        }
    ],
    "otherwise": {"kind": "flow", "flow": "hotline"},
    "closed": {"kind": "busy"},
}


async def ask(center: Center, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {center.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, f"{center.url}/api/v1{path}", json=body or {}) as answer,
    ):
        told = await answer.json()
        assert answer.status < 300, told
        return told


async def queue_of(center: Center, number: str) -> str:
    """Call, wait until the caller stands in line, hang up, and give the queue."""
    async with calling(center, number):

        async def waiting() -> str:
            rows = (await center.get("/board"))["snapshot"]["calls"]
            return next((row["queue"] for row in rows if number in row["caller_number"]), "")

        queue: str = await until(f"{number} waits", waiting)
        return queue


async def test_the_very_next_call_goes_by_what_was_published_closed_or_blocked(
    home: Path,
) -> None:
    async with opened(Center.plan(home, DEMO="true")) as center:
        made = await ask(center, "POST", "/numbers/4000/publish", {"document": PLAN})
        assert made["applied"]
        queues = [await queue_of(center, f"1390013000{nth}") for nth in range(4)]
        assert sorted(queues) == ["sales", "sales", "service", "service"]
        await ask(center, "POST", "/blocked-numbers", {"number": "13700137000"})
        assert await refused(center, "13700137000") == BUSY_HERE
        assert (await ask(center, "POST", "/numbers/4000/close"))["applied"]
        assert await refused(center, "13900130009") == BUSY_HERE
        await ask(center, "POST", "/numbers/4000/open")
        center.stop("all")
        center.start("all", "run", "--role", "all")
        await center.healthy()
        queues = [await queue_of(center, f"1390013001{nth}") for nth in range(2)]
        assert sorted(queues) == ["sales", "service"]  # the counters went on

        async def reported() -> list[Any]:
            items: list[Any] = (await center.get("/reports/splits"))["items"]
            return items if items and items[0]["calls"] == 6 else []

        [split] = await until("the split is reported", reported)
        assert [share["served"] for share in split["shares"]] == [3, 3]
        [call] = await center.calls_from("13700137000")
        route = await center.get(f"/calls/{call['call_id']}/route")
        assert (route["why"], route["target_kind"]) == ("blocked", "busy")
        await center.no_channels()


async def refused(center: Center, number: str) -> int | None:
    caller = Caller(from_number=number, to_number=SERVICE_NUMBER)
    async with TrunkCall(caller, sip_port=int(center.setting("SIP_PORT"))) as call:
        assert not await call.answered(15)
        assert await call.ended(15)
        return call.result().refused
