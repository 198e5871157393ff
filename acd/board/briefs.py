"""Briefs: what is known of a caller, kept with his call from the menu to the end."""

from __future__ import annotations

from uuid import UUID

from acd.board import places
from acd.board.floor import Floor
from acd.board.settings import NO_BRIEF, Brief

EARLY_KEPT = 10_000  # briefs of calls not heard of yet


def keep(floor: Floor, call_id: UUID, brief: Brief) -> None:
    """Keep the brief; a caller who waits already goes to the place it gives him."""
    if call_id in floor.ended:
        return
    call = floor.calls.get(call_id)
    if call is None:
        floor.briefs[call_id] = brief
        while len(floor.briefs) > EARLY_KEPT:
            floor.briefs.popitem(last=False)
        return
    if call.brief != brief:
        call.brief = brief
        places.plan_anew(floor, call, floor.clock)


def taken(floor: Floor, call_id: UUID, *, otherwise: Brief = NO_BRIEF) -> Brief:
    """Hand out the brief that came before its call."""
    return floor.briefs.pop(call_id, otherwise)
