"""Texts as people see them: nothing invisible that could make one text look like another."""

from __future__ import annotations

import unicodedata

from crm_core.sentences import sentence

_JOINERS = "\u200c\u200d"  # Persian and emoji are written with them
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """Give a text back; raises ValueError for a control character, or one that turns the line."""
    for at, mark in enumerate(text, 1):
        if unicodedata.category(mark) in _UNSEEN and mark not in _JOINERS:
            raise ValueError(
                sentence(
                    "invisible",
                    "has the invisible character {mark} at position {at}",
                    mark=f"U+{ord(mark):04X}",
                    at=at,
                )
            )
    return text


def visible_lines(text: str) -> str:
    """Give a text of several lines back; errors as `visible`."""
    visible(text.replace("\r\n", " ").replace("\n", " ").replace("\t", " "))
    return text
