"""Orders about an agent being there: signed in, for which queues, with a desk and a microphone."""

from __future__ import annotations

from acd import commands as ask
from acd.board import offers, placing, wrapping
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.orders.refusals import ACCEPTED, by_another, refuse, unknown_agent
from acd.notices import AgentState


def sign_in(floor: Floor, command: ask.SignIn, now: Moment) -> ask.Reply:
    """Open the desktop; a second window changes nothing."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    refusal = _not_his(agent, command.queues)
    if refusal is not None:
        return refusal
    if command.queues:
        placing.serve_own(floor, agent, command.queues, now)
    if agent.wanted is AgentState.OFFLINE:
        agent.wanted, agent.reason, agent.set_by = AgentState.NOT_READY, "signed_in", ("", "")
        agent.chosen = agent.busy
        floor.settle(agent, now)
        floor.staffed.update(dict.fromkeys(agent.queues))
    return ACCEPTED


def sign_out(floor: Floor, command: ask.SignOut, now: Moment) -> ask.Reply:
    """Leave: an offered call goes to the next agent, a call in hand goes on."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    wrapping.drop(floor, agent)
    floor.timers.drop(("reserve", agent.agent_id))
    agent.reserved = agent.asked = False
    agent.missed = 0
    agent.wanted, agent.reason, agent.chosen = AgentState.OFFLINE, "", agent.busy
    agent.set_by = by_another(command, agent)
    offers.release(floor, agent, "signed_out", now)
    placing.go_home(floor, agent, now)
    floor.settle(agent, now)
    floor.staffed.update(dict.fromkeys(agent.queues))
    if agent.set_by[0]:
        floor.tell(agent, "logged_out_by", detail={"by": agent.set_by[1]})
    return ACCEPTED


def choose_queues(floor: Floor, command: ask.ChooseQueues, now: Moment) -> ask.Reply:
    """Serve only some of the own queues; the very next call obeys."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return refuse("wrong_state", "Sign in first.")
    refusal = _not_his(agent, command.queues)
    if refusal is None:
        placing.serve_own(floor, agent, command.queues, now)
    return refusal or ACCEPTED


def assign_queues(floor: Floor, command: ask.AssignQueues, now: Moment) -> ask.Reply:
    """Give the agent these queues until he leaves; the very next call obeys."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return refuse("wrong_state", f"{agent.settings.name} is not signed in.")
    unknown = [name for name in command.queues if not floor.has_queue(name)]
    if unknown:
        return refuse("unknown_queue", f"There is no queue {unknown[0]}.")
    placing.assign(floor, agent, tuple(dict.fromkeys(command.queues)), now)
    by = by_another(command, agent)
    if by[0]:
        detail = {"by": by[1], "queues": ", ".join(agent.settings.queues)}
        floor.tell(agent, "queues_assigned_by", level="info", detail=detail)
    return ACCEPTED


def report_desk(floor: Floor, command: ask.ReportDesk, now: Moment) -> ask.Reply:
    """Note that a desktop of his opened or went; without one no call is offered."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    had = bool(agent.desks)
    (agent.desks.add if command.open else agent.desks.discard)(command.source)
    agent.desk_closed = not agent.desks and (had or agent.desk_closed)
    if agent.desk_closed:
        agent.microphone = True  # the next desktop says anew
    floor.settle(agent, now)
    return ACCEPTED


def report_microphone(floor: Floor, command: ask.ReportMicrophone, now: Moment) -> ask.Reply:
    """Note whether he can be heard; without a microphone no call is offered."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.microphone and not command.works and agent.wanted is AgentState.READY:
        floor.tell(agent, "microphone_lost")
    agent.microphone = command.works
    floor.settle(agent, now)
    return ACCEPTED


def _not_his(agent: Agent, queues: tuple[str, ...]) -> ask.Refused | None:
    strange = [name for name in queues if name not in agent.own_queues]
    if not strange:
        return None
    return refuse("not_your_queue", f"{strange[0]} is not among the agent's queues.")
