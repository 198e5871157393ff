"""Plans and schedules come in as YAML or JSON; what cannot be is refused by place and reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ivr.numbers import PlanInvalid, as_data, as_yaml, read_plan, read_schedule
from ivr.numbers.hours import Schedule
from ivr.numbers.model import Plan, Screening
from ivr.numbers.reading import MAX_BYTES, schema_of

PLAN = """
format: 1
rules:
  - id: lunch
    note: one hour
    when:
      - {kind: time, from: 12:00, until: 13:00}
      - {kind: area, prefixes: [+8621, 021]}
    to: {kind: number, number: +862162108888}
  - id: parts
    split:
      - {percent: 33.33, to: {kind: queue, queue: service}, site: shanghai}
      - {percent: 66.67, to: {kind: voicemail, box: sales}}
otherwise: {kind: flow, flow: hotline}
closed: {kind: announcement, text: {zh: 今天关闭, en: Closed today}}
"""
HOURS = """
format: 1
title: Office
zone: Europe/Berlin
hours:
  - {days: [mon, fri], from: 08:00, until: 18:00}
exceptions:
  - {from: 2026-12-24, until: 2026-12-26, note: Christmas}
"""


def test_a_plan_is_the_same_as_yaml_as_json_and_as_data() -> None:
    plan = read_plan(PLAN)
    assert read_plan(as_yaml(plan)) == plan
    assert read_plan(json.dumps(as_data(plan))) == plan
    assert read_plan(as_data(plan)) == plan
    hours = read_schedule(HOURS)
    assert read_schedule(as_yaml(hours)) == hours


def test_the_schemas_say_what_is_taken() -> None:
    for document, data in (
        (Plan, as_data(read_plan(PLAN))),
        (Schedule, as_data(read_schedule(HOURS))),
    ):
        schema = schema_of(document)
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(data)
    Draft202012Validator.check_schema(schema_of(Screening))


def changed(**more: Any) -> dict[str, Any]:
    return {**as_data(read_plan(PLAN)), **more}


def rule(**more: Any) -> dict[str, Any]:
    return changed(rules=[{"id": "a", "to": {"kind": "busy"}, **more}])


def asking(**condition: Any) -> dict[str, Any]:
    return rule(when=[condition])


def two(first: Any, second: Any) -> dict[str, Any]:
    to = {"kind": "busy"}
    split = [{"percent": first, "to": to}, {"percent": second, "to": to}]
    return changed(rules=[{"id": "a", "split": split}])


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (changed(zone="Mars/Base"), "zone", "there is no time zone 'Mars/Base'"),
        (changed(zone="../etc/passwd"), "zone", "there is no time zone"),
        (changed(zone=""), "zone", "there is no time zone"),
        (
            asking(kind="time", **{"from": "25:00", "until": "26:00"}),
            "rules.0.when.0.from",
            "form",
        ),
        (asking(kind="time", **{"from": "09:00", "until": "09:00"}), "rules.0.when.0", "no time"),
        (asking(kind="holiday", country="XX"), "rules.0.when.0", "no holidays are known"),
        (asking(kind="weekday", days=[]), "rules.0.when.0.days", "at least 1"),
        (asking(kind="area"), "rules.0.when.0", "give prefixes or regions"),
        (asking(kind="area", regions=["UK"]), "rules.0.when.0.regions.0", "no country"),
        (asking(kind="moon"), "rules.0.when.0", "no kind 'moon'"),
        (
            asking(kind="date", **{"from": "2026-02-02", "until": "2026-02-01"}),
            "rules.0.when.0",
            "before it begins",
        ),
        (asking(kind="date", **{"from": "2026-02-30"}), "rules.0.when.0.from", "no date"),
        (rule(to={"kind": "number", "number": "12;rm"}), "rules.0.to.number", "form"),
        (rule(split=None, to=None), "rules.0", "give one of"),
        (rule(colour="red"), "rules.0.colour", "not known"),
        (two(50, 49.99), "rules.0.split", "adds up to 99.99 %, not 100 %"),
        (two(33.333, 66.667), "rules.0.split.0", "at most two decimals"),
        (two(0, 100), "rules.0.split.0.percent", "more than 0"),
        (changed(closed=None), "closed", "mapping"),
        (changed(format=2), "format", "1"),
        (rule(note="free\u202eeerf"), "rules.0.note", "invisible character U+202E at position 5"),
        (rule(id="аreа"), "rules.0.id", "form"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    data: dict[str, Any], place: str, reason: str
) -> None:
    with pytest.raises(PlanInvalid) as told:
        read_plan(data)
    problems = told.value.problems
    assert [(place, True)] == [(p.place, reason in p.reason) for p in problems][:1], problems


def test_two_rules_cannot_share_a_name() -> None:
    data = rule()
    data["rules"] = data["rules"] * 2
    with pytest.raises(PlanInvalid, match=r"rules\.1\.id: 'a' stands at rules\.0 already"):
        read_plan(data)


def test_rules_cannot_lie_too_deep() -> None:
    inner: dict[str, Any] = {"id": "r", "to": {"kind": "busy"}}
    for depth in range(6):
        inner = {"id": f"r{depth}", "rules": [inner]}
    with pytest.raises(PlanInvalid, match="lies deeper than"):
        read_plan(changed(rules=[inner]))


def hours(*spans: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    periods = [
        {"days": days.split(), "from": since, "until": until} for days, since, until in spans
    ]
    return {"format": 1, "title": "t", "zone": "UTC", "hours": periods, **more}


@pytest.mark.parametrize(
    ("data", "place", "reason"),
    [
        (hours(("mon tue", "09:00", "12:00"), ("tue", "11:59", "13:00")), "hours.1", "overlaps"),
        (hours(("sun", "22:00", "06:00"), ("mon", "05:00", "08:00")), "hours.1", "overlaps"),
        (hours(("mon mon", "09:00", "12:00")), "hours.0", "a day stands twice"),
        (hours(), "hours", "never opens"),
        (
            hours(
                ("mon", "09:00", "12:00"),
                exceptions=[{"from": "2026-12-20", "until": "2026-12-26"}, {"from": "2026-12-24"}],
            ),
            "exceptions.1",
            "overlaps exceptions.0",
        ),
        (hours(("mon", "09:00", "12:00"), holidays={"country": "DE", "subdivision": "ZZ"}),
         "holidays", "DE has no part 'ZZ'"),
        (hours(("mon", "24:00", "12:00")), "hours.0", "no time at all"),
        (hours(("mon", "09:60", "12:00")), "hours.0.from", "form"),
        (hours(("mon", "0\u0669:00", "12:00")), "hours.0.from", "form"),
        (hours(("mon", "09:00", "12:00"), title="\u200b"), "title", "invisible character U+200B"),
        (hours(("mon", "09:00", "12:00"), exceptions=[{"from": "2026-02-30"}]),
         "exceptions.0.from", "no date"),
        (hours(("mon", "09:00", "12:00"),
               exceptions=[{"from": "2026-12-26", "until": "2026-12-24"}]),
         "exceptions.0", "before it begins"),
        (hours(("mon", "09:00", "12:00"), exceptions=[
            {"from": "2026-12-24",
             "hours": [{"from": "09:00", "until": "12:00"}, {"from": "11:00", "until": "13:00"}]},
        ]), "exceptions.0.hours.1", "overlaps exceptions.0.hours.0"),
    ],
)  # fmt: skip
def test_impossible_hours_are_refused_with_their_place(
    data: dict[str, Any], place: str, reason: str
) -> None:
    with pytest.raises(PlanInvalid) as told:
        read_schedule(data)
    assert any(p.place == place and reason in p.reason for p in told.value.problems), (
        told.value.problems
    )


def test_hours_that_only_touch_are_fine() -> None:
    read_schedule(hours(("mon", "09:00", "12:00"), ("mon", "12:00", "13:00")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 10_000_000, f"at most {MAX_BYTES:,}"),
        ("{" * 5000, "cannot be read"),
        ('{"a": ' * 5000, "cannot be read"),
        ("[" * 5000, "levels inside one another"),
        ("a: &a [1]\nb: *a", "references"),
        ("rules: []\nrules: []", "line 2, column 1: is no YAML: 'rules' stands twice"),
        ('{"rules": [], "rules": []}', "'rules' stands twice"),
        ("? [a]\n: 1", "a name is plain text"),
        ("a: [1, 2", "is no YAML"),
        ("a: !!python/object:os.system x", "is no YAML"),
        ("\x00", "is no YAML"),
        ("- just\n- a list", "mapping"),
        ("", "mapping"),
    ],
)
def test_text_that_is_no_plan_is_refused_quickly(text: str, words: str) -> None:
    with pytest.raises(PlanInvalid, match=words):
        read_plan(text)


def test_broken_bytes_are_refused() -> None:
    with pytest.raises(PlanInvalid, match="cannot be read"):
        read_plan(b"\xff\xfe")
