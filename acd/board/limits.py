"""Limits: for what reasons a queue does not keep a caller, and when that may have changed."""

from __future__ import annotations

from collections.abc import Iterator

from acd.board import hours
from acd.board.floor import Floor, Timer
from acd.board.model import Call, Moment, Queue, Stint
from acd.board.settings import OverflowReason
from acd.effects import SetWaiting

QUEUE_TIMERS = frozenset({"hours", "nobody"})
DESERTED_SECONDS = 10.0  # a page that is loaded again signs its agent out for a moment
ROUNDING = 1e-6  # of calls: 0.29 for each of 100 agents are 29
LONGEST_SECONDS = 3600.0  # between two looks at the wall, should it have been set right


def reasons_to_go(call: Call, now: Moment, *, newcomer: bool) -> Iterator[OverflowReason]:
    """Yield why the queue does not keep this waiting call, the weightiest first."""
    stint = call.stint
    if stint is None:
        return
    queue = stint.home
    if not queue.is_open:
        yield OverflowReason.CLOSED
    if is_deserted(queue, now):
        yield OverflowReason.NOBODY
    if newcomer and is_full(queue, others=len(queue.stints) - 1):
        yield OverflowReason.FULL
    if has_waited_too_long(queue, stint, now):
        yield OverflowReason.WAITED


def is_full(queue: Queue, *, others: int) -> bool:
    """Tell whether one more may not wait besides so many others."""
    limits = queue.settings.limits
    if limits.max_waiting is not None and others >= limits.max_waiting:
        return True
    ratio = limits.max_per_ready_agent
    return ratio is not None and others + 1 > ratio * queue.at_work() + ROUNDING


def is_deserted(queue: Queue, now: Moment) -> bool:
    """Tell whether nobody has been signed in for a while."""
    since = queue.deserted_at
    return since is not None and now.clock >= since + DESERTED_SECONDS


def watch(floor: Floor, now: Moment) -> None:
    """Note, of the queues whose agents came or went, which nobody serves any more."""
    for queue in floor.staffed:
        name = queue.settings.name
        if queue.is_served():
            if queue.deserted_at is not None:
                queue.deserted_at = None
                floor.timers.drop(("nobody", name))
        elif queue.deserted_at is None:
            queue.deserted_at = now.clock
            floor.timers.put(("nobody", name), (now.clock + DESERTED_SECONDS,))
    floor.staffed.clear()


def begin_again(floor: Floor, now: Moment) -> None:
    """Give agents time to be signed in again before a queue counts as deserted."""
    for name, queue in floor.queues.items():
        if queue.deserted_at is not None:
            queue.deserted_at = now.clock
            floor.timers.put(("nobody", name), (now.clock + DESERTED_SECONDS,))
    forget_told(floor)
    tell_waiting(floor)


def tell_waiting(floor: Floor) -> None:
    """Let the dialplan know each queue's music and its key for a callback, where they changed."""
    for name, queue in floor.queues.items():
        rule = queue.settings.callback
        wanted = (queue.settings.comfort.music, rule.key if rule.offered else "")
        if wanted != queue.waiting_told:
            queue.waiting_told = wanted
            floor.emit(SetWaiting(queue=name, music=wanted[0], key=wanted[1]))


def forget_told(floor: Floor) -> None:
    """Take it that Asterisk knows nothing of the queues: it may have been restarted."""
    for queue in floor.queues.values():
        queue.waiting_told = ("default", "")


def due(floor: Floor, kind: str, name: str, now: Moment) -> None:
    """Hold all who wait against a queue that may have closed or been deserted."""
    queue = floor.queues.get(name)
    if queue is None:
        return
    if kind == "hours":
        _turn(floor, queue, now)
        return
    judge_all(floor, queue)


def arm_all(floor: Floor, now: Moment) -> None:
    """Read the wall clock for every queue's hours, and the longest waits from the settings."""
    for queue in floor.queues.values():
        queue.turns_at = None
        _turn(floor, queue, now)
        for call in queue.stints:
            arm_wait(floor, queue, call)


def arm_wait(floor: Floor, queue: Queue, call: Call) -> None:
    """Set the timer of the longest wait, from when it began, by the settings as they are."""
    longest = queue.settings.limits.max_wait_seconds
    if call.stint is None:
        return
    if longest is None:
        floor.timers.drop(("waited", call))
    else:
        floor.timers.put(("waited", call), (call.stint.clock + longest,))


def _turn(floor: Floor, queue: Queue, now: Moment) -> None:
    """Open or close the queue, and set the timer of the next change.

    The timer runs on the clock that never steps; when it rings, the hour it was set for has
    come, whatever the wall says by then.
    """
    at = now.at if queue.turns_at is None else max(queue.turns_at, now.at)
    is_open = hours.is_open(queue.settings.hours, at)
    if is_open is not queue.is_open:
        queue.is_open = is_open
        floor.dirty_queues[queue] = None
        floor.owed.turned[queue.settings.name] = None
        judge_all(floor, queue)
    change = hours.next_change(queue.settings.hours, at)
    timer: Timer = ("hours", queue.settings.name)
    if change is None:
        queue.turns_at = None
        floor.timers.drop(timer)
        return
    left = (change - at).total_seconds()
    # A look before its time sees only what was set right meanwhile.
    queue.turns_at = change if left <= LONGEST_SECONDS else None
    floor.timers.put(timer, (now.clock + min(left, LONGEST_SECONDS),))


def judge_all(floor: Floor, queue: Queue) -> None:
    """Hold everybody who waits in the queue against its rules, at the end of the step."""
    floor.judged.update(dict.fromkeys(queue.stints))


def has_waited_too_long(queue: Queue, stint: Stint, now: Moment) -> bool:
    """Tell whether the wait has come to the queue's longest."""
    longest = queue.settings.limits.max_wait_seconds
    # As its timer was set: the difference of two readings may be rounded to a hair less.
    return longest is not None and now.clock >= stint.clock + longest
