"""Text from outside made fit to store: no control characters, no broken Unicode, bounded."""

from __future__ import annotations

import unicodedata

from crm_core.errors import InvalidValue
from crm_core.sentences import sentence

MAX_DEPTH = 6  # of nested JSON kept from outside


def clean(text: object, limit: int) -> str:
    """Return `text` on one line, stripped and cut to `limit` characters; never raises."""
    kept = "".join(_kept(mark) for mark in str(text)[: limit * 4])
    return " ".join(kept.split())[:limit]


def clean_lines(text: object, limit: int) -> str:
    """Return `text` with its line breaks, otherwise as `clean`; never raises."""
    raw = str(text)[: limit * 2].replace("\r\n", "\n").replace("\r", "\n")
    return "".join(mark if mark in "\n\t" else _kept(mark) for mark in raw).strip()[:limit]


def clean_json(value: object, depth: int = 0) -> object:
    """Return `value` as plain JSON that both databases take; unknown kinds become text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < MAX_DEPTH and isinstance(value, dict):
        return {clean(key, 80): clean_json(item, depth + 1) for key, item in value.items()}
    if depth < MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [clean_json(item, depth + 1) for item in value]
    return clean_lines(value, 4000)


def required(text: str, limit: int, *, field: str) -> str:
    """Return the cleaned text; refuses empty and over-long text, naming `field`."""
    kept = optional(text, limit, field=field)
    if not kept:
        raise InvalidValue(
            sentence("empty", "{field} must not be empty", field=field), field=field
        )
    return kept


def optional(text: str, limit: int, *, field: str) -> str:
    """Return the cleaned text, may be empty; refuses over-long text, naming `field`."""
    kept = clean_lines(text, limit + 1)
    if len(kept) > limit:
        raise InvalidValue(
            sentence(
                "too_long", "{field} may have {most} characters at most", field=field, most=limit
            ),
            field=field,
        )
    return kept


def _kept(mark: str) -> str:
    category = unicodedata.category(mark)
    if category == "Cc":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if category == "Cs" else mark
