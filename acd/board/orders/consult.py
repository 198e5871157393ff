"""Orders about asking somebody first: the agent's own phone does it, with a second call."""

from __future__ import annotations

from acd import commands as ask
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.orders.calls import NUMBER, note, own_call
from acd.board.orders.refusals import ACCEPTED, refuse, unknown_agent
from acd.notices import AgentState
from cti.events import DeviceState


def start(floor: Floor, command: ask.StartConsult, now: Moment) -> ask.Reply:
    """Let the agent's phone hold the customer and call who is to be asked."""
    del now
    found = own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    if agent.consulting is not None:
        return refuse("wrong_state", "Somebody is being asked already.")
    if not call.customers_channel(agent.device):
        return refuse("wrong_state", "Nobody has answered yet.")
    number = _number(floor, command, agent)
    if isinstance(number, ask.Refused):
        return number
    note(floor, command, agent, call)
    detail = {"call_id": str(call.call_id), "number": number}
    floor.tell(agent, "phone_consult", level="info", detail=detail)
    return ACCEPTED


def end(floor: Floor, command: ask.EndConsult, now: Moment) -> ask.Reply:
    """Let the agent's phone join the two, drop the second call, or change between them."""
    del now
    found = own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    asked = floor.calls.get(agent.consulting) if agent.consulting else None
    if asked is None or asked is call:
        return refuse("wrong_state", "Nobody is being asked.")
    if command.act != "cancel" and not any(device != agent.device for device in asked.talkers):
        return refuse("wrong_state", "The one to be asked has not answered yet.")
    detail = {"call_id": str(call.call_id)}
    floor.tell(agent, f"phone_{command.act}", level="info", detail=detail)
    return ACCEPTED


def _number(floor: Floor, command: ask.StartConsult, agent: Agent) -> str | ask.Refused:
    if command.target_kind == "number":
        if NUMBER.fullmatch(command.target):
            return command.target
        return refuse("invalid_number", "A number has 2 to 20 digits, with + in front at most.")
    target = floor.agents.get(command.target)
    if target is None:
        return unknown_agent(command.target)
    name = target.settings.name
    if target is agent:
        return refuse("wrong_state", "Nobody asks himself.")
    if target.wanted is AgentState.OFFLINE or target.phone is not DeviceState.NOT_INUSE:
        return refuse("agent_not_free", f"{name} cannot be reached by phone now.")
    return target.settings.extension
