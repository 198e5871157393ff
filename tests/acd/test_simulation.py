"""Simulated days: the board keeps its promises, and the simulator finds whoever does not."""

from __future__ import annotations

from collections import Counter

import pytest

from acd.simulation import Faults, Result, random_scenario, simulate
from acd.simulation.faults import ALL, UnknownFault, named
from acd.simulation.mutants import MUTANTS, hunt

RUNS = 40  # many call centers show more than long days of a few
A_RUN = 27_500  # events: more than a million in all


def kept(result: Result) -> None:
    """Fail with the seed, the command that repeats it, and what happened last."""
    if result.broken:
        command = f"callcenter acd simulate --seed {result.seed} --events {A_RUN}"
        pytest.fail("\n".join([result.broken, command, *result.trace[-25:]]))


@pytest.mark.parametrize("seed", range(1, RUNS + 1))
def test_a_board_in_a_broken_world_keeps_every_promise(seed: int) -> None:
    result = simulate(random_scenario(seed, events=A_RUN, faults=ALL))

    kept(result)
    assert result.events >= A_RUN
    assert result.checks > A_RUN / 20
    assert set(result.happened) & {"lost", "late", "restart", "cut", "phones"}


def test_what_is_rare_happens_in_the_million() -> None:
    results = [simulate(random_scenario(seed, events=4_000, faults=ALL)) for seed in range(1, 10)]
    seen = Counter[str]()
    for result in results:
        kept(result)
        seen.update(result.seen)
        seen.update(result.happened)

    assert seen["announcements"] > 100
    assert seen["callbacks done"] > 10
    assert seen["callbacks failed"] > 0
    assert seen["callbacks expired"] > 0
    assert seen["rings of all"] > 0
    assert seen["fallback rings"] > 0
    assert seen["settings changed"] > 0
    assert set(seen) >= {"lost", "late", "restart", "cut", "phones", "settings"}


def test_a_board_in_a_sound_world_keeps_every_promise() -> None:
    kept(simulate(random_scenario(77, events=A_RUN, faults=Faults())))


def test_the_same_seed_gives_the_same_day() -> None:
    first, second = (simulate(random_scenario(5, events=5_000, faults=ALL)) for _ in range(2))

    assert (first.queues, first.checks, first.simulated_seconds) == (
        second.queues,
        second.checks,
        second.simulated_seconds,
    )


@pytest.mark.parametrize("name", [mutant.name for mutant in MUTANTS])
def test_a_planted_bug_is_found(name: str) -> None:
    found = hunt(name)

    assert found.caught is not None, f"{name} ({found.words}) lived through {found.events} events"


def test_a_fault_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownFault, match="no fault 'fire'; there are all, none, doubled"):
        named("lost,fire")
