"""The engine is killed under load, again and again: no caller is lost and no phone rung twice."""

import asyncio
import os
import random
import secrets
import time

import pytest
from center import Center
from figures import percentile, show
from hall import hall

AGENTS, CALLERS = 12, 30


@pytest.mark.proof
@pytest.mark.timeout(1500)
async def test_twenty_kills_under_thirty_calls() -> None:
    await prove(kills=int(os.environ.get("KILLS", "20")))


@pytest.mark.live
@pytest.mark.timeout(300)
async def test_two_kills_under_thirty_calls() -> None:
    await prove(kills=2)


async def prove(*, kills: int) -> None:
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    chance = random.Random(seed)
    async with hall(agents=AGENTS) as here:
        phones = here.phones()
        callers = here.callers("-l", str(CALLERS), "-r", "15")
        await here.witness.until_alive(CALLERS)
        back = []
        for number in range(kills):
            alive_for, dead_for = chance.uniform(1, 4), chance.choice([0.0, chance.uniform(0, 9)])
            await asyncio.sleep(alive_for)
            here.center.kill("engine")
            await asyncio.sleep(dead_for)
            began = time.monotonic()
            here.center.start("engine", "run", "--role", "engine")
            await here.center.healthy()
            back.append(time.monotonic() - began)
            await here.all_ready()
            print(f"kill {number + 1}: after {alive_for:.2f} s, away {dead_for:.2f} s")
        status = await here.served(callers)
        await here.no_calls()
        records = await outcomes(here.center)
        witness = here.witness
        show(
            "engine_killed",
            seed=seed,
            kills=kills,
            calls=len(witness.ended),
            lost=len(witness.lost),
            double_offers=len(witness.double_offers),
            two_agents=len(witness.twice),
            longest_wait_seconds=round(max(witness.first_served.values()), 1),
            back_after_seconds=round(percentile(back, 0.5), 2),
            records=records,
        )
        assert phones.poll() is None
        assert (witness.lost, witness.double_offers, witness.twice) == ([], [], []), seed
        assert status == 0, f"SIPp saw callers who were not served; seed {seed}"
        assert sum(records.values()) == len(witness.ended), f"a call without a record; seed {seed}"


async def outcomes(center: Center) -> dict[str, int]:
    """Count the calls in the record by their outcome; an open one is `open`."""
    counted: dict[str, int] = {}
    cursor = ""
    while True:
        page = await center.get(f"/calls?limit=100{cursor}")
        for call in page["items"]:
            key = call["outcome"] or "open"
            counted[key] = counted.get(key, 0) + 1
        if not page.get("next_cursor"):
            return counted
        cursor = f"&cursor={page['next_cursor']}"
