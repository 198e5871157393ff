"""Checks of agents, skills and reasons by themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from acd.board.settings import AgentSettings, Reason, Roster
from acd.checking.problems import Known, Place, Problem
from acd.checking.queues import DAY, HOUR, check_wrap_up
from acd.routing.requirements import NO_SKILLS

_LOWEST, _HIGHEST = 1, 9
_SKILL = re.compile(r"[a-z][a-z0-9_-]*(:[a-z0-9][a-z0-9_-]*)?")


def check_agent(agent: AgentSettings, queues: frozenset[str], known: Known) -> Iterator[Problem]:
    """Check one agent; `queues` are those that exist."""
    place = Place(kind="agent", key=agent.agent_id)
    yield from place.within("missed_limit", agent.missed_limit, 1, 20)
    if agent.wrap_up is not None:
        yield from check_wrap_up(place, "wrap_up", agent.wrap_up)
    yield from _seats(place, agent, queues)
    for skill, level in agent.skills.items():
        path = f"skills.{skill}"
        yield from place.within(path, level, _LOWEST, _HIGHEST)
        if skill not in known.skills:
            yield place.error(path, "unknown_skill", "there is no skill {skill}", skill=skill)
    if not agent.queues and not agent.blended:
        make = place.error if queues else place.warning  # the first agent comes before a queue
        yield make(
            "seats", "in_no_queue", "the agent is in no queue: no call would ever reach him"
        )


def _seats(place: Place, agent: AgentSettings, queues: frozenset[str]) -> Iterator[Problem]:
    for name in agent.queues:
        if name not in queues:
            path = f"seats.{name}"
            yield place.error(path, "unknown_queue", "there is no queue '{queue}'", queue=name)
    often = Counter(seat.queue for seat in agent.seats)
    for name in (name for name, times in often.items() if times > 1):
        yield place.error(
            f"seats.{name}", "seat_twice", "he sits in queue '{queue}' twice", queue=name
        )
    for seat in agent.seats:
        path = f"seats.{seat.queue}"
        yield from place.within(f"{path}.tier", seat.tier, 1, 99)
        yield from place.within(f"{path}.weight", seat.weight, 1, 100)
        yield from place.within(f"{path}.delay_seconds", seat.delay_seconds, 0, HOUR)
        yield from place.within(f"{path}.priority", seat.priority, -100, 100)


def check_reason(reason: Reason) -> Iterator[Problem]:
    """Check one reason of being not ready."""
    place = Place(kind="reason", key=reason.code)
    yield from place.within("max_seconds", reason.max_seconds, 1, DAY)
    yield from place.within("max_a_day", reason.max_a_day, 1, 100)


def check_skills(roster: Roster, known: Known) -> Iterator[Problem]:
    """Check the names of skills, and tell of those that nobody has."""
    had = {skill for agent in roster.agents for skill in agent.skills}
    for skill in sorted(known.skills):
        place = Place(kind="skill", key=skill)
        if skill in NO_SKILLS or not _SKILL.fullmatch(skill):
            yield place.error(
                "",
                "bad_skill",
                "a skill is named like tech or language:zh, and by no word of requirements",
            )
        elif skill not in had:
            yield place.warning("", "nobody_has", "no agent has this skill")
