"""What a plan or a schedule cannot be: told by place and reason, the ones in force untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bad_documents import BAD_HOURS, BAD_PLANS, OFFICE, PLAN

if TYPE_CHECKING:
    from conftest import House


async def test_bad_plans_are_refused_by_place_and_the_published_one_stays(house: House) -> None:
    sue = await house.browser("sue")
    number = {"number": "4000", "title": "热线", "flow": "hotline"}
    assert (await sue.post("/numbers", number)).status == 201
    assert (await sue.post("/numbers/4000/publish", {"document": PLAN})).status == 200
    for name, (plan, place, reason) in BAD_PLANS.items():
        told = await sue.post("/numbers/4000/publish", {"document": plan})
        assert (told.status, told.body["field"]) == (400, f"document.{place}"), (name, told.body)
        assert reason in told.body["message"], name
        assert (await sue.get("/numbers/4000")).body["version"] == 1, name


async def test_bad_hours_are_refused_by_place_and_those_in_force_stay(house: House) -> None:
    sue = await house.browser("sue")
    first = await sue.ask("PUT", "/schedules/office", json={"document": OFFICE})
    assert first.status == 200, first.body
    for name, (hours, place, reason) in BAD_HOURS.items():
        body = {"document": hours, "expected_version": 1}
        told = await sue.ask("PUT", "/schedules/office", json=body)
        assert (told.status, told.body["field"]) == (400, f"document.{place}"), (name, told.body)
        assert reason in told.body["message"], name
    [office] = (await sue.get("/schedules")).body["items"]
    assert office["version"] == 1
