"""Reserving: an agent is taken for a callback, and only then may anybody be dialled."""

from __future__ import annotations

from uuid import UUID

from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment, Offer
from acd.board.promised import Attempt, Callback, CallbackState
from acd.board.settings import CallbackOrder, CallbackRule
from acd.effects import CallbackKept, DialCallback, KeepCallback, PopScreen, RecordChoice
from acd.routing import Choice
from cti.events import Direction
from cti.ids import call_id_of

DIAL_SECONDS = 15.0  # the store's word and Asterisk's together; then the attempt is lost
_NO_RULE = CallbackRule()


def reserve(floor: Floor, *, call: Call, agent: Agent, choice: Choice, now: Moment) -> None:
    """Hold the call that will be made out to the agent, pop his screen, and have it dialled."""
    callback = call.callback
    if callback is None:
        return
    attempt = _next_attempt(call, callback, agent, now)
    made = _call_to_make(call, callback, attempt, now)
    floor.calls[made.call_id] = made
    agent.offer = made.call_id
    floor.timers.put(("offer", made), (now.clock + DIAL_SECONDS,))
    ring = floor.queue(call.queue).settings.ring_seconds
    floor.emit(_pop(made, choice, ring))
    floor.emit(
        DialCallback(
            kept=kept(call, callback, now),
            attempt=attempt.number,
            call_id=attempt.call_id,
            uniqueid=attempt.uniqueid,
            agent_id=agent.agent_id,
            extension=agent.settings.extension,
            agent_first=rule_of(floor, call).order is CallbackOrder.AGENT_FIRST,
            ring_seconds=ring,
        )
    )
    floor.emit(RecordChoice(choice=choice._replace(call_id=made.call_id)))
    floor.touch(made)
    floor.settle(agent, now)


def rule_of(floor: Floor, call: Call) -> CallbackRule:
    """Return how the callback's queue calls back, as configured now."""
    queue = floor.queues.get(call.queue)
    return queue.settings.callback if queue else _NO_RULE


def keep(floor: Floor, call: Call, now: Moment, *, ended: tuple[int, str] | None = None) -> None:
    """Have the store write down how the callback stands."""
    if call.callback is not None:
        floor.emit(KeepCallback(kept=kept(call, call.callback, now), ended=ended))


def kept(call: Call, callback: Callback, now: Moment) -> CallbackKept:
    """Return the callback as the store keeps it."""
    return CallbackKept(
        callback_id=call.call_id,
        queue=call.queue,
        number=callback.number,
        caller_name=call.caller_name,
        waits_since=call.queued_at or callback.requested_at,
        requested_at=callback.requested_at,
        expires_at=callback.expires_at,
        priority=call.priority,
        origin=callback.origin,
        state=str(callback.state),
        attempts=callback.attempts,
        tries=callback.tries,
        not_before=callback.not_before_at,
        agent_id=callback.agent_id,
        at=now.at,
    )


def _next_attempt(call: Call, callback: Callback, agent: Agent, now: Moment) -> Attempt:
    callback.attempts += 1
    uniqueid = uniqueid_of(call.call_id, callback.attempts, now)
    callback.attempt = Attempt(
        number=callback.attempts,
        call_id=call_id_of(uniqueid),
        uniqueid=uniqueid,
        agent_id=agent.agent_id,
    )
    callback.agent_id = agent.agent_id
    callback.state = CallbackState.RESERVED
    return callback.attempt


def uniqueid_of(callback_id: UUID, attempt: int, now: Moment) -> str:
    """Return the uniqueid of an attempt's first channel; no two attempts share one."""
    tail = callback_id.int % 10**12
    return f"callback-{int(now.at.timestamp())}.{tail:012d}{attempt:03d}"


def _call_to_make(call: Call, callback: Callback, attempt: Attempt, now: Moment) -> Call:
    return Call(
        call_id=attempt.call_id,
        channel="",
        direction=Direction.OUTBOUND,
        caller_number=callback.number,
        caller_name=call.caller_name,
        dialled_number=callback.number,
        started_at=now.at,
        queue=call.queue,
        priority=call.priority,
        queued_at=call.queued_at,
        offer=Offer(agent_id=attempt.agent_id),
        brief=call.brief,
        serves=call.call_id,
    )


def _pop(made: Call, choice: Choice, ring_seconds: int) -> PopScreen:
    return PopScreen(
        agent_id=choice.agent_id,
        call_id=made.call_id,
        queue=made.queue,
        caller_number=made.caller_number,
        caller_name=made.caller_name,
        ring_seconds=ring_seconds,
        choice=choice,
    )
