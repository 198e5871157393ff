"""What two documents differ in, path by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm_core.configuration.shapes import Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A value that is not the same; None where there is nothing on that side."""

    path: str  # dotted, e.g. `hours.periods.0.since`; seats and skills by their names
    before: object
    after: object


def difference(before: Document, after: Document) -> list[Difference]:
    """Return what changed, in the order of the documents."""
    old = dict(_leaves(before.model_dump(mode="json")))
    new = dict(_leaves(after.model_dump(mode="json")))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        Difference(path=path, before=old.get(path), after=new.get(path))
        for path in paths
        if old.get(path) != new.get(path) and (_is_set(old.get(path)) or _is_set(new.get(path)))
    ]


def _is_set(value: object) -> bool:
    """Tell whether there is anything; what lies in a list of parts has paths of its own."""
    return value is not None and value != []


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for position, item in enumerate(value):
            named = item.get("queue", position) if isinstance(item, dict) else position
            yield from _leaves(item, f"{path}.{named}")
    else:
        yield path, value
