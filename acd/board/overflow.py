"""Overflow: where a caller goes whom his queue cannot serve; never to a queue he came through."""

from __future__ import annotations

import re
from uuid import UUID

from acd.board import limits, places
from acd.board.floor import Floor
from acd.board.model import Call, Diversion, Moment
from acd.board.settings import Overflow, OverflowKind, OverflowReason
from acd.effects import DivertCall

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_NAME = re.compile(r"[a-z0-9_-]{1,60}")


def judge(floor: Floor, now: Moment) -> None:
    """Send on whom his queue does not keep, of those something happened to in this step."""
    if floor.stale_since is not None:
        return
    judged = [call for call in floor.judged if _stands(call)]
    newcomers, floor.newcomers = floor.newcomers, {}
    floor.judged.clear()
    for call in sorted(judged, key=_place):
        _judge_one(floor, call, now, newcomer=call in newcomers)


def turn_away(floor: Floor, now: Moment) -> None:
    """Send on whose queue is closed, before anybody is asked for them."""
    if floor.stale_since is not None:
        return
    shut_out = [each for each in floor.judged if each.stint and not each.stint.home.is_open]
    for call in sorted(shut_out, key=_place):
        if _stands(call):
            link = _first_that_can(floor, call, OverflowReason.CLOSED, now)
            if link is not None:
                _divert(floor, call, link, OverflowReason.CLOSED)


def _stands(call: Call) -> bool:
    """Tell whether the caller may be sent on: he waits with us, and no phone rings for him."""
    held = call.offer is not None or call.lent
    return call.stint is not None and not held and call.callback is None


def sent_no_longer(floor: Floor, call: Call) -> Diversion | None:
    """Forget where the call was being sent, and return that."""
    diverted, call.diverted = call.diverted, None
    if diverted is not None and diverted.link.kind is OverflowKind.QUEUE:
        floor.queue(diverted.link.target).coming.pop(call.call_id, None)
    return diverted


def priority_of(floor: Floor, call: Call, queue: str) -> int:
    """Return what the overflow that led into this queue adds to the call's priority."""
    diverted = sent_no_longer(floor, call)
    link = diverted.link if diverted else None
    fits = link is not None and link.kind is OverflowKind.QUEUE and link.target == queue
    return link.priority if link is not None and fits else 0


def take_back(floor: Floor, call_id: UUID, now: Moment) -> None:
    """Let the caller wait on where he was: Asterisk did not send him on."""
    call = floor.calls.get(call_id)
    if call is None or call.diverted is None or call.stint is not None:
        return
    stint, counted = call.diverted.stint, call.diverted.counted
    sent_no_longer(floor, call)
    queue = stint.home
    if counted is queue.figures:
        counted.overflowed -= 1
    else:  # a day has begun meanwhile, and did not find him waiting
        queue.figures.offered += 1
    queue.stints.put(call, (stint.clock, stint.rank[-1]))
    call.stint, call.queue, call.queued_at = stint, stint.queue, stint.since
    floor.arrived[call] = None
    places.plan_anew(floor, call, now.clock)  # his queue may be set otherwise meanwhile
    floor.stand_in_line(call)
    floor.touch(call)
    floor.judged.pop(call, None)  # the same answer would only come back
    if not limits.has_waited_too_long(queue, stint, now):
        limits.arm_wait(floor, queue, call)


def _judge_one(floor: Floor, call: Call, now: Moment, *, newcomer: bool) -> None:
    for reason in limits.reasons_to_go(call, now, newcomer=newcomer):
        link = _first_that_can(floor, call, reason, now)
        if link is not None:
            _divert(floor, call, link, reason)
            return


def _first_that_can(
    floor: Floor, call: Call, reason: OverflowReason, now: Moment
) -> Overflow | None:
    if call.stint is None:
        return None
    for link in call.stint.home.settings.overflow:
        if reason in link.reasons and _can_take(floor, call, link, now):
            return link
    return None


def _can_take(floor: Floor, call: Call, link: Overflow, now: Moment) -> bool:
    match link.kind:
        case OverflowKind.QUEUE:
            return link.target not in call.through and _has_room(floor, link.target, now)
        case OverflowKind.NUMBER:
            return _NUMBER.fullmatch(link.target) is not None
        case OverflowKind.MESSAGE:
            return _NAME.fullmatch(link.target) is not None
        case OverflowKind.CALLBACK:
            return not call.callback_asked and _offers_callback(floor, call)
        case OverflowKind.VOICEMAIL | OverflowKind.HANG_UP:
            return True


def _has_room(floor: Floor, name: str, now: Moment) -> bool:
    queue = floor.queues.get(name)
    if queue is None or not queue.is_open or limits.is_deserted(queue, now):
        return False
    return not limits.is_full(queue, others=len(queue.stints) + len(queue.coming))


def _offers_callback(floor: Floor, call: Call) -> bool:
    queue = floor.queues.get(call.queue)
    return queue is not None and queue.settings.callback.offered and not call.brief.do_not_call


def _divert(floor: Floor, call: Call, link: Overflow, reason: OverflowReason) -> None:
    stint = call.stint
    if stint is None:
        return
    if link.kind is OverflowKind.CALLBACK:
        call.callback_asked = True  # he keeps his place until he says yes
    else:
        floor.close_stint(call)
        counted = stint.home.figures
        counted.overflowed += 1
        call.diverted = Diversion(stint, link, counted)
        if link.kind is OverflowKind.QUEUE:
            floor.queue(link.target).coming[call.call_id] = None
    floor.emit(
        DivertCall(
            call_id=call.call_id,
            channel=call.channel,
            queue=stint.queue,
            reason=reason,
            kind=link.kind,
            target=link.target,
            priority=link.priority,
        )
    )


def _place(call: Call) -> tuple[float, ...]:
    return call.stint.rank if call.stint else ()
