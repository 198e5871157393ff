"""Orders of outbound work: it takes a blended agent only while no waiting call could have him."""

from __future__ import annotations

from acd import commands as ask
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.orders.refusals import ACCEPTED, link_lost, refuse, unknown_agent


def reserve(floor: Floor, command: ask.ReserveForOutbound, now: Moment) -> ask.Reply:
    """Take a blended agent out of the queues for a while.

    After each step of the board a free agent and a call he could take never coexist, so
    that he is free means that no call waits for him; the next one that frees goes to the
    waiting calls before anybody can ask for him here.
    """
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if floor.stale_since is not None:
        return link_lost()
    if not agent.settings.blended:
        return refuse("not_blended", f"{agent.settings.name} does no outbound work.")
    if not agent.offerable():
        return refuse("agent_not_free", f"{agent.settings.name} is not free.")
    agent.reserved = True
    floor.timers.put(("reserve", agent.agent_id), (now.clock + command.seconds,))
    floor.settle(agent, now)
    return ACCEPTED


def release(floor: Floor, command: ask.ReleaseOutbound, now: Moment) -> ask.Reply:
    """Give him back: a waiting call takes him at once."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    give_back(floor, command.agent_id, now)
    return ACCEPTED


def give_back(floor: Floor, agent_id: str, now: Moment) -> None:
    """End the reservation, if there is one."""
    agent = floor.agents.get(agent_id)
    floor.timers.drop(("reserve", agent_id))
    if agent is not None and agent.reserved:
        agent.reserved = False
        floor.settle(agent, now)
