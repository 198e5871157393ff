"""Misses: what follows for an agent when a call that was held out to him is not taken."""

from __future__ import annotations

from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.notices import AgentState

UNCONFIRMED_LIMIT = 2  # offers in a row that never rang, until the agent is set not ready


def rang_in_vain(floor: Floor, agent: Agent, call: Call, reason: str, now: Moment) -> None:
    """Count the ring; at the agent's limit he is set not ready and the shift's leads are told."""
    agent.missed += 1
    detail = {
        "call_id": str(call.call_id),
        "queue": call.queue,
        "reason": reason,
        "count": str(agent.missed),
    }
    _send_behind(floor, agent, call, now)
    if agent.missed < max(1, agent.settings.missed_limit):
        floor.tell(agent, "missed_call", detail=detail)
        return
    agent.missed = 0
    _set_aside(agent, "missed_calls")
    floor.tell(agent, "missed_calls", detail=detail)
    floor.tell_leads(agent, "missed_calls", detail=detail)


def never_rang(floor: Floor, agent: Agent, call: Call, now: Moment) -> None:
    """Let others go first; a phone that is again and again not reached is not asked any more."""
    agent.unconfirmed += 1
    _send_behind(floor, agent, call, now)
    if agent.unconfirmed >= UNCONFIRMED_LIMIT:
        agent.unconfirmed = 0
        detail = {"call_id": str(call.call_id)}
        _set_aside(agent, "offer_not_delivered")
        floor.tell(agent, "offer_not_delivered", detail=detail)
        floor.tell_leads(agent, "offer_not_delivered", detail=detail)


def wake(floor: Floor, now: Moment) -> bool:
    """Let those who missed a call in this step be asked again; say whether there were any."""
    resting = [floor.agents[agent_id] for agent_id in floor.resting if agent_id in floor.agents]
    floor.resting.clear()
    for agent in resting:
        agent.resting = False
        floor.settle(agent, now)
    return bool(resting)


def _send_behind(floor: Floor, agent: Agent, call: Call, now: Moment) -> None:
    """Let everybody else who is free be asked for this call before those who missed it."""
    agent.idle_clock = now.clock
    call.passed[agent.agent_id] = None
    owed = floor.owed.callbacks.get(call.serves) if call.serves else None
    if owed is not None:  # whatever other call is made for it
        owed.passed[agent.agent_id] = None
    for agent_id in call.passed:
        passed = floor.agents.get(agent_id)
        if passed is not None:
            passed.resting = True
            floor.resting[agent_id] = None
            floor.settle(passed, now)


def _set_aside(agent: Agent, reason: str) -> None:
    if agent.wanted is AgentState.READY:
        agent.wanted, agent.reason, agent.set_by = AgentState.NOT_READY, reason, ("", "")
