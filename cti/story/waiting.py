"""Callers who wait in queues, ours and app_queue's."""

from __future__ import annotations

from datetime import timedelta

from cti import events, facts
from cti.found import OpenCall
from cti.story import dialling, offering, redirecting
from cti.story.call import Call, Stay, Talk
from cti.story.endpoints import is_party
from cti.story.world import World

_AT_ONCE = timedelta(seconds=1)


def entered(world: World, fact: facts.QueueEntered) -> None:
    """Let the call wait for a queue, or wait on where it was."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    if not _is_news(call, fact):
        return
    redirecting.infer_redirect(world, channel, to=fact.queue)
    stay = _stand(call, fact)
    if call.offered:
        world.teller.tell(offering.queued(call, stay, channel))


def _is_news(call: Call, fact: facts.QueueEntered) -> bool:
    """Refuse what was told before, and what is older than the talk it led to."""
    stay = call.stays[-1] if call.stays else None
    if stay is not None and stay.queue == fact.queue and stay.told_at == fact.at:
        return False
    return not any(leg.joined_at and leg.joined_at > fact.at for leg in call.talking())


def _stand(call: Call, fact: facts.QueueEntered) -> Stay:
    stay = call.waiting
    if stay is None or stay.queue != fact.queue:
        if stay is not None:
            stay.left_at = fact.at
        stay = Stay(fact.queue, fact.at, fact.priority, fact.fallback, fact.at)
        call.stays.append(stay)
        call.waiting = stay
    stay.told_at = fact.at
    stay.fallback = fact.fallback
    stay.priority = fact.priority or stay.priority
    return stay


def past_stay(known: OpenCall) -> Stay:
    """Return the wait that the database remembers of a call."""
    entered = known.queued_at or known.started_at or known.answered_at
    if entered is None:
        raise ValueError("a wait without a beginning")
    return Stay(
        known.queue,
        entered,
        known.priority,
        fallback=False,
        told_at=entered,
        left_at=known.answered_at or entered,
    )


def left(world: World, fact: facts.QueueLeft) -> None:
    """End a wait: the caller gave up, was answered, or was sent on."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    stay = next((each for each in reversed(call.stays) if each.queue == fact.queue), None)
    if stay is None:
        return
    if stay.left_at is None:
        stay.left_at = fact.at
    if fact.abandoned and stay.left_at - fact.at <= _AT_ONCE and not call.talking():
        stay.abandoned = True
    if call.waiting is stay:
        call.waiting = None


def diverted(world: World, fact: facts.CallDiverted) -> None:
    """End a wait that the queue itself ended: the caller goes elsewhere."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    call.diverted_to = fact.to
    dialling.stop_waiting(call, world)


def voicemail_left(world: World, fact: facts.VoicemailLeft) -> None:
    """Tell of a voice message."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    call.left_message = True
    if call.offered:
        world.teller.tell(
            events.VoicemailLeft(
                at=fact.at,
                call_id=call.call_id,
                mailbox=fact.mailbox,
                file=fact.file,
                seconds=fact.seconds,
                number=call.caller.number if call.caller else "",
            )
        )


def member_called(world: World, fact: facts.MemberCalled) -> None:
    """Learn which phones are queue members."""
    world.endpoints.saw_member(fact.interface)
    member = world.find(fact.member)
    channel = world.find(fact.channel)
    if channel is not None and member is not None:
        world.merge(world.call_of[channel.uniqueid], world.call_of[member.uniqueid])
        world.offer(channel)


def member_connected(world: World, fact: facts.MemberConnected) -> None:
    """Join caller and member; a member that is no phone of anybody's counts as talk, too."""
    channel, member = world.find(fact.channel), world.find(fact.member)
    if channel is None:
        return
    call = world.offer(channel)
    if member is not None:
        call = world.merge(call, world.call_of[member.uniqueid])
        dialling.answer(world, member)
    dialling.stop_waiting(call, world)
    if not call.talking() and call.offered:
        name = fact.member_name
        call.talks.append(Talk(fact.at, device=name if "/" in name and is_party(name) else ""))


def member_finished(world: World, fact: facts.MemberFinished) -> None:
    """End a talk that only app_queue told of."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    for talk in world.offer(channel).talks:
        talk.ended = talk.ended or fact.at


def offer_failed(world: World, fact: facts.OfferFailed) -> None:
    """Tell that a phone our dialplan tried did not take the call."""
    channel = world.find(fact.channel)
    if channel is None:
        return
    call = world.offer(channel)
    if call.offered:
        world.teller.offer_failed(call, fact.device, fact.status, fact.at)
