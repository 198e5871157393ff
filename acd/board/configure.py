"""Configuration: puts a roster on the floor while calls go on."""

from __future__ import annotations

from collections.abc import Set

from acd.board import limits, offers, seats, wrapping
from acd.board.agent import Agent
from acd.board.floor import Floor, TimerKind
from acd.board.matching import serve_again
from acd.board.model import Moment
from acd.board.placing import place
from acd.board.settings import Roster

_AGENTS_TIMERS: tuple[TimerKind, ...] = ("dial", "reason", "reserve")


def configure(floor: Floor, roster: Roster, now: Moment) -> None:
    """Add, change and remove queues and agents; the very next call obeys."""
    floor.reasons = {reason.code: reason for reason in roster.reasons}
    _archive(floor, {settings.name for settings in roster.queues})
    for settings in roster.queues:
        queue = floor.queue(settings.name)
        if queue.settings != settings:
            queue.settings = settings
            seats.work_otherwise(floor, queue, now.clock)
            limits.judge_all(floor, queue)
        floor.dirty_queues[queue] = None
    busy = (agent.agent_id for agent in floor.agents.values() if agent.in_hand)
    floor.dirty_agents.update(dict.fromkeys(busy))  # what follows the call may be another now
    wanted = {settings.agent_id: settings for settings in roster.agents}
    for agent in [agent for agent in floor.agents.values() if agent.agent_id not in wanted]:
        _remove(floor, agent, now)
    for settings_of_agent in roster.agents:
        place(floor, settings_of_agent, now)
    floor.let_others_first_everywhere()
    serve_again(floor)
    limits.arm_all(floor, now)
    if floor.stale_since is None:
        limits.tell_waiting(floor)


def _archive(floor: Floor, kept: Set[str]) -> None:
    """Let those that are in the roster no more go from the board once they are empty."""
    for name, queue in floor.queues.items():
        if queue.archived != (name not in kept):
            queue.archived = not queue.archived
            floor.dirty_queues[queue] = None


def _remove(floor: Floor, agent: Agent, now: Moment) -> None:
    offers.release(floor, agent, "signed_out", now)
    wrapping.drop(floor, agent)
    for kind in _AGENTS_TIMERS:
        floor.timers.drop((kind, agent.agent_id))
    share = agent.occupancy.share(now.clock)
    floor.crowd.change(share, was=agent.working, now=None, clock=now.clock)
    floor.unseat(agent)
    floor.dirty_agents[agent.agent_id] = None
