"""Ideal queues on given arrivals: nobody can serve one group of agents in order any sooner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapreplace


@dataclass(frozen=True, slots=True)
class Arrival:
    """A caller: when he came, how long he talks, how long he waits (None: for ever)."""

    at: float
    talk: float
    patience: float | None = None


def waits_in_order(arrivals: Iterable[Arrival], agents: int) -> list[float]:
    """Return how long each caller waits when the next free agent takes the first in line.

    Kiefer and Wolfowitz's recursion; one who gives up waited as long as his patience.
    """
    free_at = [0.0] * agents
    waits = []
    for arrival in arrivals:
        begin = max(arrival.at, free_at[0])
        wait = begin - arrival.at
        if arrival.patience is not None and wait > arrival.patience:
            waits.append(arrival.patience)
            continue
        heapreplace(free_at, begin + arrival.talk)
        waits.append(wait)
    return waits
