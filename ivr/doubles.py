"""Refuses `{"a": 1, "a": 2}`: JSON and YAML readers would silently keep the last."""

from __future__ import annotations

from typing import Any

from crm_core.sentences import sentence


def no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs, for `json.loads`; ValueError for a name that stands twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(
            sentence("twice_in_object", "'{name}' stands twice in one object", name=double)
        )
    return made
