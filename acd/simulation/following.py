"""Following: what follows from each telephone event for the calls and desks that are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from acd.board import Moment
from acd.simulation import renewing
from acd.simulation.heard import HeardCall
from cti import events as cti

if TYPE_CHECKING:
    from acd.simulation.hearing import Hearing


def call_offered(hearing: Hearing, event: cti.CallOffered, moment: Moment) -> None:
    """Begin a call."""
    if event.uniqueid.startswith("callback-"):
        return  # known since it was asked for, or given up before it was made
    call = HeardCall(call_id=event.call_id, inbound=event.direction is cti.Direction.INBOUND)
    call.brief = hearing.early_brief(event.call_id)
    hearing.calls[event.call_id] = call
    if event.device:
        hearing.joined(call, event.device, moment)


def call_queued(hearing: Hearing, event: cti.CallQueued, moment: Moment) -> None:
    """Let the caller wait, or come back to his place."""
    call = hearing.calls.get(event.call_id)
    if call is None:
        return
    call.lent = event.fallback
    if call.lent:
        hearing.leave_line(call)
    if call.stage == "diverted" and call.queue == event.queue:
        return
    if call.stage == "waiting" and call.queue == event.queue:
        if not call.asked:
            hearing.stand(call)
        return
    hearing.leave_queue(call, "left", moment)
    hearing.close_offer(call)
    queue, more = call.more
    call.more = ("", 0)
    call.own = event.priority
    call.priority = event.priority + (more if queue == event.queue else 0)
    since, owed = event.at, hearing.owing.of(call)
    if owed is not None and owed.place.queue == event.queue:
        since = owed.place.queued_at or since
        call.priority = max(call.priority, owed.place.priority)
    hearing.enter(call, event.queue, since=since, moment=moment)
    hearing.newcomers.append(call)


def agent_missed(hearing: Hearing, event: cti.AgentMissedCall, moment: Moment) -> None:
    """End an offer that was not taken."""
    call, desk = hearing.calls.get(event.call_id), hearing.desks.by_device.get(event.device)
    if call is None or desk is None or desk.agent_id not in call.asked:
        return
    hearing.desks.rang_in_vain(desk, call, event.reason)
    hearing.close_offer(call, desk.agent_id)
    if call.asked:
        return
    if event.reason is cti.MissReason.CANCELLED:
        if call.stage == "waiting":
            hearing.hold(call, moment)
        return
    hearing.stand(call)


def call_answered(hearing: Hearing, event: cti.CallAnswered, moment: Moment) -> None:
    """End the wait by the answer."""
    call = hearing.calls.get(event.call_id)
    if call is None:
        return
    call.lent = False
    if _half_called_back(hearing, call, event, moment):
        return
    by_agent = event.device in hearing.desks.by_device
    hearing.leave_queue(call, "answered" if by_agent else "left", moment, at=event.at)
    _lose_to(hearing, call, event.device)
    call.stage = "talking"
    call.through.clear()
    call.answered_at = call.answered_at or event.at
    hearing.joined(call, event.device, moment)


def _half_called_back(
    hearing: Hearing, call: HeardCall, event: cti.CallAnswered, moment: Moment
) -> bool:
    """Note which of the two was reached; true while it is no talk after a wait."""
    owed = hearing.owing.of(call)
    if call.stage == "waiting" or owed is None:
        return False
    if event.device in hearing.desks.by_device:
        _lose_to(hearing, call, event.device)
        hearing.joined(call, event.device, moment)
        owed.reached.add("agent")
    else:
        call.talkers[event.device] = None
        owed.reached.add("customer")
    if len(owed.reached) > 1:
        call.stage, call.answered_at = "talking", call.answered_at or event.at
    return True


def _lose_to(hearing: Hearing, call: HeardCall, device: str) -> None:
    """End the offer by an answer; whoever else was asked must be told."""
    for agent_id in call.asked:
        if hearing.desks.by_id[agent_id].settings.device != device:
            hearing.losers[agent_id] = call.call_id
    hearing.close_offer(call)


def agent_left(hearing: Hearing, event: cti.AgentLeft, moment: Moment) -> None:
    """Let the phone be out of the call."""
    call = hearing.calls.get(event.call_id)
    if call is not None:
        hearing.parted(call, event.device, moment)


def call_over(hearing: Hearing, event: cti.CallAbandoned | cti.CallEnded, moment: Moment) -> None:
    """End the wait of a caller who gave up, or the whole call."""
    call = hearing.calls.get(event.call_id)
    if call is None:
        return
    hearing.close_offer(call)
    at = event.at if isinstance(event, cti.CallAbandoned) else moment.at
    hearing.leave_queue(call, "abandoned", moment, at=at)
    if isinstance(event, cti.CallEnded):
        for device in list(call.talkers):
            hearing.parted(call, device, moment)
        del hearing.calls[event.call_id]


def device_changed(hearing: Hearing, event: cti.DeviceChanged, moment: Moment) -> None:
    """Note the phone's state."""
    del moment
    desk = hearing.desks.by_device.get(event.device)
    if desk is not None:
        desk.phone = event.state
        hearing.desks.touch(desk)


def link_lost(hearing: Hearing, event: cti.LinkLost, moment: Moment) -> None:
    """Believe nothing to be new."""
    del event, moment
    hearing.stale = True


FOLLOWS: Mapping[type, Callable[[Hearing, Any, Moment], None]] = {
    cti.CallOffered: call_offered,
    cti.CallQueued: call_queued,
    cti.AgentMissedCall: agent_missed,
    cti.CallAnswered: call_answered,
    cti.AgentLeft: agent_left,
    cti.CallAbandoned: call_over,
    cti.CallEnded: call_over,
    cti.DeviceChanged: device_changed,
    cti.LinkLost: link_lost,
    cti.Resynced: renewing.resynced,
}
