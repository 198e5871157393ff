"""Comfort: what a waiting caller is told, when, and how his wait is foretold."""

from __future__ import annotations

import math

from acd.board.estimate import Range
from acd.board.floor import Floor
from acd.board.model import Call, Moment, Queue, Stint
from acd.board.settings import QueueSettings
from acd.effects import PlayComfort

LONGEST_POSITION = 20  # spoken as a number
LONGEST_MINUTES = 60  # spoken; beyond it nothing is
LONGEST_SAY = 70  # letters of the names that fit into one place of the dialplan
_KEYS = {"*": "star", "#": "hash"}


def begin(floor: Floor, call: Call, now: Moment) -> None:
    """Foretell the wait of who just came, and set the time of his first word."""
    stint = call.stint
    if stint is None or call.callback is not None:
        return
    queue = stint.home
    if queue.settings.comfort.say_wait:
        if len(queue.stints) == 1:
            queue.estimator.began_to_wait(stint.clock)
        stint.foretold = queue.estimator.foretell(len(queue.stints))
    first = _first_word(queue.settings)
    if stint.next_word is None and first is not None:  # else he could not be sent elsewhere
        stint.next_word = stint.clock + first
    if stint.next_word is not None:
        floor.timers.put(("comfort", call), (max(stint.next_word, now.clock),))


def follow(floor: Floor, now: Moment) -> None:
    """Begin with those who came to wait in this step, and learn from those who do no more."""
    if floor.ended_waits:
        ended, floor.ended_waits = floor.ended_waits, []
        for queue, stint, waited, answered in ended:
            learn(queue, stint, waited, answered=answered)
    if floor.arrived:
        for call in floor.arrived:
            begin(floor, call, now)
        floor.arrived.clear()


def due(floor: Floor, call: Call, now: Moment) -> None:
    """Say the next word, unless a phone rings for him, and set the time of the one after.

    Words take the caller out of whatever he is in, so nobody is spoken to who may be talking.
    """
    stint = call.stint
    if stint is None:
        return
    queue = stint.home
    every = max(queue.settings.comfort.every_seconds, 5)
    stint.next_word = now.clock + every
    floor.timers.put(("comfort", call), (stint.next_word,))
    if call.offer is not None or stint.unsure or call.lent or floor.stale_since is not None:
        return
    names = _words(floor, queue, call, stint, now)
    if names:
        floor.emit(PlayComfort(call_id=call.call_id, channel=call.channel, names=names))


def learn(queue: Queue, stint: Stint, waited: float, *, answered: bool) -> None:
    """Test what was foretold against the wait that came of it."""
    if not queue.settings.comfort.say_wait:
        return
    if answered:
        queue.estimator.answered(stint.clock + waited, empty=not queue.stints)
    if stint.foretold is not None:
        queue.estimator.test(stint.foretold, waited, answered=answered)


def expected(queue: Queue) -> Range | None:
    """Return the wait of a newcomer, where it is foretold and has proved true."""
    if not queue.settings.comfort.say_wait or not queue.estimator.trusted():
        return None
    return queue.estimator.foretell(len(queue.stints) + 1)


def _first_word(settings: QueueSettings) -> float | None:
    comfort, callback = settings.comfort, settings.callback
    says = comfort.messages or comfort.say_position or comfort.say_wait
    if not says and not callback.offered:
        return None
    times = [float(max(comfort.every_seconds, 5))] if says else []
    if callback.offered:
        times.append(float(callback.after_seconds))
    return min(times) if times else None


def _words(floor: Floor, queue: Queue, call: Call, stint: Stint, now: Moment) -> tuple[str, ...]:
    comfort = queue.settings.comfort
    names: list[str] = []
    if comfort.messages:
        names.append(comfort.messages[stint.words % len(comfort.messages)])
    stint.words += 1
    if comfort.say_position or comfort.say_wait:
        place = _place(floor, queue, stint)
        names += _position(place) if comfort.say_position else []
        names += _wait(queue, place) if comfort.say_wait else []
    names += _callback(queue.settings, call, now.clock - stint.clock)
    return _fitting(names)


def _place(floor: Floor, queue: Queue, stint: Stint) -> int:
    """Count those before him: the callers, and the callbacks that keep their places."""
    ahead = 0
    owed = [floor.calls[callback_id] for callback_id in queue.callbacks]
    for other in (*queue.stints, *owed):
        ahead += other.stint is not None and other.stint.rank < stint.rank
    return ahead + 1


def _position(place: int) -> list[str]:
    return [f"position-{place}" if place <= LONGEST_POSITION else "position-many"]


def _wait(queue: Queue, place: int) -> list[str]:
    """Say a range in whole minutes; nothing while the forecasts have not proved true."""
    foretold = queue.estimator.foretell(place) if queue.estimator.trusted() else None
    if foretold is None:
        return []
    low, high = math.floor(foretold.low / 60), max(1, math.ceil(foretold.high / 60))
    return [f"from-{low}", f"to-{high}"] if high <= LONGEST_MINUTES else []


def _callback(settings: QueueSettings, call: Call, waited: float) -> list[str]:
    rule = settings.callback
    early = waited < rule.after_seconds - 0.5
    if not rule.offered or early or call.brief.do_not_call:
        return []
    return [f"key-{_KEYS.get(rule.key, rule.key)}"]


def _fitting(names: list[str]) -> tuple[str, ...]:
    """Leave out what would not fit into one place of the dialplan."""
    said: list[str] = []
    for name in names:
        if "_" not in name and sum(map(len, said)) + len(said) + len(name) <= LONGEST_SAY:
            said.append(name)
    return tuple(said[:5])
