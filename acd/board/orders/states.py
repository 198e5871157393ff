"""Orders about what an agent is doing: present, ready, not ready, done with the last call."""

from __future__ import annotations

from acd import commands as ask
from acd.board import offers
from acd.board.floor import Floor
from acd.board.hands import finish_wrap_up as end_wrap_up
from acd.board.model import Agent, Moment
from acd.board.orders.refusals import ACCEPTED, refuse, unknown_agent
from acd.notices import AgentState


def sign_in(floor: Floor, command: ask.SignIn, now: Moment) -> ask.Reply:
    """Open the desktop; a second window changes nothing."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        _want(floor, agent, AgentState.NOT_READY, "signed_in", now)
    return ACCEPTED


def sign_out(floor: Floor, command: ask.SignOut, now: Moment) -> ask.Reply:
    """Leave: an offered call goes to the next agent, a call in hand goes on."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    agent.wrap_up = None
    floor.timers.drop(("wrap_up", agent.agent_id))
    agent.wanted, agent.reason, agent.chosen = AgentState.OFFLINE, "", agent.busy
    offers.release(floor, agent, "signed_out", now)
    floor.settle(agent, now)
    return ACCEPTED


def set_ready(floor: Floor, command: ask.SetReady, now: Moment) -> ask.Reply:
    """Ready now, or after the call in hand; ends the wrap-up."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return refuse("wrong_state", "Sign in first.")
    _want(floor, agent, AgentState.READY, "", now)
    if not agent.phone_ready:
        floor.tell(agent, "phone_not_registered")
    return ACCEPTED


def set_not_ready(floor: Floor, command: ask.SetNotReady, now: Moment) -> ask.Reply:
    """Not ready now, or after the call in hand; ends the wrap-up."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return refuse("wrong_state", "Sign in first.")
    _want(floor, agent, AgentState.NOT_READY, command.reason, now)
    return ACCEPTED


def finish_wrap_up(floor: Floor, command: ask.FinishWrapUp, now: Moment) -> ask.Reply:
    """End the after-call work early."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wrap_up is None:
        return refuse("wrong_state", "There is no wrap-up to finish.")
    end_wrap_up(floor, agent, now)
    return ACCEPTED


def _want(floor: Floor, agent: Agent, wanted: AgentState, reason: str, now: Moment) -> None:
    agent.wanted, agent.reason, agent.chosen = wanted, reason, agent.busy
    if agent.wrap_up is not None and not agent.busy:
        end_wrap_up(floor, agent, now)
        return
    floor.settle(agent, now)
