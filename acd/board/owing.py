"""Owing: the places of callbacks in line, from the promise, or from the store, to their end."""

from __future__ import annotations

from datetime import datetime, timedelta

from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.promised import Attempt, AttemptOutcome, Callback, CallbackState, KnownCallback
from acd.board.reserving import keep, rule_of
from cti.events import Direction


def stand(floor: Floor, call: Call, now: Moment) -> None:
    """Let it be served from its old place, if its queue is open and its time has come."""
    callback = call.callback
    if callback is None or callback.attempt is not None:
        return
    queue = floor.queue(call.queue)
    early = callback.not_before is not None and now.clock < callback.not_before
    if queue.is_open and not early:
        floor.stand_in_line(call)
    else:
        floor.leave_line(call)


def expire(floor: Floor, call: Call, now: Moment) -> None:
    """Owe it no longer; an attempt under way is let go on."""
    if call.callback is not None and call.callback.attempt is None:
        end(floor, call, CallbackState.EXPIRED, now)


def end(
    floor: Floor,
    call: Call,
    state: CallbackState,
    now: Moment,
    *,
    outcome: AttemptOutcome | None = None,
) -> None:
    """Give up the place for good, and write down why."""
    callback = call.callback
    if callback is None:
        return
    ended = (callback.attempt.number, str(outcome)) if callback.attempt and outcome else None
    callback.attempt, callback.state = None, state
    floor.close_stint(call)
    keep(floor, call, now, ended=ended)
    floor.calls.pop(call.call_id, None)
    floor.owed.callbacks.pop(call.call_id, None)
    floor.dirty_calls.pop(call, None)
    queue = floor.queue(call.queue)
    queue.callbacks.pop(call.call_id, None)
    floor.dirty_queues[queue] = None
    for kind in ("expiry", "retry"):
        floor.timers.drop((kind, call))


def owe(floor: Floor, call: Call, now: Moment) -> None:
    """Put a callback on the floor: from here on its place is served like any other."""
    callback = call.callback
    if callback is None:
        return
    floor.calls[call.call_id] = floor.owed.callbacks[call.call_id] = call
    queue = floor.queue(call.queue)
    queue.callbacks[call.call_id] = None
    floor.dirty_queues[queue] = None
    left = max(0.0, (callback.expires_at - now.at).total_seconds())
    callback.expires = now.clock + min(left, float(queue.settings.callback.expires_seconds))
    floor.timers.put(("expiry", call), (callback.expires,))


def take_up(floor: Floor, known: KnownCallback, now: Moment) -> None:
    """Owe again what was owed before we went down; what was being dialled is not dialled anew."""
    if known.callback_id in floor.owed.callbacks:
        return
    call = Call(
        call_id=known.callback_id,
        channel="",
        direction=Direction.OUTBOUND,
        caller_number=known.number,
        caller_name=known.caller_name,
        dialled_number=known.number,
        started_at=known.requested_at,
        priority=known.priority,
        brief=known.brief,
        callback=Callback(
            number=known.number,
            requested_at=known.requested_at,
            expires_at=known.expires_at,
            origin=known.origin,
            attempts=known.attempts,
            tries=known.tries,
        ),
    )
    stand_at(floor, call, queue=known.queue, since=known.waits_since, now=now)
    owe(floor, call, now)
    if known.attempt is not None:
        _take_up_attempt(floor, call, known, now)
    elif known.not_before is not None and known.not_before > now.at:
        # The time of day may have been set back meanwhile: no pause is longer than the rule's.
        left = (known.not_before - now.at).total_seconds()
        pause(floor, call, min(left, float(rule_of(floor, call).retry_seconds)), now)
    stand(floor, call, now)


def stand_at(floor: Floor, call: Call, *, queue: str, since: datetime, now: Moment) -> None:
    """Give a callback its place; it is no caller who waits, so it is not counted as one."""
    floor.enter_line(call, queue=queue, since=since, now=now)
    floor.queue(queue).stints.drop(call)
    floor.timers.drop(("waited", call))
    floor.newcomers.pop(call, None)
    floor.judged.pop(call, None)


def _take_up_attempt(floor: Floor, call: Call, known: KnownCallback, now: Moment) -> None:
    if known.attempt is None or call.callback is None:
        return
    call_id, uniqueid, agent_id = known.attempt
    seen = known.talking  # otherwise: whether it ever rang is Asterisk's to tell
    call.callback.attempt = Attempt(
        known.attempts,
        call_id,
        uniqueid,
        agent_id,
        exists=seen,
        agent_reached=seen,
        customer_reached=seen,
    )
    call.callback.agent_id = agent_id
    call.callback.state = CallbackState.DIALLING
    floor.leave_line(call)
    # Asterisk's next snapshot tells whether the call lives; if not, the attempt was lost.
    made = floor.calls[call_id] = Call(
        call_id=call_id,
        channel="",
        direction=Direction.OUTBOUND,
        caller_number=known.number,
        caller_name=known.caller_name,
        dialled_number=known.number,
        started_at=now.at,
        queue=call.queue,
        queued_at=call.queued_at,
        priority=call.priority,
        serves=call.call_id,
    )
    floor.touch(made)


def pause(floor: Floor, call: Call, seconds: float, now: Moment) -> None:
    """Let it be dialled again after so many seconds."""
    if call.callback is not None:
        call.callback.not_before = now.clock + seconds
        call.callback.not_before_at = now.at + timedelta(seconds=seconds)
        floor.timers.put(("retry", call), (now.clock + seconds,))
