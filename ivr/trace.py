"""A decision's trace as plain data and as lines for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ivr.numbers import Decision, Tested, as_data, target_words

_HOLDS = {True: "yes", False: "no", None: "unknown"}


def trace_data(trace: Iterable[Tested]) -> list[dict[str, Any]]:
    """Give every test as JSON: place, about, holds (null: unknown), seen, the condition."""
    return [
        {
            "place": test.place,
            "about": test.about,
            "holds": test.holds,
            "seen": test.seen,
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
    seen = f" [{test.seen}]" if test.seen else ""
    return f"{_HOLDS[test.holds]:8}{test.place}: {test.about}{asked}{seen}"


def _asked(condition: dict[str, Any]) -> str:
    words = {key: value for key, value in condition.items() if key != "kind"}
    return ", ".join(f"{key} {_short(value)}" for key, value in words.items())


def _short(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value).lower()
