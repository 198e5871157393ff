"""Documents spoilt at random: a part taken away, doubled, renamed, or put in place of another."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

WRONG: list[Any] = [
    *(None, True, 0, -1, 3.5, 10**40, float("nan"), "", " ", "nowhere", "\u202e", "\x00", "１"),
    *([], {}, [[]], [{}], {"kind": "queue"}, {"": ""}, "x" * 5000, "{x}", "a" * 41, "24:00-25:00"),
    *("1+1", "9**9**9", "http://[", "https://{a}/", "2026-02-30", "+86", "not not", "main", "中"),
]
MOST = 4


def spoilt(document: Any, dice: Random) -> Any:
    """Return a copy with one to four things wrong."""
    made = copy.deepcopy(document)
    for _ in range(dice.randint(1, MOST)):
        places = list(_places(made))
        if places:
            _spoil(made, *dice.choice(places), dice)
    return made


def _places(part: Any) -> Iterator[tuple[Any, Any]]:
    """Give every container with each of its keys."""
    keys = list(part) if isinstance(part, dict) else range(len(part))
    for key in keys:
        yield part, key
        if isinstance(part[key], dict | list):
            yield from _places(part[key])


def _spoil(whole: Any, part: Any, key: Any, dice: Random) -> None:
    match dice.randrange(5):
        case 0:
            del part[key]
        case 1:
            part[key] = copy.deepcopy(dice.choice(WRONG))
        case 2:
            other, at = dice.choice(list(_places(whole)))
            part[key] = copy.deepcopy(other[at])
        case 3 if isinstance(part, dict):
            part[dice.choice(["x", "", "kind", "next", "not", "\u0430", "to"])] = part.pop(key)
        case _:
            part[key] = [copy.deepcopy(part[key])] * 2


def torn(text: str, dice: Random) -> str:
    """Return a text with a piece cut out, doubled, or a mark put in."""
    begin = dice.randrange(len(text))
    end = min(len(text), begin + dice.randint(1, 40))
    mark = dice.choice(
        ["", "\t", "{", "[", ":", "- ", "&a ", "*a", "!!x ", "\x00", "\u2028", "'", '"', "#"]
    )
    return (
        text[:begin]
        + mark
        + text[dice.choice([begin, end]) :]
        + text[begin:end] * dice.randrange(2)
    )
