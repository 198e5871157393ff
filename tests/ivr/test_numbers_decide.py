"""Where calls go: hours across DST and holidays, callers, load, sites, screening, trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.numbers import (
    Blocked,
    BlockList,
    Customer,
    Decision,
    Facts,
    Number,
    PlanBook,
    QueueLoad,
    Request,
    Schedule,
    decide,
    read_plan,
    read_schedule,
    read_screening,
)
from ivr.numbers.calendar import Calendar
from ivr.numbers.hours import holidays_of

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # Friday, noon in Shanghai
BUSY = {"kind": "busy"}
WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]


def to(queue: str) -> dict[str, Any]:
    return {"kind": "queue", "queue": queue}


def book(
    *rules: dict[str, Any], schedules: dict[str, Schedule] | None = None, **more: Any
) -> PlanBook:
    plan = {
        "format": 1,
        "rules": [{"id": f"r{index}", **rule} for index, rule in enumerate(rules)],
        "otherwise": {"kind": "flow", "flow": "hotline"},
        "closed": BUSY,
    }
    number = Number(did="4000", flow="hotline", plan=read_plan(plan), **more.pop("number", {}))
    return PlanBook([number], schedules=schedules, default_flow="hotline", **more)


def ask(
    plans: PlanBook,
    *,
    caller: str = "13800138000",
    did: str = "4000",
    at: datetime = NOON,
    **facts: Any,
) -> Decision:
    return decide(plans, Request(caller=caller, did=did, at=at), Facts(**facts))


def led(decision: Decision) -> str:
    """The queue, or the kind of the target."""
    target = decision.target
    assert target is not None
    return getattr(target, "queue", target.kind)


def schedule(zone: str = "Asia/Shanghai", **more: Any) -> Schedule:
    hours = more.pop("hours", [{"days": WORKDAYS, "from": "09:00", "until": "18:00"}])
    return read_schedule({"format": 1, "title": "Office", "zone": zone, "hours": hours, **more})


def when(*conditions: dict[str, Any], queue: str = "special") -> dict[str, Any]:
    return {"when": list(conditions), "to": to(queue)}


# --- time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 3, 8)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # half an hour
        ("America/Sao_Paulo", date(2018, 11, 4)),  # the day began at one
    ],
)
def test_hours_follow_the_clock_on_the_wall_when_it_is_put_forward_or_back(
    zone: str, day: date
) -> None:
    calendar = Calendar(
        schedule(zone, hours=[{"days": ["sat", "sun", "mon"], "from": "01:30", "until": "09:00"}])
    )
    moment = datetime.combine(day - timedelta(days=1), time(0), ZoneInfo(zone)).astimezone(UTC)
    for _ in range(3 * 24 * 12):
        wall = moment.astimezone(ZoneInfo(zone))
        assert calendar.at(moment).open is (time(1, 30) <= wall.time() < time(9)), wall
        moment += timedelta(minutes=5)


@given(
    minute=st.integers(0, 2 * 366 * 24 * 60),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Pacific/Apia"]),
    first=st.integers(0, 23),
    last=st.integers(0, 23),
)
def test_a_span_holds_exactly_while_the_wall_clock_is_inside_it(
    minute: int, zone: str, first: int, last: int
) -> None:
    if first == last:
        return
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    plan = book(when({"kind": "time", "from": f"{first:02}:00", "until": f"{last:02}:00"}))
    entry = plan.find("4000")
    assert entry is not None
    assert entry.number.plan is not None
    data = entry.number.plan.model_copy(update={"zone": zone})
    plans = PlanBook([Number(did="4000", flow="hotline", plan=data)])
    hour = moment.astimezone(ZoneInfo(zone)).hour
    inside = first <= hour < last if first < last else hour >= first or hour < last
    assert (led(ask(plans, at=moment)) == "special") is inside


@settings(deadline=None)  # the first holiday asked for is worked out for its year
@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_holiday_closes_and_an_own_exception_wins_over_it(day: date) -> None:
    noon = datetime.combine(day, time(12), ZoneInfo("Europe/Berlin"))
    plain = Calendar(schedule("Europe/Berlin", holidays={"country": "DE", "subdivision": "BY"}))
    feast = day in holidays_of("DE", "BY", day.year)
    found = plain.at(noon)
    assert found.open is (day.weekday() < 5 and not feast)
    assert (found.by == "holiday") is feast
    own = {"from": day.isoformat(), "hours": [{"from": "11:00", "until": "13:00"}]}
    opened = Calendar(schedule("Europe/Berlin", holidays={"country": "DE"}, exceptions=[own]))
    assert opened.at(noon).open
    assert not opened.at(noon + timedelta(hours=2)).open
    shut = Calendar(schedule("Europe/Berlin", exceptions=[{"from": day.isoformat()}]))
    assert not shut.at(noon).open


def test_a_night_belongs_to_the_day_it_begins_on() -> None:
    night = Calendar(schedule(hours=[{"days": ["fri"], "from": "22:00", "until": "06:00"}]))
    zone = ZoneInfo("Asia/Shanghai")
    assert night.at(datetime(2026, 11, 20, 23, tzinfo=zone)).open
    assert night.at(datetime(2026, 11, 21, 5, 59, tzinfo=zone)).open
    assert not night.at(datetime(2026, 11, 21, 6, tzinfo=zone)).open
    assert not night.at(datetime(2026, 11, 20, 5, tzinfo=zone)).open


def test_rules_ask_for_weekday_date_holiday_and_schedule() -> None:
    conditions: list[tuple[dict[str, Any], datetime, bool]] = [
        ({"kind": "weekday", "days": ["fri"]}, NOON, True),
        ({"kind": "weekday", "days": ["fri"]}, NOON + timedelta(days=1), False),
        ({"kind": "weekday", "days": ["fri"], "not": True}, NOON, False),
        ({"kind": "date", "from": "2026-11-20", "until": "2026-11-21"}, NOON, True),
        ({"kind": "date", "from": "2026-11-21"}, NOON, False),
        ({"kind": "holiday", "country": "CN"}, datetime(2026, 10, 1, 4, tzinfo=UTC), True),
        ({"kind": "holiday", "country": "CN"}, NOON, False),
        ({"kind": "hours", "schedule": "office"}, NOON, True),
        ({"kind": "hours", "schedule": "office", "state": "closed"}, NOON, False),
        ({"kind": "hours", "schedule": "nowhere", "state": "closed"}, NOON, False),
    ]
    for condition, at, holds in conditions:
        plans = book(when(condition), schedules={"office": schedule()})
        assert (led(ask(plans, at=at)) == "special") is holds, condition


# --- callers, load, sites ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "condition", "holds"),
    [
        ("02162108888", {"prefixes": ["+8621"]}, True),
        ("008613800138000", {"regions": ["CN"]}, True),
        ("+85223456789", {"regions": ["HK", "MO"]}, True),
        ("+85223456789", {"regions": ["CN"]}, False),
        ("10086", {"prefixes": ["10086"]}, True),
        ("anonymous", {"regions": ["CN"]}, False),
        ("anonymous", {"regions": ["CN"], "not": True}, True),
    ],
)
def test_callers_are_told_apart_by_area(
    caller: str, condition: dict[str, Any], holds: bool
) -> None:
    plans = book(when({"kind": "area", **condition}))
    assert (led(ask(plans, caller=caller)) == "special") is holds


@pytest.mark.parametrize("group", ["vip", "known", "unknown"])
@pytest.mark.parametrize("negated", [False, True])
def test_a_look_up_that_came_too_late_fits_no_rule(group: str, negated: bool) -> None:
    plans = book(when({"kind": "caller", "group": group, "not": negated}))
    decision = ask(plans)
    assert decision.why == "otherwise"
    assert [test.holds for test in decision.trace if test.about == "caller"] == [None]
    assert plans.needs("4000").customer


def test_callers_are_told_apart_by_what_is_known_of_them() -> None:
    plans = book(
        when({"kind": "caller", "group": "vip"}, queue="vip"),
        when({"kind": "caller", "group": "anonymous"}, queue="anonymous"),
        when({"kind": "recent", "hours": 24, "times": 2}, queue="again"),
        when({"kind": "caller", "group": "known"}, queue="known"),
    )
    known = Customer(known=True)
    calls = (NOON - timedelta(hours=1), NOON - timedelta(hours=23), NOON - timedelta(hours=30))
    assert led(ask(plans, customer=Customer(known=True, vip=True))) == "vip"
    assert led(ask(plans, caller="anonymous")) == "anonymous"
    assert led(ask(plans, customer=known, calls_before=calls)) == "again"
    assert led(ask(plans, customer=known, calls_before=calls[1:])) == "known"
    assert led(ask(plans, customer=Customer())) == "flow"
    assert plans.needs("4000").hours_back == 24


def test_load_and_sites_lead_calls_elsewhere() -> None:
    full = {"kind": "load", "queue": "service", "measure": "waiting", "is": "over", "value": 5}
    empty = {"kind": "load", "queue": "service", "measure": "ready", "is": "under", "value": 1}
    slow = {"kind": "load", "queue": "service", "measure": "expected_wait", "is": "over",
            "value": 60}  # fmt: skip
    down = {"kind": "site", "site": "beijing", "state": "down"}
    plans = book(
        when(full, queue="full"), when(slow, queue="slow"), when(empty, queue="empty"),
        when(down, queue="down"),
    )  # fmt: skip

    def load(**more: Any) -> dict[str, QueueLoad]:
        return {"service": QueueLoad(**more)}

    assert led(ask(plans, load=load(waiting=6, ready=2))) == "full"
    assert led(ask(plans, load=load(waiting=5, ready=2))) == "flow"
    assert led(ask(plans, load=load(waiting=5, ready=2, expected_wait=61.0))) == "slow"
    assert led(ask(plans, load=load(waiting=0, ready=0))) == "empty"
    assert led(ask(plans, sites_down=frozenset({"beijing"}))) == "down"
    unknown = ask(plans)
    assert led(unknown) == "flow"
    assert [test.holds for test in unknown.trace if test.about == "load"] == [None] * 3


# --- tree, split, screening, closing -------------------------------------------------------


def test_a_call_that_no_inner_rule_takes_goes_on_behind() -> None:
    inner = {"id": "inner", **when({"kind": "weekday", "days": ["sun"]}, queue="inner")}
    plans = book(
        {"when": [{"kind": "weekday", "days": WORKDAYS}], "rules": [inner]},
        {"to": to("behind")},
    )
    decision = ask(plans)
    assert (led(decision), decision.place) == ("behind", "rules.1.to")
    assert [test.place for test in decision.trace][1:] == [
        "rules.0.when.0",
        "rules.0.rules.0.when.0",
    ]


def shares(**more: Any) -> dict[str, Any]:
    return {
        "split": [
            {"percent": 75, "to": to("a"), **more},
            {"percent": 25, "to": to("b"), "site": "beijing"},
        ]
    }


def test_a_split_shares_out_calls_and_leaves_its_counters_to_who_keeps_them() -> None:
    plans = book(shares())
    states: dict[str, Any] = {}
    led_to = []
    for _ in range(8):
        request = Request(caller="1", did="4000", at=NOON)
        decision = decide(plans, request, Facts(), states)
        assert decision == decide(plans, request, Facts(), states)  # nothing is kept inside
        assert decision.spent is not None
        states[decision.spent.key] = decision.spent.pick.state
        led_to.append(led(decision))
    assert led_to.count("a") == 6
    assert set(states) == set(plans.splits())


def test_a_split_without_an_open_share_is_passed_by() -> None:
    plans = book(shares(hours="office"), {"to": to("behind")}, schedules={"office": schedule()})
    night, down = NOON + timedelta(hours=12), frozenset({"beijing"})
    assert led(ask(plans, sites_down=down)) == "a"
    assert led(ask(plans, at=night)) == "b"
    decision = ask(plans, at=night, sites_down=down)
    assert led(decision) == "behind"
    assert decision.spent is None
    closed = [(test.about, test.holds) for test in decision.trace if ".split." in test.place]
    assert closed == [("hours", False), ("site", False)]


def screening(**more: Any) -> Any:
    return read_screening({"format": 1, "blocked": BUSY, "repeats": BUSY, **more})


def test_blocked_callers_and_robots_are_refused_before_any_plan() -> None:
    blocked = BlockList(
        [
            Blocked(number="+86 138 0013 8000", reason="threats"),
            Blocked(number="+44*", reason="robots", until=NOON),
        ]
    )
    plans = book(screening=screening(most_a_minute=3), blocked=blocked)
    decision = ask(plans)
    assert (decision.why, led(decision)) == ("blocked", "busy")
    assert decision.trace[-1].seen == ("listed", "threats")
    assert ask(plans, caller="+442071234567", at=NOON - timedelta(seconds=1)).why == "blocked"
    assert ask(plans, caller="+442071234567").why == "otherwise"  # its time is over
    assert ask(plans, caller="02162108888", last_minute=3).why == "otherwise"
    assert ask(plans, caller="02162108888", last_minute=4).why == "repeats"
    assert ask(plans, caller="anonymous", last_minute=9).why == "otherwise"
    refusing = book(screening=screening(anonymous=BUSY))
    assert ask(refusing, caller="anonymous").why == "anonymous"


def test_a_plan_may_do_without_screening_and_still_ask_for_the_list() -> None:
    plan = {
        "format": 1,
        "screened": False,
        "rules": [{"id": "b", **when({"kind": "caller", "group": "blocked"}, queue="x")}],
        "otherwise": to("service"),
        "closed": BUSY,
    }
    plans = PlanBook(
        [Number(did="110", flow="", plan=read_plan(plan))],
        screening=screening(),
        blocked=BlockList([Blocked(number="13800138000")]),
    )
    assert led(ask(plans, did="110")) == "x"
    assert led(ask(plans, did="110", caller="13900139000")) == "service"


def test_an_emergency_closing_comes_before_everything() -> None:
    plans = book({"to": to("service")}, number={"closed": True, "closed_note": "fire"})
    decision = ask(plans)
    assert (decision.why, led(decision), decision.trace[0].seen) == (
        "closed",
        "busy",
        ("note", "fire"),
    )
    assert len(decision.trace) == 1
    bare = PlanBook([Number(did="4000", flow="hotline", closed=True)])
    assert led(ask(bare)) == "busy"


def test_numbers_without_a_plan_keep_their_flow_and_unknown_ones_the_default() -> None:
    plans = PlanBook([Number(did="4000", flow="sales")], default_flow="hotline")
    served = ask(plans).target
    assert served is not None
    assert served.model_dump() == {"kind": "flow", "flow": "sales"}
    unknown = ask(plans, did="4999").target
    assert unknown is not None
    assert unknown.model_dump() == {"kind": "flow", "flow": "hotline"}
    assert ask(PlanBook()).target is None


def test_a_number_is_found_however_the_switch_writes_it() -> None:
    plans = PlanBook([Number(did="+862162108888", flow="sales")])
    for did in ("+862162108888", "02162108888", "862162108888", "62108888"):
        assert plans.find(did) is not None, did
    assert plans.find("62108889") is None
