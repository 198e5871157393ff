"""What each command of a person does to the board, or why it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from acd import commands as ask
from acd.board import offers
from acd.board.floor import Floor
from acd.board.hands import finish_wrap_up as end_wrap_up
from acd.board.model import Agent, Call, Moment
from acd.effects import DialNumber, HangUpCall, MoveCall, PutCallData, TransferIntent
from acd.notices import AgentState
from cti.events import DeviceState

Order: TypeAlias = Callable[[Floor, Any, Moment], ask.Reply]

DIAL_SECONDS = 5.0  # an own call that has no channel by then is not going to have one
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_ACCEPTED = ask.Accepted()


def obey(floor: Floor, command: ask.Command, now: Moment) -> ask.Reply:
    """Carry out the command, or refuse it with the reason."""
    order = _ORDERS.get(type(command))
    if order is None:
        return _refuse("not_for_the_board", "The board does not know this command.")
    return order(floor, command, now)


def sign_in(floor: Floor, command: ask.SignIn, now: Moment) -> ask.Reply:
    """Open the desktop; a second window changes nothing."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        _want(floor, agent, AgentState.NOT_READY, "signed_in", now)
    return _ACCEPTED


def sign_out(floor: Floor, command: ask.SignOut, now: Moment) -> ask.Reply:
    """Leave: an offered call goes to the next agent, a call in hand goes on."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    agent.wrap_up = None
    floor.timers.drop(("wrap_up", agent.agent_id))
    agent.wanted, agent.reason, agent.chosen = AgentState.OFFLINE, "", agent.busy
    offers.release(floor, agent, "signed_out", now)
    floor.settle(agent, now)
    return _ACCEPTED


def set_ready(floor: Floor, command: ask.SetReady, now: Moment) -> ask.Reply:
    """Ready now, or after the call in hand; ends the wrap-up."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return _refuse("wrong_state", "Sign in first.")
    _want(floor, agent, AgentState.READY, "", now)
    if not agent.phone_ready:
        floor.tell(agent, "phone_not_registered")
    return _ACCEPTED


def set_not_ready(floor: Floor, command: ask.SetNotReady, now: Moment) -> ask.Reply:
    """Not ready now, or after the call in hand; ends the wrap-up."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return _refuse("wrong_state", "Sign in first.")
    _want(floor, agent, AgentState.NOT_READY, command.reason, now)
    return _ACCEPTED


def finish_wrap_up(floor: Floor, command: ask.FinishWrapUp, now: Moment) -> ask.Reply:
    """End the after-call work early."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    if agent.wrap_up is None:
        return _refuse("wrong_state", "There is no wrap-up to finish.")
    end_wrap_up(floor, agent, now)
    return _ACCEPTED


def hang_up(floor: Floor, command: ask.HangUp, now: Moment) -> ask.Reply:  # noqa: ARG001 - one signature for all
    """End the call the agent is in."""
    found = _own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    # His own leg: the dialplan then ends the call, and it is told who hung up.
    own = call.talkers[agent.device] or call.channel
    floor.emit(HangUpCall(call_id=call.call_id, channel=own))
    return _ACCEPTED


def transfer(floor: Floor, command: ask.TransferCall, now: Moment) -> ask.Reply:
    """Hand the call on, with the note for whoever takes it."""
    found = _own_call(floor, command)
    if not isinstance(found, tuple):
        return found
    agent, call = found
    if call.offer is not None:
        return _refuse("wrong_state", "The call is being handed on already.")
    if not call.customers_channel(agent.device):
        return _refuse("wrong_state", "Nobody has answered yet.")
    return _TRANSFERS[command.target_kind](floor, command, agent, call, now)


def dial_out(floor: Floor, command: ask.DialOut, now: Moment) -> ask.Reply:
    """Ring the agent's own phone, then the number."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    refusal = _cannot_dial(floor, agent)
    if refusal is not None:
        return refusal
    agent.dialling = True
    floor.timers.put(("dial", agent.agent_id), (now.clock + DIAL_SECONDS,))
    extension = agent.settings.extension
    floor.emit(DialNumber(agent_id=agent.agent_id, extension=extension, number=command.number))
    floor.settle(agent, now)
    return _ACCEPTED


def _want(floor: Floor, agent: Agent, wanted: AgentState, reason: str, now: Moment) -> None:
    agent.wanted, agent.reason, agent.chosen = wanted, reason, agent.busy
    if agent.wrap_up is not None and not agent.busy:
        end_wrap_up(floor, agent, now)
        return
    floor.settle(agent, now)


def _cannot_dial(floor: Floor, agent: Agent) -> ask.Refused | None:
    if floor.stale_since is not None:
        return _link_lost()
    if agent.wanted is AgentState.OFFLINE:
        return _refuse("wrong_state", "Sign in first.")
    if agent.busy or agent.dialling:
        return _refuse("wrong_state", "There is a call in hand already.")
    if agent.phone is not DeviceState.NOT_INUSE:
        return _refuse("phone_not_ready", "The phone is not registered or is in use.")
    return None


def _own_call(
    floor: Floor, command: ask.HangUp | ask.TransferCall
) -> tuple[Agent, Call] | ask.Refused:
    agent, call = floor.agents.get(command.agent_id), floor.calls.get(command.call_id)
    if agent is None:
        return _unknown_agent(command.agent_id)
    if call is None or agent.device not in call.talkers:
        return _refuse("not_your_call", "This call is not in your hands.")
    if floor.stale_since is not None:
        return _link_lost()
    return agent, call


def _to_agent(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    target = floor.agents.get(command.target)
    if target is None:
        return _unknown_agent(command.target)
    if not target.free:
        return _refuse("agent_not_free", f"{target.settings.name} is not free.")
    _note(floor, command, agent, call)
    choice = offers.transfer_choice(call, by=agent, to=target)
    offers.hold_out(floor, call=call, agent=target, choice=choice, now=now)
    return _ACCEPTED


def _to_queue(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    del now
    if command.target not in floor.queues:
        return _refuse("unknown_queue", f"There is no queue {command.target}.")
    return _move(floor, command, agent, call)


def _to_number(
    floor: Floor, command: ask.TransferCall, agent: Agent, call: Call, now: Moment
) -> ask.Reply:
    del now
    if not _NUMBER.fullmatch(command.target):
        return _refuse("invalid_number", "A number has 2 to 20 digits, with + in front at most.")
    return _move(floor, command, agent, call)


def _move(floor: Floor, command: ask.TransferCall, agent: Agent, call: Call) -> ask.Reply:
    _note(floor, command, agent, call)
    channel = call.customers_channel(agent.device)
    intent = TransferIntent(by=agent.device, to=command.target, kind=command.target_kind)
    floor.emit(MoveCall(call_id=call.call_id, channel=channel, intent=intent, by=agent.agent_id))
    return _ACCEPTED


def _note(floor: Floor, command: ask.TransferCall, agent: Agent, call: Call) -> None:
    data = {"transferred_by": agent.settings.name}
    if command.note:
        data["note"] = command.note
    floor.emit(PutCallData(call_id=call.call_id, data=data))


def _refuse(code: str, message: str) -> ask.Refused:
    return ask.Refused(code=code, message=message)


def _unknown_agent(agent_id: str) -> ask.Refused:
    return _refuse("unknown_agent", f"There is no agent {agent_id}.")


def _link_lost() -> ask.Refused:
    return _refuse("engine_unavailable", "The link to the telephone system is lost.")


_TRANSFERS = {"agent": _to_agent, "queue": _to_queue, "number": _to_number}

_ORDERS: dict[type, Order] = {
    ask.SignIn: sign_in,
    ask.SignOut: sign_out,
    ask.SetReady: set_ready,
    ask.SetNotReady: set_not_ready,
    ask.FinishWrapUp: finish_wrap_up,
    ask.HangUp: hang_up,
    ask.TransferCall: transfer,
    ask.DialOut: dial_out,
}
