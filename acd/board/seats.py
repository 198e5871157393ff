"""Seats: an agent's places in his queues, and the rings they let him belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.board import places
from acd.board.agent import Agent
from acd.board.model import Queue
from acd.board.plan import ANYONE, of_steps
from acd.board.rings import RingKey, base_ring, rebuild, ring_of
from acd.board.settings import Strategy

if TYPE_CHECKING:
    from acd.board.floor import Floor

RINGS_AHEAD = 16  # of a queue, made before they are needed


def take(floor: Floor, agent: Agent, clock: float) -> None:
    """Let the agent belong to the rings of his queues."""
    agent.places = {name: agent.settings.seat(name) for name in agent.settings.queues}
    agent.rings, agent.lines = [], ()
    agent.queues = [floor.queue(name) for name in agent.settings.queues]
    _keep_turns(agent)
    for name, queue in zip(agent.settings.queues, agent.queues, strict=True):
        queue.members[agent.agent_id] = agent
        if agent.places[name].delay_seconds not in queue.delays:
            _learn_delays(floor, queue, clock)
            continue
        for ring in queue.rings.values():
            if ring.admits(agent):
                ring.add(agent)
            elif not ring.key.only:
                ring.leave_out(agent)


def leave(floor: Floor, agent: Agent, clock: float) -> None:
    """Let him belong to none of them."""
    floor.benched.turns[agent.slot] = 0
    for name in agent.settings.queues:
        queue = floor.queue(name)
        queue.members.pop(agent.agent_id, None)
        for ring in list(queue.rings.values()):
            ring.remove(agent)
            if agent.agent_id in ring.key.only:
                places.wait_no_longer_for(floor, queue, ring.key.only)
        if agent.places[name].delay_seconds:
            _learn_delays(floor, queue, clock)
    agent.rings, agent.lines, agent.queues = [], (), []


def work_otherwise(floor: Floor, queue: Queue, clock: float) -> None:
    """Let the queue's new settings decide from here on, also for those who wait."""
    queue.turn = 0.0
    for agent in queue.members.values():
        agent.turns.pop(queue.settings.name, None)
    queue.phases = of_steps(queue.settings.steps) if queue.settings.steps else ANYONE
    _begin_rings(queue)
    places.plan_queue_anew(floor, queue, clock)


def join(floor: Floor, agent: Agent) -> None:
    """Let an agent who gets ready begin where the others of his queues are."""
    for name in agent.settings.queues:
        queue = floor.queue(name)
        if queue.settings.strategy is Strategy.WEIGHTED:
            agent.turns[name] = max(agent.turns.get(name, 0.0), queue.turn)


def count_turn(queue: Queue, agent: Agent) -> None:
    """Note that a call of the queue was held out to the agent.

    Round robin sends him behind everybody. Weighted moves him on by one part in his weight, so
    that calls follow the weights however long each of them takes.
    """
    strategy, name = queue.settings.strategy, queue.settings.name
    if strategy is Strategy.ROUND_ROBIN:
        queue.turn += 1.0
        agent.turns[name] = queue.turn
    elif strategy is Strategy.WEIGHTED:
        own = agent.turns.get(name, 0.0)
        queue.turn = max(queue.turn, own)
        agent.turns[name] = own + 1.0 / max(agent.places[name].weight, 1)


def _keep_turns(agent: Agent) -> None:
    """Keep his turns in the queues he goes on serving; in others he begins where they are."""
    kept = agent.turns
    agent.turns = {name: kept[name] for name in agent.places if name in kept}
    for name, queue in zip(agent.places, agent.queues, strict=True):
        if name not in kept and queue.settings.strategy is Strategy.WEIGHTED:
            agent.turns[name] = queue.turn


def _learn_delays(floor: Floor, queue: Queue, clock: float) -> None:
    name = queue.settings.name
    found = {agent.places[name].delay_seconds for agent in queue.members.values()}
    delays = tuple(sorted({0, *found}))
    if delays != queue.delays:
        queue.delays, queue.widest = delays, RingKey(reach=delays[-1])
        _begin_rings(queue)
        places.plan_queue_anew(floor, queue, clock)


def _begin_rings(queue: Queue) -> None:
    """Make the rings that every call of the queue goes through, before one has to wait for it."""
    rebuild(queue)
    base_ring(queue)
    if len(queue.phases) * len(queue.delays) <= RINGS_AHEAD:
        for phase in queue.phases:
            for reach in queue.delays:
                ring_of(queue, phase, reach)
