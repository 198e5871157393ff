"""Makes the stories true again from a snapshot, after the link was away or we were."""

from __future__ import annotations

from uuid import UUID

from cti import events, facts
from cti.events import CallStage, Direction, Event, LiveCall, Outcome, Party
from cti.facts import UP
from cti.found import ChannelFound, OpenCall, SnapshotTaken
from cti.ids import was_asked_for
from cti.records import MissedCall
from cti.story import bridging, dialling, lines, switching, waiting
from cti.story.call import Call
from cti.story.channel import Channel, Phase
from cti.story.endpoints import phone_behind
from cti.story.world import World

_OWN_WAIT = frozenset(
    {"wait", "offer", "fallback", "comfort", "callback"}
)  # contexts in which our caller waits


def resync(world: World, snapshot: SnapshotTaken) -> None:
    """Tell `Resynced`, then what became of the calls that are there no more.

    Calls that were not known are told by `Resynced` alone; they answer, are left and end
    like any other from then on.
    """
    restarted = bool(world.booted) and snapshot.booted != world.booted
    world.booted = snapshot.booted
    if restarted:
        switching.lose_older(world, snapshot.at)
    for interface in snapshot.members:
        world.endpoints.saw_member(interface)
    before = set(world.calls)
    _drop_vanished(world, snapshot)
    for found in snapshot.channels:
        _adopt(world, found)
    _join(world, snapshot)
    new = [call for call in world.calls.values() if call.call_id not in before]
    for call in new:
        _recall(call, world.restored.pop(call.call_id, None))
    told = _of_known(world.teller.take(), {call.call_id for call in new})
    world.teller.tell(_resynced(world, snapshot, restarted=restarted))
    for event in told:
        world.teller.tell(event)
    _end_unfound(world, restarted=restarted)


def _drop_vanished(world: World, snapshot: SnapshotTaken) -> None:
    there = {found.seen.uniqueid for found in snapshot.channels}
    for channel in list(world.channels.values()):
        if channel.uniqueid not in there and channel.uniqueid in world.channels:
            seen = world.describe(channel)
            lines.gone(world, facts.ChannelGone(snapshot.at, seen, channel.asked_cause))


def _adopt(world: World, found: ChannelFound) -> None:
    """Make a live channel known, as if its beginning had been told."""
    known = found.seen.uniqueid in world.channels
    channel = world.find(found.seen)
    if channel is None or known:
        return
    channel.began = found.began
    channel.device = phone_behind(channel.device, f"{found.phone}@phones")
    call = world.call_of[channel.uniqueid]
    call.began = min(call.began, found.began)
    call.restored = True
    call.dialled_number = call.dialled_number or found.dialled_number
    if found.called or was_asked_for(channel.uniqueid):
        channel.came_in = False
    if found.called:
        channel.dialled_at = channel.dialled_at or world.now
        world.endpoints.saw_dialled(channel.device, "")


def _join(world: World, snapshot: SnapshotTaken) -> None:
    """Let ring who rings, talk who talks and wait who waits."""
    for found in snapshot.channels:
        channel = world.find(found.seen)
        if channel is None:
            continue
        world.offer_call(world.call_of[channel.uniqueid])
        if channel.party and (found.called or was_asked_for(channel.uniqueid)):
            _ring_or_answer(world, channel, found)
        bridge = snapshot.bridges.get(found.bridge)
        if found.bridge:
            kind = bridge.kind if bridge else "basic"
            shared = bridge.conference if bridge else False
            bridging.entered(
                world,
                facts.BridgeEntered(snapshot.at, found.seen, found.bridge, kind, shared),
            )
    for wait in snapshot.waits:
        entry = facts.QueueEntered(
            wait.entered_at, wait.channel, wait.queue, wait.priority, fallback=True
        )
        waiting.entered(world, entry)
    for found in snapshot.channels:
        _wait_on(world, found)


def _ring_or_answer(world: World, channel: Channel, found: ChannelFound) -> None:
    if found.seen.state == UP:
        dialling.answer(world, channel)
    elif channel.phase is Phase.IDLE and found.called:
        channel.phase = Phase.RINGING
        world.teller.phone_changed(world.call_of[channel.uniqueid], channel, world.now)


def _wait_on(world: World, found: ChannelFound) -> None:
    """Let a caller wait on who sits in our own wait, not in app_queue."""
    channel = world.channels.get(found.seen.uniqueid)
    if channel is None or not found.queue or found.seen.context not in _OWN_WAIT:
        return
    call = world.call_of[channel.uniqueid]
    if call.waiting is None and not call.talking() and channel is call.caller:
        entry = facts.QueueEntered(world.now, found.seen, found.queue, 0, fallback=False)
        waiting.entered(world, entry)


def _recall(call: Call, known: OpenCall | None) -> None:
    """Give back what only the database knew of a call found alive."""
    if known is None:
        return
    call.began = min(call.began, known.started_at or call.began)
    if call.stays and known.queued_at is not None:
        call.stays[0].entered_at = min(call.stays[0].entered_at, known.queued_at)
        call.stays[0].priority = call.stays[0].priority or known.priority
    elif known.queue and known.queued_at is not None:
        call.stays.append(waiting.past_stay(known))
    if known.answered_at is not None:
        for leg in call.talking():
            leg.joined_at = known.answered_at


def open_call(call: MissedCall, known: OpenCall | None) -> OpenCall:
    """Return what is known of a call that goes on: what the store knew, then what was missed."""
    known = known or OpenCall(call_id=call.call_id)
    began = next((e for e in call.events if isinstance(e, events.CallOffered)), None)
    queued = next((e for e in call.events if isinstance(e, events.CallQueued)), None)
    answered = next((e for e in call.events if isinstance(e, events.CallAnswered)), None)
    return OpenCall(
        call_id=call.call_id,
        queue=known.queue or (queued.queue if queued else ""),
        queued_at=known.queued_at or (queued.at if queued else None),
        priority=known.priority or (queued.priority if queued else 0),
        answered_at=known.answered_at or (answered.at if answered else None),
        started_at=known.started_at or (began.at if began else None),
    )


def _of_known(told: list[Event], new: set[UUID]) -> list[Event]:
    return [event for event in told if getattr(event, "call_id", None) not in new]


def _resynced(world: World, snapshot: SnapshotTaken, *, restarted: bool) -> Event:
    return events.Resynced(
        at=snapshot.at,
        epoch=snapshot.epoch,
        restarted=restarted,
        calls=tuple(live(call) for call in world.calls.values()),
        devices=dict(snapshot.devices),
        booted=snapshot.booted,
    )


def live(call: Call) -> LiveCall:
    """Show one call as it is now."""
    talking = call.talking()
    ringing = [each for each in call.live.values() if each.phase is Phase.RINGING]
    phone = next(iter(talking or ringing), None)
    caller = call.caller or call.legs[0]
    return LiveCall(
        call_id=call.call_id,
        channel=caller.name,
        uniqueid=caller.uniqueid,
        stage=_stage(call, talking=bool(talking), ringing=bool(ringing)),
        direction=call.direction,
        caller_number=caller.number,
        caller_name=caller.caller_name,
        dialled_number=call.dialled_number or caller.exten,
        queue=call.stays[-1].queue if call.stays else "",
        device=phone.device if phone else "",
        device_channel=phone.name if phone else "",
        there=tuple((each.device, each.name) for each in _there(call)),
        started_at=call.began,
        fallback=call.waiting is not None and call.waiting.fallback,
    )


def _there(call: Call) -> list[Channel]:
    """Return the phones that are in the call: who talks, and who began it from in here."""
    caller, talking = call.caller, call.talking()
    if caller is None or call.direction is Direction.INBOUND or not caller.party:
        return talking
    waits = caller.uniqueid in call.live and caller.phase in {Phase.IDLE, Phase.ANSWERED}
    return [caller, *talking] if waits and caller not in talking else talking


def _stage(call: Call, *, talking: bool, ringing: bool) -> CallStage:
    if talking:
        return CallStage.TALKING
    if ringing:
        return CallStage.RINGING
    return CallStage.WAITING if call.waiting is not None else CallStage.MENU


def _end_unfound(world: World, *, restarted: bool) -> None:
    """End the calls that the database knew as open and Asterisk knows no more."""
    lost = restarted or world.restored_booted not in {"", world.booted}
    for known in world.restored.values():
        over = Outcome.ANSWERED if known.answered_at else Outcome.NO_ANSWER
        world.teller.tell(
            events.CallEnded(
                at=world.now,
                call_id=known.call_id,
                outcome=Outcome.LOST_TO_RESTART if lost else over,
                hung_up_by=Party.SYSTEM if lost else Party.UNKNOWN,
                cause=0,
            )
        )
    world.restored.clear()
