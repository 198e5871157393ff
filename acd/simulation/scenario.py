"""Scenarios: everything a simulated run depends on, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import log, sqrt
from random import Random
from typing import Literal

from acd.board import AgentSettings, Brief, QueueSettings, Roster, WrapUpRule
from acd.board.settings import NO_BRIEF
from acd.simulation.drawing import ruled
from acd.simulation.faults import NO_FAULTS, Faults

DrawKind = Literal["fixed", "exponential", "lognormal", "uniform"]


def seeded(*words: object) -> Random:
    """Return a source of chance that the words alone decide."""
    return Random("/".join(map(str, words)))  # noqa: S311 - a simulation must repeat, not be secret


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """A length of time in seconds, drawn anew each time; `spread` is the coefficient of variation.

    `uniform` lies between 0 and twice the mean; `spread` is the lognormal's alone.
    """

    kind: DrawKind = "exponential"
    mean: float = 60.0
    spread: float = 1.0

    def take(self, chance: Random) -> float:
        """Draw one."""
        if self.kind == "exponential":
            return -self.mean * log(1.0 - chance.random())
        if self.kind == "lognormal":
            square = log(1.0 + self.spread**2)
            return chance.lognormvariate(log(self.mean) - square / 2.0, sqrt(square))
        if self.kind == "uniform":
            return 2.0 * self.mean * chance.random()
        return self.mean


@dataclass(frozen=True, kw_only=True, slots=True)
class Lags:
    """How long news and actions are under way, in seconds."""

    event: Draw = Draw(kind="uniform", mean=0.002)
    action: Draw = Draw(kind="uniform", mean=0.002)
    timer: float = 0.001


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What agents and callers do; shares are of calls, `an_hour` is for each agent."""

    answer: Draw = Draw(kind="uniform", mean=1.5)
    menu: Draw = Draw(kind="uniform", mean=1.0)
    ignores: float = 0.03  # lets it ring
    rejects: float = 0.02
    holds: float = 0.05
    agent_hangs_up: float = 0.4
    hands_on: float = 0.05  # to an agent, a queue or a number
    vips: float = 0.05  # come with a higher priority
    calls_back: float = 0.3  # wants to be called back, where that is offered
    wrap_up: Draw = Draw(kind="lognormal", mean=8.0, spread=0.7)
    whims: bool = True  # asks, chooses and is told what the desktop allows
    breaks_an_hour: float = 4.0
    pause: Draw = Draw(kind="exponential", mean=60.0)
    leaves_an_hour: float = 1.0
    dials_an_hour: float = 2.0


QUIET = Habits(
    answer=Draw(kind="fixed", mean=0.0),
    menu=Draw(kind="fixed", mean=0.0),
    ignores=0.0,
    rejects=0.0,
    holds=0.0,
    agent_hangs_up=0.0,
    hands_on=0.0,
    vips=0.0,
    calls_back=0.0,
    whims=False,
    breaks_an_hour=0.0,
    leaves_an_hour=0.0,
    dials_an_hour=0.0,
)


REPLAYED = replace(QUIET, answer=Draw(kind="fixed", mean=3.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedCaller:
    """A caller who comes at a known time; seconds, `at` from the script's beginning."""

    at: float
    queue: str
    talk: float
    wrap_up: float
    patience: float
    brief: Brief = NO_BRIEF


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedWish:
    """What an agent wants to be from then on."""

    at: float
    agent_id: str
    wish: Literal["offline", "ready", "not_ready"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """A day that is known beforehand; `lasts` seconds, then nobody comes any more."""

    begin: datetime
    lasts: float
    callers: tuple[PlannedCaller, ...]
    wishes: tuple[PlannedWish, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One run: the same scenario gives the same run, event for event."""

    seed: int
    roster: Roster
    rates: Mapping[str, float]  # calls a second by queue
    talk: Draw = Draw(kind="lognormal", mean=60.0, spread=0.8)
    patience: Draw | None = Draw(kind="exponential", mean=90.0)  # None: nobody gives up
    habits: Habits = Habits()
    faults: Faults = NO_FAULTS
    lags: Lags = field(default_factory=Lags)
    events: int = 100_000  # after so many nobody comes any more, and the world runs dry
    script: Script | None = None  # instead of random callers and agents
    all_ready: bool = False  # every agent is there from the first second


def plain_roster(agents: int, queues: int, *, wrap_up: WrapUpRule | None = None) -> Roster:
    """Return agents who each serve two neighbouring queues (one, if there is but one)."""
    names = [f"queue-{number}" for number in range(1, queues + 1)]
    rule = wrap_up or WrapUpRule()
    return Roster(
        queues=tuple(QueueSettings(name=name, title=name, wrap_up=rule) for name in names),
        agents=tuple(_agent(number, names) for number in range(agents)),
    )


def _agent(number: int, names: list[str]) -> AgentSettings:
    extension = str(1000 + number)
    first, second = names[number % len(names)], names[(number + 1) % len(names)]
    mine = (first,) if first == second else (first, second)
    return AgentSettings(
        agent_id=f"agent-{extension}",
        name=f"agent {extension}",
        extension=extension,
        queues=mine,
    )


def sized_scenario(
    seed: int, *, agents: int, queues: int, load: float, events: int, faults: Faults
) -> Scenario:
    """Return a call center of this size; `load` is the work offered for each agent, 1 is all."""
    chance = seeded("sized", seed)
    talk = Draw(kind="lognormal", mean=60.0, spread=0.8)
    roster = ruled(plain_roster(agents, queues), chance)
    rate = load * agents / (talk.mean + 10.0) / queues
    return Scenario(
        seed=seed,
        roster=roster,
        rates={queue.name: rate for queue in roster.queues},
        talk=talk,
        faults=faults,
        events=events,
    )


def random_scenario(seed: int, *, events: int, faults: Faults) -> Scenario:
    """Return a call center drawn from the seed: its size, load, rules and people."""
    chance = seeded("scenario", seed)
    agents, queues = chance.randint(2, 40), chance.randint(1, 5)
    talk = Draw(
        kind="lognormal", mean=chance.uniform(15.0, 120.0), spread=chance.uniform(0.2, 1.5)
    )
    load = chance.uniform(0.5, 1.4) * agents / (talk.mean + 4.0)
    roster = ruled(plain_roster(agents, queues), chance)
    shares = [chance.uniform(0.2, 1.0) for _ in roster.queues]
    return Scenario(
        seed=seed,
        roster=roster,
        rates={
            queue.name: load * share / sum(shares)
            for queue, share in zip(roster.queues, shares, strict=True)
        },
        talk=talk,
        patience=Draw(mean=chance.uniform(10.0, 120.0)),
        faults=faults,
        events=events,
    )
