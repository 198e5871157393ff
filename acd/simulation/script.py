"""Scripts: a recorded day as callers and agents to be played again, with what is not recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Literal, Protocol

from acd.briefing import brief_brought
from acd.simulation.scenario import PlannedCaller, PlannedWish, Script, seeded

_AT_WORK = frozenset({"ready", "offered", "talking", "holding", "consulting", "wrap_up"})
_BY_RULE = frozenset({"no_answer", "missed_calls", "busy", "unavailable", "offer_not_delivered"})
_ENDLESS = 1e7  # seconds; nobody gave up all day
_LONGEST = 3 * 3600.0  # seconds; nobody is taken to wait for more, whatever he is drawn


class Visit(Protocol):
    """A recorded first stay in a queue; seconds."""

    @property
    def queue(self) -> str:
        """Return the queue."""
        ...

    @property
    def entered_at(self) -> datetime:
        """Return when it began."""
        ...

    @property
    def waited(self) -> float:
        """Return how long the caller waited."""
        ...

    @property
    def outcome(self) -> str:
        """Return how it ended: answered, abandoned, ..."""
        ...

    @property
    def talked(self) -> float:
        """Return how long he talked."""
        ...

    @property
    def wrap_up(self) -> float:
        """Return how long the agent worked on."""
        ...

    @property
    def brought(self) -> Mapping[str, Any]:
        """Return what the call came with: priority, steps, owner, last_agent."""
        ...


class State(Protocol):
    """An agent's recorded entry into a state."""

    @property
    def agent_id(self) -> str:
        """Return who."""
        ...

    @property
    def at(self) -> datetime:
        """Return when."""
        ...

    @property
    def state(self) -> str:
        """Return what he became."""
        ...

    @property
    def reason(self) -> str:
        """Return why he was not ready."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """A span of a call center's life."""

    start: datetime
    end: datetime
    visits: Sequence[Visit]
    states: Sequence[State]


def script_of(recording: Recording, *, seed: int = 1) -> Script:
    """Return the recording as a script.

    Who gave up is as patient as he was. Who was answered would have waited longer: how much
    longer is drawn, exponential with the mean that the day's waits and abandons make most
    likely (all waiting time divided by the number who gave up). Nobody waits for more than
    three hours. Whoever never spoke is given the talk and wrap-up of some other caller of his
    queue.
    """
    chance = seeded("script", seed)
    visits = recording.visits
    gave_up = sum(visit.outcome == "abandoned" for visit in visits)
    more = max(1.0, sum(visit.waited for visit in visits) / gave_up) if gave_up else _ENDLESS
    talks = _talks(visits)
    return Script(
        begin=recording.start,
        lasts=(recording.end - recording.start).total_seconds(),
        callers=tuple(_caller(visit, recording, more, talks, chance) for visit in visits),
        wishes=tuple(_wishes(recording)),
    )


def _talks(visits: Sequence[Visit]) -> dict[str, list[tuple[float, float]]]:
    talks: dict[str, list[tuple[float, float]]] = {}
    for visit in visits:
        if visit.outcome == "answered":
            talks.setdefault(visit.queue, []).append((visit.talked, visit.wrap_up))
    return talks


def _caller(
    visit: Visit,
    recording: Recording,
    more: float,
    talks: dict[str, list[tuple[float, float]]],
    chance: Random,
) -> PlannedCaller:
    answered = visit.outcome == "answered"
    others = talks.get(visit.queue) or [(60.0, 0.0)]
    talk, wrap_up = (visit.talked, visit.wrap_up) if answered else chance.choice(others)
    longer = 0.0 if visit.outcome == "abandoned" else chance.expovariate(1.0 / more)
    return PlannedCaller(
        at=(visit.entered_at - recording.start).total_seconds(),
        queue=visit.queue,
        talk=max(0.1, talk),
        wrap_up=wrap_up,
        patience=min(visit.waited + longer, _LONGEST),
        brief=brief_brought(visit.brought),
    )


def _wishes(recording: Recording) -> list[PlannedWish]:
    """Return what agents wished to be; what a rule made of them is for the board to find."""
    wishes: list[PlannedWish] = []
    last: dict[str, str] = {}
    for state in recording.states:
        wish = _wish(state)
        if wish is None or last.get(state.agent_id) == wish:
            continue
        last[state.agent_id] = wish
        at = max(0.0, (state.at - recording.start).total_seconds())
        wishes.append(PlannedWish(at=at, agent_id=state.agent_id, wish=wish))
    return wishes


def _wish(state: State) -> Literal["offline", "ready", "not_ready"] | None:
    if state.state in _AT_WORK:
        return "ready"
    if state.state == "offline":
        return "offline"
    return None if state.reason in _BY_RULE else "not_ready"
