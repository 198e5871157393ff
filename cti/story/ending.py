"""How a call ended and who ended it, and the record of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from cti.events import Direction, MissReason, Outcome, Party
from cti.records import CallRecord, LegRecord, TransferRecord
from cti.story import timing
from cti.story.call import Call, Stay
from cti.story.channel import Channel
from cti.story.endpoints import Endpoints

_TOGETHER = timedelta(seconds=1)  # who parts within it parts from each other
_BUSY = 17  # Q.850
_UNFOUND = frozenset({1, 3, 20, 21, 27, 28, 34, 38, 41, 42, 58})


def abandoned_stay(call: Call, *, told: bool) -> Stay | None:
    """Return the wait that the caller broke off, if he did.

    app_queue says QueueCallerAbandon of callers whose time was over, too: it counts only
    with the caller's own hang-up, or where this stream tells of no hang-ups (`told`).
    """
    stay = call.waiting or next((each for each in call.stays[-1:] if each.abandoned), None)
    caller = call.caller
    if stay is None or caller is None or not told:
        return stay
    if not caller.hung_up() or caller.asked_at is None:
        return None
    return stay if stay.left_at is None or caller.asked_at - stay.left_at <= _TOGETHER else None


def outcome_of(call: Call, *, told: bool) -> Outcome:
    """Return how the call ended; it has ended."""
    if timing.answered_at(call) is not None:
        return Outcome.ANSWERED
    if abandoned_stay(call, told=told) is not None:
        return Outcome.ABANDONED_IN_QUEUE
    if call.diverted_to and call.waiting is None:
        return Outcome.OVERFLOWED
    tried = [leg for leg in call.other_legs() if leg.dialled_at is not None]
    if not tried and call.caller is not None and call.caller.dialled_at is not None:
        tried = [call.caller] if call.caller.up_at is None else []
    if tried or call.stays:
        return _outcome_of_tries(call, tried)
    return _outcome_of_menu(call, told=told)


def _outcome_of_tries(call: Call, tried: list[Channel]) -> Outcome:
    """Return the best that any of the phones let the caller hope for."""
    reasons = {leg.why_missed() for leg in tried}
    patient = {MissReason.NO_ANSWER, MissReason.CANCELLED}
    if call.stays or reasons & patient or not reasons:
        return Outcome.NO_ANSWER
    if reasons & {MissReason.BUSY, MissReason.REJECTED}:
        return Outcome.BUSY
    return Outcome.FAILED


def _outcome_of_menu(call: Call, *, told: bool) -> Outcome:
    """Return how a call ended that came to nobody; without hang-ups told it counts as given up."""
    caller = call.caller
    if caller is None or caller.hung_up():
        return Outcome.ENDED_IN_MENU if call.left_message else Outcome.ABANDONED_IN_MENU
    if caller.up_at is None and caller.cause == _BUSY:
        return Outcome.BUSY
    if caller.up_at is None and caller.cause in _UNFOUND:
        return Outcome.FAILED
    by_itself = told and not call.restored and not call.by_local
    return Outcome.ENDED_IN_MENU if by_itself else Outcome.ABANDONED_IN_MENU


def hung_up_by(call: Call, endpoints: Endpoints, *, told: bool) -> Party:
    """Return who ended the call: whose own phone hung up first of those who parted last.

    `told` says that the stream has HangupRequest at all; without them who left the
    bridge first, or was gone first, has to do.
    """
    if abandoned_stay(call, told=told) is not None:
        return Party.CALLER
    last = _who_parted(call)
    asked = [leg for leg in last if leg.hung_up()]
    if asked:
        return _party(call, min(asked, key=lambda leg: leg.asked_at or leg.began), endpoints)
    if not last:
        return Party.UNKNOWN
    if told or all(leg.dialled_at is not None for leg in last):
        return Party.SYSTEM
    if len(last) == 1:
        return Party.UNKNOWN
    first = min(last, key=lambda leg: leg.left_bridge_at or leg.ended_at or leg.began)
    return _party(call, first, endpoints)


def _who_parted(call: Call) -> list[Channel]:
    """Return who parted from whom when the last two who were together were no more.

    Whoever stayed on alone after that, in a survey or an announcement, did not end the
    talk; nor did a phone that handed the call on before.
    """
    there = [leg for leg in call.legs if leg is call.caller or leg.joined_at is not None]
    stayed = [leg for leg in there if leg.left_at is None and leg.ended_at is not None]
    ends = sorted(leg.ended_at for leg in stayed if leg.ended_at is not None)
    if not ends:
        return []
    end = ends[-2] if len(ends) > 1 else ends[-1]
    return [leg for leg in stayed if leg.ended_at and abs(leg.ended_at - end) <= _TOGETHER]


def _party(call: Call, leg: Channel, endpoints: Endpoints) -> Party:
    if leg is call.caller:
        return Party.CALLER
    return Party.CALLEE if _role(call, leg, endpoints) == "callee" else Party.AGENT


def direction_of(call: Call, endpoints: Endpoints) -> Direction:
    """Return which way the call went, now that all of it is known.

    A call from one of our phones is outbound if a line was dialled and internal if only
    phones were. One from a device that only looks like a phone of ours is inbound as
    soon as it waited in a queue.
    """
    if call.direction is Direction.INBOUND and not _is_ours(call, endpoints):
        return Direction.INBOUND
    devices = [leg.device for leg in call.legs if leg.dialled_at is not None]
    if any(endpoints.is_line(device) for device in devices):
        return Direction.OUTBOUND
    if any(leg.dialled_at is not None for leg in call.other_legs()):
        return Direction.INTERNAL
    return call.direction


def _is_ours(call: Call, endpoints: Endpoints) -> bool:
    caller = call.caller
    if caller is None or not caller.came_in:
        return False
    device, context = caller.device, caller.context
    if endpoints.begins_inside(device=device, context=context):
        return True
    looks = endpoints.may_be_inside(device=device, context=context, number=caller.number)
    return looks and not call.stays


def record_of(
    call: Call,
    endpoints: Endpoints,
    *,
    end: datetime,
    outcome: Outcome | None,
    by: Party,
    open_end: bool = False,
) -> CallRecord:
    """Write the record; `open_end` when the stream ended before the call did."""
    answered = timing.answered_at(call)
    queues = tuple(dict.fromkeys(stay.queue for stay in call.stays if stay.queue))
    caller = call.caller
    agents = [leg for leg in call.legs if _role(call, leg, endpoints) == "agent"]
    took = [leg for leg in timing.people(call) if leg in agents]
    rang = sorted((leg for leg in agents if leg.rang()), key=lambda leg: leg.dialled_at or end)
    return CallRecord(
        call_id=call.call_id,
        linked_ids=tuple(call.linked),
        unique_ids=tuple(leg.uniqueid for leg in call.legs),
        direction=call.direction,
        caller_number=caller.number if caller else "",
        caller_name=caller.caller_name if caller else "",
        dialled_number=call.dialled_number or (caller.exten if caller else ""),
        queue=queues[-1] if queues else None,
        queues=queues,
        started_at=call.began,
        answered_at=answered,
        ended_at=None if open_end else end,
        waited_seconds=timing.waited(call, answered=answered, end=end),
        talked_seconds=timing.talked(call, end=end),
        agents_rang=tuple(dict.fromkeys([*call.rang_before, *(leg.device for leg in rang)])),
        agent_answered=_first_agent(call, took, agents),
        transfers=tuple(_with_receiver(call, each) for each in call.transfers),
        legs=tuple(_leg_record(call, leg, endpoints) for leg in call.legs),
        hung_up_by=by,
        outcome=outcome,
        incomplete=open_end or call.restored or caller is None or not caller.born,
    )


def open_record(call: Call, endpoints: Endpoints, at: datetime) -> CallRecord:
    """Write what is known at `at` of a call that is still open."""
    call.direction = direction_of(call, endpoints)
    answered = timing.answered_at(call) is not None
    outcome = Outcome.ANSWERED if answered else None
    return record_of(call, endpoints, end=at, outcome=outcome, by=Party.UNKNOWN, open_end=True)


def _with_receiver(call: Call, transfer: TransferRecord) -> TransferRecord:
    """Add the leg that the call was handed to: who joined next, if nobody is named yet."""
    named = [leg for leg in call.legs if leg.name in transfer.legs[1:]]
    if any(leg is not call.caller and leg.device != transfer.by for leg in named):
        return transfer
    later = [each.at for each in call.transfers if each.at > transfer.at]
    for leg in timing.people(call):
        joined = leg.joined_at
        if leg.left_at is not None and leg.left_at <= transfer.at:
            continue  # the one who handed on
        if joined and joined >= transfer.at and not any(at <= joined for at in later):
            return replace(transfer, legs=(*transfer.legs, leg.name))
    return transfer


def _first_agent(call: Call, took: list[Channel], agents: list[Channel]) -> str | None:
    if took:
        return took[0].device
    own = call.caller
    if own is not None and own in agents and own.up_at is not None:
        return own.device
    return next((talk.device for talk in call.talks if talk.device), None)


def _role(call: Call, leg: Channel, endpoints: Endpoints) -> str:
    """Name the part a leg played.

    A phone that Asterisk rang first (click-to-dial) is an agent's; a line that a phone
    of ours dialled leads to somebody outside, one that the caller's way led to stands
    for an agent (a forwarded call).
    """
    if leg is call.caller:
        return "agent" if leg.dialled_at is not None else "caller"
    if leg.dialled_at is None:
        return "agent" if leg.joined_at is not None or _is_known(call, leg) else "other"
    if not endpoints.is_line(leg.device):
        return "agent"
    by_phone = leg.dialler is not None and leg.dialler.party and leg.dialler is not call.caller
    return "callee" if by_phone or call.direction is Direction.OUTBOUND else "agent"


def _is_known(call: Call, leg: Channel) -> bool:
    return any(leg.device == other.device and other.dialled_at for other in call.legs)


def _leg_record(call: Call, leg: Channel, endpoints: Endpoints) -> LegRecord:
    return LegRecord(
        channel=leg.name,
        uniqueid=leg.uniqueid,
        device=leg.device,
        role=_role(call, leg, endpoints),
        started_at=leg.began,
        answered_at=leg.up_at,
        ended_at=leg.ended_at,
        cause=leg.cause,
    )
