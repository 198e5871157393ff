"""A customer rings the agent who looks after him, and others only once that has been in vain."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from callers import ZHANG_SAN, nothing_left_behind, waiting
from center import Center, opened
from test_flows_in_force import ask
from test_vip_overtakes import STRANGER, at_work
from test_waiting import configure

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

SECONDS = 3


@dataclass(frozen=True)
class Offered:
    """By which rule, to whom, and how long after the call had come into the queue."""

    rule: str
    agent: str
    seconds: float


async def offers(center: Center, *, calls: int) -> list[Offered]:
    """Give to whom the last of the customer's calls was offered."""
    events = (await center.ended_call(ZHANG_SAN, calls=calls))["events"]
    queued = next(one["at"] for one in events if one["kind"] == "queued")
    return [
        Offered(
            one["payload"]["rule"],
            one["payload"]["agent_name"],
            (datetime.fromisoformat(one["at"]) - datetime.fromisoformat(queued)).total_seconds(),
        )
        for one in events
        if one["kind"] == "offered_to_agent"
    ]


async def belongs_to(center: Center, owner: str) -> None:
    found = await center.get(f"/lookup?number={ZHANG_SAN}")
    [customer] = found["matches"]
    body = {"owner": owner}
    told: Any = await ask(center, "PATCH", f"/customers/{customer['contact_id']}", body)
    assert told["owner"] == owner


async def test_a_customer_rings_his_owner_before_one_idle_longer_and_others_when_he_is_busy(
    home: Path,
) -> None:
    async with opened(Center.plan(home)) as center:
        rules = {"owner_seconds": SECONDS, "strategy": "longest_idle", "ring_seconds": 60}
        await configure(center, "service", **rules)
        await belongs_to(center, "liqiang")
        async with (
            nothing_left_behind(center),
            at_work(center, "wangmin") as (hers, she),
            at_work(center, "liqiang") as (his, he),
        ):
            await she("/me/state", {"state": "ready"})  # idle longer
            await he("/me/state", {"state": "ready"})
            async with waiting(center):
                await his.rings(10)
            [offer] = await offers(center, calls=1)
            assert (offer.rule, offer.agent) == ("owner", "李强")
            assert not [one for one in hers.unheard() if one.startswith("INVITE")]
            await she("/me/state", {"state": "not_ready", "reason": "break"})
            async with waiting(center, STRANGER):
                await his.rings(10)  # and rings on: the owner is busy
                await she("/me/state", {"state": "ready"})
                async with waiting(center):
                    await hers.rings(SECONDS + 10)
            [offer] = await offers(center, calls=2)
            assert (offer.rule != "owner", offer.agent) == (True, "王敏")
            assert SECONDS <= offer.seconds < SECONDS + 2
