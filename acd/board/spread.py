"""Spread: how unevenly a queue's work lies on its agents, looked at now and then."""

from __future__ import annotations

from acd.board.model import Queue
from acd.routing.occupancy import gini

EVERY_SECONDS = 10.0  # occupancy is an average over half an hour: it moves slowly


def unevenness(queue: Queue, clock: float) -> float | None:
    """Return the Gini coefficient of occupancy over those at work; None for fewer than two.

    0 when all are alike, towards 1 when one has all of the work.
    """
    seen, found = queue.spread
    if found is not None and clock - seen < EVERY_SECONDS:
        return found
    shares = [
        agent.occupancy.share(clock)
        for agent in queue.members.values()
        if agent.working is not None
    ]
    found = round(gini(shares), 3) if len(shares) > 1 else None
    queue.spread = (clock, found)
    return found
