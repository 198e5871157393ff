"""What pydantic finds wrong with a document, as places and reasons."""

from __future__ import annotations

from pydantic import ValidationError

from crm_core.faults import fault_sentence

Location = tuple[int | str, ...]


def findings(error: ValidationError, most: int) -> list[tuple[Location, str]]:
    """Return where each fault is and what it is, at most so many."""
    found = error.errors(include_url=False)[:most]
    places = {fault["loc"] for fault in found}
    # a list is "too short" as soon as a part of it is wrong: only the part is worth telling
    return [
        (fault["loc"], fault_sentence(fault))
        for fault in found
        if fault["type"] != "too_short" or not any(_inside(at, fault["loc"]) for at in places)
    ]


def _inside(place: Location, outer: Location) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer
