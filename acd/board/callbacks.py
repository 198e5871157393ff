"""Callbacks: the calls made for them, and what comes of each attempt."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from acd.board import misses, offers, owing, places
from acd.board.floor import Floor
from acd.board.hands import end_call, take_call
from acd.board.model import Call, Moment
from acd.board.promised import Attempt, AttemptOutcome, CallbackState
from acd.board.reserving import DIAL_SECONDS, keep, rule_of
from acd.board.settings import CallbackOrder
from acd.effects import HangUpCall, ReturnToWait
from cti import events as cti
from cti.events import CallStage

CUSTOMER_SECONDS = 60.0  # that the customer's phone may ring, and a bit
PAUSE_SECONDS = 5.0  # after an attempt that was refused before anything rang


def settle(floor: Floor, now: Moment) -> None:
    """Follow up what happened in this step to queues' hours and to calls made for callbacks."""
    owed = floor.owed
    if not (owed.turned or owed.unserved or owed.attempts_over):
        return
    for name in owed.turned:
        for callback_id in floor.queue(name).callbacks:
            owing.stand(floor, owed.callbacks[callback_id], now)
    owed.turned.clear()
    for call_id in owed.unserved:
        made = floor.calls.get(call_id)
        if made is not None:
            _lost_its_agent(floor, made, now)
    owed.unserved.clear()
    over, owed.attempts_over = owed.attempts_over, []
    for made in over:
        _attempt_over(floor, made, now)


def dialled(floor: Floor, event: cti.CallOffered, now: Moment) -> bool:
    """Note that the call for a callback exists; true when the event is about such a call."""
    made = floor.calls.get(event.call_id)
    if made is None or made.serves is None:
        if event.uniqueid.startswith("callback-") and made is None:
            # Its attempt was given up: nobody is to be rung for it any more.
            floor.emit(HangUpCall(call_id=event.call_id, channel=event.channel))
            return event.call_id in floor.ended
        return False
    call, attempt = _of(floor, made)
    if call is None or attempt is None or attempt.exists:
        return True
    attempt.exists = True
    made.channel = event.channel
    if made.offer is None:
        floor.emit(HangUpCall(call_id=made.call_id, channel=made.channel))
    _enter(floor, call, CallbackState.DIALLING, now)
    more = CUSTOMER_SECONDS if _customer_first(floor, made) else DIAL_SECONDS
    floor.timers.put(("offer", made), (now.clock + more,))
    floor.touch(made)
    return True


def answered(floor: Floor, made: Call, event: cti.CallAnswered, now: Moment) -> bool:
    """Note who of the two was reached; true when nothing else is to be done about it."""
    call, attempt = _of(floor, made)
    if call is None or attempt is None:
        return False
    agent = floor.devices.get(event.device)
    if agent is not None:
        attempt.agent_reached = True
        take_call(floor, made, event.device, channel=event.channel, now=now)
    else:
        attempt.customer_reached = True
        made.talkers[event.device] = event.channel
        if made.offer is not None:
            floor.timers.put(("offer", made), (now.clock + offers.CONFIRM_SECONDS,))
    floor.touch(made)
    if attempt.agent_reached and attempt.customer_reached:
        made.answered_at = made.answered_at or event.at
        for device in made.talkers:  # whoever talks will have work after the call now
            talker = floor.devices.get(device)
            if talker is not None:
                floor.dirty_agents[talker.agent_id] = None
        _enter(floor, call, CallbackState.TALKING, now)
    return made.stint is None  # else he waited on the line: the wait is to be counted, too


def place_of(floor: Floor, made: Call, event: cti.CallQueued) -> datetime:
    """Return since when the caller waits: a customer called back has waited all the time."""
    call = floor.owed.callbacks.get(made.serves) if made.serves else None
    if call is None or call.queue != event.queue or call.queued_at is None:
        return event.at
    made.priority = max(made.priority, call.priority)
    return call.queued_at


def customer_rings(floor: Floor, made: Call) -> None:
    """Note that the attempt disturbs the customer from here on."""
    _, attempt = _of(floor, made)
    if attempt is not None:
        attempt.customer_rung = True


def blinded(floor: Floor) -> None:
    """Note that attempts may have come further than was heard, while there was no link."""
    for call in floor.owed.callbacks.values():
        if call.callback is not None and call.callback.attempt is not None:
            call.callback.attempt.blind = True


def found(floor: Floor, made: Call, live: cti.LiveCall) -> None:
    """Learn from a resync how far the call for a callback has come."""
    call, attempt = _of(floor, made)
    if call is None or attempt is None:
        return
    attempt.exists = True
    for device, _ in live.there:
        attempt.agent_reached |= device in floor.devices
        attempt.customer_reached |= device not in floor.devices
    if live.stage is CallStage.TALKING:
        attempt.agent_reached = attempt.customer_reached = True


def due(floor: Floor, kind: str, call: Call, now: Moment) -> None:
    """Do what a timer of a callback, or of a call made for one, was set for."""
    if kind == "expiry":
        owing.expire(floor, call, now)
    elif kind == "retry":
        owing.stand(floor, call, now)
    elif kind == "offer":
        overdue(floor, call, now)
    elif kind == "gone":
        end_call(floor, call, str(cti.Outcome.FAILED), now)
    elif kind == "step":
        places.advance(floor, call, now.clock)
    elif kind == "waited":
        floor.judged[call] = None
    else:
        floor.stand_in_line(call)


def overdue(floor: Floor, made: Call, now: Moment) -> None:
    """End an attempt in which nothing happened for too long."""
    call, attempt = _of(floor, made)
    if call is None or attempt is None:
        return
    if not attempt.exists:
        offers.withdraw(floor, made, "unconfirmed", now)
        _drop(floor, made)
        _close_attempt(floor, call, AttemptOutcome.LOST, now)
        return
    if made.offer is not None and made.offer.confirmed:
        offers.fail(floor, made, "no_answer", now)
    else:
        _phone_never_rang(floor, made, attempt, now)
        offers.withdraw(floor, made, "unconfirmed", now)
    floor.owed.unserved[made.call_id] = None


def _phone_never_rang(floor: Floor, made: Call, attempt: Attempt, now: Moment) -> None:
    """Let others go first, unless it was the customer who did not answer."""
    agent = floor.agents.get(made.offer.agent_id) if made.offer else None
    if agent is not None and (attempt.customer_reached or not _customer_first(floor, made)):
        misses.never_rang(floor, agent, made, now)


def not_dialled(
    floor: Floor, call_id: UUID, outcome: AttemptOutcome, over: str, now: Moment
) -> None:
    """Free the agent again: the store or Asterisk refused the attempt before anything rang."""
    made = floor.calls.get(call_id)
    if made is None:
        return
    call, attempt = _of(floor, made)
    if call is None or attempt is None or attempt.exists:
        return
    offers.withdraw(floor, made, "unconfirmed", now)
    _drop(floor, made)
    if over:
        why = CallbackState.SERVED if over == CallbackState.SERVED else CallbackState.CANCELLED
        owing.end(floor, call, why, now, outcome=outcome)
    else:
        _close_attempt(floor, call, outcome, now)


def _of(floor: Floor, made: Call) -> tuple[Call | None, Attempt | None]:
    """Return the callback a call was made for, and the attempt if it is still that one."""
    call = floor.owed.callbacks.get(made.serves) if made.serves else None
    attempt = call.callback.attempt if call and call.callback else None
    if attempt is None or attempt.call_id != made.call_id:
        return None, None
    return call, attempt


def _customer_first(floor: Floor, made: Call) -> bool:
    return rule_of(floor, made).order is CallbackOrder.CUSTOMER_FIRST


def _lost_its_agent(floor: Floor, made: Call, now: Moment) -> None:
    """Ring nobody for a call whose agent is not to be had; a customer on the line waits on."""
    call, attempt = _of(floor, made)
    if call is None or attempt is None or made.offer is not None or attempt.agent_reached:
        return
    if not attempt.exists:
        floor.timers.put(("offer", made), (now.clock + DIAL_SECONDS,))
    elif attempt.customer_reached:
        floor.emit(ReturnToWait(call_id=made.call_id, channel=made.channel))
    else:
        floor.emit(HangUpCall(call_id=made.call_id, channel=made.channel))


def _attempt_over(floor: Floor, made: Call, now: Moment) -> None:
    call, attempt = _of(floor, made)
    if call is None or attempt is None:
        return
    if not attempt.exists:
        _close_attempt(floor, call, AttemptOutcome.LOST, now)
    elif attempt.agent_reached and attempt.customer_reached:
        owing.end(floor, call, CallbackState.DONE, now, outcome=AttemptOutcome.CONNECTED)
    elif attempt.blind:
        _close_attempt(floor, call, AttemptOutcome.LOST, now)
    elif attempt.agent_reached or (_customer_first(floor, made) and not attempt.customer_reached):
        _close_attempt(floor, call, AttemptOutcome.CUSTOMER_MISSED, now)
    else:
        rang = attempt.customer_rung or attempt.customer_reached
        _close_attempt(floor, call, AttemptOutcome.AGENT_MISSED, now, rang=rang)


def _close_attempt(
    floor: Floor, call: Call, outcome: AttemptOutcome, now: Moment, *, rang: bool = True
) -> None:
    """Try again by the queue's rule, from the same place, unless it was tried often enough."""
    callback = call.callback
    if callback is None or callback.attempt is None:
        return
    if callback.served:
        owing.end(floor, call, CallbackState.SERVED, now, outcome=outcome)
        return
    rule, number = rule_of(floor, call), callback.attempt.number
    counts = rang and outcome is not AttemptOutcome.NOT_DIALLED
    callback.tries += counts
    if counts and callback.tries >= rule.tries:
        owing.end(floor, call, CallbackState.FAILED, now, outcome=outcome)
        return
    if callback.expires <= now.clock:
        owing.end(floor, call, CallbackState.EXPIRED, now, outcome=outcome)
        return
    callback.attempt, callback.state = None, CallbackState.WAITING
    if counts:
        owing.pause(floor, call, float(rule.retry_seconds), now)
    elif outcome is AttemptOutcome.NOT_DIALLED:
        owing.pause(floor, call, PAUSE_SECONDS, now)
    keep(floor, call, now, ended=(number, str(outcome)))
    owing.stand(floor, call, now)


def _enter(floor: Floor, call: Call, state: CallbackState, now: Moment) -> None:
    if call.callback is not None and call.callback.state is not state:
        call.callback.state = state
        keep(floor, call, now)


def _drop(floor: Floor, made: Call) -> None:
    floor.timers.drop(("offer", made))
    floor.owed.unserved.pop(made.call_id, None)
    floor.forget(made, "not_dialled")
