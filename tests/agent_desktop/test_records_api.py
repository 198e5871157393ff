from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from crm_core import audit, directory
from crm_core.directory import CustomerEdit
from crm_core.tenancy import Scope

if TYPE_CHECKING:
    from conftest import Browser, House


PASSWORD = "correct horse battery"


async def zhang(browser: Browser) -> dict[str, Any]:
    made = await browser.post(
        "/customers",
        {
            "name": "张三",
            "account_name": "上海盈硕标牌",
            "grade": "A",
            "vip": True,
            "tags": ["老客户"],
            "contact_points": [{"value": "138 0013 8000", "label": "手机", "is_primary": True}],
        },
    )
    assert made.status == 201, made.body
    body: dict[str, Any] = made.body
    return body


async def test_a_customer_is_created_found_and_changed(house: House) -> None:
    anna = await house.browser("anna")
    made = await zhang(anna)
    assert made["numbers"] == ["+8613800138000"]
    assert made["account"]["name"] == "上海盈硕标牌"
    for words in ("张三", "盈硕", "13800138000", "0013 8000".replace(" ", "")):
        found = (await anna.get("/customers", q=words)).body["items"]
        assert [one["contact_id"] for one in found] == [made["contact_id"]], words
    path = f"/customers/{made['contact_id']}"
    changed = await anna.ask("PATCH", path, json={"note": "likes tea", "tags": []})
    assert (changed.status, changed.body["note"], changed.body["tags"]) == (200, "likes tea", [])
    assert changed.body["name"] == "张三"
    added = await anna.post(f"{path}/contact-points", {"kind": "mail", "value": "z@example.com"})
    assert {point["kind"] for point in added.body["contact_points"]} == {"phone", "mail"}
    assert (await anna.get(path)).body == added.body


async def test_who_looks_after_a_customer_is_named_by_his_log_in_and_taken_away(
    house: House,
) -> None:
    anna = await house.browser("anna")
    made = await zhang(anna)
    path = f"/customers/{made['contact_id']}"
    assert made["owner"] == "anna"  # who wrote him down
    given = await anna.ask("PATCH", path, json={"owner": " bo "})
    assert (given.body["owner"], given.body["owner_name"]) == ("bo", "Bo")
    wrong = await anna.ask("PATCH", path, json={"owner": "nobody-here", "note": "lost"})
    assert (wrong.status, wrong.body["field"]) == (400, "owner")
    kept = (await anna.get(path)).body
    assert (kept["owner"], kept["note"]) == ("bo", made["note"])
    taken = await anna.ask("PATCH", path, json={"owner": ""})
    assert (taken.body["owner"], taken.body["owner_name"]) == ("", "")


async def test_an_edit_of_an_old_version_is_refused(house: House) -> None:
    anna = await house.browser("anna")
    made = await zhang(anna)
    path, version = f"/customers/{made['contact_id']}", made["row_version"]
    first = await anna.ask("PATCH", path, json={"note": "one", "row_version": version})
    assert first.status == 200
    late = await anna.ask("PATCH", path, json={"note": "two", "row_version": version})
    assert (late.status, late.body["code"]) == (409, "edited_meanwhile")
    assert (await anna.get(path)).body["note"] == "one"


async def test_a_look_up_shows_the_card_of_whoever_may_be_calling(house: House) -> None:
    anna = await house.browser("anna")
    await zhang(anna)
    card = (await anna.get("/lookup", number="008613800138000")).body
    assert (card["known"], card["matches"][0]["name"]) == (True, "张三")
    unknown = (await anna.get("/lookup", number="anonymous")).body
    assert (unknown["known"], unknown["matches"]) == (False, [])


async def test_notes_and_tickets_stand_on_the_customers_timeline(house: House) -> None:
    anna = await house.browser("anna")
    made = await zhang(anna)
    path = f"/customers/{made['contact_id']}"
    assert (await anna.post(f"{path}/notes", {"text": "asked for a quote"})).status == 201
    opened = await anna.post(
        "/tickets",
        {"subject": "refund", "body": "of order 7", "contact_id": made["contact_id"]},
    )
    assert opened.status == 201, opened.body
    told = (await anna.get(f"{path}/timeline")).body
    assert {item["object_kind"] for item in told["items"]} == {"note", "ticket"}
    page = (await anna.get(f"{path}/timeline", limit="1")).body
    rest = (await anna.get(f"{path}/timeline", limit="1", cursor=page["next_cursor"])).body
    assert page["items"] + rest["items"] == told["items"]
    shown = (await anna.get(path)).body
    assert [ticket["subject"] for ticket in shown["open_tickets"]] == ["refund"]
    assert (await anna.get(f"/customers/{uuid4()}/timeline")).status == 404


async def test_a_ticket_lives_from_opening_to_closing(house: House) -> None:
    anna = await house.browser("anna")
    opened = (await anna.post("/tickets", {"subject": "  broken sign  "})).body
    assert (opened["status"], opened["subject"]) == ("open", "broken sign")
    path = f"/tickets/{opened['ticket_id']}"
    commented = await anna.post(f"{path}/comments", {"body": "called back"})
    assert commented.body["events"][-1]["body"] == "called back"
    closed = await anna.ask("PATCH", path, json={"status": "closed", "comment": "done"})
    assert closed.body["closed_at"] is not None
    assert ids(await anna.get("/tickets", status="open")) == []
    assert ids(await anna.get("/tickets", status="closed")) == [opened["ticket_id"]]
    assert ids(await anna.get("/tickets", q=f"#{opened['number']}")) == [opened["ticket_id"]]
    again = await anna.ask("PATCH", path, json={"status": "open"})
    assert (again.body["status"], again.body["closed_at"]) == ("open", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "subject"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": "x", "priority": "sky-high"}, "priority"),
        ({"subject": "x", "contact_id": "me"}, "contact_id"),
        ({"subject": "x", "body": "y" * 20_001}, "body"),
        ({"subject": "x", "opened_by": str(uuid4())}, "opened_by"),
    ],
)
async def test_a_ticket_that_does_not_fit_is_not_opened(
    house: House, body: dict[str, Any], field: str
) -> None:
    anna = await house.browser("anna")
    told = await anna.post("/tickets", body)
    assert (told.status, told.body["field"]) == (400, field)
    assert ids(await anna.get("/tickets")) == []


async def test_a_ticket_of_a_call_or_customer_that_is_not_there_is_refused(house: House) -> None:
    anna = await house.browser("anna")
    for part in ("contact_id", "call_id"):
        told = await anna.post("/tickets", {"subject": "x", part: str(uuid4())})
        assert told.status in (400, 404), told.body
    assert ids(await anna.get("/tickets")) == []


async def test_statements_are_for_supervisors(house: House) -> None:
    sue = await house.browser("sue")
    assert (await sue.get("/statements", month="2026-03")).body["items"] == []
    for month in ("2026-13", "2026", "'--"):
        assert (await sue.get("/statements", month=month)).body["field"] == "month"
    assert (await sue.get(f"/statements/{uuid4()}")).status == 404


async def test_reports_count_and_export(house: House) -> None:
    sue, anna = await house.browser("sue"), await house.browser("anna")
    asked = {"from": "2026-03-02", "to": "2026-03-03", "interval": "hour"}
    for kind in ("queues", "agents"):
        told = await sue.get(f"/reports/{kind}", **asked)
        assert (told.status, told.body["rows"]) == (200, []), told.body
        written = await sue.get(f"/reports/{kind}.csv", **asked)
        assert written.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert written.body.lstrip("\ufeff").startswith("start,end,")
        assert (await anna.get(f"/reports/{kind}.csv", **asked)).status == 403
    assert (await anna.get("/reports/queues", **asked)).status == 403
    assert (await anna.get("/reports/agents", **asked)).status == 200


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"from": "2026-03-03", "to": "2026-03-02"}, "to"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, "to"),
        ({"from": "9999-12-31"}, "from"),
        ({"from": "0001-01-01", "to": "2026-01-01"}, None),
        ({"interval": "second"}, "interval"),
        ({"zone": "Nowhere/City"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"from": "2026-03-02T00:00:00"}, "from"),
        ({"from": "2020-01-01", "to": "2026-01-01"}, "to"),
        ({"from": "2024-01-01", "to": "2026-01-01", "interval": "15min"}, "interval"),
        ({"sort": "queue"}, "sort"),
    ],
)
async def test_a_report_that_cannot_be_counted_says_why(
    house: House, asked: dict[str, str], field: str | None
) -> None:
    told = await (await house.browser("sue")).get("/reports/queues", **asked)
    assert told.status == 400, told.body
    assert field is None or told.body["field"] == field


async def test_privileged_acts_are_audited_with_who_and_where_from(house: House) -> None:
    anna = await house.browser()
    told = await anna.post("/session", {"username": "anna", "password": PASSWORD})
    anna.headers["X-CSRF-Token"] = told.body["csrf_token"]
    made = await zhang(anna)
    await anna.post("/me/phone")
    await anna.post("/me/dial", {"number": "13800138000"})
    await anna.ask("PATCH", f"/customers/{made['contact_id']}", json={"note": "x"})
    await anna.ask("DELETE", "/session")
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope)
    acts = {entry.action: entry for entry in page.entries}
    assert {"sign_in", "issue_phone", "dial", "change_customer", "sign_out"} <= set(acts)
    for entry in acts.values():
        assert str(entry.user_id) == house.id_of("anna")
        assert entry.address == "127.0.0.1"
        assert len(entry.request_id) == 32


async def test_an_export_by_a_program_is_audited_with_its_name(house: House) -> None:
    program = await house.program("supervisor")
    assert (await program.get("/reports/queues.csv", interval="day")).status == 200
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope)
    entry = page.entries[0]
    assert (entry.action, entry.object_id) == ("export", "queues.csv")
    assert entry.after == {"by": "token:token", "query": "interval=day"}


async def test_another_tenants_records_look_like_none(house: House) -> None:
    anna = await house.browser("anna")
    elsewhere = Scope(tenant_id=uuid4())
    async with house.services.database.transaction() as session:
        theirs = await directory.save_customer(session, elsewhere, CustomerEdit(name="theirs"))
    absent = await anna.get(f"/customers/{uuid4()}")
    hidden = await anna.get(f"/customers/{theirs.contact_id}")
    assert hidden.status == 404
    assert {**hidden.body, "trace_id": ""} == {**absent.body, "trace_id": ""}
    changed = await anna.ask("PATCH", f"/customers/{theirs.contact_id}", json={"name": "mine"})
    assert changed.status == 404
    assert (await anna.get("/customers")).body["items"] == []


def ids(told: Any) -> list[str]:
    return [item["ticket_id"] for item in told.body["items"]]
