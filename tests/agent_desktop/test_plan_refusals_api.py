"""What a plan or a schedule cannot be: told by place and reason, the ones in force untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import House

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
    "a day no month has": (dated(**{"from": "2026-02-30"}), "exceptions.0.from", "day"),
    "an end before the beginning": (
        dated(**{"from": "2026-12-26", "until": "2026-12-24"}),
        "exceptions.0",
        "before it begins",
    ),
    "a country of its own": (OFFICE | {"holidays": {"country": "XX"}}, "holidays", "no holidays"),
    "a zone of no country": (OFFICE | {"zone": "Mars/Base"}, "zone", "no time zone"),
    "a title nobody sees": (OFFICE | {"title": "\u200b"}, "title", "U+200B"),
}


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
