"""The few words a caller may say instead of pressing keys: their grammar, and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Speech: TypeAlias = Literal["yes_no", "digits"]

LANGUAGES: Final = frozenset({"en"})
LONGEST = 12  # digits a grammar tells apart one by one; more of them are keys' work

_YES = ("yes", "yeah", "yes please")
_NO = ("no", "nope", "no thanks")
_DIGITS = {
    "0": ("zero", "oh"),
    "1": ("one",),
    "2": ("two",),
    "3": ("three",),
    "4": ("four",),
    "5": ("five",),
    "6": ("six",),
    "7": ("seven",),
    "8": ("eight",),
    "9": ("nine",),
}
_KEY_OF = {word: key for key, words in _DIGITS.items() for word in words}
# words that are none of the answers: what sounds more like them is not understood
_OTHERS = {
    "yes_no": ("hello", "maybe", "operator", "good morning", "help me", "pardon"),
    "digits": ("maybe", "operator", "good morning", "help me", "pardon"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a caller may say: yes or no (keys 1 and 2), or `least` to `most` of the `digits`."""

    speech: Speech
    language: str = "en"
    digits: str = "0123456789"
    least: int = 1
    most: int = 1


def grammar_of(wanted: Wanted) -> str:
    """Give the JSGF grammar of what may be said; other words are in it under `<other>`."""
    if wanted.speech == "yes_no":
        said = " | ".join((*_YES, *_NO))
    else:
        one = " | ".join(word for key in wanted.digits for word in _DIGITS[key])
        most = min(wanted.most, LONGEST)
        more = "[ <d> " * (most - wanted.least) + "] " * (most - wanted.least)
        said = "<d> " * wanted.least + more
        return _jsgf(wanted.speech, f"<d> = {one} ;\n<said> = {said};")
    return _jsgf(wanted.speech, f"<said> = {said} ;")


def _jsgf(speech: Speech, rules: str) -> str:
    others = " | ".join(_OTHERS[speech])
    return (
        f"#JSGF V1.0;\ngrammar said;\n{rules}\n<other> = {others} ;\n"
        "public <heard> = <said> | <other> ;\n"
    )


def keys_of(words: str, wanted: Wanted) -> str:
    """Give the keys that stand for what was heard; empty for anything else.

    An end of a phrase that was cut off ("no thank") counts by its first word.
    """
    heard = words.split()
    if not heard:
        return ""
    if wanted.speech == "yes_no":
        return {"yes": "1", "yeah": "1", "no": "2", "nope": "2"}.get(heard[0], "")
    keys = "".join(_KEY_OF.get(word, "?") for word in heard)
    fits = set(keys) <= set(wanted.digits) and wanted.least <= len(keys) <= wanted.most
    return keys if fits else ""
