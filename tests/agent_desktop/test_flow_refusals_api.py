"""What a flow, its tests or its name cannot be: told by place and reason, nothing published."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from bad_documents import BAD, GOOD, SUITES, TEXTS

from agent_desktop.api.parsing import MOST_BODY_BYTES
from crm_core import flows

if TYPE_CHECKING:
    from conftest import Browser, House

pytestmark = pytest.mark.usefixtures("served")


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


async def test_text_that_is_no_flow_is_refused_with_its_line(house: House) -> None:
    ada = await house.browser("ada")
    for text, reason in TEXTS.items():
        told = await ada.post("/flows/from-text", {"text": text})
        assert (told.status, told.body["field"]) == (400, "text")
        assert reason in told.body["message"]


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


@pytest.mark.parametrize(
    ("tests", "place", "reason"),
    [
        (
            "flow: other\ntests: [{name: a, steps: [{end: {hang_up: true}}]}]",
            "tests: flow",
            "the tests of 'other', not of 'night'",
        ),
        (
            "flow: night\ntests: [{name: a, answers: {gone: [{way: ok}]},"
            " steps: [{end: {hang_up: true}}]}]",
            "tests.0.answers",
            "no node 'gone'",
        ),
    ],
)
async def test_tests_of_another_flow_or_node_keep_a_flow_back(
    house: House, tests: str, place: str, reason: str
) -> None:
    ada = await house.browser("ada")
    told = (await ada.post("/flows/judge", {"document": GOOD, "tests": tests})).body
    failed = [*told["faults"], *(one for one in told["trials"] if not one["passed"])]
    assert [(one["place"], reason in one["reason"]) for one in failed] == [(place, True)]
    assert told["ok"] is False


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
    (
        {"kind": "queue", "queue": "service", "requirements": "flying for 20 s then anyone"},
        "requirements",
        "at character 1: there is no skill flying",
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
