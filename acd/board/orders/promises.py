"""Orders about callbacks: a caller keeps his place and hangs up, or asks for it no longer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from acd import commands as ask
from acd.board import owing
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.orders.refusals import refuse
from acd.board.promised import Callback, CallbackState
from acd.board.reserving import keep
from acd.board.settings import NO_BRIEF
from acd.effects import PutCallData
from crm_core.phones import normalise
from cti.events import Direction


def request(floor: Floor, command: ask.RequestCallback, now: Moment) -> ask.Reply:
    """Let a callback stand in line: where the caller stood, or at the end."""
    if command.callback_id in floor.owed.callbacks:
        return ask.Accepted()
    caller = _call(floor, command.call_id)
    refusal = _cannot(floor, command, caller)
    if refusal is not None:
        return refusal
    origin = caller or _call(floor, command.origin_call_id)
    call = _place(command, origin, now)
    if caller is not None and (stint := floor.close_stint(caller)) is not None:
        stint.home.figures.left += 1
        call.stint, call.queue, call.queued_at = stint, stint.queue, stint.since
        if stint.ends is not None:
            floor.timers.put(("step", call), (stint.ends,))
    else:
        owing.stand_at(floor, call, queue=command.queue, since=now.at, now=now)
    if origin is not None:
        data = {"callback": "requested", "callback_number": command.number}
        floor.emit(PutCallData(call_id=origin.call_id, data=data))
    _promise(floor, call, now)
    return ask.Accepted()


def decline(floor: Floor, command: ask.DeclineCallback, now: Moment) -> ask.Reply:
    """Let the caller wait on, or go where his queue's overflow says next."""
    del now
    call = floor.calls.get(command.call_id)
    if call is not None:
        floor.judged[call] = None
    return ask.Accepted()


def cancel(floor: Floor, command: ask.CancelCallback, now: Moment) -> ask.Reply:
    """Give the place up, unless somebody is being called for it just now."""
    call = floor.owed.callbacks.get(command.callback_id)
    if call is None or call.callback is None:
        return refuse("unknown_callback", "There is no such callback, or it is over.")
    if call.callback.attempt is not None:
        return refuse("wrong_state", "It is being called back right now.")
    owing.end(floor, call, CallbackState.CANCELLED, now)
    return ask.Accepted()


def _call(floor: Floor, call_id: UUID | None) -> Call | None:
    return floor.calls.get(call_id) if call_id else None


def _cannot(floor: Floor, command: ask.RequestCallback, caller: Call | None) -> ask.Refused | None:
    if command.call_id is not None and (refusal := _cannot_leave(caller)) is not None:
        return refusal
    name = caller.stint.queue if caller and caller.stint else command.queue
    queue = floor.queues.get(name)
    if queue is None or (caller is None and queue.archived):
        return refuse("unknown_queue", f"There is no queue {name}.")
    if caller is not None and not queue.settings.callback.offered:
        return refuse("not_offered", "This queue offers no callback.")
    number = normalise(command.number).shown  # +86 and a trunk's 0 make no other customer of him
    waiting = (floor.owed.callbacks[other].dialled_number for other in queue.callbacks)
    if any(normalise(other).shown == number for other in waiting):
        return refuse("already_waiting", "A callback to this number waits in this queue already.")
    return None


def _cannot_leave(caller: Call | None) -> ask.Refused | None:
    if caller is None or caller.stint is None or caller.callback is not None:
        return refuse("wrong_state", "This caller does not wait.")
    if caller.offer is not None:
        return refuse("wrong_state", "An agent's phone rings for this caller already.")
    if caller.brief.do_not_call:
        return refuse("do_not_call", "This customer is not to be called.")
    return None


def _place(command: ask.RequestCallback, origin: Call | None, now: Moment) -> Call:
    return Call(
        call_id=command.callback_id,
        channel="",
        direction=Direction.OUTBOUND,
        caller_number=command.number,
        caller_name=command.caller_name or (origin.caller_name if origin else ""),
        dialled_number=command.number,
        started_at=now.at,
        priority=origin.priority if origin else 0,
        brief=origin.brief if origin else NO_BRIEF,
        callback=Callback(
            number=command.number,
            requested_at=now.at,
            expires_at=now.at,
            origin=origin.call_id if origin else command.origin_call_id,
        ),
    )


def _promise(floor: Floor, call: Call, now: Moment) -> None:
    if call.callback is None:
        return
    rule = floor.queue(call.queue).settings.callback
    call.callback.expires_at = now.at + timedelta(seconds=rule.expires_seconds)
    owing.owe(floor, call, now)
    owing.stand(floor, call, now)
    keep(floor, call, now)
