"""Replaying: a recorded day once more, under one configuration or another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from acd.board import Roster
from acd.simulation.result import Result
from acd.simulation.run import Simulation
from acd.simulation.scenario import REPLAYED, Scenario, Script
from acd.simulation.script import Visit
from acd.simulation.words import summed

MOST_CALLERS = 20_000
MOST_SECONDS = 60.0  # of computing, for each configuration


@dataclass(frozen=True, kw_only=True, slots=True)
class DayFigures:
    """A day of one or all queues; shares are None where nothing was counted."""

    offered: int
    answered: int
    abandoned: int
    overflowed: int
    service_level: float | None  # in target / offered without the short abandons
    average_wait: float | None  # seconds, of the answered
    longest_wait: float
    occupancy: float | None = None
    fairness: float | None = None  # Gini of the agents' occupancies, 0 is equal

    def as_json(self) -> dict[str, object]:
        """Return plain values."""
        return asdict(self)


def replay(script: Script, roster: Roster, *, seconds: float = MOST_SECONDS) -> DayFigures:
    """Play the script under a roster; raises `TooLong`, and `Broken` if the board errs."""
    names = {queue.name for queue in roster.queues}
    known = {agent.agent_id for agent in roster.agents}
    scenario = Scenario(
        seed=1,
        roster=roster,
        rates={},
        habits=REPLAYED,
        script=Script(
            begin=script.begin,
            lasts=script.lasts,
            callers=tuple(caller for caller in script.callers if caller.queue in names),
            wishes=tuple(wish for wish in script.wishes if wish.agent_id in known),
        ),
    )
    result = Simulation(scenario).run(most_seconds=seconds, strict=True)
    return figures_of(result)


def figures_of(result: Result) -> DayFigures:
    """Return a run's figures over all its queues."""
    total = summed(result.queues.values())
    wanted = total.offered - total.short_abandoned
    return DayFigures(
        offered=total.offered,
        answered=total.answered,
        abandoned=total.abandoned,
        overflowed=total.overflowed,
        service_level=total.in_target / wanted if wanted else None,
        average_wait=total.waited / total.answered if total.answered else None,
        longest_wait=total.longest,
        occupancy=result.occupancy,
        fairness=result.fairness,
    )


def recorded_figures(visits: Sequence[Visit], roster: Roster) -> DayFigures:
    """Return what the recording itself says, by the same formulas."""
    rules = {queue.name: queue for queue in roster.queues}
    visits = [visit for visit in visits if visit.queue in rules]
    answered = [visit for visit in visits if visit.outcome == "answered"]
    lost = [visit for visit in visits if visit.outcome == "abandoned"]
    short = sum(v.waited <= rules[v.queue].short_abandon_seconds for v in lost)
    in_target = sum(v.waited <= rules[v.queue].target_seconds for v in answered)
    wanted = len(visits) - short
    return DayFigures(
        offered=len(visits),
        answered=len(answered),
        abandoned=len(lost),
        overflowed=sum(visit.outcome == "overflowed" for visit in visits),
        service_level=in_target / wanted if wanted else None,
        average_wait=sum(v.waited for v in answered) / len(answered) if answered else None,
        longest_wait=max((visit.waited for visit in answered), default=0.0),
    )
