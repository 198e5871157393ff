"""Hands: how an agent comes to hold a call, and how he lets it go."""

from __future__ import annotations

from acd.board import offers, overflow, wrapping
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment


def take_call(floor: Floor, call: Call, device: str, *, channel: str, now: Moment) -> None:
    """Put the phone into the call; whatever was offered otherwise is off."""
    agent = floor.devices.get(device)
    _settle_offer_of_call(floor, call, agent, now)
    call.talkers[device] = channel
    floor.touch(call)
    if agent is None:
        return
    offers.release(floor, agent, "took_another_call", now)
    agent.dialling = agent.reserved = False
    floor.timers.drop(("dial", agent.agent_id))
    floor.timers.drop(("reserve", agent.agent_id))
    agent.talking[call.call_id] = None
    agent.unconfirmed = agent.missed = 0
    floor.settle(agent, now)


def leave_call(floor: Floor, call: Call, device: str, now: Moment) -> None:
    """Take the phone out of the call; after a queue's call comes the wrap-up."""
    if device not in call.talkers:
        return
    del call.talkers[device]
    call.held.discard(device)
    floor.touch(call)
    agent = floor.devices.get(device)
    if agent is None:
        return
    agent.talking.pop(call.call_id, None)
    other = floor.calls.get(next(iter(agent.talking))) if agent.talking else None
    agent.holding = other is not None and device in other.held
    wrapping.call_left(floor, agent, call, now)
    floor.settle(agent, now)


def end_call(floor: Floor, call: Call, outcome: str, now: Moment) -> None:
    """Take everybody out of the call and forget it."""
    offers.withdraw(floor, call, "caller_left", now)
    if (stint := floor.close_stint(call)) is not None:
        floor.count_abandon(stint, now.at)
    for device in list(call.talkers):
        leave_call(floor, call, device, now)
    floor.timers.drop(("return", call))
    floor.timers.drop(("gone", call))
    overflow.sent_no_longer(floor, call)
    if call.serves is not None:
        floor.owed.attempts_over.append(call)
    floor.forget(call, outcome)


def _settle_offer_of_call(floor: Floor, call: Call, agent: Agent | None, now: Moment) -> None:
    if call.offer is None:
        return
    if agent is not None and agent.agent_id in call.offer.agents:
        offers.won(floor, call, agent, now)
    else:
        offers.withdraw(floor, call, "answered_elsewhere", now)
