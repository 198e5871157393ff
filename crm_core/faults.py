"""What pydantic finds wrong with a document, as sentences that can be put into other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from crm_core.sentences import Sentence, Value, pattern

_MAPPING = pattern("must be a mapping of names to values")
_NUMBER = pattern("must be a number")
_WHOLE = pattern("must be a whole number")
_LIST = pattern("must be a list")
_DATE = pattern("must be a date")
_TIME = pattern("must be a time of day")
_MOMENT = pattern("must be a date with its time")
_ID = pattern("must be an id")
_PLAIN: Final[Mapping[str, str]] = {  # by pydantic's type of fault, filled from its context
    "bool_parsing": pattern("must be true or false"),
    "bool_type": pattern("must be true or false"),
    "date_from_datetime_inexact": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "decimal_max_digits": pattern("has more than {max_digits} digits in all"),
    "decimal_max_places": pattern("has more than {decimal_places} decimal places"),
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "dict_type": _MAPPING,
    "enum": pattern("is none of {expected}"),
    "extra_forbidden": pattern("is not known here"),
    "finite_number": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "frozen_set_type": _LIST,
    "greater_than": pattern("must be more than {gt}"),
    "greater_than_equal": pattern("must be at least {ge}"),
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": pattern("has too many digits"),
    "int_type": _WHOLE,
    "invalid_key": pattern("must have texts for names"),
    "json_invalid": pattern("is no JSON: {error}"),
    "less_than": pattern("must be less than {lt}"),
    "less_than_equal": pattern("must be at most {le}"),
    "list_type": _LIST,
    "literal_error": pattern("is none of {expected}"),
    "missing": pattern("is missing"),
    "model_attributes_type": _MAPPING,
    "model_type": _MAPPING,
    "none_required": pattern("must be empty"),
    "prompt_part": pattern(
        'a part is {"text": {language: words}}, {"sound": name} or {"value": key}'
    ),
    "set_type": _LIST,
    "string_pattern_mismatch": pattern("is not of the form {pattern}"),
    "string_too_long": pattern("must have at most {max_length} characters"),
    "string_too_short": pattern("must have at least {min_length} characters"),
    "string_type": pattern(
        "must be a text; put numbers and words such as no between quotation marks"
    ),
    "string_unicode": pattern("holds broken characters"),
    "test_line": pattern("a step is one of {known}"),
    "time_parsing": _TIME,
    "time_type": _TIME,
    "timezone_aware": pattern("must have its time zone"),
    "too_long": pattern("has more than {max_length}, which is the most"),
    "too_short": pattern("has {actual_length}, and needs at least {min_length}"),
    "tuple_type": _LIST,
    "union_tag_invalid": pattern("there is no kind '{tag}'; known: {expected_tags}"),
    "union_tag_not_found": pattern("has no kind"),
    "uuid_parsing": _ID,
    "uuid_type": _ID,
}
_SHOWING: Final[Mapping[str, str]] = {  # the same where what was written may be shown
    "enum": pattern("'{input}' is none of {expected}"),
    "literal_error": pattern("'{input}' is none of {expected}"),
    "string_pattern_mismatch": pattern("'{input}' is not of the form {pattern}"),
}
_SHOWN = 60  # characters of what somebody wrote


def fault_sentence(fault: Mapping[str, Any]) -> str:
    """Say one of pydantic's findings; take them with their context (`include_context`).

    What was written is shown where the finding holds it (`include_input`).
    """
    context = fault.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, ValueError) and cause.args and isinstance(cause.args[0], Sentence):
        return cause.args[0]
    kind = fault["type"]
    plain = (_SHOWING.get(kind) if "input" in fault else None) or _PLAIN.get(kind)
    if plain is None:
        told: str = fault["msg"]
        return str(cause) if isinstance(cause, ValueError) else told
    about = {name: _value(one) for name, one in context.items()}
    return Sentence(kind, plain, {**about, "input": _short(fault.get("input", ""))})


def _value(found: object) -> Value:
    return found if isinstance(found, str | int | float) else str(found)


def _short(written: object) -> str:
    text = written if isinstance(written, str) else repr(written)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
