"""A decision's trace as plain data and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ivr.numbers import Decision, Tested, as_data, target_words
from ivr.numbers.asking import Sight

_SHAPES = {  # English words by code and number of values; other values are said as they are
    ("open", 1): "open, {0}",
    ("open", 2): "open, {0} {1}",
    ("closed", 1): "closed, {0}",
    ("closed", 2): "closed, {0} {1}",
    ("anonymous", 0): "number withheld",
    ("not_listed", 0): "not on the list",
    ("vip", 0): "VIP",
    ("not_known", 0): "not known",
    ("calls", 2): "{0} within {1} h",
    ("share", 3): "{0} of {1}: {2:g} %",
    ("share", 4): "{0} of {1}: {2:g} %, for share {3}",
    ("all_closed", 0): "every share is closed",
}
_HOLDS = {True: "yes", False: "no", None: "unknown"}


def trace_data(trace: Iterable[Tested]) -> list[dict[str, Any]]:
    """Give every test as JSON: place, about, holds (null: unknown), seen, values, the condition.

    `seen` is a code of `ivr.numbers.asking.Sight`, empty for nothing, `values` belong to it.
    """
    return [
        {
            "place": test.place,
            "about": test.about,
            "holds": test.holds,
            "seen": str(test.seen[0]) if test.seen else "",
            "values": list(test.seen[1:]),
            **({} if test.condition is None else {"condition": as_data(test.condition)}),
        }
        for test in trace
    ]


def trace_lines(decision: Decision) -> list[str]:
    """Say in English how a call was led, a line a test, the destination last."""
    lines = [_line(test) for test in decision.trace]
    target = decision.target
    where = "nowhere: the number is not ours" if target is None else target_words(target)
    place = f", at {decision.place}" if decision.place else ""
    return [*lines, f"→ {where} ({decision.why}{place})"]


def _line(test: Tested) -> str:
    asked = "" if test.condition is None else f" {_asked(as_data(test.condition))}"
    words = seen_words(test.seen)
    seen = f" [{words}]" if words else ""
    return f"{_HOLDS[test.holds]:8}{test.place}: {test.about}{asked}{seen}"


def seen_words(sight: Sight) -> str:
    """Put what was seen into English, in a few words; nothing for nothing."""
    if not sight:
        return ""
    code, *values = sight
    shape = _SHAPES.get((str(code), len(values)))
    if shape is not None:
        return shape.format(*values)
    return " ".join(str(value) for value in values if value != "") or str(code)


def _asked(condition: dict[str, Any]) -> str:
    words = {key: value for key, value in condition.items() if key != "kind"}
    return ", ".join(f"{key} {_short(value)}" for key, value in words.items())


def _short(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value).lower()
