"""What a flow, its tests or its name cannot be: told by place and reason, nothing published."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from agent_desktop.api.parsing import MOST_BODY_BYTES
from crm_core import flows

if TYPE_CHECKING:
    from conftest import Browser, House

pytestmark = pytest.mark.usefixtures("served")

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


async def published(house: House) -> Browser:
    ada = await house.browser("ada")
    await ada.ask("PUT", "/flows/night/draft", json={"document": GOOD})
    told = await ada.post("/flows/night/publish", {"expected_version": 0})
    assert told.status == 200, told.body
    return ada


async def in_force(browser: Browser) -> tuple[int, Any]:
    version = (await browser.get("/flows/night")).body["in_force"]["version"]
    return version, (await browser.get(f"/flows/night/versions/{version}")).body["document"]


async def test_bad_flows_are_refused_by_place_and_the_published_one_stays(house: House) -> None:
    ada = await published(house)
    before = await in_force(ada)
    for name, (flow, place, reason) in BAD.items():
        told = await ada.ask("PUT", "/flows/night/draft", json={"document": flow})
        faults = [(one["place"], one["reason"]) for one in told.body["judgement"]["faults"]]
        assert any(at == place and reason in why for at, why in faults), (name, faults)
        refused = await ada.post("/flows/night/publish", {"expected_version": 1})
        assert (refused.status, refused.body["code"]) == (400, "flow_invalid"), name
        assert refused.body["field"] == faults[0][0], name
        assert await in_force(ada) == before, name
        await ada.ask("DELETE", "/flows/night/draft")


async def test_a_flow_of_ten_megabytes_is_refused_and_the_published_one_stays(
    house: House,
) -> None:
    ada = await published(house)
    before = await in_force(ada)
    ada.headers["Content-Type"] = "application/json"
    huge = b'{"document": {"title": "' + b"x" * 10_000_000 + b'"}}'
    told = await ada.ask("PUT", "/flows/night/draft", data=io.BytesIO(huge))
    assert (told.status, told.body["code"]) == (413, "too_large")
    assert f"{MOST_BODY_BYTES:,}" in told.body["message"] or "large" in told.body["message"]
    assert await in_force(ada) == before


TEXTS = {
    "a: &a [x, x]\nb: [*a, *a, *a]\n": "line 1: anchors and aliases are not read",
    "title: night\ntitle: day\n": "line 2: 'title' stands twice",
    '{"title": "night", "title": "day"}': "'title' stands twice",
    "a: " + "[" * 60: "line 1: too deep",
    "a: !!python/object/apply:os.system [ls]": "line 1: tags are not read",
    "- night": "mapping",
    '{"a": ' + "9" * 5000 + "}": "is no JSON",
}


async def test_text_that_is_no_flow_is_refused_with_its_line(house: House) -> None:
    ada = await house.browser("ada")
    for text, reason in TEXTS.items():
        told = await ada.post("/flows/from-text", {"text": text})
        assert (told.status, told.body["field"]) == (400, "text")
        assert reason in told.body["message"]


SUITES = {
    "flow: night\ntests: &a [*a]\n": "anchors and aliases are not read",
    "flow: night\ntests: []\n": "at least 1",
    "flow: night\ntests:\n  - {name: a, steps: [{dance: true}]}\n": "a step is one of",
    "flow: night\ntests:\n  - {name: a, now: soon, steps: [{hear: x}]}\n": "is no time",
}


async def test_tests_that_are_none_are_told_by_place_and_keep_a_flow_back(house: House) -> None:
    ada = await published(house)
    for tests, reason in SUITES.items():
        body = {"document": GOOD, "tests": tests}
        told = await ada.ask("PUT", "/flows/night/draft", json=body)
        [fault, *_] = told.body["judgement"]["faults"]
        assert fault["place"].startswith("tests: ")
        assert reason in fault["reason"]
        refused = await ada.post("/flows/night/publish", {"expected_version": 1})
        assert (refused.status, refused.body["field"]) == (400, fault["place"])
        await ada.ask("DELETE", "/flows/night/draft")
    assert (await in_force(ada))[0] == 1


NAMES = ("Night", "n%C4%B1ght", "night%E2%80%AE", "..%2Fnight", "n" * 41, "n" * 4000, "night%00")


async def test_a_name_no_flow_can_have_is_refused(house: House) -> None:
    ada = await house.browser("ada")
    before = (await ada.get("/flows")).body["items"]
    for name in NAMES:
        told = await ada.ask("PUT", f"/flows/{name}/draft", json={"document": GOOD})
        assert told.status in {400, 404}, (name, told.body)
    assert (await ada.get("/flows")).body["items"] == before


UNKNOWN: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "operator", "queue": "nix"}, "queue", "there is no queue 'nix'"),
    ({"kind": "queue", "queue": "nix"}, "queue", "there is no queue 'nix'"),
    (
        {"kind": "transfer", "agent": "7777", "failed": "bye"},
        "agent",
        "nobody has the extension '7777'",
    ),
    (
        {"kind": "queue", "queue": "service", "requirements": "language:zh>=>4"},
        "requirements",
        "expected a number",
    ),
    (
        {"kind": "queue", "queue": "service", "requirements": "flying>=2"},
        "requirements",
        "flying",
    ),
]


@pytest.mark.parametrize(("node", "field", "reason"), UNKNOWN)
async def test_a_flow_that_names_what_is_not_here_is_not_published(
    house: House, node: dict[str, Any], field: str, reason: str
) -> None:
    ada = await house.browser("ada")
    flow = deepcopy(GOOD)
    flow["nodes"]["closed"]["next"] = "there"
    flow["nodes"]["there"] = node
    if node["kind"] != "transfer":
        del flow["nodes"]["bye"]
    kept = await ada.ask("PUT", "/flows/night/draft", json={"document": flow, "tests": ""})
    [fault] = kept.body["judgement"]["faults"]
    assert fault["place"] == f"nodes.there.{field}"
    assert reason in fault["reason"]
    told = await ada.post("/flows/night/publish", {"expected_version": 0})
    assert (told.status, told.body["field"]) == (400, f"nodes.there.{field}")
    assert (await ada.get("/flows/night")).body["in_force"] is None


async def test_an_earlier_version_that_plays_what_is_gone_is_not_gone_back_to(
    house: House,
) -> None:
    ada = await house.browser("ada")
    await ada.ask("PUT", "/flows/night/draft", json={"document": GOOD, "tests": ""})
    assert (await ada.post("/flows/night/publish", {"expected_version": 0})).status == 200
    async with house.services.database.transaction() as session:
        await flows.publish(
            session,
            house.scope,
            "night",
            GOOD | {"prompts": {"closed": [{"sound": "own/gone"}]}},
            tests="",
            note="",
            expected=1,
            force=False,
        )
    told = await ada.post("/flows/night/roll-back", {"version": 2})
    assert (told.status, told.body["field"]) == (400, "prompts.closed.0.sound")
    assert (await ada.get("/flows/night")).body["in_force"]["version"] == 1
