"""`callcenter acd simulate`: try the board on simulated days."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Annotated

import typer

from acd.simulation import Faults, Result, Scenario, simulate
from acd.simulation.faults import UnknownFault, named
from acd.simulation.mutants import MUTANTS, Hunt, hunt
from acd.simulation.scenario import random_scenario, sized_scenario
from acd.simulation.words import figures_of, line_of
from callcenter.errors import CommandFailed

A_RUN = 200_000  # events


def simulate_days(
    *,
    seed: Annotated[int, typer.Option(help="Of the first run; the others follow.")] = 1,
    events: Annotated[int, typer.Option(min=1_000, help="In all runs together.")] = 1_000_000,
    agents: Annotated[int, typer.Option(min=0, max=10_000, help="0: drawn from the seed.")] = 0,
    queues: Annotated[int, typer.Option(min=0, max=1_000, help="0: drawn from the seed.")] = 0,
    load: Annotated[
        float, typer.Option(min=0.05, max=100, help="Work offered for each agent.")
    ] = 0.9,
    faults: Annotated[str, typer.Option(help="all, none, or some: lost,late,...")] = "all",
    jobs: Annotated[int, typer.Option(min=0, help="Processes; 0: one a processor.")] = 0,
    mutants: Annotated[bool, typer.Option(help="Plant bugs and see each caught.")] = False,
) -> None:
    """Run seeded days with faults; a broken promise ends with its seed and exit code 1."""
    if mutants:
        _hunt_all()
        return
    try:
        wanted = named(faults)
    except UnknownFault as error:
        raise CommandFailed(str(error)) from error
    scenarios = [
        _scenario(seed + run, each, agents=agents, queues=queues, load=load, faults=wanted)
        for run, each in enumerate(_shared(events))
    ]
    results = []
    for result in _run_all(scenarios, jobs or os.cpu_count() or 1):
        results.append(result)
        typer.echo(line_of(result))
        if result.broken:
            break
    for line in figures_of(results):
        typer.echo(line)
    if results and results[-1].broken:
        _tell_broken(results[-1], scenarios[len(results) - 1], agents, queues, load, faults)
        raise typer.Exit(1)
    typer.echo("all promises kept")


def _shared(events: int) -> list[int]:
    """Cut the events into runs."""
    runs = max(1, round(events / A_RUN))
    return [max(1_000, events // runs)] * runs


def _scenario(
    seed: int, events: int, *, agents: int, queues: int, load: float, faults: Faults
) -> Scenario:
    if not agents and not queues:
        return random_scenario(seed, events=events, faults=faults)
    return sized_scenario(
        seed,
        agents=agents or 10,
        queues=queues or 1,
        load=load,
        events=events,
        faults=faults,
    )


def _run_all(scenarios: list[Scenario], jobs: int) -> Iterator[Result]:
    """Yield each run's result, in order."""
    if jobs == 1 or len(scenarios) == 1:
        yield from map(simulate, scenarios)
        return
    with ProcessPoolExecutor(max_workers=min(jobs, len(scenarios))) as pool:
        try:
            yield from pool.map(simulate, scenarios)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _tell_broken(  # noqa: PLR0917 - the options, to be repeated
    result: Result, scenario: Scenario, agents: int, queues: int, load: float, faults: str
) -> None:
    for line in result.trace[-25:]:
        typer.echo(f"  {line}")
    size = f" --agents {agents} --queues {queues} --load {load}" if agents or queues else ""
    typer.echo(f"a promise was broken: {result.broken}")
    typer.echo(
        f"to repeat: callcenter acd simulate --seed {result.seed} --events {scenario.events} "
        f"--faults {faults}{size}"
    )


def _hunt_all() -> None:
    """Plant each bug and tell who found it; exit code 1 when one survives."""
    with ProcessPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        hunts = list(map(_told, pool.map(hunt, [mutant.name for mutant in MUTANTS])))
    survivors = [hunted.name for hunted in hunts if hunted.caught is None]
    if survivors:
        typer.echo(f"not caught: {', '.join(survivors)}")
        raise typer.Exit(1)
    typer.echo(f"all {len(hunts)} planted bugs were caught")


def _told(hunted: Hunt) -> Hunt:
    how = f"by `{hunted.caught.promise}`" if hunted.caught else "NOT CAUGHT"
    typer.echo(f"{hunted.name} ({hunted.words}): {how} after {hunted.events:,} events")
    return hunted
