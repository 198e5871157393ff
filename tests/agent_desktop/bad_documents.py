"""Flows, tests of flows, plans and hours that cannot be, with the place and the reason."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

GOOD: dict[str, Any] = {
    "format": 1,
    "name": "night",
    "version": 1,
    "title": "Night service",
    "languages": ["en"],
    "start": "closed",
    "operator": "person",
    "on_error": "trouble",
    "prompts": {"closed": [{"text": {"en": "We are closed."}}]},
    "nodes": {
        "closed": {"kind": "play", "prompt": "closed", "barge_in": False, "next": "bye"},
        "bye": {"kind": "hang_up", "prompt": "closed"},
        "person": {"kind": "operator", "queue": "service"},
        "trouble": {"kind": "error", "prompt": "closed", "next": "person"},
    },
}
WEEK = {"kind": "hours", "zone": "Asia/Shanghai", "open": "bye", "closed": "bye"}


def first(**node: Any) -> dict[str, Any]:
    """Give the flow with another node in front."""
    flow = deepcopy(GOOD)
    flow["nodes"]["first"] = node
    return flow | {"start": "first"}


def computing(expression: str) -> dict[str, Any]:
    return first(kind="set", compute={"x": expression}, next="closed")


def open_at(*periods: str) -> dict[str, Any]:
    return first(**WEEK, week={"mon": list(periods)})


def with_text(words: str) -> dict[str, Any]:
    return GOOD | {"prompts": {"closed": [{"text": {"en": words}}]}}


BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "a missing node": (
        first(kind="play", prompt="closed", next="nowhere"),
        "nodes.first.next",
        "there is no node 'nowhere'",
    ),
    "a missing prompt": (
        first(kind="play", prompt="hum", next="closed"),
        "nodes.first.prompt",
        "there is no prompt 'hum'",
    ),
    "a sound nobody brought": (
        GOOD | {"prompts": {"closed": [{"sound": "own/hum"}]}},
        "prompts.closed.0.sound",
        "there is no prompt 'hum'",
    ),
    "a loop without input": (
        first(kind="play", prompt="closed", next="first"),
        "nodes.first",
        "loop without input: first → first",
    ),
    "a tower of powers": (computing("9**9**9"), "nodes.first.compute.x", "Pow is not allowed"),
    "an endless text": (computing("'a' * 999999999"), "nodes.first.compute.x", "mixes text"),
    "an endless number": (computing("'%999999999d' % 1"), "nodes.first.compute.x", "mixes text"),
    "a deep expression": (computing("not " * 40 + "x"), "nodes.first.compute.x", "too complex"),
    "a long expression": (computing("x+" * 200 + "x"), "nodes.first.compute.x", "characters long"),
    "an expression that reaches out": (
        computing("__import__('os')"),
        "nodes.first.compute.x",
        "there is no function",
    ),
    "a name in other letters": (computing("p\u0456n"), "nodes.first.compute.x", "is no name of"),
    "a name in wide letters": (computing("\uff50in"), "nodes.first.compute.x", "look like it"),
    "periods over one another": (
        open_at("09:00-12:00", "11:00-13:00"),
        "nodes.first.week.mon",
        "periods overlap",
    ),
    "a period that ends before it begins": (
        open_at("18:00-09:00"),
        "nodes.first.week.mon",
        "ends before it begins",
    ),
    "an hour no day has": (open_at("24:30-25:00"), "nodes.first.week.mon", "is no period"),
    "an hour in other digits": (open_at("0\u0669:00-10:00"), "nodes.first.week.mon", "no period"),
    "a day no month has": (
        first(**WEEK, week={"mon": ["09:00-10:00"]}, dates={"2026-02-30": []}),
        "nodes.first.dates.2026-02-30",
        "is no date",
    ),
    "a day written otherwise": (
        first(**WEEK, week={"mon": ["09:00-10:00"]}, dates={"20261224": []}),
        "nodes.first.dates.20261224",
        "write 2026-12-24",
    ),
    "hours that never come": (open_at(), "nodes.first.week", "is never open"),
    "words that turn the line": (
        with_text("closed \u202etoday"),
        "prompts.closed.0.text.en",
        "invisible character U+202E at position 8",
    ),
    "words nobody sees": (with_text("\u200b"), "prompts.closed.0.text.en", "U+200B"),
    "a language twice": (GOOD | {"languages": ["en", "en"]}, "languages.1", "stands twice"),
    "a version without end": (GOOD | {"version": 10**40}, "version", "at most"),
    "no nodes": (GOOD | {"nodes": {}}, "nodes", "at least 1"),
}


TEXTS = {
    "a: &a [x, x]\nb: [*a, *a, *a]\n": "line 1: anchors and aliases are not read",
    "title: night\ntitle: day\n": "line 2: 'title' stands twice",
    '{"title": "night", "title": "day"}': "'title' stands twice",
    "a: " + "[" * 60: "line 1: too deep",
    "a: !!python/object/apply:os.system [ls]": "line 1: tags are not read",
    "- night": "mapping",
    '{"a": ' + "9" * 5000 + "}": "is no JSON",
}


SUITES = {
    "flow: night\ntests: &a [*a]\n": "anchors and aliases are not read",
    "flow: night\ntests: []\n": "at least 1",
    "flow: night\ntests:\n  - {name: a, steps: [{dance: true}]}\n": "a step is one of",
    "flow: night\ntests:\n  - {name: a, now: soon, steps: [{hear: x}]}\n": "is no time",
}


BUSY = {"kind": "busy"}
OFFICE = {
    "format": 1,
    "title": "Office",
    "zone": "Asia/Shanghai",
    "hours": [{"days": ["mon"], "from": "09:00", "until": "18:00"}],
}
PLAN = {"format": 1, "otherwise": BUSY, "closed": BUSY}


def rules(*rules: dict[str, Any]) -> dict[str, Any]:
    return PLAN | {"rules": [{"to": BUSY} | rule for rule in rules]}


def dated(**exception: Any) -> dict[str, Any]:
    return OFFICE | {"exceptions": [exception]}


BAD_PLANS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no way when nothing holds": ({"format": 1, "closed": BUSY}, "otherwise", "is missing"),
    "two ways at once": (
        rules({"id": "a", "rules": [{"id": "b", "to": BUSY}]}),
        "rules.0",
        "give one of",
    ),
    "a name twice": (rules({"id": "a"}, {"id": "a"}), "rules.1.id", "stands at rules.0 already"),
    "a name in other letters": (rules({"id": "\u0430rea"}), "rules.0.id", "form"),
    "a note that turns the line": (rules({"id": "a", "note": "\u202e"}), "rules.0.note", "U+202E"),
    "a span of no length": (
        rules({"id": "a", "when": [{"kind": "time", "from": "09:00", "until": "09:00"}]}),
        "rules.0.when.0",
        "no time",
    ),
    "shares that are not all": (
        PLAN | {"rules": [{"id": "a", "split": [{"percent": 50, "to": BUSY}] * 2
                           + [{"percent": 1, "to": BUSY}]}]},
        "rules.0.split",
        "adds up to 101 %",
    ),
}  # fmt: skip
BAD_HOURS: dict[str, tuple[dict[str, Any], str, str]] = {
    "over one another": (OFFICE | {"hours": OFFICE["hours"] * 2}, "hours.1", "overlaps"),
    "never open": (OFFICE | {"hours": []}, "hours", "never opens"),
    "an hour no day has": (
        OFFICE | {"hours": [{"days": ["mon"], "from": "25:00", "until": "26:00"}]},
        "hours.0.from",
        "form",
    ),
    "a day no month has": (dated(**{"from": "2026-02-30"}), "exceptions.0.from", "no date"),
    "an end before the beginning": (
        dated(**{"from": "2026-12-26", "until": "2026-12-24"}),
        "exceptions.0",
        "before it begins",
    ),
    "a country of its own": (OFFICE | {"holidays": {"country": "XX"}}, "holidays", "no holidays"),
    "a zone of no country": (OFFICE | {"zone": "Mars/Base"}, "zone", "no time zone"),
    "a title nobody sees": (OFFICE | {"title": "\u200b"}, "title", "U+200B"),
}
