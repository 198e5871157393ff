"""What is wrong with a plan as a whole is told with its place and its reason."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.numbers import Plan, read_plan, read_schedule
from ivr.numbers.lint import Known, lint, lint_plan
from ivr.numbers.weekly import WEEK, both, merged, without

OFFICE = read_schedule(
    {
        "format": 1,
        "title": "Office",
        "zone": "Asia/Shanghai",
        "hours": [{"days": ["mon", "tue"], "from": "09:00", "until": "18:00"}],
    }
)
KNOWN = Known(
    flows=frozenset({"hotline"}),
    queues=frozenset({"service", "sales"}),
    agents=frozenset({"1001"}),
    sites=frozenset({"shanghai"}),
    schedules={"office": OFFICE},
)
SERVICE = {"kind": "queue", "queue": "service"}
BUSY = {"kind": "busy"}
CLOSED = {"when": [{"kind": "hours", "schedule": "office", "state": "closed"}], "to": BUSY}


def plan(*rules: dict[str, Any], **more: Any) -> Plan:
    named = [{"id": f"r{index}", **rule} for index, rule in enumerate(rules)]
    return read_plan({"format": 1, "rules": named, "otherwise": SERVICE, "closed": BUSY, **more})


def found(*rules: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(one.code, one.place) for one in lint_plan("4000", plan(*rules, **more), KNOWN)]


def at(since: str, until: str, **more: Any) -> dict[str, Any]:
    return {"when": [{"kind": "time", "from": since, "until": until}, *more.pop("also", [])],
            "to": BUSY, **more}  # fmt: skip


def test_a_sound_plan_has_nothing_against_it() -> None:
    assert found(CLOSED) == []


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ({"kind": "queue", "queue": "nowhere"}, "rules.1.to.queue"),
        ({"kind": "flow", "flow": "nowhere"}, "rules.1.to.flow"),
        ({"kind": "agent", "agent": "1999"}, "rules.1.to.agent"),
        ({"kind": "voicemail", "box": "nowhere"}, "rules.1.to.box"),
    ],
)
def test_targets_that_do_not_exist_are_errors(target: dict[str, Any], place: str) -> None:
    rule = {"when": [{"kind": "caller", "group": "vip"}], "to": target}
    assert found(CLOSED, rule) == [("unknown_target", place)]


def test_conditions_and_shares_name_what_exists() -> None:
    ask = [
        {"kind": "hours", "schedule": "nine"},
        {"kind": "site", "site": "mars"},
        {"kind": "load", "queue": "none", "measure": "waiting", "is": "over", "value": 1},
    ]
    split = [
        {"percent": 50, "to": BUSY, "site": "venus"},
        {"percent": 50, "to": BUSY, "hours": "eight"},
    ]
    codes = found(CLOSED, {"when": ask, "split": split})
    assert codes == [
        ("unknown_schedule", "rules.1.when.0.schedule"),
        ("unknown_site", "rules.1.when.1.site"),
        ("unknown_queue", "rules.1.when.2.queue"),
        ("unknown_site", "rules.1.split.0.site"),
        ("unknown_schedule", "rules.1.split.1.hours"),
    ]


WEEKEND = {"kind": "weekday", "days": ["sat", "sun"]}
VIP = {"kind": "caller", "group": "vip"}


@pytest.mark.parametrize(
    ("rules", "dead"),
    [
        ([{"to": BUSY}, at("09:00", "10:00")], "rules.1"),
        ([at("09:00", "12:00"), at("10:00", "11:00")], "rules.1"),
        ([at("22:00", "06:00"), at("23:00", "01:00")], "rules.1"),
        ([at("09:00", "10:00"), at("10:00", "11:00"), at("09:30", "10:30")], "rules.2"),
        ([at("00:00", "24:00"), {"to": BUSY, "when": [VIP]}], "rules.1"),
        ([{"to": BUSY, "when": [VIP]}, {"to": BUSY, "when": [WEEKEND, VIP]}], "rules.1"),
        ([{"to": BUSY, "when": [WEEKEND, {**WEEKEND, "not": True}]}], "rules.0"),
        ([at("09:00", "10:00", also=[{"kind": "time", "from": "11:00", "until": "12:00"}])],
         "rules.0"),
        ([{"to": BUSY, "when": [VIP, {"kind": "caller", "group": "unknown"}]}], "rules.0"),
        ([CLOSED, {"to": BUSY, "when": [{"kind": "hours", "schedule": "office"}]},
          {"to": BUSY, "when": [VIP]}], "rules.2"),
        ([{"when": [WEEKEND], "rules": [
            {"id": "in", "when": [{"kind": "weekday", "days": ["mon"]}], "to": BUSY}]}],
         "rules.0.rules.0"),
    ],
)  # fmt: skip
def test_a_rule_that_no_call_reaches_is_an_error(rules: list[dict[str, Any]], dead: str) -> None:
    codes = found(*rules, otherwise=BUSY)
    assert [place for code, place in codes if code == "dead_branch"] == [dead]


@pytest.mark.parametrize(
    "rules",
    [
        [at("09:00", "12:00", also=[VIP]), at("10:00", "11:00")],
        [at("09:00", "12:00"), at("12:00", "13:00")],
        [{"split": [{"percent": 50, "to": BUSY, "site": "shanghai"},
                    {"percent": 50, "to": BUSY, "site": "shanghai"}]}, {"to": BUSY}],
        [{"rules": [{"id": "in", "when": [VIP], "to": BUSY}]}, {"to": BUSY}],
    ],
)  # fmt: skip
def test_a_rule_that_some_call_reaches_is_fine(rules: list[dict[str, Any]]) -> None:
    assert not [code for code, _ in found(*rules, otherwise=BUSY) if code == "dead_branch"]


def test_times_that_two_rules_claim_are_told_with_the_span() -> None:
    [finding] = [
        one
        for one in lint_plan(
            "4000",
            plan(at("09:00", "12:00"), at("11:00", "14:00"), otherwise=BUSY),
            KNOWN,
        )
        if one.code == "overlapping_schedules"
    ]
    assert (finding.severity, finding.place) == ("warning", "rules.1")
    assert "rules.0 (r0) at Mon 11:00 to Mon 12:00" in finding.reason


def test_a_plan_must_say_where_callers_go_when_it_is_closed() -> None:
    opened = {"when": [{"kind": "hours", "schedule": "office"}], "to": SERVICE}
    assert found(opened) == [("no_closed_destination", "otherwise")]
    assert found(opened, otherwise=BUSY) == []
    assert found(opened, otherwise={"kind": "flow", "flow": "hotline"}) == []
    vip = {"when": [VIP], "to": SERVICE}
    assert found(vip, CLOSED) == [("no_closed_destination", "rules.0.to")]
    assert found(CLOSED, vip) == []
    assert found(otherwise=SERVICE) == [("always_open", "rules")]
    assert found(CLOSED, closed=SERVICE) == [("no_closed_destination", "closed")]


def test_a_share_with_hours_of_its_own_is_not_reached_when_closed() -> None:
    split = [{"percent": 50, "to": SERVICE, "hours": "office"},
             {"percent": 50, "to": SERVICE, "hours": "office"}]  # fmt: skip
    opened = {"when": [{"kind": "hours", "schedule": "office", "not": True}], "to": BUSY}
    assert found({"split": split}, opened) == []


def dial(number: str) -> Plan:
    return plan(CLOSED, otherwise={"kind": "number", "number": number})


def test_calls_that_would_go_round_for_ever_are_errors() -> None:
    plans = {"4000": dial("+862162108888"), "+862162108888": dial("4002"), "4002": dial("4000")}
    known = Known(schedules=KNOWN.schedules, plans=plans)
    loops = [(one.number, one.place, one.reason) for one in lint(known) if one.code == "loop"]
    assert [number for number, _, _ in loops] == ["4000", "+862162108888", "4002"]
    assert "4000 → +862162108888 → 4002 → 4000" in loops[0][2]
    one_way = Known(schedules=KNOWN.schedules, plans={**plans, "4002": plan(CLOSED)})
    assert {one.code for one in lint(one_way)} == {"own_number"}
    [itself] = [one for one in lint_plan("4000", dial("4000"), Known()) if one.code == "loop"]
    assert "4000 → 4000" in itself.reason


def test_the_week_is_cut_and_joined_rightly() -> None:
    assert merged([(WEEK - 60, WEEK + 60)]) == ((0, 60), (WEEK - 60, WEEK))
    assert merged([(0, 10), (10, 20), (30, 40)]) == ((0, 20), (30, 40))
    assert without(((0, 20), (30, 40))) == ((20, 30), (40, WEEK))
    assert without(((5, WEEK),)) == ((0, 5),)
    assert without(()) == ((0, WEEK),)
    assert both(((0, 20), (30, 40)), ((10, 35),)) == ((10, 20), (30, 35))
