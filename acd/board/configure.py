"""Configuration: puts a roster on the floor while calls go on."""

from __future__ import annotations

from acd.board import offers
from acd.board.floor import Floor
from acd.board.model import Agent, Moment
from acd.board.settings import AgentSettings, Roster
from cti.events import DeviceState


def configure(floor: Floor, roster: Roster, now: Moment) -> None:
    """Add, change and remove queues and agents; the very next call obeys."""
    for settings in roster.queues:
        floor.queue(settings.name).settings = settings
        floor.dirty_queues[settings.name] = None
    wanted = {settings.agent_id: settings for settings in roster.agents}
    for agent in [agent for agent in floor.agents.values() if agent.agent_id not in wanted]:
        _remove(floor, agent, now)
    for settings_of_agent in roster.agents:
        _place(floor, settings_of_agent, now)
    floor.lined.update({queue.name: None for queue in roster.queues})


def _place(floor: Floor, settings: AgentSettings, now: Moment) -> None:
    agent = floor.agents.get(settings.agent_id)
    if agent is None:
        agent = Agent(settings=settings, since=now.at)
        agent.phone = floor.phones.get(agent.device, agent.phone)
        floor.seat(agent)
        return
    if agent.settings == settings:
        return
    floor.unseat(agent)
    if agent.settings.device != settings.device:
        agent.phone_at = None
    agent.settings = settings
    agent.phone = floor.phones.get(agent.device, DeviceState.UNKNOWN)
    floor.seat(agent)
    floor.settle(agent, now)


def _remove(floor: Floor, agent: Agent, now: Moment) -> None:
    offers.release(floor, agent, "signed_out", now)
    floor.timers.drop(("wrap_up", agent.agent_id))
    floor.timers.drop(("dial", agent.agent_id))
    floor.unseat(agent)
    floor.dirty_agents[agent.agent_id] = None
