"""Caller names as people wrote them, without what SIP and AMI put in and what deceives the eye."""

from __future__ import annotations

import re
import unicodedata

# Asterisk writes names as C strings; whatever stands for a control character becomes a space.
_OF_C = re.compile(r"\\([abfnrtv\\'\"?])")
_OF_SIP = re.compile(r"\\([\\\"])")  # quoted pairs, which PJSIP leaves in
# Turns the direction of what follows: a name could rewrite the line it is shown in.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_NOT_SHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})


def plain_name(text: str) -> str:
    """Return the name in a `CallerIDName` header as it was meant; one line, never raises."""
    if "\\" in text:
        text = " ".join(_OF_SIP.sub(r"\1", _OF_C.sub(_meant, text)).split())
    if text.isprintable():
        return text
    return " ".join("".join(map(_shown, text)).split())


def _meant(escape: re.Match[str]) -> str:
    return " " if escape[1] in "abfnrtv" else escape[1]


def _shown(mark: str) -> str:
    if mark in _TURNING:
        return ""
    return " " if unicodedata.category(mark) in _NOT_SHOWN else mark
