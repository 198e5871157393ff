"""Who is joined to whom."""

from __future__ import annotations

from cti import facts
from cti.events import Direction
from cti.story import dialling, visiting
from cti.story.call import Call, Talk
from cti.story.channel import Channel, Phase
from cti.story.world import World

_WAITING_ROOMS = frozenset(
    {"parking", "holding", "agent_hold"}
)  # many are in it, none hears another


def entered(world: World, fact: facts.BridgeEntered) -> None:
    """Join a channel to those who are in the bridge."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    if channel.bridge != fact.bridge:
        world.out_of_bridge(channel)
        channel.bridge = fact.bridge
        world.bridges.setdefault(fact.bridge, {})[channel.uniqueid] = channel
    if fact.kind.lower() == "agent_hold":
        call.standing, call.direction = True, Direction.INTERNAL
    if fact.kind.lower() in _WAITING_ROOMS:
        return
    if fact.conference:
        _confer(world, fact.bridge)
        return
    call.taken_away_from = None if channel is call.caller else call.taken_away_from
    _meet(world, channel)


def _meet(world: World, channel: Channel) -> None:
    inside = list(world.bridges[channel.bridge].values())
    for other in inside:
        visiting.begin(world, channel, other)
        world.merge(world.call_of[channel.uniqueid], world.call_of[other.uniqueid])
    if channel.phase is Phase.RINGING:
        dialling.answer(world, channel)
    call = world.call_of[channel.uniqueid]
    if call.caller is None or call.caller not in inside:
        return
    for other in inside:
        if other.party and other is not call.caller and other.joined_at is None:
            dialling.answer(world, other)


def left(world: World, fact: facts.BridgeLeft) -> None:
    """Part a channel from those who were in the bridge with it."""
    known = world.channels.get(fact.channel.uniqueid)
    place = known.place if known else ("", "")
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    channel.left_bridge_at = fact.at
    bridge = channel.bridge
    visiting.end(world, channel)
    if fact.bridge and bridge != fact.bridge:
        return
    sent_away = place != channel.place and channel.asked_at is None
    if channel is call.caller and sent_away:
        call.taken_away_from = _left_behind(world, call, bridge)
    world.out_of_bridge(channel)
    _part(world, call, bridge)


def _left_behind(world: World, call: Call, bridge: str) -> Channel | None:
    """Return the person who loses the caller although neither hung up."""
    here = world.bridges.get(bridge, {})
    people = [each for each in call.talking() if each.uniqueid in here or not each.bridge]
    if not people or any(each.asked_at is not None for each in people):
        return None
    return max(people, key=lambda each: each.joined_at or each.began)


def _confer(world: World, bridge: str) -> None:
    """Let everybody talk who is not alone in the conference."""
    inside = [each for each in world.bridges[bridge].values() if each.party]
    if len(inside) > 1:
        for each in inside:
            call = world.call_of[each.uniqueid]
            if not any(talk.ended is None for talk in call.talks):
                call.talks.append(Talk(world.now))


def _part(world: World, call: Call, bridge: str) -> None:
    _end_talk(world, call)
    inside = [each for each in world.bridges.get(bridge, {}).values() if each.party]
    if len(inside) == 1:
        _end_talk(world, world.call_of[inside[0].uniqueid])


def _end_talk(world: World, call: Call) -> None:
    for talk in call.talks:
        if talk.ended is None and not talk.device:
            talk.ended = world.now
