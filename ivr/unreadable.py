"""Why a text is no YAML or no JSON, as a sentence that can be put into the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import yaml

from crm_core.sentences import Sentence, pattern, sentence, words_of

_MISPLACED = pattern("this does not go on what stands above; look at how far the line is indented")
_END = pattern("the text ends in the middle of a text between quotation marks")
_ESCAPE = pattern("the character behind the backslash is none that is known there")
_COMMA = pattern("a comma or the closing bracket is missing before this")
_TAB = pattern("a line is indented by a tab; take spaces")
_VALUE = pattern("a value is missing here")
_CONTROL = pattern("here stands a character that cannot be seen and is not taken")
# By a part of what the reader of YAML (in C or in Python) or of JSON says in English.
_KNOWN: Final[Mapping[str, str]] = {
    "mapping values are not allowed": pattern(
        "a second colon in one value; put the value between quotation marks"
    ),
    "find expected ':'": pattern("a colon behind the name is missing"),
    "'\\t' that cannot start any token": _TAB,
    "that cannot start any token": pattern(
        "a value cannot begin with this character; put the value between quotation marks"
    ),
    "find expected key": _MISPLACED,
    "expected <block end>": _MISPLACED,
    "find expected '-' indicator": _MISPLACED,
    "entries are not allowed": _MISPLACED,
    "mapping keys are not allowed": _MISPLACED,
    "expected ',' or": _COMMA,
    "unexpected end of stream": _END,
    "unexpected document indicator": _END,
    "unknown escape": _ESCAPE,
    "hexdecimal number": _ESCAPE,
    "hexadecimal number": _ESCAPE,
    "a tab character": _TAB,
    "not allowed": _CONTROL,
    "node content": _VALUE,
    "comment or line break": pattern("behind | or > the text begins on the next line"),
    "indentation indicator": pattern("behind | or > the text begins on the next line"),
    "constructor for the tag": pattern("tags are not read"),
    "undefined alias": pattern("anchors and aliases are not read"),
    "incompatible YAML": pattern("only YAML 1.1 and 1.2 are read"),
    "document start": pattern("this stands behind the end of what was read"),
    "another document": pattern("more than one document"),
    "Expecting ',' delimiter": _COMMA,
    "Expecting ':' delimiter": pattern("a colon behind the name is missing"),
    "Expecting value": _VALUE,
    "Expecting property name": pattern("a name between quotation marks is missing here"),
    "Unterminated string": _END,
    "Extra data": pattern("this stands behind the end of what was read"),
    "Invalid control character": _CONTROL,
    "Invalid \\": _ESCAPE,
}


def yaml_fault(error: yaml.YAMLError) -> Sentence:
    """Say what is wrong, without its place."""
    problem = getattr(error, "problem", None)
    if isinstance(problem, Sentence):  # one of ours
        return problem
    return _known(" ".join((problem or str(error)).split()))


def yaml_place(error: yaml.YAMLError) -> tuple[int, int] | None:
    """Give the line and the column, from 1, of what is wrong; None where there is none."""
    mark: Any = getattr(error, "problem_mark", None)
    return None if mark is None else (mark.line + 1, mark.column + 1)


def at(line: int, column: int, reason: str) -> Sentence:
    """Say a fault with its place."""
    return sentence(
        "at_column",
        "line {line}, column {column}: {reason}",
        line=line,
        column=column,
        reason=reason,
    )


def text_fault(error: ValueError | RecursionError) -> str:
    """Say why a text could not be read as data: what the reader raised, with its place."""
    match error:
        case json.JSONDecodeError():
            return at(error.lineno, error.colno, _known(error.msg))
        case UnicodeDecodeError():
            return sentence("no_utf8", "it is not written in UTF-8")
        case RecursionError():
            return sentence("too_deep", "too deep")
        case _:
            return words_of(error)


def _known(told: str) -> Sentence:
    words = next((words for part, words in _KNOWN.items() if part in told), None)
    if words is None:
        return sentence("not_understood", "this is not understood ({told})", told=told)
    return Sentence("malformed", words, {})
