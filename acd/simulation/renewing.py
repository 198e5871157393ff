"""Renewing: what follows from a resync for the calls and desks that were heard of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.board import Moment
from acd.simulation.heard import HeardCall
from cti import events as cti

if TYPE_CHECKING:
    from acd.simulation.hearing import Hearing

_IN_A_CALL = frozenset(
    {
        cti.DeviceState.INUSE,
        cti.DeviceState.BUSY,
        cti.DeviceState.ONHOLD,
        cti.DeviceState.RINGINUSE,
    }
)


def resynced(hearing: Hearing, event: cti.Resynced, moment: Moment) -> None:
    """Take the picture for the truth."""
    hearing.stale, hearing.fresh_at = False, moment.clock
    hearing.doubt_no_more()
    hearing.owing.stand_again()
    live = {call.call_id for call in event.calls}
    for call in hearing.calls.values():
        if call.call_id not in live:
            hearing.close_offer(call)
            hearing.leave_line(call)
            call.doubt = True  # its end is told next
    for desk in hearing.desks.by_id.values():
        desk.phone = event.devices.get(desk.settings.device, cti.DeviceState.UNKNOWN)
        desk.dialled = float("-inf")
        hearing.desks.touch(desk)
    for found in event.calls:
        _renew(hearing, found, event, moment)
    hearing.remembered.clear()


def _renew(hearing: Hearing, live: cti.LiveCall, event: cti.Resynced, moment: Moment) -> None:
    call = hearing.calls.get(live.call_id) or _found(hearing, live, moment)
    call.lent = live.fallback
    if call.lent:
        hearing.leave_line(call)  # until app_queue lets him go
    _part(hearing, call, live, event, moment)
    if live.stage is cti.CallStage.TALKING:
        by_agent = live.device in hearing.desks.by_device
        hearing.leave_queue(call, "answered" if by_agent else "left", moment)
        hearing.close_offer(call)
        call.stage, call.answered_at = "talking", call.answered_at or moment.at
        hearing.joined(call, live.device or live.channel, moment)
    elif live.stage is cti.CallStage.MENU:
        hearing.close_offer(call)
        hearing.leave_queue(call, "left", moment)
    else:
        _waits_again(hearing, call, live, moment)
    _bring_in(hearing, call, live, moment)


def _part(
    hearing: Hearing, call: HeardCall, live: cti.LiveCall, event: cti.Resynced, moment: Moment
) -> None:
    """Let those be out of the call whom the picture does not show in it."""
    talking, there = live.stage is cti.CallStage.TALKING, [device for device, _ in live.there]
    for device in list(call.talkers):
        in_use = event.devices.get(device) in _IN_A_CALL
        if device not in there and not (talking and (device == live.device or in_use)):
            hearing.parted(call, device, moment)


def _bring_in(hearing: Hearing, call: HeardCall, live: cti.LiveCall, moment: Moment) -> None:
    """Let those be in it whom the picture shows there."""
    owed = hearing.owing.of(call)
    for device, _ in live.there:
        if device not in call.talkers:
            hearing.joined(call, device, moment)
        if owed is not None:
            by_agent = device in hearing.desks.by_device
            owed.reached.add("agent" if by_agent else "customer")


def _waits_again(hearing: Hearing, call: HeardCall, live: cti.LiveCall, moment: Moment) -> None:
    queue = live.queue or call.queue
    rings = hearing.desks.by_device.get(live.device)
    if rings is not None and rings.agent_id in call.asked:
        return
    hearing.close_offer(call)
    if call.serves is not None and not live.queue:
        return  # made for a callback: nobody waits on it
    if call.stage == "diverted":
        led, more = call.more
        call.more = ("", 0)
        if call.queue != queue:
            call.priority = call.own + (more if led == queue else 0)
    if call.stage == "waiting" and call.queue != queue:
        hearing.leave_queue(call, "left", moment)
    if call.stage != "waiting":
        hearing.enter(call, queue, since=live.started_at or moment.at, moment=moment)
    else:
        hearing.stand(call)


def _found(hearing: Hearing, live: cti.LiveCall, moment: Moment) -> HeardCall:
    known = hearing.remembered.get(live.call_id)
    inbound = live.direction is cti.Direction.INBOUND
    call = HeardCall(call_id=live.call_id, inbound=inbound)
    early = hearing.early_brief(live.call_id)
    call.brief = known.brief if known is not None else early
    hearing.calls[live.call_id] = call
    call.queue = live.queue or (known.queue if known else "")
    if known is not None and known.queue and known.queued_at is not None:
        call.priority = call.own = known.priority
        call.answered_at = known.answered_at
        hearing.enter(call, known.queue, since=known.queued_at, moment=moment)
        if known.answered_at is not None:
            hearing.leave_queue(call, "answered", moment, at=known.answered_at)
    return call
