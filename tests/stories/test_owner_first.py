"""A customer rings the agent who looks after him, and others only once that has been in vain."""

import time
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


async def offers(center: Center) -> list[tuple[str, str]]:
    """Give by which rule, and to whom, the last call was offered."""
    detail = await center.ended_call(ZHANG_SAN)
    told = [one["payload"] for one in detail["events"] if one["kind"] == "offered_to_agent"]
    return [(one["rule"], one["agent_name"]) for one in told]


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
        await configure(center, "service", owner_seconds=SECONDS, strategy="longest_idle")
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
            assert await offers(center) == [("owner", "李强")]
            assert not [one for one in hers.unheard() if one.startswith("INVITE")]
            await she("/me/state", {"state": "not_ready", "reason": "break"})
            async with waiting(center, STRANGER):
                await his.rings(10)  # and rings on: the owner is busy
                await she("/me/state", {"state": "ready"})
                async with waiting(center):
                    began = time.monotonic()
                    await hers.rings(SECONDS + 10)
                    waited = time.monotonic() - began
            [(rule, who)] = await offers(center)
            assert (rule != "owner", who) == (True, "王敏")
            assert SECONDS - 1 < waited < SECONDS + 2
