"""How a call is told of first: who calls, what was dialled, which way it goes."""

from __future__ import annotations

from collections.abc import Container
from uuid import UUID

from cti import events
from cti.events import Direction
from cti.ids import call_id_of
from cti.story.call import Call, Phone, Stay
from cti.story.channel import Channel, Phase
from cti.story.endpoints import Endpoints

_LONGEST_EXTENSION = 4  # digits; what is longer is taken for a number outside


def offered(
    call: Call, endpoints: Endpoints, system: str, *, taken: Container[UUID]
) -> events.CallOffered:
    """Settle who the caller is, and tell of the call.

    The caller is the party that gave the call its linkedid, else the first one seen.
    The call's id comes from his uniqueid; where he was never seen, because the stream
    begins in mid-call, his uniqueid is the linkedid of the others. No id is given
    twice: `taken` are those that were given.
    """
    caller = _caller_of(call)
    call.call_id = _free_id(call, caller, system, taken)
    call.caller = caller
    call.offered = True
    call.direction = direction_at_first(caller, endpoints)
    inside = call.direction is not Direction.INBOUND and not endpoints.is_line(caller.device)
    if inside and caller.came_in:
        _hold_own_phone(call, caller)
    return events.CallOffered(
        at=call.began,
        call_id=call.call_id,
        channel=caller.name,
        uniqueid=caller.uniqueid,
        direction=call.direction,
        caller_number=caller.number,
        caller_name=caller.caller_name,
        dialled_number=caller.exten,
        device=caller.device if inside else "",
    )


def queued(call: Call, stay: Stay, channel: Channel) -> events.CallQueued:
    """Tell that the call waits: by the channel in the queue, or the caller's behind a Local."""
    own = channel if channel.party or call.caller is None else call.caller
    return events.CallQueued(
        at=stay.told_at,
        call_id=call.call_id,
        channel=own.name,
        queue=stay.queue,
        priority=stay.priority,
        fallback=stay.fallback,
    )


def knows_caller(call: Call) -> bool:
    """Tell whether the call's first channel was seen; without it we would name the wrong one.

    In a stream that begins in mid-call others may be heard of before. Where Asterisk
    began the call with a Local channel any party will do.
    """
    if call.by_local:
        return bool(call.legs)
    return any(leg.uniqueid == leg.linkedid or leg.linkedid in call.seen for leg in call.legs)


def direction_at_first(caller: Channel, endpoints: Endpoints) -> Direction:
    """Guess which way the call goes before it went there.

    A channel that Asterisk made to begin a call (Originate) is an outgoing call. One
    that came in is inbound unless it is one of our phones dialling; that phone's call
    is internal when it dialled an extension or a service code, else outbound. When the
    call is over the record corrects it (`ending.direction_of`).
    """
    if not caller.came_in:
        return Direction.OUTBOUND
    if not endpoints.begins_inside(device=caller.device, context=caller.context):
        return Direction.INBOUND
    digits = caller.exten.removeprefix("+")
    outside = digits.isdecimal() and len(digits) > _LONGEST_EXTENSION
    return Direction.OUTBOUND if outside else Direction.INTERNAL


def _free_id(call: Call, caller: Channel, system: str, taken: Container[UUID]) -> UUID:
    unseen = caller.linkedid not in {caller.uniqueid, ""} and not call.by_local
    free = call_id_of(caller.linkedid if unseen else caller.uniqueid, system)
    while free in taken:
        free = call_id_of(caller.uniqueid, system)
        system += "+"
    return free


def _caller_of(call: Call) -> Channel:
    for leg in call.legs:
        if leg.uniqueid == leg.linkedid:
            return leg
    return call.legs[0]


def _hold_own_phone(call: Call, caller: Channel) -> None:
    """Count the dialling phone as in the call: `CallOffered.device` tells it."""
    caller.phase = Phase.ANSWERED
    call.phones[caller.device] = Phone(
        told=Phase.ANSWERED,
        channel=caller.name,
        last=caller,
        live={caller.uniqueid: caller},
    )
