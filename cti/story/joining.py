"""What a call takes over from one that turns out to be a part of it."""

from __future__ import annotations

from cti.story.call import Call


def take_over(kept: Call, lost: Call) -> None:
    """Add everything known of the lost call to the kept one, in the order of time."""
    for leg in lost.legs:
        kept.add_leg(leg)
    kept.legs.sort(key=lambda leg: leg.began)
    kept.stays = sorted(kept.stays + lost.stays, key=lambda stay: stay.entered_at)
    kept.transfers = sorted(kept.transfers + lost.transfers, key=lambda each: each.at)
    kept.seen |= lost.seen
    kept.visitors |= lost.visitors
    kept.talks += lost.talks
    kept.waiting = kept.waiting or lost.waiting
    kept.expected = kept.expected or lost.expected
    kept.taken_away_from = kept.taken_away_from or lost.taken_away_from
    kept.restored = kept.restored or lost.restored
    kept.by_local = kept.by_local and lost.by_local
