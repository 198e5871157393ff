"""What becomes of single channels: they begin, change, are held and end."""

from __future__ import annotations

from cti import events, facts
from cti.facts import DOWN, RINGING
from cti.story import dialling, redirecting, visiting
from cti.story.channel import Channel, Phase
from cti.story.world import World


def began(world: World, fact: facts.ChannelBegan) -> None:
    """Note a new channel; its call is told of when more is known than its birth."""
    channel = world.find(fact.channel)
    if channel is None or channel.born:
        return
    channel.born = True
    channel.began = min(channel.began, fact.at)
    call = world.call_of[channel.uniqueid]
    call.began = min(call.began, fact.at)
    if channel.dialled_at is None:
        channel.came_in = _came_in(channel, fact.channel.state)


def _came_in(channel: Channel, state: int) -> bool:
    """Tell whether the channel calls us; one that Asterisk makes to call begins as down."""
    if state >= 0:
        return state != DOWN
    return channel.uniqueid == channel.linkedid and channel.exten not in {"", "s"}


def changed(world: World, fact: facts.ChannelChanged) -> None:
    """Note the state of a channel."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    if fact.channel.state == RINGING:
        dialling.note_dialled(channel, fact.at)
    world.offer(channel)
    dialling.ring(world, channel)


def caller_named(world: World, fact: facts.CallerNamed) -> None:
    """Note a caller's name and number, which the dialplan may set while nothing has begun."""
    channel = world.find(fact.channel)
    if channel is None or not channel.came_in:
        return
    call = world.call_of[channel.uniqueid]
    if call.stays or len(call.legs) > 1:
        return
    channel.number = fact.channel.number or channel.number
    channel.caller_name = fact.channel.caller_name or channel.caller_name


def hangup_asked(world: World, fact: facts.HangupAsked) -> None:
    """Note that a party's own phone hung up."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    world.offer(channel)
    world.hangups_told = True
    if fact.soft or not channel.party:
        return
    if channel.asked_at is None:
        channel.asked_at = fact.at
        channel.asked_cause = fact.cause
    if (visit := world.visits.get(channel.uniqueid)) is not None:
        visit.leg.asked_at = fact.at


def held(world: World, fact: facts.ChannelHeld) -> None:
    """Tell that a phone in talk holds the call, or took it back."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    talks = call.offered and channel.phase is Phase.ANSWERED
    if not talks or channel.held is fact.held:
        return
    channel.held = fact.held
    world.teller.tell(
        events.CallHeld(at=fact.at, call_id=call.call_id, device=channel.device, held=fact.held)
    )


def gone(world: World, fact: facts.ChannelGone) -> None:
    """Let a channel go, and its call with it when it was the last."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    channel.ended_at = fact.at
    channel.cause = fact.cause
    world.out_of_bridge(channel)
    visiting.end(world, channel)
    others = [each for each in call.live.values() if each is not channel]
    goes_on = any(each.party for each in others) or (call.by_local and bool(others))
    if goes_on and channel.party:
        redirecting.phone_gone(world, call, channel)
        quit_phase(world, channel)
    world.leave(channel)


def quit_phase(world: World, channel: Channel) -> None:
    """Tell that a phone rings or talks no more."""
    if channel.phase in {Phase.RINGING, Phase.ANSWERED}:
        channel.phase = Phase.GONE
        world.teller.phone_changed(world.call_of[channel.uniqueid], channel, world.now)


def device_seen(world: World, fact: facts.DeviceSeen) -> None:
    """Pass on the state of a device."""
    world.teller.tell(events.DeviceChanged(at=fact.at, device=fact.device, state=fact.state))
