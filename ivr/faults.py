"""What pydantic finds wrong with a document, as places and reasons in plain words."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

Location = tuple[int | str, ...]
_MAPPING = "must be a mapping of names to values"
_PLAIN = {  # by pydantic's type of fault; the words in braces are of its context
    "bool_type": "must be true or false",
    "dict_type": _MAPPING,
    "extra_forbidden": "is not known here",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "less_than_equal": "must be at most {le}",
    "literal_error": "{input} is none of {expected}",
    "missing": "is missing",
    "model_attributes_type": _MAPPING,
    "model_type": _MAPPING,
    "string_pattern_mismatch": "{input} is not of the form {pattern}",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "string_type": "must be a text; put numbers and words such as no between quotation marks",
    "too_long": "has more than {max_length}, which is the most",
    "too_short": "has {actual_length}, and needs at least {min_length}",
    "tuple_type": "must be a list",
    "union_tag_invalid": "there is no kind {tag!r}; known: {expected_tags}",
    "union_tag_not_found": "has no kind",
}
_SHOWN = 60  # characters of what somebody wrote


def findings(error: ValidationError, most: int) -> list[tuple[Location, str]]:
    """Return where each fault is and what it is, at most so many."""
    found = error.errors(include_url=False)[:most]
    places = {fault["loc"] for fault in found}
    # a list is "too short" as soon as a part of it is wrong: only the part is worth telling
    return [
        (fault["loc"], _reason(fault))
        for fault in found
        if fault["type"] != "too_short" or not any(_inside(at, fault["loc"]) for at in places)
    ]


def _reason(fault: Any) -> str:
    plain = _PLAIN.get(fault["type"])
    if plain is None:
        told: str = fault["msg"]
        return told.removeprefix("Value error, ")
    about = {name: _plain_number(value) for name, value in fault.get("ctx", {}).items()}
    return plain.format(**about, input=_short(fault["input"]))


def _plain_number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def _inside(place: Location, outer: Location) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer
