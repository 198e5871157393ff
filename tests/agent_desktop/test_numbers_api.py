"""Numbers over the API: plans are drafted, judged, published, tried, rolled back and closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from acd.commands import ReloadConfiguration
from crm_core import numbers
from crm_core.queues import create_queue

if TYPE_CHECKING:
    from conftest import Browser, House

BUSY = {"kind": "busy"}
OFFICE = {
    "format": 1,
    "title": "Office",
    "zone": "Asia/Shanghai",
    "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "until": "18:00"}],
}
NIGHT = {
    "id": "night",
    "when": [{"kind": "hours", "schedule": "office", "state": "closed"}],
    "to": {"kind": "announcement", "text": {"en": "Closed"}},
}
PLAN: dict[str, Any] = {
    "format": 1,
    "rules": [NIGHT],
    "otherwise": {"kind": "queue", "queue": "service"},
    "closed": BUSY,
}


@pytest.fixture
async def sue(house: House) -> Browser:
    """A supervisor in a house with a queue, a number and a schedule."""
    async with house.services.database.transaction() as session:
        await create_queue(session, house.scope, name="service", title="服务")
    sue = await house.browser("sue")
    made = await sue.post("/numbers", {"number": "4000", "title": "热线", "flow": "hotline"})
    assert made.status == 201
    told = await sue.ask("PUT", "/schedules/office", json={"document": OFFICE})
    assert told.status == 200, told.body
    return sue


async def publish(sue: Browser, document: Any = PLAN, **more: Any) -> Any:
    return await sue.post("/numbers/4000/publish", {"document": document, **more})


async def test_a_number_without_a_plan_is_served_by_its_flow(sue: Browser) -> None:
    [number] = (await sue.get("/numbers")).body["items"]
    assert (number["version"], number["now"]["why"]) == (0, "no_plan")
    assert number["now"]["target"] == {"kind": "flow", "flow": "hotline"}
    assert (await sue.post("/numbers", {"number": "4000", "title": "x"})).status == 409
    assert (await sue.post("/numbers", {"number": "4 0", "title": "x"})).body["field"] == "number"
    lost = {"title": "x", "flow": "nowhere"}
    assert (await sue.post("/numbers", {"number": "4001", **lost})).body["field"] == "flow"
    assert (await sue.ask("PUT", "/numbers/4000", json=lost)).body["field"] == "flow"
    assert [one["flow"] for one in (await sue.get("/numbers")).body["items"]] == ["hotline"]


async def test_a_draft_is_judged_and_serves_nobody_until_it_is_published(
    house: House, sue: Browser
) -> None:
    half = {**PLAN, "otherwise": {"kind": "queue", "queue": "nowhere"}}
    kept = await sue.ask("PUT", "/numbers/4000/draft", json={"document": half})
    assert [(one["code"], one["place"]) for one in kept.body["findings"]] == [
        ("unknown_target", "otherwise.queue")
    ]
    refused = await sue.post("/numbers/4000/publish", {})
    assert (refused.status, refused.body["code"]) == (400, "plan_invalid")
    assert refused.body["field"] == "document.otherwise.queue"
    assert "there is no queue 'nowhere'" in refused.body["message"]
    version = kept.body["draft"]["row_version"]
    broken = {"document": {"format": 1, "rules": "none"}, "row_version": version}
    kept = await sue.ask("PUT", "/numbers/4000/draft", json=broken)
    assert kept.body["findings"][0]["place"] == "rules"
    late = await sue.ask("PUT", "/numbers/4000/draft", json=broken)
    assert (late.status, late.body["code"]) == (409, "edited_meanwhile")
    good = {"document": PLAN, "row_version": kept.body["draft"]["row_version"]}
    await sue.ask("PUT", "/numbers/4000/draft", json=good)
    assert (await sue.get("/numbers")).body["items"][0]["has_draft"]
    told = await sue.post("/numbers/4000/publish", {"note": "first", "expected_version": 0})
    assert (told.status, told.body["version"]["version"], told.body["applied"]) == (200, 1, True)
    assert any(isinstance(one, ReloadConfiguration) for one in house.engine.given)
    shown = (await sue.get("/numbers/4000")).body
    assert (shown["draft"], shown["document"], shown["published_by"]) == (None, PLAN, "Sue")
    gone = await sue.post("/numbers/4000/publish", {})
    assert gone.body["code"] == "no_draft"


async def test_of_two_who_publish_the_second_is_told_who_was_first(sue: Browser) -> None:
    assert (await publish(sue, expected_version=0)).status == 200
    late = await publish(sue, expected_version=0)
    assert (late.status, late.body["code"]) == (409, "edited_meanwhile")
    assert "Sue" in late.body["message"]


async def test_versions_are_listed_and_rolled_back(sue: Browser) -> None:
    await publish(sue, note="one")
    await publish(sue, {**PLAN, "otherwise": BUSY}, note="two")
    back = await sue.post("/numbers/4000/roll-back", {"version": 1})
    assert back.body["version"]["version"] == 3
    versions = (await sue.get("/numbers/4000/versions")).body["items"]
    assert [(one["version"], one["note"]) for one in versions] == [
        (3, "back to version 1"),
        (2, "two"),
        (1, "one"),
    ]
    assert versions[0]["document"] == PLAN
    assert (await sue.post("/numbers/4000/roll-back", {"version": 9})).status == 404


async def test_one_click_closes_a_number_and_another_opens_it(sue: Browser) -> None:
    await publish(sue)
    assert (await sue.post("/numbers/4000/close", {"note": "fire"})).body == {"applied": True}
    [number] = (await sue.get("/numbers")).body["items"]
    assert (number["now"]["why"], number["now"]["target"]) == ("closed", BUSY)
    assert (number["closing"]["note"], number["closing"]["user_name"]) == ("fire", "Sue")
    await sue.post("/numbers/4000/open")
    [number] = (await sue.get("/numbers")).body["items"]
    assert (number["closing"], number["now"]["why"] != "closed") == (None, True)
    assert (await sue.post("/numbers/4999/close")).status == 404


NOON = "2026-11-20T12:00:00+08:00"
NIGHTFALL = "2026-11-20T20:00:00+08:00"


async def simulate(sue: Browser, at: str = NOON, **more: Any) -> Any:
    body = {"caller": "13800138000", "number": "4000", "at": at, **more}
    return await sue.post("/route-simulations", body)


async def test_the_simulator_says_where_a_call_would_go_and_why(sue: Browser) -> None:
    await publish(sue)
    day, night = (await simulate(sue)).body, (await simulate(sue, NIGHTFALL)).body
    assert (day["why"], day["target"]["queue"], day["version"]) == ("otherwise", "service", 1)
    assert (night["why"], night["rule"]) == ("rule", "night")
    [asked] = [test for test in night["trace"] if test["about"] == "hours"]
    assert (asked["holds"], asked["seen"], asked["values"]) == (True, "closed", ["week"])
    assert asked["condition"]["schedule"] == "office"
    assert night["lines"][-1] == "→ an announcement: Closed (rule, at rules.0.to)"
    closed = (await simulate(sue, assume={"closed": True})).body
    assert closed["why"] == "closed"
    robot = (await simulate(sue, assume={"last_minute": 99})).body
    assert robot["why"] == "repeats"


async def test_the_simulator_tries_a_plan_that_is_not_published(sue: Browser) -> None:
    rules = [
        {"id": "vip", "when": [{"kind": "caller", "group": "vip"}], "to": BUSY},
        {
            "id": "full",
            "when": [
                {
                    "kind": "load",
                    "queue": "service",
                    "measure": "waiting",
                    "is": "over",
                    "value": 3,
                }
            ],
            "to": {"kind": "voicemail", "box": "service"},
        },
        {"id": "again", "when": [{"kind": "recent", "hours": 1, "times": 2}], "to": BUSY},
    ]
    tried = {"document": {**PLAN, "rules": rules}}
    led = {
        name: (await simulate(sue, assume=assume, **tried)).body["rule"]
        for name, assume in {
            "vip": {"customer": "vip"},
            "full": {"load": {"service": {"waiting": 4}}},
            "again": {"calls_before": 2},
            "": {"customer": "known"},
        }.items()
    }
    assert led == {"vip": "vip", "full": "full", "again": "again", "": ""}
    late = (await simulate(sue, assume={"customer": "late"}, **tried)).body
    assert late["trace"][3]["holds"] is None
    wrong = await simulate(sue, document={**PLAN, "zone": "Mars"})
    assert (wrong.status, wrong.body["field"]) == (400, "document.zone")
    nowhere = await sue.post("/route-simulations", {"number": "4999"})
    assert nowhere.body["why"] == "no_plan"


async def test_a_schedule_that_would_break_a_plan_is_refused(sue: Browser) -> None:
    await publish(sue)
    [office] = (await sue.get("/schedules")).body["items"]
    assert (office["used_by"], office["version"]) == (["4000"], 1)
    overlapping = {**OFFICE, "hours": OFFICE["hours"] * 2}
    refused = await sue.ask("PUT", "/schedules/office", json={"document": overlapping})
    assert (refused.status, refused.body["field"]) == (400, "document.hours.1")
    wrong = await sue.ask("PUT", "/schedules/Of fice", json={"document": OFFICE})
    assert wrong.body["field"] == "name"
    always = {**OFFICE, "hours": [{"days": ["mon"], "from": "00:00", "until": "24:00"}]}
    told = await sue.ask(
        "PUT", "/schedules/office", json={"document": always, "expected_version": 1}
    )
    assert told.status == 200
    versions = (await sue.get("/schedules/office/versions")).body["items"]
    assert [one["version"] for one in versions] == [2, 1]


async def test_a_huge_plan_is_refused_and_the_published_one_stays(sue: Browser) -> None:
    await publish(sue)
    huge = {**PLAN, "note": "x" * 300_000}
    assert (await publish(sue, huge)).status == 413
    assert (await sue.get("/numbers/4000")).body["version"] == 1


async def test_plans_come_and_go_as_yaml(sue: Browser) -> None:
    text = "format: 1\notherwise: {kind: busy}\nclosed: {kind: busy}\n"
    told = (await sue.post("/plan-text", {"text": text})).body
    assert told["document"] == {"format": 1, "otherwise": BUSY, "closed": BUSY}
    again = (await sue.post("/plan-text", {"text": told["yaml"]})).body
    assert again == told
    wrong = await sue.post("/plan-text", {"text": "a: [1"})
    assert (wrong.status, wrong.body["code"]) == (400, "plan_invalid")
    assert "is no YAML" in wrong.body["message"]
    assert (await sue.get("/plan-schema")).body["document"]["title"] == "Plan"


async def test_the_block_list_and_screening(sue: Browser) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    made = await sue.post(
        "/blocked-numbers", {"number": "13700137000", "reason": "threats", "until": later}
    )
    assert (made.status, made.body["number"]) == (201, "+8613700137000")
    told = (await simulate(sue)).body
    assert told["why"] == "no_plan"
    blocked = await sue.post("/route-simulations", {"number": "4000", "caller": "13700137000"})
    assert (blocked.body["why"], blocked.body["target"]) == ("blocked", BUSY)
    assert (await sue.post("/blocked-numbers", {"number": "x"})).body["field"] == "number"
    entry = made.body["entry_id"]
    assert (await sue.ask("DELETE", f"/blocked-numbers/{entry}")).status == 200
    assert (await sue.get("/blocked-numbers")).body["items"] == []
    screen = (await sue.get("/screening")).body
    assert screen["version"] == 0
    changed = {**screen["document"], "anonymous": {"kind": "queue", "queue": "nowhere"}}
    refused = await sue.ask("PUT", "/screening", json={"document": changed})
    assert refused.body["field"] == "document.screening.anonymous.queue"
    changed["anonymous"] = BUSY
    assert (await sue.ask("PUT", "/screening", json={"document": changed})).status == 200
    hidden = await sue.post("/route-simulations", {"number": "4000", "caller": "anonymous"})
    assert hidden.body["why"] == "anonymous"


async def test_sites_are_switched_and_stay_while_a_plan_names_them(sue: Browser) -> None:
    site = {"title": "上海", "up": True}
    assert (await sue.ask("PUT", "/sites/shanghai", json=site)).status == 200
    split = [
        {"percent": 50, "to": BUSY, "site": "shanghai"},
        {"percent": 50, "to": {"kind": "voicemail", "box": "service"}},
    ]
    await publish(sue, {**PLAN, "rules": [NIGHT, {"id": "share", "split": split}]})
    assert (await simulate(sue)).body["place"] == "rules.1.split.0.to"
    await sue.ask("PUT", "/sites/shanghai", json={**site, "up": False})
    assert (await simulate(sue)).body["place"] == "rules.1.split.1.to"
    assert (await simulate(sue, assume={"sites_down": []})).body["place"] == "rules.1.split.0.to"
    kept = await sue.ask("DELETE", "/sites/shanghai")
    assert (kept.status, kept.body["code"]) == (400, "plan_invalid")


async def test_a_led_call_tells_every_test_and_splits_are_reported(
    house: House, sue: Browser
) -> None:
    split = [
        {"percent": 75, "to": BUSY, "label": "Shanghai"},
        {"percent": 25, "to": {"kind": "voicemail", "box": "service"}},
    ]
    await publish(sue, {**PLAN, "rules": [NIGHT, {"id": "share", "split": split}]})
    now = datetime.now(UTC)
    calls = [
        numbers.RoutedCall(
            call_id=uuid4(),
            at=now,
            caller="+8613800138000",
            number="4000",
            version=1,
            why="split",
            rule="share",
            place="rules.1.split.0.to",
            target_kind="busy",
            target="",
            split_key="k",
            share=share,
            booked=booked,
            trace=[{"place": "closed", "about": "emergency", "holds": False, "seen": ""}],
        )
        for share, booked in [(0, 0), (0, 0), (1, 0), (1, 1)]
    ]
    async with house.services.database.transaction() as session:
        await numbers.keep_routed(session, house.scope, calls)
    route = (await sue.get(f"/calls/{calls[0].call_id}/route")).body
    assert (route["number"], route["trace"][0]["about"]) == ("4000", "emergency")
    assert (await sue.get(f"/calls/{uuid4()}/route")).status == 404
    [told] = (await sue.get("/reports/splits")).body["items"]
    assert (told["calls"], told["worst_off"]) == (4, 0.0)
    first, second = told["shares"]
    assert (first["target"], first["served"], first["booked"], first["percent"]) == (
        "Shanghai",
        2,
        3,
        75,
    )
    assert (second["to"]["box"], second["actual_percent"]) == ("service", 50.0)


async def test_the_editor_is_offered_what_there_is(sue: Browser) -> None:
    choices = (await sue.get("/plan-choices")).body
    assert [one["name"] for one in choices["queues"]] == ["service"]
    assert [one["name"] for one in choices["agents"]] == ["1001", "1002"]
    assert "hotline" in [one["name"] for one in choices["flows"]]
    assert "CN" in choices["countries"]


async def test_agents_see_and_change_no_plans(house: House, sue: Browser) -> None:
    anna = await house.browser("anna")
    for method, path in (
        ("GET", "/numbers"),
        ("GET", "/numbers/4000"),
        ("POST", "/numbers/4000/close"),
        ("POST", "/numbers/4000/publish"),
        ("GET", "/blocked-numbers"),
        ("PUT", "/sites/x"),
        ("POST", "/route-simulations"),
        ("GET", "/reports/splits"),
    ):
        told = await anna.ask(method, path, **({} if method == "GET" else {"json": {}}))
        assert told.status == 403, path
    assert (await sue.get("/numbers/4001")).status == 404


async def test_a_queue_that_callers_are_led_to_stays_in_use(sue: Browser) -> None:
    path = "/configuration/queues/service"
    version = (await sue.get(path)).body["version"]
    flow = await sue.post(f"{path}/archive", {"expected_version": version})
    assert (flow.status, flow.body["code"]) == (409, "in_use")
    assert "the flow 'hotline' leads there, at nodes." in flow.body["message"]
    assert (await publish(sue)).status == 200
    plan = await sue.post(f"{path}/archive", {"expected_version": version})
    assert plan.body["message"] == "the plan of 4000 leads there, at otherwise."
    led_away = await publish(sue, {**PLAN, "otherwise": BUSY})
    assert led_away.status == 200, led_away.body
    gone = await sue.post(f"{path}/archive", {"expected_version": version})
    assert gone.status == 200, gone.body
