"""Heads: who is first in each line, side by side, for agents who compare all of theirs."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from math import inf
from sys import float_info
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acd.board.rings import Ring
    from acd.routing import WaitingCall


_LEAST = float_info.max  # more urgent than nobody at all, less than anybody
NOWHERE = 0  # the slot of a ring that is none of its queue's, or no more: nobody looks there


class Heads:
    """Who leads each line, at the slot of its ring: how urgent he is, since when, his ticket.

    An agent who comes free looks at a dozen lines. To go to each ring and each ticket for it
    costs far more than to compare them, in a house too large for the processor's caches: what
    is compared lies here in a row.
    """

    __slots__ = ("_empty", "came", "rings", "tickets", "urgency")

    def __init__(self) -> None:
        self.urgency = array("d", [inf])  # the first part of the rank; infinite: nobody is there
        self.came = array("d", [0.0])  # the second
        self.tickets: list[WaitingCall | None] = [None]
        self.rings: list[Ring | None] = [None]
        self._empty: list[int] = []  # slots of rings that are gone

    def add(self, ring: Ring) -> int:
        """Give the ring a slot, and return it."""
        if self._empty:
            slot = self._empty.pop()
            self.rings[slot] = ring
            return slot
        self.rings.append(ring)
        self.tickets.append(None)
        self.urgency.append(inf)
        self.came.append(0.0)
        return len(self.rings) - 1

    def drop(self, slot: int) -> None:
        """Take back the slot of a ring that is gone."""
        self.lead(slot, None)
        self.rings[slot] = None
        self._empty.append(slot)

    def lead(self, slot: int, ticket: WaitingCall | None) -> None:
        """Note who is the first of a line now; None when nobody is left there."""
        self.tickets[slot] = ticket
        if ticket is None:
            self.urgency[slot] = inf
        else:
            self.urgency[slot], self.came[slot], _ = ticket.rank

    def best(self, lines: Sequence[array[int]]) -> int:
        """Return which of these lines has the best leader; `NOWHERE` when nobody waits.

        Lines come in groups: whoever leads one of a group goes before all of the next.
        """
        urgency, came, found = self.urgency, self.came, NOWHERE
        most, since = _LEAST, inf
        for slots in lines:
            for slot in slots:
                urgent = urgency[slot]
                if urgent > most:
                    continue
                if urgent == most:
                    later = came[slot] - since
                    if later > 0.0 or (not later and self._after(slot, found)):
                        continue
                most, since, found = urgent, came[slot], slot
            if found:
                return found
        return NOWHERE

    def _after(self, slot: int, other: int) -> bool:
        mine, his = self.tickets[slot], self.tickets[other]
        return mine is None or his is None or mine.rank > his.rank
