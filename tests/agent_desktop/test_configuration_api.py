"""The configuration over the API: set, checked, compared, rolled back, and obeyed at once."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from argon2 import PasswordHasher

from acd.commands import Refused, ReloadConfiguration
from crm_core import audit
from crm_core.people import passwords

if TYPE_CHECKING:
    from conftest import Browser, House

SERVICE: dict[str, Any] = {"title": "服务热线", "title_en": "Service line"}


def link(target: str) -> dict[str, Any]:
    return {"reasons": ["waited", "full"], "kind": "queue", "target": target}


async def made(house: House, browser: Browser, name: str = "service", **more: Any) -> Any:
    body = {"key": name, "document": SERVICE | more, "agents": [house.users["anna"].agent_id]}
    told = await browser.post("/configuration/queues", body)
    assert told.status == 201, told.body
    return told.body


async def changed(browser: Browser, path: str, version: int, **document: Any) -> Any:
    body = {"expected_version": version, "document": document}
    return await browser.ask("PUT", f"/configuration/{path}", json=body)


async def test_a_supervisor_makes_a_queue_and_the_engine_is_told(house: House) -> None:
    sue = await house.browser("sue")
    saved = await made(house, sue)
    assert (saved["version"]["version"], saved["applied"]) == (1, True)
    [command] = house.engine.of(ReloadConfiguration)
    assert command.by == house.users["sue"].agent_id
    shown = await sue.get("/configuration/queues/service")
    assert shown.body["document"]["title"] == "服务热线"
    agents = (await sue.get("/configuration/agents")).body["items"]
    seats = {one["document"]["name"]: one["document"]["seats"] for one in agents}
    assert [seat["queue"] for seat in seats["Anna"]] == ["service"]
    assert seats["Bo"] == []


async def test_a_change_has_its_author_note_and_differences(house: House) -> None:
    sue, ada = await house.browser("sue"), await house.browser("ada")
    await made(house, sue)
    body = {
        "expected_version": 1,
        "note": "忙时",
        "document": SERVICE | {"ring_seconds": 9, "strategy": "round_robin"},
    }
    told = await ada.ask("PUT", "/configuration/queues/service", json=body)
    assert told.status == 200, told.body
    newest, first = (await sue.get("/configuration/queues/service/versions")).body["items"]
    assert (newest["changed_by_name"], newest["note"]) == ("Ada", "忙时")
    assert {one["path"]: one["after"] for one in newest["changes"]} == {
        "ring_seconds": 9,
        "strategy": "round_robin",
    }
    assert first["changes"] == []
    between = await sue.get("/configuration/queues/service/difference", before="2", after="1")
    assert {one["path"]: one["after"] for one in between.body["items"]} == {
        "ring_seconds": 20,
        "strategy": "longest_idle",
    }
    none = await sue.get("/configuration/queues/service/difference", before="2", after="7")
    assert none.status == 404


async def test_the_second_of_two_is_told_who_changed_it_meanwhile(house: House) -> None:
    sue, ada = await house.browser("sue"), await house.browser("ada")
    await made(house, sue)
    assert (await changed(sue, "queues/service", 1, **SERVICE, ring_seconds=9)).status == 200
    told = await changed(ada, "queues/service", 1, **SERVICE, ring_seconds=11)
    assert (told.status, told.body["code"]) == (409, "edited_meanwhile")
    assert "Sue changed it meanwhile" in told.body["message"]
    zero = await changed(ada, "queues/service", 0, **SERVICE)
    assert (zero.status, zero.body["field"]) == (400, "expected_version")


async def test_two_who_save_at_once_never_both_win(house: House) -> None:
    sue, ada = await house.browser("sue"), await house.browser("ada")
    await made(house, sue)
    answers = await asyncio.gather(
        *(
            changed(who, "queues/service", 1, **SERVICE, ring_seconds=9 + n)
            for n, who in enumerate((sue, ada) * 3)
        )
    )
    assert sorted(told.status for told in answers) == [200, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ({"steps": [{"needs": "tech >="}]}, "steps.0.needs", "does_not_parse"),
        ({"steps": [{"needs": "magic"}]}, "steps.0.needs", "unknown_skill"),
        ({"overflow": [link("service")]}, "overflow.0.target", "overflow_ring"),
        ({"overflow": [link("nowhere")]}, "overflow.0.target", "unknown_queue"),
        ({"ring_seconds": -1}, "ring_seconds", "out_of_range"),
        ({"ring_seconds": "soon"}, "document.ring_seconds", "invalid"),
        ({"target_share": 1e400}, "document.target_share", "invalid"),
        ({"unheard_of": 1}, "document.unheard_of", "invalid"),
        ({"title": ""}, "document.title", "invalid"),
        (
            {"hours": {"periods": [{"weekday": 0, "since": "18:00", "until": "18:00"}]}},
            "hours.periods.0.until",
            "hours_backwards",
        ),
    ],
)
async def test_a_change_that_cannot_be_worked_by_is_refused_at_its_field(
    house: House, document: dict[str, Any], field: str, code: str
) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    told = await changed(sue, "queues/service", 1, **(SERVICE | document))
    assert (told.status, told.body["field"], told.body["code"]) == (400, field, code)
    assert len(house.engine.of(ReloadConfiguration)) == 1
    shown = await sue.get("/configuration/queues/service")
    assert shown.body["version"] == 1


async def test_a_ring_over_two_queues_is_refused_and_named(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    await made(house, sue, "sales", overflow=[link("service")])
    told = await changed(sue, "queues/service", 1, **SERVICE, overflow=[link("sales")])
    assert told.body["code"] == "overflow_ring"
    assert "service → sales → service" in told.body["message"]


async def test_a_queue_nobody_serves_cannot_be_made_nor_be_left_behind(house: House) -> None:
    sue = await house.browser("sue")
    told = await sue.post("/configuration/queues", {"key": "empty", "document": SERVICE})
    assert (told.status, told.body["code"]) == (400, "nobody_serves")
    await made(house, sue)
    anna = house.users["anna"].agent_id
    document = {"name": "Anna", "extension": "1001", "blended": True}
    told = await changed(sue, f"agents/{anna}", 1, **document)
    assert told.body["code"] == "edited_meanwhile"  # her seat made a version
    told = await changed(sue, f"agents/{anna}", 2, **document)
    assert (told.body["code"], told.body["field"]) == ("nobody_serves", "agents")
    gone = await sue.post(f"/configuration/agents/{anna}/archive", {"expected_version": 2})
    assert gone.body["code"] == "nobody_serves"


async def test_a_draft_is_checked_without_being_stored(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    draft = {
        "kind": "queue",
        "key": "service",
        "queue": SERVICE | {"steps": [{"needs": "tech"}], "ring_seconds": 0},
        "agents": [],
    }
    told = await sue.post("/configuration/check", draft)
    found = {(one["path"], one["code"]) for one in told.body["items"] if one["new"]}
    assert found >= {("ring_seconds", "out_of_range"), ("steps.0.needs", "unknown_skill")}
    assert ("steps.0.needs", "unknown_skill") in found
    lacking = await sue.post("/configuration/check", {"kind": "agent", "key": "x"})
    assert (lacking.status, lacking.body["field"]) == (400, "agent")
    whole = await sue.get("/configuration/check")
    assert {one["code"] for one in whole.body["items"]} == {"in_no_queue"}  # bo's


async def test_skills_make_requirements_possible_and_cannot_go_while_used(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    skill = {"key": "language:zh", "document": {"title": "中文", "title_en": "Chinese"}}
    assert (await sue.post("/configuration/skills", skill)).status == 201
    again = await sue.post("/configuration/skills", skill)
    assert (again.status, again.body["code"]) == (409, "already_exists")
    anna = house.users["anna"].agent_id
    seats = [{"queue": "service"}]
    document = {"name": "Anna", "extension": "1001", "seats": seats}
    told = await changed(sue, f"agents/{anna}", 2, **document, skills={"language:zh": 10})
    assert (told.body["field"], told.body["code"]) == ("skills.language:zh", "out_of_range")
    told = await changed(sue, f"agents/{anna}", 2, **document, skills={"language:zh": 5})
    assert told.status == 200, told.body
    steps = [{"needs": "language:zh>=4", "seconds": 20}, {"needs": "language:zh"}]
    assert (await changed(sue, "queues/service", 1, **SERVICE, steps=steps)).status == 200
    gone = await sue.post("/configuration/skills/language:zh/archive", {"expected_version": 1})
    assert (gone.status, gone.body["code"]) == (400, "unknown_skill")


async def test_rolling_back_brings_the_older_version_in_force(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    await changed(sue, "queues/service", 1, **SERVICE, ring_seconds=9)
    body = {"expected_version": 2, "version": 1}
    told = await sue.post("/configuration/queues/service/roll-back", body)
    assert told.body["version"]["version"] == 3
    assert told.body["version"]["document"]["ring_seconds"] == 20
    stale = await sue.post("/configuration/queues/service/roll-back", body)
    assert stale.status == 409


async def test_a_queue_closes_by_one_click_whatever_its_version(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    for closed in (True, False):
        told = await sue.post("/configuration/queues/service/close", {"closed": closed})
        assert told.body["version"]["document"]["hours"]["closed_now"] is closed
    assert (await sue.post("/configuration/queues/none/close", {"closed": True})).status == 404


async def test_an_administrator_makes_an_agent_who_logs_in(house: House) -> None:
    ada, sue = await house.browser("ada"), await house.browser("sue")
    await made(house, ada)
    body = {
        "username": "chen",
        "password": "a good password",
        "document": {"name": "陈晨", "extension": "1010", "seats": [{"queue": "service"}]},
    }
    assert (await sue.post("/configuration/agents", body)).status == 403
    told = await ada.post("/configuration/agents", body)
    assert (told.status, told.body["version"]["version"]) == (201, 1)
    stranger = await house.browser()
    log_in = {"username": "chen", "password": "a good password"}
    assert (await stranger.post("/session", log_in)).status == 200
    taken = await ada.post("/configuration/agents", body | {"username": "chen2"})
    assert (taken.status, taken.body["field"]) == (409, "extension")


async def test_others_write_while_the_password_of_a_new_agent_is_hashed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, sue = await house.browser("ada"), await house.browser("sue")
    await made(house, ada)
    hashing, go_on = threading.Event(), threading.Event()

    def slowly(password: bytes) -> str:
        hashing.set()
        assert go_on.wait(10)
        return PasswordHasher(time_cost=1, memory_cost=64).hash(password)

    monkeypatch.setattr(passwords, "_HASHER", SimpleNamespace(hash=slowly))
    body = {
        "username": "chen",
        "password": "a good password",
        "document": {"name": "陈晨", "extension": "1010", "seats": [{"queue": "service"}]},
    }
    making = asyncio.create_task(ada.post("/configuration/agents", body))
    assert await asyncio.to_thread(hashing.wait, 5)
    try:
        async with asyncio.timeout(5):
            told = await sue.post("/configuration/queues/service/close", {"closed": True})
    finally:
        go_on.set()
    assert told.status == 200, told.body
    assert (await making).status == 201


async def test_reasons_are_set_and_shown_to_agents(house: House) -> None:
    sue, anna = await house.browser("sue"), await house.browser("anna")
    lunch = {"label": "用餐", "label_en": "Lunch", "paid": False, "max_seconds": 1800}
    told = await sue.post("/configuration/reasons", {"key": "lunch", "document": lunch})
    assert told.status == 201, told.body
    reasons = (await anna.get("/not-ready-reasons")).body["items"]
    assert [one["code"] for one in reasons] == ["lunch"]
    gone = await sue.post("/configuration/reasons/lunch/archive", {"expected_version": 1})
    assert gone.status == 200
    assert (await anna.get("/not-ready-reasons")).body["items"] == []


async def test_the_prompts_that_can_be_said_are_listed_and_others_refused(house: House) -> None:
    object.__setattr__(house.services, "prompts", lambda: frozenset({"closed", "full"}))
    sue = await house.browser("sue")
    assert (await sue.get("/configuration/prompts")).body["items"] == ["closed", "full"]
    await made(house, sue)
    message = {"reasons": ["closed"], "kind": "message", "target": "good-night"}
    told = await changed(sue, "queues/service", 1, **SERVICE, overflow=[message])
    assert (told.body["code"], told.body["field"]) == ("unknown_prompt", "overflow.0.target")
    told = await changed(
        sue, "queues/service", 1, **SERVICE, overflow=[message | {"target": "full"}]
    )
    assert told.status == 200, told.body


async def test_what_is_saved_while_the_engine_is_away_says_so(house: House) -> None:
    sue = await house.browser("sue")
    house.engine.refuse = lambda _: Refused(code="engine_unavailable", message="away")
    saved = await made(house, sue)
    assert saved["applied"] is False
    assert (await sue.get("/configuration/queues/service")).status == 200


async def test_every_change_is_in_the_audit(house: House) -> None:
    sue = await house.browser("sue")
    await made(house, sue)
    await sue.post("/configuration/queues/service/close", {"closed": True})
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope, object_kind="queue", object_id="service")
    assert [(one.action, one.user_id) for one in page.entries] == [
        ("configuration.close", house.users["sue"].id),
        ("configuration.create", house.users["sue"].id),
    ]


async def test_agents_read_nothing_of_it_and_unknown_things_are_not_there(house: House) -> None:
    anna, sue = await house.browser("anna"), await house.browser("sue")
    assert (await anna.get("/configuration/queues")).status == 403
    for path in (
        "queues/none",
        "skills/none",
        "reasons/none",
        "agents/none",
        "queues/" + "x" * 99,
    ):
        assert (await sue.get(f"/configuration/{path}")).status == 404
    assert (await sue.get("/configuration/planets")).status == 404
