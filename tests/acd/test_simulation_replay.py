"""A recorded day played again: the same callers, known patience, and what is changed counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from acd.board import QueueSettings, Roster
from acd.board.settings import (
    Limits,
    Overflow,
    OverflowKind,
    OverflowReason,
    RequirementStep,
    Strategy,
)
from acd.simulation.replaying import recorded_figures, replay
from acd.simulation.result import TooLong
from acd.simulation.scenario import plain_roster, seeded
from acd.simulation.script import Recording, script_of
from acd.simulation.staffing import NobodyThere, with_agents

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Visit:
    queue: str
    entered_at: datetime
    waited: float
    outcome: str
    talked: float
    wrap_up: float
    brought: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    agent_id: str
    at: datetime
    state: str
    reason: str = ""


def recording(calls: int = 200, agents: int = 4) -> Recording:
    chance = seeded("recorded", calls)
    visits = []
    for number in range(calls):
        at = START + 4 * HOUR * (number / calls)
        lost = number % 10 == 0
        talk = 0.0 if lost else chance.uniform(60.0, 400.0)
        waited = chance.uniform(5.0, 60.0)
        visits.append(Visit("queue-1", at, waited, "abandoned" if lost else "answered", talk, 5.0))
    states = [State(f"agent-{1000 + n}", START - HOUR, "ready") for n in range(agents)]
    return Recording(start=START, end=START + 4 * HOUR, visits=visits, states=states)


def test_every_recorded_caller_comes_again() -> None:
    day = recording()
    played = replay(script_of(day), plain_roster(4, 1))

    assert played.offered == len(day.visits)
    assert played.answered + played.abandoned == played.offered
    assert played.occupancy is not None
    assert 0.5 < played.occupancy < 1.0


def test_the_same_day_under_the_same_roster_is_the_same() -> None:
    script, roster = script_of(recording()), plain_roster(4, 1)

    assert replay(script, roster) == replay(script, roster)


def test_who_gave_up_is_as_patient_as_he_was_and_who_was_answered_more_so() -> None:
    day = recording()
    script = script_of(day)

    for visit, caller in zip(day.visits, script.callers, strict=True):
        if visit.outcome == "abandoned":
            assert caller.patience == visit.waited
        else:
            assert caller.patience > visit.waited
            assert caller.talk == visit.talked


def test_more_agents_shorten_the_wait() -> None:
    script, roster = script_of(recording()), plain_roster(4, 1)
    more, larger = with_agents(script, roster, 4)

    before, after = replay(script, roster), replay(more, larger)

    assert after.abandoned < before.abandoned
    assert before.average_wait is not None
    assert after.average_wait is not None
    assert after.average_wait < before.average_wait


def test_fewer_agents_than_nobody_are_refused() -> None:
    with pytest.raises(NobodyThere, match="4 agents were there that day, -4 cannot be"):
        with_agents(script_of(recording()), plain_roster(4, 1), -4)


def test_a_limit_sends_callers_on() -> None:
    script, roster = script_of(recording()), plain_roster(4, 1)
    leave = Overflow(reasons=frozenset({OverflowReason.WAITED}), kind=OverflowKind.HANG_UP)
    queue = replace(roster.queues[0], limits=Limits(max_wait_seconds=10), overflow=(leave,))

    played = replay(script, replace(roster, queues=(queue,)))

    assert played.overflowed > 0
    assert played.longest_wait < 15.0


def test_breaks_and_leaving_are_played_again() -> None:
    day = recording(agents=4)
    gone = [
        State("agent-1000", START + HOUR, "not_ready", "lunch"),
        State("agent-1001", START + HOUR, "offline"),
    ]
    shorter = replace(day, states=[*day.states, *gone])

    assert replay(script_of(shorter), plain_roster(4, 1)).abandoned > (
        replay(script_of(day), plain_roster(4, 1)).abandoned
    )


@pytest.mark.parametrize("strategy", list(Strategy))
def test_the_day_may_be_played_by_every_strategy(strategy: Strategy) -> None:
    roster = plain_roster(4, 1)
    queue = replace(roster.queues[0], strategy=strategy)
    played = replay(script_of(recording()), replace(roster, queues=(queue,)))
    assert played.answered > 100


def test_a_day_whose_agents_nobody_knows_is_played_without_any() -> None:
    day = replace(recording(calls=20), states=[])
    script, roster = with_agents(script_of(day), plain_roster(4, 1), 0)
    played = replay(script, roster)
    assert (played.answered, played.abandoned) == (0, 20)


def test_who_never_gave_up_gives_up_where_nobody_could_ever_take_him() -> None:
    day = recording(calls=20)
    day = replace(day, visits=[replace(visit, outcome="answered") for visit in day.visits])
    roster = plain_roster(4, 1)
    queue = replace(roster.queues[0], steps=(RequirementStep(needs="magic"),))
    assert replay(script_of(day), replace(roster, queues=(queue,))).abandoned == 20


def test_a_day_on_which_nobody_waited_at_all_is_played() -> None:
    day = recording(calls=20)
    day = replace(day, visits=[replace(visit, waited=0.0) for visit in day.visits])
    assert replay(script_of(day), plain_roster(4, 1)).offered == 20


def test_what_a_rule_made_of_an_agent_is_left_to_the_rule() -> None:
    missed = State("agent-1000", START + HOUR, "not_ready", "missed_calls")
    day = replace(recording(), states=[State("agent-1000", START, "ready"), missed])

    assert [wish.wish for wish in script_of(day).wishes] == ["ready"]


def test_the_recording_is_counted_by_the_same_formulas() -> None:
    day = recording()
    figures = recorded_figures(day.visits, Roster(queues=(QueueSettings(name="queue-1"),)))

    assert (figures.offered, figures.answered, figures.abandoned) == (200, 180, 20)
    assert figures.service_level is not None


def test_a_replay_that_takes_too_long_is_broken_off() -> None:
    with pytest.raises(TooLong, match="events"):
        replay(script_of(recording(calls=500)), plain_roster(4, 1), seconds=-1.0)
