"""Where in a JSON answer a value stands: `orders[0].state`."""

from __future__ import annotations

import re
from decimal import Decimal

from crm_core.sentences import sentence

_STEP = re.compile(r"(?:^|\.)([A-Za-z_][A-Za-z0-9_-]{0,60})|\[([0-9]{1,4})\]")
_MOST_STEPS = 10


def checked_path(path: str) -> str:
    """Give back a path that can be followed; raises ValueError for what is none."""
    steps_of(path)
    return path


def steps_of(path: str) -> tuple[str | int, ...]:
    """Split a path into names and positions; raises ValueError."""
    steps: list[str | int] = []
    place = 0
    while place < len(path):
        found = _STEP.match(path, place)
        if found is None or len(steps) == _MOST_STEPS:
            raise ValueError(
                sentence("no_path", "'{path}' is no path: write orders[0].state", path=path)
            )
        steps.append(found[1] or int(found[2]))
        place = found.end()
    if not steps:
        raise ValueError(sentence("empty_path", "the path is empty: write orders[0].state"))
    return tuple(steps)


def value_at(answer: object, path: str) -> str:
    """Give the text, number, or yes/no at a path; empty where there is none."""
    here: object = answer
    for step in steps_of(path):
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int):
            here = here[step] if step < len(here) else None
        else:
            return ""
    return _as_text(here)


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float | Decimal):
        return str(value)
    return ""
