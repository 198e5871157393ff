"""Resync: after a link is made, the board becomes what Asterisk says, waits and places kept."""

from __future__ import annotations

from acd.board import briefs, callbacks, lending, limits, offers, overflow, served
from acd.board.floor import Floor
from acd.board.hands import leave_call, take_call
from acd.board.known import KnownCall
from acd.board.matching import serve_again
from acd.board.model import Call, Moment
from acd.board.settings import NO_BRIEF
from acd.effects import Tell
from acd.notices import FeedFresh
from cti.events import CallStage, DeviceState, LiveCall, Resynced, Settled

GONE_SECONDS = 1.0  # the events that end vanished calls follow the snapshot at once

_IN_A_CALL = frozenset(
    {DeviceState.INUSE, DeviceState.BUSY, DeviceState.ONHOLD, DeviceState.RINGINUSE}
)


def resynced(floor: Floor, event: Resynced, now: Moment) -> None:
    """Rebuild calls, agents and phones from the snapshot, then serve everybody again.

    Where events follow that happened while it was taken, nobody is served before them.
    """
    if event.epoch <= floor.epoch:
        return
    floor.epoch = event.epoch
    limits.begin_again(floor, now)
    callbacks.blinded(floor)
    _set_gone_aside(floor, event, now)
    _set_phones(floor, event)
    for live in event.calls:
        _renew(floor, live, event, now)
    floor.remembered.clear()
    for agent in floor.agents.values():
        agent.dialling = False
    if event.settling:
        floor.stale_since = floor.stale_since or now.at
    else:
        _serve(floor, now)


def settled(floor: Floor, event: Settled, now: Moment) -> None:  # noqa: ARG001 - one signature for all
    """Serve everybody: the board knows all that happened up to now."""
    if floor.stale_since is not None:
        _serve(floor, now)


def _serve(floor: Floor, now: Moment) -> None:
    floor.stale_since = None
    for agent in floor.agents.values():
        floor.settle(agent, now)
    floor.let_others_first_everywhere()
    serve_again(floor)
    floor.closing.append(Tell(notice=FeedFresh()))


def _set_gone_aside(floor: Floor, event: Resynced, now: Moment) -> None:
    """Ask nobody to take calls that are gone; how each ended is told by an event to come."""
    live = {call.call_id for call in event.calls}
    known = [call for call in floor.calls.values() if call.callback is None]
    for call in [call for call in known if call.call_id not in live]:
        offers.withdraw(floor, call, "caller_left", now)
        floor.leave_line(call)
        floor.timers.drop(("return", call))
        floor.timers.put(("gone", call), (now.clock + GONE_SECONDS,))


def _set_phones(floor: Floor, event: Resynced) -> None:
    floor.phones = dict(event.devices)
    for device, agent in floor.devices.items():
        agent.phone = event.devices.get(device, DeviceState.UNKNOWN)
        agent.mirrored = None


def _renew(floor: Floor, live: LiveCall, event: Resynced, now: Moment) -> None:
    call = floor.calls.get(live.call_id) or _found(floor, live, now)
    call.channel, call.lent = live.channel, live.fallback
    callbacks.found(floor, call, live)
    floor.timers.drop(("gone", call))
    floor.touch(call)
    for device in [device for device in call.talkers if not _still_in(device, live, event)]:
        leave_call(floor, call, device, now)
    _STAGES[live.stage](floor, call, live, now)
    _bring_in(floor, call, live, now)
    if live.stage is CallStage.TALKING:
        served.talks(floor, call, now)


def _bring_in(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:
    """Let everybody be in the call who is in it in truth."""
    for device, channel in live.there:
        if device in call.talkers:
            continue
        if device in floor.devices:
            take_call(floor, call, device, channel=channel, now=now)
        else:  # a customer whose phone was called: who rings for him rings on
            call.talkers[device] = channel


def _still_in(device: str, live: LiveCall, event: Resynced) -> bool:
    if any(device == other for other, _ in live.there):
        return True
    if live.stage is not CallStage.TALKING:
        return False
    return device == live.device or event.devices.get(device) in _IN_A_CALL


def _found(floor: Floor, live: LiveCall, now: Moment) -> Call:
    known = floor.remembered.get(live.call_id)
    call = Call(
        call_id=live.call_id,
        channel=live.channel,
        direction=live.direction,
        caller_number=live.caller_number,
        caller_name=live.caller_name,
        dialled_number=live.dialled_number,
        started_at=live.started_at or now.at,
        queue=live.queue or (known.queue if known else ""),
        answered_at=known.answered_at if known else None,
        brief=briefs.taken(floor, live.call_id, otherwise=known.brief if known else NO_BRIEF),
    )
    floor.ended.pop(live.call_id, None)
    floor.calls[live.call_id] = call
    if known is not None:
        _wait_as_known(floor, call, known, now)
    return call


def _wait_as_known(floor: Floor, call: Call, known: KnownCall, now: Moment) -> None:
    """Take up the wait where the store left it; the day's figures hold ended calls alone."""
    if not known.queue or known.queued_at is None:
        return
    call.priority = call.own_priority = known.priority
    call.through.update(dict.fromkeys(known.through))
    stint = floor.enter_line(call, queue=known.queue, since=known.queued_at, now=now)
    floor.queue(known.queue).figures.offered += 1
    floor.newcomers.pop(call, None)  # he was let in before
    if known.answered_at is not None:
        floor.close_stint(call)
        floor.count_answer(stint, known.answered_at, by_agent=True)


def _menu(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:  # noqa: ARG001 - one signature for all
    offers.withdraw(floor, call, "moved", now)
    _leave_queue(floor, call)


def _waiting(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:
    offers.withdraw(floor, call, "unconfirmed", now)
    _wait_again(floor, call, live, now)
    if call.stint is not None:
        call.stint.unsure = False
    if call.lent:
        lending.ask_back(floor, call, live.queue)


def _ringing(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:
    agent = floor.devices.get(live.device)
    if agent is not None and call.offer is not None and agent.agent_id in call.offer.agents:
        call.offer.confirmed = False  # the ring time begins anew: how long it rang is not told
        offers.confirm(floor, call, now)
        return
    offers.withdraw(floor, call, "unconfirmed", now)
    if live.queue or call.queue:
        _wait_again(floor, call, live, now)
    if agent is not None and not agent.busy and call.stint is not None:
        offers.adopt(floor, call=call, agent=agent, now=now)
    if call.lent:  # should he not be answered
        lending.ask_back(floor, call, live.queue)


def _talking(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:
    if (stint := floor.close_stint(call)) is not None:
        floor.count_answer(stint, now.at, by_agent=live.device in floor.devices)
    call.answered_at = call.answered_at or now.at
    device = live.device or live.channel
    take_call(floor, call, device, channel=live.device_channel or live.channel, now=now)


def _wait_again(floor: Floor, call: Call, live: LiveCall, now: Moment) -> None:
    if call.serves is not None and not live.queue:
        return  # made for a callback: nobody waits on it
    name = live.queue or call.queue
    if call.stint is not None and call.stint.queue != name:
        _leave_queue(floor, call)
    if call.stint is not None:
        floor.stand_in_line(call)
        return
    led, more = call.diverted, overflow.priority_of(floor, call, name)
    if led is not None and led.stint.queue != name:  # he arrived there unheard of
        call.priority = call.own_priority + more
    floor.enter_line(call, queue=name, since=live.started_at or now.at, now=now)
    floor.queue(name).figures.offered += 1
    floor.newcomers.pop(call, None)


def _leave_queue(floor: Floor, call: Call) -> None:
    if (stint := floor.close_stint(call)) is not None:
        stint.home.figures.left += 1


_STAGES = {
    CallStage.MENU: _menu,
    CallStage.WAITING: _waiting,
    CallStage.RINGING: _ringing,
    CallStage.TALKING: _talking,
}
