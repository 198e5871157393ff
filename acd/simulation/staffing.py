"""Staffing: the same day with more agents, or with fewer."""

from __future__ import annotations

from dataclasses import replace

from acd.board import Roster
from acd.simulation.scenario import Script
from crm_core.sentences import sentence


class NobodyThere(ValueError):  # noqa: N818 - errors are named for what happened
    """So many agents were not there that day."""


def with_agents(script: Script, roster: Roster, more: int) -> tuple[Script, Roster]:
    """Return day and roster with so many agents more (or, below 0, fewer).

    Each new one is like one who was there that day, in turn: his queues, skills and hours.
    Those who go are the last ones of the roster who were there. Raises `NobodyThere`.
    """
    if not more:
        return script, roster
    present = {wish.agent_id for wish in script.wishes if wish.wish == "ready"}
    there = [agent for agent in roster.agents if agent.agent_id in present]
    if not there or -more >= len(there):
        raise NobodyThere(
            sentence(
                "nobody_there",
                "{present} agents were there that day, {more} cannot be",
                present=len(there),
                more=f"{more:+}",
            )
        )
    if more < 0:
        gone = {agent.agent_id for agent in there[len(there) + more :]}
        wishes = tuple(wish for wish in script.wishes if wish.agent_id not in gone)
        return replace(script, wishes=wishes), roster
    wishes, agents = script.wishes, roster.agents
    for number in range(more):
        like = there[number % len(there)]
        agent_id = f"more-{number + 1}"
        extension = f"99{number:04d}"
        agents += (replace(like, agent_id=agent_id, name=agent_id, extension=extension),)
        own = (wish for wish in script.wishes if wish.agent_id == like.agent_id)
        wishes += tuple(replace(wish, agent_id=agent_id) for wish in own)
    return replace(script, wishes=wishes), replace(roster, agents=agents)
