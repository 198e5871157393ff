"""The engine is killed under load, again and again: no caller is lost and no phone rung twice."""

import asyncio
import os
import time

import pytest
from figures import percentile, say, seeded, show
from hall import Hall, hall

CALLERS = 30


@pytest.mark.proof
@pytest.mark.timeout(1500)
async def test_twenty_kills_under_thirty_calls() -> None:
    async with hall() as here:
        await kill_engine(here, kills=int(os.environ.get("KILLS", "20")))


async def told_of_others(here: Hall) -> list[str]:
    """Return all that is known of the calls that were not recorded as answered."""
    found = await here.rows(
        "SELECT c.outcome, l.uniqueid, l.channel, e.at, e.kind, e.payload FROM call c"
        " JOIN call_leg l ON l.call_id = c.call_id"
        " LEFT JOIN call_event e ON e.call_id = c.call_id"
        " WHERE c.started_at >= :since AND c.outcome <> 'answered' ORDER BY l.uniqueid, e.at"
    )
    uniqueids = {str(row[1]) for row in found}
    logs = here.asterisk.plan.call_log.parent.glob("*.csv")
    lines = [line for log in logs for line in log.read_text().splitlines()]
    return [
        *(" ".join(map(str, row)) for row in found),
        *(line for line in lines if any(f'"{each}"' in line for each in uniqueids)),
    ]


async def kill_engine(here: Hall, *, kills: int) -> None:
    """Kill it at chance moments while callers come and go, and bring it back."""
    seed, chance = seeded()
    await here.fresh()
    phones = here.phones()
    callers = here.callers("-l", str(CALLERS), "-r", "15")
    await here.witness.until_alive(CALLERS)
    back = []
    for number in range(kills):
        alive_for, dead_for = chance.uniform(1, 4), chance.choice([0.0, chance.uniform(0, 9)])
        await asyncio.sleep(alive_for)
        epoch = await here.epoch()
        here.center.kill("engine")
        await asyncio.sleep(dead_for)
        began = time.monotonic()
        here.center.start("engine", "run", "--role", "engine")
        await here.new_board(epoch)
        back.append(time.monotonic() - began)
        await here.all_ready()
        say(f"kill {number + 1}: after {alive_for:.2f} s, away {dead_for:.2f} s")
    status = await here.served(callers)
    await here.no_calls()
    records = dict(
        await here.rows(
            "SELECT outcome, count(*) FROM call WHERE started_at >= :since GROUP BY outcome"
        )
    )
    witness = here.witness
    for line in await told_of_others(here):
        say(line)
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
        without_record=len(witness.ended) - sum(records.values()),
    )
    assert phones.poll() is None
    assert (witness.lost, witness.double_offers) == ([], []), seed
    assert witness.twice == [], f"a caller was taken out of a talk; seed {seed}"
    assert records == {"answered": len(witness.ended)}, f"{records}; seed {seed}"
    assert status == 0, f"SIPp saw callers who were not served; seed {seed}"
    await here.end()
