"""Served: who spoke with an agent of a queue in another call is called back by it no more."""

from __future__ import annotations

from acd.board import offers, owing
from acd.board.floor import Floor
from acd.board.model import Call, Moment, Queue
from acd.board.promised import CallbackState
from acd.effects import HangUpCall
from crm_core.phones import NumberKind, normalise
from cti.events import Direction


def talks(floor: Floor, call: Call, now: Moment) -> None:
    """End the callbacks owed to whom an agent of their queue talks with; later ones stay.

    Either he got through himself, or an agent of the queue dialled him.
    """
    if call.serves is not None:
        return
    ids = [callback_id for queue in _queues(floor, call) for callback_id in queue.callbacks]
    his = _number(call) if ids else ""
    for owed in [floor.owed.callbacks[callback_id] for callback_id in ids]:
        if _is_his(owed, call, his):
            _give_up(floor, owed, now)


def _queues(floor: Floor, call: Call) -> list[Queue]:
    """Return the queues whose agent the customer has on the line."""
    agents = [floor.devices[device] for device in call.talkers if device in floor.devices]
    if not agents:
        return []
    if call.direction is Direction.INBOUND:
        queue = floor.queues.get(call.queue)
        return [queue] if queue is not None else []
    reached = len(agents) < len(call.talkers)
    return agents[0].queues if reached and call.direction is Direction.OUTBOUND else []


def _number(call: Call) -> str:
    """Return the customer's number as all ways of writing it are compared; empty: withheld."""
    inbound = call.direction is Direction.INBOUND
    number = normalise(call.caller_number if inbound else call.dialled_number)
    return "" if number.kind is NumberKind.ANONYMOUS else number.shown


def _is_his(owed: Call, call: Call, his: str) -> bool:
    callback = owed.callback
    if callback is None or (call.answered_at and call.answered_at < callback.requested_at):
        return False  # he asked for it after that talk had begun
    if callback.origin == call.call_id:
        return True
    return bool(his) and his == normalise(callback.number).shown


def _give_up(floor: Floor, owed: Call, now: Moment) -> None:
    """End it; one that is just being called is hung up as long as it has not reached him."""
    callback = owed.callback
    if callback is None:
        return
    attempt = callback.attempt
    if attempt is None:
        owing.end(floor, owed, CallbackState.SERVED, now)
        return
    callback.served = True  # nothing is tried again after this attempt
    made = floor.calls.get(attempt.call_id)
    if made is None or attempt.customer_reached:
        return
    offers.withdraw(floor, made, "caller_left", now)
    if attempt.exists and attempt.agent_reached:
        floor.emit(HangUpCall(call_id=made.call_id, channel=made.channel))
