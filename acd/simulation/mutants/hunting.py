"""Hunting: plants a mutant and runs seeds until the watch finds it."""

from __future__ import annotations

from dataclasses import dataclass

from acd.simulation.mutants import offering, promising, serving, standing
from acd.simulation.result import Result
from acd.simulation.run import simulate
from acd.simulation.scenario import random_scenario

SEEDS = 8
EVENTS = 60_000
MUTANTS = (*offering.MUTANTS, *standing.MUTANTS, *promising.MUTANTS, *serving.MUTANTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hunt:
    """What became of a mutant: `caught` is the run that found it."""

    name: str
    words: str
    caught: Result | None
    events: int


def hunt(name: str, *, seeds: int = SEEDS, events: int = EVENTS) -> Hunt:
    """Plant the bug of that name and run seeds until it is found, at most so many."""
    mutant = next(mutant for mutant in MUTANTS if mutant.name == name)
    spent = 0
    with mutant.planted():
        for seed in range(1, seeds + 1):
            scenario = random_scenario(seed, events=events, faults=mutant.faults)
            result = simulate(scenario, make_board=mutant.board)
            spent += result.events
            if result.broken:
                return Hunt(name=mutant.name, words=mutant.words, caught=result, events=spent)
    return Hunt(name=mutant.name, words=mutant.words, caught=None, events=spent)
