"""When a call was answered, how long it waited and how long people talked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from cti.records import seconds
from cti.story.call import Call
from cti.story.channel import Channel


def people(call: Call) -> list[Channel]:
    """Return the legs that were with the other side, in the order they joined."""
    joined = [leg for leg in call.other_legs() if leg.joined_at is not None]
    return sorted(joined, key=lambda leg: leg.joined_at or leg.began)


def answered_at(call: Call) -> datetime | None:
    """Return when the first person answered; a menu is no person."""
    times = [leg.joined_at for leg in people(call) if leg.joined_at is not None]
    times += [talk.began for talk in call.talks]
    return min(times, default=None)


def ended_at(call: Call, fallback: datetime) -> datetime:
    """Return when the last one who had not handed the call on was gone."""
    times = [leg.over_at for leg in call.legs if leg.over_at is not None]
    return max(times, default=fallback)


def waited(call: Call, *, answered: datetime | None, end: datetime) -> float:
    """Return the seconds from the first queue entry to the first answer or the wait's end."""
    if not call.stays:
        return 0.0
    entered = min(stay.entered_at for stay in call.stays)
    if answered is not None:
        return seconds(answered - entered)
    ends = [stay.left_at or end for stay in call.stays]
    return seconds(max(ends) - entered)


def talked(call: Call, *, end: datetime) -> float:
    """Return the seconds in which at least one person was with the other side."""
    others_end = _end_of_others(call, end)
    stretches = [
        (leg.joined_at, min(leg.over_at or end, others_end(leg)))
        for leg in people(call)
        if leg.joined_at
    ]
    stretches += [(talk.began, talk.ended or end) for talk in call.talks]
    total = timedelta()
    covered: datetime | None = None
    for began, ended in sorted(stretches):
        start = began if covered is None else max(began, covered)
        stop = min(ended, end)
        if stop > start:
            total += stop - start
        covered = stop if covered is None else max(covered, stop)
    return seconds(total)


def _end_of_others(call: Call, end: datetime) -> Callable[[Channel], datetime]:
    """Return how to tell until when anybody was there for a person to talk to."""
    there = [leg for leg in call.legs if leg is call.caller or leg.joined_at is not None]
    last = sorted(there, key=lambda leg: leg.over_at or end)[-2:]

    def others_end(leg: Channel) -> datetime:
        others = [other for other in last if other is not leg]
        return max((other.over_at or end for other in others), default=end)

    return others_end
