"""Agents who stay on the line (AgentLogin) and are joined to one caller after another."""

from __future__ import annotations

from cti.story import dialling
from cti.story.call import Visit
from cti.story.channel import Channel, Phase
from cti.story.world import World


def begin(world: World, one: Channel, two: Channel) -> None:
    """Let a standing agent take part in the call of whom he meets; it stays its own call."""
    first, second = world.call_of[one.uniqueid], world.call_of[two.uniqueid]
    if first.standing is second.standing:
        return
    agent, host = (one, second) if first.standing else (two, first)
    if agent.uniqueid in world.visits or not agent.party:
        return
    leg = Channel(
        agent.uniqueid,
        agent.name,
        agent.linkedid,
        world.now,
        party=True,
        device=agent.device,
        born=True,
        up_at=world.now,
        joined_at=world.now,
        phase=Phase.ANSWERED,
    )
    world.visits[agent.uniqueid] = Visit(leg, host)
    host.visitors[agent.uniqueid] = leg
    host.add_leg(leg)
    dialling.stop_waiting(host, world)
    world.teller.phone_changed(host, leg, world.now)


def end(world: World, agent: Channel) -> None:
    """Let a standing agent leave the call he took part in, if it still goes on."""
    visit = world.visits.pop(agent.uniqueid, None)
    if visit is None:
        return
    visit.call.visitors.pop(agent.uniqueid, None)
    visit.leg.ended_at = world.now
    visit.leg.phase = Phase.GONE
    world.teller.phone_changed(visit.call, visit.leg, world.now)
