"""The reasons of the API in the reader's language: no English left in a Chinese answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bad_documents import BAD, BAD_HOURS, BAD_PLANS, BUSY, GOOD, PLAN, SUITES, TEXTS

if TYPE_CHECKING:
    from conftest import Browser, House

QUOTED = re.compile(r"“[^”]*”|\{[^}]*\}|U\+[0-9A-F]{4}|[\w.]+\.[\w.]+")
# names and forms one has to write, and the words of the YAML reader, which knows English alone
WRITTEN = {
    *("JSON", "YAML", "GET", "POST", "https", "http", "UUID", "CN", "DE", "BY", "US", "BE"),
    *("to", "split", "rules", "number", "kind", "plan", "flow", "text", "closed", "otherwise"),
    *("hear", "not_hear", "at", "data", "end", "press", "early", "silence", "fail", "format"),
    *(
        "agent_hangs_up",
        "nobody_answers",
        "ends",
        "length",
        "lower",
        "starts",
        "office",
        "zone",
        "Asia",
        "Shanghai",
    ),
    *("hours", "title", "holidays", "queue", "priority", "operator", "XX", "T10"),
}
ENGLISH = re.compile(r"[A-Za-z_]{2,}\d*")


def left_english(text: str, *names: str) -> set[str]:
    """Return the English words of a Chinese reason that are neither names nor to be written."""
    return set(ENGLISH.findall(QUOTED.sub(" ", text))) - WRITTEN - set(names)


async def chinese(house: House, username: str) -> Browser:
    browser = await house.browser(username)
    browser.headers["Accept-Language"] = "zh-CN,zh;q=0.9"
    return browser


async def test_the_faults_of_flows_are_chinese_to_a_chinese_reader(house: House) -> None:
    ada = await chinese(house, "ada")
    for name, (flow, _, _) in BAD.items():
        judged = await ada.post("/flows/judge", {"document": flow, "tests": ""})
        for fault in judged.body["faults"]:
            pattern = fault["code"] == "string_pattern_mismatch"
            assert pattern or left_english(fault["reason"], "first") == set(), (name, fault)
    for tests in SUITES:
        judged = await ada.post("/flows/judge", {"document": GOOD, "tests": tests})
        for fault in judged.body["faults"]:
            assert left_english(fault["reason"]) == set(), fault


FAILING = """
flow: night
tests:
  - {name: heard, steps: [{hear: Hello}]}
  - {name: not heard, steps: [{not_hear: closed}]}
  - {name: elsewhere, steps: [{at: person}]}
  - {name: data, steps: [{data: {x: "1"}}]}
  - {name: other end, steps: [{end: {queue: service}}]}
  - {name: keys, steps: [{press: "1"}]}
  - {name: early, steps: [{early: "1"}]}
  - {name: silent, steps: [{silence: 1}]}
  - {name: back, steps: [{agent_hangs_up: true}]}
"""


async def test_why_tests_fail_and_where_calls_die_is_chinese(house: House) -> None:
    ada = await chinese(house, "ada")
    mute = GOOD | {"nodes": GOOD["nodes"] | {"bye": {"kind": "hang_up"}}, "start": "bye"}
    del mute["nodes"]["closed"]
    for document in (GOOD, mute):
        judged = (await ada.post("/flows/judge", {"document": document, "tests": FAILING})).body
        reasons = [one["reason"] for one in judged["trials"] if not one["passed"]]
        assert len(reasons) >= 7, reasons
        for reason in [*reasons, *(one["reason"] for one in judged["dead_ends"])]:
            assert left_english(reason, "hangup", "hang_up", "true", "service") == set(), reason
    assert [one["reason"] for one in judged["dead_ends"]] == ["没有任何播报就挂断"]


async def test_the_way_to_a_dead_end_is_told_in_the_readers_words(house: House) -> None:
    menu = {"kind": "menu", "prompt": "closed", "choices": {"1": "bye"}, "give_up": "person"}
    ways = menu | {"wrong": "closed", "silent": "closed"}
    nodes = GOOD["nodes"] | {"closed": ways, "bye": {"kind": "hang_up"}}
    readers = (await chinese(house, "ada"), "按 1"), (await house.browser("ada"), "key 1")
    for reader, key in readers:
        judged = await reader.post("/flows/judge", {"document": GOOD | {"nodes": nodes}})
        [end, *_] = judged.body["dead_ends"]
        assert end["path"] == [f"closed: ask → {key}", "bye: hang_up"]


async def test_what_is_wrong_with_plans_and_hours_is_chinese(house: House) -> None:
    sue = await chinese(house, "sue")
    number = {"number": "4000", "title": "热线", "flow": "hotline"}
    assert (await sue.post("/numbers", number)).status == 201
    for name, (plan, _, reason) in BAD_PLANS.items():
        told = await sue.post("/numbers/4000/publish", {"document": plan})
        assert reason == "form" or left_english(told.body["message"]) == set(), (name, told)
    for name, (hours, _, reason) in BAD_HOURS.items():
        told = await sue.ask("PUT", "/schedules/office", json={"document": hours})
        assert reason == "form" or left_english(told.body["message"]) == set(), (name, told)


NEVER: dict[str, list[dict[str, Any]]] = {
    "behind all": [{"id": "a", "to": BUSY}, {"id": "b", "to": BUSY}],
    "both ways": [
        {
            "id": "a",
            "to": BUSY,
            "when": [
                {"kind": "weekday", "days": ["mon"]},
                {"kind": "weekday", "days": ["mon"], "not": True},
            ],
        }
    ],
    "at once": [
        {
            "id": "a",
            "to": BUSY,
            "when": [
                {"kind": "caller", "group": "vip"},
                {"kind": "caller", "group": "unknown"},
            ],
        }
    ],
    "nowhere": [{"id": "a", "to": {"kind": "flow", "flow": "none"}}],
    "no schedule": [{"id": "a", "to": BUSY, "when": [{"kind": "hours", "schedule": "none"}]}],
    "two times": [
        {"id": "a", "to": BUSY, "when": [{"kind": "weekday", "days": ["mon"]}]},
        {
            "id": "b",
            "to": BUSY,
            "when": [{"kind": "time", "from": "09:00", "until": "18:00"}],
        },
    ],
}


async def test_the_lint_of_plans_is_chinese_with_its_code_and_values(house: House) -> None:
    sue = await chinese(house, "sue")
    number = {"number": "4000", "title": "热线", "flow": "hotline"}
    assert (await sue.post("/numbers", number)).status == 201
    for name, rules in NEVER.items():
        body = {"number": "4000", "document": PLAN | {"rules": rules}}
        found = (await sue.post("/plan-check", body)).body["findings"]
        assert found, name
        for one in found:
            assert left_english(one["reason"]) == set(), one
    assert one["code"] == "overlapping_schedules"
    assert one["values"] == {
        "place": "rules.0",
        "rule": "a",
        "since": "周一 09:00",
        "until": "周一 18:00",
    }


async def test_a_text_that_cannot_be_read_is_refused_in_chinese_with_its_line(
    house: House,
) -> None:
    ada = await chinese(house, "ada")
    for text in TEXTS:
        told = await ada.post("/flows/from-text", {"text": text})
        assert re.search("[一-鿿]", told.body["message"]), told.body


async def test_refusals_are_told_in_the_readers_language_and_programs_get_english(
    house: House,
) -> None:
    ada, program = await chinese(house, "ada"), await house.browser("ada")
    for browser, words in ((ada, "没有这一项。"), (program, "There is no such thing.")):
        assert (await browser.get("/flows/nothing-here")).body["message"] == words
        wrong = (await browser.post("/flows/judge", {"document": 1})).body["message"]
        assert ("应为" in wrong) is (browser is ada), wrong
    program.headers["Cookie"] = "callcenter_language=zh_CN"
    assert (await program.get("/flows/nothing-here")).body["message"] == "没有这一项。"


async def test_what_is_wrong_with_a_queue_is_chinese(house: House) -> None:
    sue = await chinese(house, "sue")
    made: dict[str, Any] = {"key": "service", "document": {"title": "热线"}, "agents": []}
    made["agents"] = [house.users["anna"].agent_id]
    assert (await sue.post("/configuration/queues", made)).status == 201
    key, document = "service", (await sue.get("/configuration/queues/service")).body["document"]
    wrong: dict[str, Any] = {
        "steps": [{"needs": "tech >= ", "seconds": None}],
        "ring_seconds": 1000,
        "overflow": [{"kind": "queue", "target": "none", "reasons": ["full"], "priority": 0}],
    }
    for part, value in wrong.items():
        body = {"kind": "queue", "key": key, "queue": document | {part: value}}
        items = (await sue.post("/configuration/check", body)).body["items"]
        fresh = [one for one in items if one["new"]]
        assert fresh, (part, items)
        for one in fresh:
            assert left_english(one["message"]) == set(), one
            texts = " ".join(one["values"].values())
            assert left_english(texts) <= {"none", "closed", "full"}, one
