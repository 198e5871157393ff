"""Flows over the API: drafted, judged, published only when sound, tried by some, taken back."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from bad_documents import GOOD

from acd.commands import ReloadConfiguration
from crm_core import audit

if TYPE_CHECKING:
    from conftest import Browser, House, Told

pytestmark = pytest.mark.usefixtures("served")

TESTS = """
flow: night
tests:
  - name: the caller is told and the call ends
    steps:
      - hear: We are closed.
      - end: {hang_up: true}
"""


async def drafted(browser: Browser, flow: dict[str, Any], tests: str = TESTS) -> Any:
    body = {"document": flow, "tests": tests}
    told = await browser.ask("PUT", "/flows/night/draft", json=body)
    assert told.status == 200, told.body
    return told.body


async def published(browser: Browser, expected: int = 0, **more: Any) -> Told:
    return await browser.post("/flows/night/publish", {"expected_version": expected, **more})


def broken(**nodes: Any) -> dict[str, Any]:
    flow = deepcopy(GOOD)
    flow["nodes"] |= nodes
    return flow


async def test_the_shipped_flows_are_listed_until_they_are_published(house: House) -> None:
    ada = await house.browser("ada")
    items = {one["name"]: one for one in (await ada.get("/flows")).body["items"]}
    hotline = items["hotline"]
    assert (hotline["shipped"], hotline["in_force"], hotline["has_draft"]) == (True, None, False)
    assert hotline["nodes"] > 5
    shown = (await ada.get("/flows/hotline")).body
    assert (shown["newest"], shown["row_version"]) == (0, None)
    told = (await ada.post("/flows/judge", {"document": shown["document"]})).body
    assert (told["faults"], told["dead_ends"]) == ([], [])


async def test_a_flow_is_drafted_published_and_the_engine_told(house: House) -> None:
    ada = await house.browser("ada")
    kept = await drafted(ada, GOOD)
    assert kept["judgement"]["ok"], kept
    told = await published(ada, note="first night")
    assert told.status == 200, told.body
    assert (told.body["in_force"]["version"], told.body["row_version"]) == (1, None)
    [version] = told.body["versions"]
    assert (version["note"], version["user_name"]) == ("first night", "Ada")
    assert house.engine.of(ReloadConfiguration)
    async with house.services.database.read() as session:
        noted = await audit.entries(session, house.scope, object_kind="flow")
    assert [entry.action for entry in noted.entries] == ["flow.publish"]


async def test_a_fault_is_told_by_its_place_and_nothing_is_published(house: House) -> None:
    ada = await house.browser("ada")
    wrong = broken(closed={"kind": "play", "prompt": "closed", "next": "nowhere"})
    [fault] = (await drafted(ada, wrong))["judgement"]["faults"]
    assert fault["place"] == "nodes.closed.next"
    told = await published(ada)
    assert (told.status, told.body["code"]) == (400, "flow_invalid")
    assert told.body["field"] == "nodes.closed.next"
    assert (await ada.get("/flows/night")).body["in_force"] is None


async def test_a_failing_test_keeps_a_flow_from_being_published(house: House) -> None:
    ada = await house.browser("ada")
    await drafted(ada, GOOD, TESTS.replace("We are closed.", "We are open."))
    told = await published(ada)
    assert (told.status, told.body["code"]) == (400, "flow_test_failed")
    assert "'We are open.' was not heard" in told.body["message"]


async def test_coverage_below_the_flows_own_bar_keeps_it_from_being_published(
    house: House,
) -> None:
    ada = await house.browser("ada")
    flow = broken(
        closed={
            "kind": "menu",
            "prompt": "closed",
            "choices": {"1": "bye"},
            "wrong": "closed",
            "silent": "closed",
            "give_up": "bye",
        }
    ) | {"coverage": 1.0}
    tests = TESTS.replace("- hear: We are closed.", '- press: "1"')
    judgement = (await drafted(ada, flow, tests))["judgement"]
    assert judgement["missed"], judgement
    told = await published(ada)
    assert (told.status, told.body["code"]) == (400, "flow_not_covered")


async def test_a_call_that_ends_without_a_word_is_a_dead_end(house: House) -> None:
    ada = await house.browser("ada")
    flow = deepcopy(GOOD)
    flow["start"] = "bye"
    flow["nodes"]["bye"] = {"kind": "hang_up"}
    del flow["nodes"]["closed"]
    [end, *_] = (await drafted(ada, flow, ""))["judgement"]["dead_ends"]
    assert "without a word" in end["reason"]
    assert (await published(ada)).body["code"] == "flow_dead_end"


async def test_the_second_of_two_editors_is_told(house: House) -> None:
    ada = await house.browser("ada")
    kept = await drafted(ada, GOOD)
    await drafted(ada, GOOD)
    body = {"document": GOOD, "row_version": kept["row_version"] - 1}
    told = await ada.ask("PUT", "/flows/night/draft", json=body)
    assert (told.status, told.body["code"]) == (409, "edited_meanwhile")
    assert (await published(ada)).status == 200
    await drafted(ada, GOOD)
    assert (await published(ada)).body["code"] == "edited_meanwhile"


async def test_some_callers_try_a_version_before_all_get_it(house: House) -> None:
    ada = await house.browser("ada")
    await drafted(ada, GOOD)
    await published(ada)
    await drafted(ada, GOOD | {"title": "Night service, shorter"})
    held = (await published(ada, 1, canary_share="0.1")).body["in_force"]
    assert (held["version"], held["canary_version"], held["canary_share"]) == (1, 2, 0.1)
    back = (await ada.ask("DELETE", "/flows/night/canary")).body["in_force"]
    assert (back["version"], back["canary_version"]) == (1, None)
    assert back["told"] == "taken back by Ada"
    held = (await ada.post("/flows/night/roll-back", {"version": 2})).body["in_force"]
    assert held["version"] == 2
    none = await ada.post("/flows/night/canary/promote")
    assert (none.status, none.body["field"]) == (400, "name")


async def test_what_changed_between_two_versions_is_shown_by_place(house: House) -> None:
    ada = await house.browser("ada")
    await drafted(ada, GOOD)
    await published(ada)
    await drafted(ada, GOOD | {"title": "Nights"})
    await published(ada, 1)
    told = await ada.get("/flows/night/differences", before="1", after="2")
    assert told.body["items"] == [{"path": "title", "before": "Night service", "after": "Nights"}]
    version = (await ada.get("/flows/night/versions/1")).body
    assert (version["document"]["title"], version["tests"]) == ("Night service", TESTS)
    assert (await ada.get("/flows/night/versions/nine")).status == 404


async def test_a_flow_goes_out_as_yaml_and_comes_back_the_same(house: House) -> None:
    ada = await house.browser("ada")
    text = (await ada.post("/flows/as-yaml", {"document": GOOD})).body["text"]
    assert "kind: hang_up" in text
    back = (await ada.post("/flows/from-text", {"text": text})).body
    assert back["document"] == GOOD
    wrong = await ada.post("/flows/from-text", {"text": "a: [1"})
    assert (wrong.status, wrong.body["field"]) == (400, "text")


async def test_an_agent_does_not_see_flows_and_a_supervisor_does_not_change_them(
    house: House,
) -> None:
    anna, sue = await house.browser("anna"), await house.browser("sue")
    assert (await anna.get("/flows")).status == 403
    assert (await sue.get("/flows")).status == 200
    told = await sue.ask("PUT", "/flows/night/draft", json={"document": GOOD})
    assert told.status == 403


async def test_a_published_flow_can_be_the_target_of_a_number(house: House) -> None:
    ada = await house.browser("ada")
    await drafted(ada, GOOD)
    await published(ada)
    choices = (await ada.get("/plan-choices")).body
    titles = {one["name"]: one["title"] for one in choices["flows"]}
    assert titles["night"] == "Night service"
    assert "hotline" in titles
