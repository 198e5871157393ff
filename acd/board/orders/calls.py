"""Orders about the call in an agent's hands, and about the one he wants to make."""

from __future__ import annotations

import re

from acd import commands as ask
from acd.board import offers
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.orders.refusals import ACCEPTED, link_lost, refuse, unknown_agent
from acd.effects import DialNumber, HangUpCall, MoveCall, PutCallData, TransferIntent
from acd.notices import AgentState
from cti.events import DeviceState

DIAL_SECONDS = 5.0  # an own call that has no channel by then is not going to have one
NUMBER = re.compile(r"\+?[0-9]{2,20}")


def hang_up(floor: Floor, command: ask.HangUp, now: Moment) -> ask.Reply:  # noqa: ARG001 - one signature for all
    """End the call the agent is in."""
    found = own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    # His own leg: the dialplan then ends the call, and it is told who hung up.
    own = call.talkers[agent.device] or call.channel
    floor.emit(HangUpCall(call_id=call.call_id, channel=own))
    return ACCEPTED


def transfer(floor: Floor, command: ask.TransferCall, now: Moment) -> ask.Reply:
    """Hand the call on, with the note for whoever takes it."""
    found = own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    if call.offer is not None:
        return refuse("wrong_state", "The call is being handed on already.")
    if not call.customers_channel(agent.device):
        return refuse("wrong_state", "Nobody has answered yet.")
    return _TRANSFERS[command.target_kind](floor, command, agent, call, now)


def dial_out(floor: Floor, command: ask.DialOut, now: Moment) -> ask.Reply:
    """Ring the agent's own phone, then the number."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    refusal = _cannot_dial(floor, agent)
    if refusal is not None:
        return refusal
    agent.dialling = True
    floor.timers.put(("dial", agent.agent_id), (now.clock + DIAL_SECONDS,))
    extension = agent.settings.extension
    floor.emit(DialNumber(agent_id=agent.agent_id, extension=extension, number=command.number))
    floor.settle(agent, now)
    return ACCEPTED


def _cannot_dial(floor: Floor, agent: Agent) -> ask.Refused | None:
    if floor.stale_since is not None:
        return link_lost()
    if agent.wanted is AgentState.OFFLINE:
        return refuse("wrong_state", "Sign in first.")
    if agent.busy or agent.dialling:
        return refuse("wrong_state", "There is a call in hand already.")
    if agent.phone is not DeviceState.NOT_INUSE:
        return refuse("phone_not_ready", "The phone is not registered or is in use.")
    return None


def own_call(
    floor: Floor, command: ask.HangUp | ask.TransferCall | ask.StartConsult | ask.EndConsult
) -> tuple[Agent, Call] | ask.Refused:
    """Return the agent and the live call in his hands, or why not."""
    agent, call = floor.agents.get(command.agent_id), floor.calls.get(command.call_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if call is None or agent.device not in call.talkers:
        return refuse("not_your_call", "This call is not in your hands.")
    if floor.stale_since is not None:
        return link_lost()
    return agent, call


def _to_agent(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    target = floor.agents.get(command.target)
    if target is None:
        return unknown_agent(command.target)
    if not target.free:
        return refuse("agent_not_free", f"{target.settings.name} is not free.")
    note(floor, command, agent, call)
    choice = offers.transfer_choice(call, by=agent, to=target)
    offers.hold_out(floor, call=call, agent=target, choice=choice, now=now)
    return ACCEPTED


def _to_queue(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    del now
    if not floor.has_queue(command.target):
        return refuse("unknown_queue", f"There is no queue {command.target}.")
    return _move(floor, command, agent, call)


def _to_number(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    del now
    if not NUMBER.fullmatch(command.target):
        return refuse("invalid_number", "A number has 2 to 20 digits, with + in front at most.")
    return _move(floor, command, agent, call)


def _move(floor: Floor, command: ask.TransferCall, agent: Agent, call: Call) -> ask.Reply:
    note(floor, command, agent, call)
    channel = call.customers_channel(agent.device)
    intent = TransferIntent(by=agent.device, to=command.target, kind=command.target_kind)
    floor.emit(MoveCall(call_id=call.call_id, channel=channel, intent=intent, by=agent.agent_id))
    return ACCEPTED


def note(
    floor: Floor, command: ask.TransferCall | ask.StartConsult, agent: Agent, call: Call
) -> None:
    """Keep with the call who hands it on, and what the next one should know."""
    data = {"transferred_by": agent.settings.name}
    if command.note:
        data["note"] = command.note
    floor.emit(PutCallData(call_id=call.call_id, data=data))


_TRANSFERS = {"agent": _to_agent, "queue": _to_queue, "number": _to_number}
