"""An agent answers in the moment the caller hangs up: each call ends in exactly one outcome."""

import asyncio
import os
from collections import Counter

import pytest
from figures import seeded, show
from hall import Hall, hall
from raw_caller import raw_call
from udp_phones import UdpPhones

APART = 0.02  # seconds between the two at most, either one first
OUTCOMES = {"answered", "abandoned_in_queue"}


@pytest.mark.proof
@pytest.mark.timeout(900)
async def test_answer_and_hang_up_at_once_200_times() -> None:
    async with hall() as here:
        await answer_and_hang_up(here, times=int(os.environ.get("TIMES", "200")))


async def answer_and_hang_up(here: Hall, *, times: int) -> None:
    """Let both happen at once, again and again, and count what became of the calls."""
    seed, chance = seeded()
    await here.fresh()
    port, asterisk = here.asterisk.phones_port, here.asterisk.bench_port
    phones = await UdpPhones.open(port, asterisk)
    try:
        for number in range(times):
            await collide(here, phones, number, chance.uniform(-APART, APART))
    finally:
        phones.close()
    await here.no_calls()
    outcomes = await recorded(here)
    ended = Counter(outcomes.values())
    names = here.witness.numbers
    joined = {names[caller] for caller, agents in here.witness.ended.items() if agents}
    answered = {number for number, outcome in outcomes.items() if outcome == "answered"}
    show(
        "answer_and_hang_up",
        seed=seed,
        calls=times,
        outcomes=dict(ended),
        joined_says_asterisk=len(joined),
        told_apart=sorted(joined ^ answered),
        without_one_outcome=times - sum(ended[each] for each in OUTCOMES),
        double_offers=len(here.witness.double_offers),
    )
    assert here.witness.double_offers == []
    assert len(outcomes) == times == len(here.witness.ended), seed
    assert set(ended) <= OUTCOMES, seed
    assert joined == answered, f"Asterisk joined others than are recorded as answered; seed {seed}"
    assert times < 50 or len(ended) == 2, f"no collision at all; seed {seed}"


async def collide(here: Hall, phones: UdpPhones, number: int, apart: float) -> None:
    """Let both happen `apart` seconds from each other; below 0 the answer is first."""
    caller = f"<sip:13{number:09d}@127.0.0.1>".encode()
    sip = int(here.center.setting("SIP_PORT"))
    async with raw_call(caller, sip_port=sip, to="wait") as call:
        assert call.status == 200
        invite = await asyncio.wait_for(phones.ringing.get(), 10)
        if apart < 0:
            phones.answer(invite)
        else:
            call.bye()
        await asyncio.sleep(abs(apart))
        if apart < 0:
            call.bye()
        else:
            phones.answer(invite)
        async with asyncio.timeout(10):
            while here.witness.alive:  # noqa: ASYNC110 - what Asterisk says has no event here
                await asyncio.sleep(0.01)


async def recorded(here: Hall) -> dict[str, str]:
    """Return the outcome of each call by its caller; each must have ended exactly once."""
    database = await here.rows(
        "SELECT c.caller_number, c.outcome, count(e.id) FROM call c LEFT JOIN call_event e"
        " ON e.call_id = c.call_id AND e.kind = 'ended'"
        " WHERE c.started_at >= :since GROUP BY c.call_id"
    )
    assert {count for _, _, count in database} == {1}, database
    return {str(number): str(outcome) for number, outcome, _ in database}
