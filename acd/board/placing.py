"""Placing: which queues an agent serves now, by roster, own choice and supervisor."""

from __future__ import annotations

from dataclasses import replace

from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.settings import AgentSettings
from cti.events import DeviceState


def place(floor: Floor, own: AgentSettings, now: Moment) -> None:
    """Put an agent of the roster on the floor, or change him there; the next call obeys."""
    agent = floor.agents.get(own.agent_id)
    if agent is None:
        agent = Agent(settings=own, own=own, since=now.at)
        agent.phone = floor.phones.get(agent.device, agent.phone)
        floor.seat(agent)
        return
    if agent.own != own:
        agent.own = own
        _reseat(floor, agent, now)


def serve_own(floor: Floor, agent: Agent, picked: tuple[str, ...], now: Moment) -> None:
    """Let him serve these of his queues; none: all of them."""
    agent.picked = picked or None
    _reseat(floor, agent, now)


def assign(floor: Floor, agent: Agent, queues: tuple[str, ...], now: Moment) -> None:
    """Let him serve these queues whether they are his or not; none: his own again."""
    agent.assigned, agent.picked = queues or None, None
    _reseat(floor, agent, now)


def go_home(floor: Floor, agent: Agent, now: Moment) -> None:
    """Forget what was chosen for this shift."""
    if agent.picked is not None or agent.assigned is not None:
        agent.picked = agent.assigned = None
        _reseat(floor, agent, now)


def _reseat(floor: Floor, agent: Agent, now: Moment) -> None:
    settings = _in_force(agent)
    if settings == agent.settings:
        floor.settle(agent, now)
        return
    floor.unseat(agent)
    agent.settings = settings
    agent.phone = floor.phones.get(agent.device, DeviceState.UNKNOWN)
    floor.seat(agent)
    floor.settle(agent, now)


def _in_force(agent: Agent) -> AgentSettings:
    own = agent.own or agent.settings
    queues = agent.own_queues
    if agent.picked is not None:
        chosen = tuple(name for name in queues if name in agent.picked)
        queues = chosen or queues  # what he had chosen is not his any more
    return own if queues == own.queues else replace(own, queues=queues)
