"""Places: where a waiting call stands, which never depends on how often it was offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acd.board.model import Call, Queue, Stint
from acd.board.plan import plan
from acd.board.pool import Rank
from acd.board.rings import retire, ring_at, ring_of
from acd.board.settings import QueueSettings
from acd.routing import WaitingCall

if TYPE_CHECKING:
    from acd.board.floor import Floor

AT_ONCE = float("-inf")  # a phase that ends so begins the next one whenever it is looked at


def rank_of(call: Call, settings: QueueSettings, clock: float, number: int) -> Rank:
    """Return the place of a call that came at `clock`; the least goes first, and it is final.

    With ageing, each priority is worth so many seconds of waiting: a call that came that
    much earlier stays in front, so nobody is overtaken for ever, and the order of two calls
    is the same at every moment. Without it the priority decides before the time.
    """
    priority = call.priority + call.brief.priority + settings.priority
    if settings.ageing_seconds > 0:
        return (0.0, clock - priority * settings.ageing_seconds, float(number))
    return (-float(priority), clock, float(number))


def begin(floor: Floor, call: Call, clock: float) -> None:
    """Plan the wait of a call, and go to the phase of its time."""
    stint = call.stint
    if stint is None:
        return
    queue, brief = stint.home, call.brief
    priority = call.priority + brief.priority
    rank = rank_of(call, queue.settings, stint.clock, stint.number)
    stint.ticket = _new(WaitingCall, (rank, call.call_id, stint.queue, priority, stint.clock))
    if brief.steps or brief.owner or brief.last_agent:
        stint.phases = plan(
            queue.settings, brief, awaited=lambda agent_id: _awaited(queue, agent_id)
        )
    else:
        stint.phases = queue.phases
    stint.at, stint.reach, stint.due = 0, 0, None
    seconds = stint.phases[0].seconds
    stint.ends = None if seconds is None else stint.clock + seconds
    if seconds is not None or len(queue.delays) > 1:
        _go_on(floor, call, stint, queue, clock)


def advance(floor: Floor, call: Call, clock: float) -> None:
    """Widen the ring of a call whose time has come; its place stays."""
    stint = call.stint
    if stint is None:
        return
    _go_on(floor, call, stint, stint.home, clock)
    if stint.ring is not None:
        stand(floor, call, stint)
    elif stint.due is not None:
        floor.timers.put(("step", call), (stint.due,))


def stand(floor: Floor, call: Call, stint: Stint) -> None:
    """Put the call into the line of the ring that may take it now."""
    queue = stint.home
    if call.passed:
        floor.let_others_first(call)
    if stint.due is not None and stint.due <= floor.clock:  # while he was held back
        _go_on(floor, call, stint, queue, floor.clock)
    phase = stint.phases[stint.at]
    if phase.only and not any(_awaited(queue, agent_id) for agent_id in phase.only):
        _hurry(floor, call, stint)
    if stint.phases is queue.phases:
        ring = ring_at(queue, stint.at, stint.reach)
    else:
        ring = ring_of(queue, phase, stint.reach)
    if stint.due is not None:
        floor.timers.put(("step", call), (stint.due,))
    if stint.ring is not ring:
        step_out(call)
        stint.ring = ring
        ring.stand(call, stint.ticket)
    floor.lined[ring] = None


def step_out(call: Call) -> None:
    """Take the call out of its line."""
    stint = call.stint
    if stint is not None and stint.ring is not None:
        ring, stint.ring = stint.ring, None
        ring.step_out(call, stint.ticket)
        if ring.key.only:
            retire(ring)


def plan_anew(floor: Floor, call: Call, clock: float) -> None:
    """Give a waiting call what its brief and its queue's settings now say."""
    stint = call.stint
    if stint is None:
        return
    standing = stint.ring is not None
    step_out(call)
    floor.timers.drop(("step", call))
    begin(floor, call, clock)
    if standing:
        stand(floor, call, stint)


def plan_queue_anew(floor: Floor, queue: Queue, clock: float) -> None:
    """Do so for all who wait in the queue, and for the callbacks that keep their places."""
    owed = [floor.calls[callback_id] for callback_id in queue.callbacks]
    for call in (*queue.stints, *owed):
        plan_anew(floor, call, clock)


def wait_no_longer_for(floor: Floor, queue: Queue, agent_ids: tuple[str, ...]) -> None:
    """Let calls kept for these agents alone go on: none of them is to be waited for."""
    if any(_awaited(queue, agent_id) for agent_id in agent_ids):
        return
    for ring in [ring for ring in queue.rings.values() if ring.key.only == agent_ids]:
        for call in ring.line:
            if call.stint is not None:
                _hurry(floor, call, call.stint)


def _go_on(floor: Floor, call: Call, stint: Stint, queue: Queue, clock: float) -> None:
    while stint.ends is not None and stint.ends <= clock:
        begun = clock if stint.ends == AT_ONCE else stint.ends
        stint.at += 1
        seconds = stint.phase.seconds
        stint.ends = None if seconds is None else begun + seconds
    if len(queue.delays) == 1:
        stint.due = stint.ends
        if stint.due is None:
            floor.timers.drop(("step", call))
        return
    ahead = [delay for delay in queue.delays if stint.clock + delay > clock]
    stint.reach = max(delay for delay in queue.delays if delay not in ahead)
    due = [stint.clock + delay for delay in ahead] + ([] if stint.ends is None else [stint.ends])
    stint.due = min(due, default=None)
    if stint.due is None:
        floor.timers.drop(("step", call))


def _hurry(floor: Floor, call: Call, stint: Stint) -> None:
    stint.ends, stint.due = AT_ONCE, stint.clock
    floor.timers.put(("step", call), (stint.due,))


def _awaited(queue: Queue, agent_id: str) -> bool:
    agent = queue.members.get(agent_id)
    return agent is not None and agent.awaited


_new = tuple.__new__  # of a named tuple, without the call in between
