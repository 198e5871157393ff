"""When a call was answered, how long it waited and how long people talked."""

from __future__ import annotations

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
    stretches = [(leg.joined_at, leg.over_at or end) for leg in people(call) if leg.joined_at]
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
