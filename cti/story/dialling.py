"""Who rings, who answers and who does not."""

from __future__ import annotations

from datetime import datetime

from cti import facts
from cti.story import redirecting
from cti.story.call import Call
from cti.story.channel import Channel, Phase
from cti.story.endpoints import phone_behind
from cti.story.world import World


def began(world: World, fact: facts.DialBegan) -> None:
    """Let a phone ring for the call of the channel that dials it."""
    source = world.find(fact.source) if fact.source else None
    target = world.find(fact.target)
    if target is None:
        return
    target.device = phone_behind(target.device, fact.dial_string)
    if target.party:
        world.endpoints.saw_dialled(target.device, fact.dial_string)
    if target.dialled_at is None and target.phase is Phase.IDLE:
        target.came_in = False
    note_dialled(target, fact.at)
    target.dialler = target.dialler or source
    if source is not None:
        world.merge(world.call_of[source.uniqueid], world.call_of[target.uniqueid])
        redirecting.infer_redirect(world, source, to=target.device if target.party else "")
    call = world.offer(source or target)
    _note_number(call, fact, target)
    ring(world, target)


def note_dialled(channel: Channel, at: datetime) -> None:
    """Know that Asterisk calls this channel, whichever message says so first."""
    if channel.dialled_at is None and not channel.came_in and channel.phase is Phase.IDLE:
        channel.dialled_at = at


def _note_number(call: Call, fact: facts.DialBegan, target: Channel) -> None:
    """Learn what a call that Asterisk began (click-to-dial) goes on to dial."""
    caller, source = call.caller, fact.source
    if caller is None or caller.came_in or target is caller or source is None:
        return
    if call.dialled_number or not target.party:
        return
    call.dialled_number = source.exten


def ring(world: World, target: Channel) -> None:
    """Tell that a phone rings that is called since now."""
    if target.party and target.phase is Phase.IDLE and target.dialled_at == world.now:
        target.phase = Phase.RINGING
        world.teller.phone_changed(world.call_of[target.uniqueid], target, world.now)


def ended(world: World, fact: facts.DialEnded) -> None:
    """Let a phone that was dialled answer, or stop ringing."""
    source = world.find(fact.source) if fact.source else None
    target = world.find(fact.target)
    if target is None:
        return
    if source is not None:
        world.merge(world.call_of[source.uniqueid], world.call_of[target.uniqueid])
    note_dialled(target, target.began)
    world.offer(source or target)
    if fact.status == "ANSWER":
        answer(world, target)
    else:
        _fail(world, target, fact.status)


def _fail(world: World, target: Channel, status: str) -> None:
    if target.phase is Phase.ANSWERED or not target.party:
        return
    target.dial_status = target.dial_status or status
    if target.up_at is not None:
        return  # it answers in this very moment: that it is joined or gone is told next
    if target.phase is Phase.RINGING:
        target.phase = Phase.GONE
        world.teller.phone_changed(world.call_of[target.uniqueid], target, world.now)


def answer(world: World, channel: Channel) -> None:
    """Let a person be with the other side from now on."""
    call = world.offer(channel)
    if not channel.party or channel.phase is Phase.GONE:
        return
    if channel is not call.caller and channel.joined_at is None:
        channel.joined_at = world.now
        stop_waiting(call, world)
    channel.up_at = channel.up_at or world.now
    channel.phase = Phase.ANSWERED
    world.teller.phone_changed(call, channel, world.now)


def stop_waiting(call: Call, world: World) -> None:
    """End the wait in the queue, because somebody answered."""
    if call.waiting is not None:
        call.waiting.left_at = world.now
        call.waiting = None
