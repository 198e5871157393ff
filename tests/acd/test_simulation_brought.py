"""What single calls brought - a priority, steps, an owner - is played again with their day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest

from acd.board import Roster
from acd.board.settings import Brief, RequirementStep
from acd.briefing import brief_brought, brought_by
from acd.simulation.replaying import recorded_figures, replay
from acd.simulation.run import Simulation
from acd.simulation.scenario import REPLAYED, Scenario, plain_roster, seeded
from acd.simulation.script import Recording, script_of
from acd.simulation.truth import Caller

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOURS = timedelta(hours=4)
VIP = {"priority": 5}
CHINESE = {"steps": [["language:zh>=4", None]]}
OWNED = {"owner": "agent-1002"}


@dataclass(frozen=True)
class Visit:
    queue: str
    entered_at: datetime
    waited: float
    outcome: str
    talked: float
    wrap_up: float
    brought: Mapping[str, Any]


@dataclass(frozen=True)
class State:
    agent_id: str
    at: datetime
    state: str
    reason: str = ""


def house() -> Roster:
    """Return four agents, one of whom speaks Chinese, and a queue that asks the owner first."""
    roster = plain_roster(4, 1)
    first, *others = roster.agents
    queue = replace(roster.queues[0], owner_seconds=60)
    chinese = replace(first, skills={"language:zh": 5})
    return replace(roster, queues=(queue,), agents=(chinese, *others))


def planned(calls: int = 240) -> Recording:
    """Return a busy morning as it was meant: VIPs, Chinese, some with an owner."""
    chance = seeded("brought", calls)
    kinds: list[Mapping[str, Any]] = [VIP, CHINESE, OWNED, *[{}] * 7]
    visits = [
        Visit(
            queue="queue-1",
            entered_at=START + HOURS * at,
            waited=chance.expovariate(1.0 / 200.0),
            outcome="abandoned",
            talked=0.0,
            wrap_up=0.0,
            brought=kinds[number % 10],
        )
        for number, at in enumerate(sorted(chance.random() for _ in range(calls)))
    ]
    states = [State(f"agent-{1000 + number}", START, "ready") for number in range(4)]
    return Recording(start=START, end=START + HOURS, visits=visits, states=states)


def played(day: Recording, roster: Roster, talk: float) -> list[Caller]:
    """Play the day and return its callers as they came."""
    script = script_of(day)
    script = replace(script, callers=tuple(replace(c, talk=talk) for c in script.callers))
    scenario = Scenario(seed=1, roster=roster, rates={}, habits=REPLAYED, script=script)
    simulation = Simulation(scenario)
    journal = simulation.tally.journal = []
    simulation.run(strict=True)
    return journal


def recorded(day: Recording, callers: Sequence[Caller]) -> Recording:
    """Return what the store would have of the day."""
    visits = [
        replace(
            visit,
            waited=caller.waited,
            outcome="abandoned" if caller.waited > caller.patience - 0.001 else "answered",
            talked=caller.talk_seconds,
        )
        for visit, caller in zip(day.visits, callers, strict=True)
    ]
    return replace(day, visits=visits)


def mean_wait(day: Recording, callers: Sequence[Caller], brought: Mapping[str, Any]) -> float:
    both = zip(day.visits, callers, strict=True)
    return fmean(caller.waited for visit, caller in both if visit.brought == brought)


def without(day: Recording) -> Recording:
    return replace(day, visits=[replace(visit, brought={}) for visit in day.visits])


def test_a_recorded_day_under_its_own_configuration_comes_to_its_own_figures() -> None:
    plan, roster = planned(), house()
    day = recorded(plan, played(plan, roster, 210.0))
    truth, again = recorded_figures(day.visits, roster), replay(script_of(day), roster)

    assert again.offered == truth.offered
    assert truth.answered > 150
    assert abs(again.answered - truth.answered) <= 0.01 * truth.offered
    assert again.average_wait == pytest.approx(truth.average_wait, rel=0.02)
    assert again.service_level == pytest.approx(truth.service_level, abs=0.01)


@pytest.mark.parametrize("brought", [VIP, CHINESE, OWNED], ids=["vip", "steps", "owner"])
def test_who_brought_something_waits_as_he_did_and_otherwise_without_it(
    brought: Mapping[str, Any],
) -> None:
    plan, roster = planned(), house()
    lived = played(plan, roster, 210.0)
    day = recorded(plan, lived)
    truth = mean_wait(day, lived, brought)
    again = mean_wait(day, played(day, roster, 210.0), brought)
    left_out = mean_wait(day, played(without(day), roster, 210.0), brought)

    assert again == pytest.approx(truth, rel=0.02)
    assert abs(left_out - truth) > 0.1 * truth


def test_what_is_kept_of_a_call_is_what_it_brought() -> None:
    steps = (RequirementStep(needs="language:zh>=4", seconds=20), RequirementStep())
    brief = Brief(steps=steps, priority=3, owner="1001", last_agent="1002")
    kept = brought_by(brief, queued_with=2)

    assert kept["priority"] == 5
    assert brief_brought(kept) == replace(brief, priority=5)
    assert brought_by(Brief(), queued_with=0) == {}
    assert brief_brought({}) == Brief()
