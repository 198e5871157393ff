"""The proofs with few repetitions, in one hall: a quick look, `make prove NAME=in_short`."""

import pytest
from hall import hall
from test_answer_and_hang_up import answer_and_hang_up
from test_burst import burst
from test_engine_killed import kill_engine

pytestmark = [pytest.mark.proof, pytest.mark.timeout(300)]


async def test_the_proofs_hold_with_few_repetitions() -> None:
    async with hall() as here:
        await answer_and_hang_up(here, times=10)
        await burst(here, bursts=1)
        await kill_engine(here, kills=1)
