"""Fifty calls come within one second: all of them wait, and all are served."""

import time

import pytest
from figures import percentile, show
from hall import Hall, hall

CALLS = 50


@pytest.mark.proof
@pytest.mark.timeout(600)
async def test_fifty_calls_in_one_second_five_times() -> None:
    async with hall() as here:
        await burst(here, bursts=5)


async def burst(here: Hall, *, bursts: int) -> None:
    """Let them come at once, wait until all are served, and so on."""
    await here.fresh()
    here.phones()
    witness, verdicts, lasted = here.witness, [], []
    for _ in range(bursts):
        began = time.monotonic()
        callers = here.callers("-r", str(CALLS), "-m", str(CALLS), "-l", str(CALLS))
        verdicts.append(await here.served(callers, asked=False))
        await here.no_calls()
        lasted.append(time.monotonic() - began)
    waits = list(witness.first_served.values())
    [(answered,)] = await here.rows(
        "SELECT count(*) FROM call WHERE outcome = 'answered' AND started_at >= :since"
    )
    show(
        "burst",
        bursts=bursts,
        calls=len(witness.ended),
        lost=len(witness.lost),
        double_offers=len(witness.double_offers),
        two_agents=len(witness.twice),
        recorded_as_answered=answered,
        wait_p50_seconds=round(percentile(waits, 0.5), 1),
        wait_longest_seconds=round(max(waits), 1),
        burst_lasted_seconds=round(percentile(lasted, 0.5), 1),
    )
    assert (witness.lost, witness.double_offers, witness.twice) == ([], [], [])
    assert verdicts == [0] * bursts
    assert answered == len(witness.ended) == bursts * CALLS
    await here.end()
