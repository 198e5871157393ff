"""Sentences for people that can still be put into another language: a pattern and its values."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Self, TypeAlias

from typing_extensions import override

Value: TypeAlias = "str | float | tuple[str, ...]"
"""What fills a pattern: a text as it is, another sentence, a figure, or several in a row."""

Translate: TypeAlias = Callable[[str], str]
"""Gives an English pattern in the reader's language; gettext, mostly."""

_FILLED: Final = re.compile(r"\{(\w+)\}")


def english(text: str) -> str:
    """Give a pattern as it is: the words of who knows no other language."""
    return text


class Sentence(str):
    """An English sentence that knows its code (for programs), its pattern and what filled it.

    It is a text like any other where English is wanted. Who knows the reader's language has it
    worded anew by `in_words`.
    """

    __slots__ = ("code", "pattern", "values")
    code: str
    pattern: str
    values: Mapping[str, Value]

    def __new__(cls, code: str, text: str, values: Mapping[str, Value]) -> Self:
        """Fill the pattern's `{names}`."""
        made = super().__new__(cls, _filled(text, values, english))
        made.code, made.pattern, made.values = code, text, values
        return made

    @override
    def __getnewargs__(self) -> Any:  # how it is copied; a plain text has one argument
        return self.code, self.pattern, self.values


def pattern(text: str) -> str:
    """Mark a pattern that is kept in a table, so that it is found for the catalogues of words."""
    return text


def sentence(code: str, text: str, /, **values: Value) -> Sentence:
    """Make a sentence; its pattern, `text`, is the key of the catalogues of words."""
    return Sentence(code, text, values)


def whole(text: str) -> Sentence:
    """Make a whole sentence of half a one: it gets its full stop."""
    if not isinstance(text, Sentence):
        text = Sentence("plain", text, {})
    return sentence(text.code, "{sentence}.", sentence=text)


def in_words(text: str, translate: Translate) -> str:
    """Say a sentence by the words of `translate`; a plain text is one without values."""
    if isinstance(text, Sentence):
        return _filled(translate(text.pattern), text.values, translate)
    return translate(text) if text else ""


def told_values(text: str) -> dict[str, str]:
    """Give the values of a sentence as texts (sentences stay such); none of a plain text."""
    values = text.values if isinstance(text, Sentence) else {}
    return {
        name: value if isinstance(value, Sentence) else _said(value, english)
        for name, value in values.items()
    }


def code_of(text: str, otherwise: str) -> str:
    """Give the code of a sentence, or another for a plain text."""
    return text.code if isinstance(text, Sentence) else otherwise


def as_kept(text: str) -> str:
    """Write a sentence as a text to store, which `from_kept` makes the sentence again."""
    if not isinstance(text, Sentence):
        return text
    values = {name: str(value) for name, value in told_values(text).items()}
    return json.dumps({"code": text.code, "text": text.pattern, "values": values})


def from_kept(text: str) -> str:
    """Read what `as_kept` wrote; a text that was kept as it is stays so."""
    if not text.startswith('{"code": '):
        return text
    try:
        found = json.loads(text)
        return Sentence(found["code"], found["text"], dict(found["values"]))
    except (ValueError, KeyError, TypeError):
        return text


def words_of(error: Exception) -> str:
    """Give what an error tells, as a sentence where it was raised with one."""
    told = error.args[0] if error.args else None
    return told if isinstance(told, Sentence) else str(error)


def _filled(text: str, values: Mapping[str, Value], translate: Translate) -> str:
    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return _said(values[name], translate) if name in values else found[0]

    return _FILLED.sub(fill, text)


def _said(value: Value, translate: Translate) -> str:
    match value:
        case Sentence():
            return in_words(value, translate)
        case tuple():
            return ", ".join(_said(one, translate) for one in value)
        case float():
            return f"{value:g}"
        case _:
            return str(value)
