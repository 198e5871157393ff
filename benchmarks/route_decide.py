"""Where a call goes: plans compiled once, against the same rules walked as data each time.

10,000 numbers with plans of six rules each, 1,000 schedules with Chinese holidays and own
exceptions, five hundred blocked numbers, a percentage split on every other number; every decision
brings its whole trace, and its split counters go on. Callers, numbers and times are drawn from a
seeded generator; each side leads the same calls.

ours   `ivr.numbers.decide` on one compiled book, counters kept as the router keeps them.
peer   a naive rule walk: the number's stored document is read into its model, then each rule's
       conditions are looked at by name, hours by a scan of the schedule's periods, no trace.
limit  the same calls as two bare look-ups in dicts (number, then time of the week).

Times are CPU time of this process; the order is A B B A, figures are medians. The collector of
cyclic garbage is on, and spares what was there before, as in the platform. The target is ours
alone: decisions a CPU second.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from step.apart import stand_apart

from ivr.numbers import (
    Blocked,
    BlockList,
    Customer,
    Facts,
    Number,
    PlanBook,
    QueueLoad,
    Request,
    SplitState,
    decide,
    read_plan,
    read_schedule,
    read_screening,
)
from ivr.numbers.hours import DAYS, holidays_of, minutes_of, zone_of

NUMBERS, SCHEDULES, BLOCKED = 10_000, 1_000, 500
CALLS, PEER_CALLS, ROUNDS = 20_000, 1_000, 3
TARGET = 50_000  # decisions a CPU second
SEED = 20261122
BUSY = {"kind": "busy"}


def schedule(nth: int) -> dict[str, Any]:
    """Return hours of its own kind: some begin early, some run past midnight."""
    opens, closes = 7 + nth % 4, (17 + nth % 8) % 24
    return {
        "format": 1,
        "title": f"schedule {nth}",
        "zone": ("Asia/Shanghai", "Europe/Berlin", "America/New_York")[nth % 3],
        "hours": [
            {"days": list(DAYS[:5]), "from": f"{opens:02}:00", "until": f"{closes:02}:30"},
            {"days": ["sat"], "from": "10:00", "until": "16:00"},
        ],
        "holidays": {"country": "CN"},
        "exceptions": [{"from": f"2026-12-{1 + nth % 28:02}", "note": "own"}],
    }


def plan(nth: int) -> dict[str, Any]:
    """Return six rules as people write them."""
    queue = {"kind": "queue", "queue": f"queue-{nth % 50}"}
    load = {"kind": "load", "queue": queue["queue"], "measure": "waiting", "is": "over"}
    last: dict[str, Any] = {"id": "last", "to": queue}
    if nth % 2:
        shares = [{"percent": 62.5, "to": queue}, {"percent": 37.5, "to": BUSY}]
        last = {"id": "last", "split": shares}
    rules = [
        {"id": "vip", "when": [{"kind": "caller", "group": "vip"}], "to": queue},
        {"id": "area", "when": [{"kind": "area", "prefixes": ["+8610", "+86755"]}], "to": queue},
        {
            "id": "night",
            "when": [
                {"kind": "hours", "schedule": f"s{nth % SCHEDULES}", "state": "closed"},
            ],
            "to": {"kind": "announcement", "text": {"en": "closed"}},
        },
        {
            "id": "lunch",
            "when": [{"kind": "time", "from": "12:00", "until": "12:30"}],
            "to": queue,
        },
        {"id": "full", "when": [{**load, "value": 30}], "to": BUSY},
        last,
    ]
    return {"format": 1, "rules": rules, "otherwise": BUSY, "closed": BUSY}


def build(documents: dict[str, Any], hours: dict[str, Any]) -> PlanBook:
    """Compile everything, once."""
    return PlanBook(
        [
            Number(did=did, flow="hotline", plan=read_plan(document), version=1)
            for did, document in documents.items()
        ],
        schedules={name: read_schedule(document) for name, document in hours.items()},
        screening=read_screening({"format": 1, "blocked": BUSY, "repeats": BUSY}),
        blocked=BlockList(Blocked(number=f"1370013{n:04}") for n in range(BLOCKED)),
        default_flow="hotline",
    )


def requests(documents: dict[str, Any]) -> list[Request]:
    """Draw calls over a year; callers come again, as they do."""
    draw = random.Random(SEED)  # noqa: S311 - drawn, not secret
    dids, start = list(documents), datetime(2026, 1, 1, tzinfo=UTC)
    callers = [f"138{draw.randrange(10**8):08}" for _ in range(2_000)]
    return [
        Request(
            caller=draw.choice(callers),
            did=draw.choice(dids),
            at=start + timedelta(seconds=draw.randrange(365 * 86_400)),
        )
        for _ in range(CALLS)
    ]


FACTS = Facts(
    customer=Customer(known=True),
    load={f"queue-{n}": QueueLoad(waiting=n % 40, ready=3) for n in range(50)},
    last_minute=1,
)


def ours(book: PlanBook, calls: list[Request], took: list[int] | None = None) -> None:
    """Lead every call, the counters going on; `took` gathers nanoseconds when it is given."""
    counters: dict[str, SplitState] = {}
    for call in calls:
        began = time.perf_counter_ns() if took is not None else 0
        decision = decide(book, call, FACTS, counters)
        if decision.spent is not None:
            counters[decision.spent.key] = decision.spent.pick.state
        if took is not None:
            took.append(time.perf_counter_ns() - began)


def walk(
    documents: dict[str, Any], hours: dict[str, Any], calls: list[Request], blocked: list[str]
) -> None:
    """Lead every call by reading the plan and looking at its rules one by one."""
    drawn = random.Random(SEED)  # noqa: S311 - as a platform that draws its shares
    for call in calls:
        if call.caller in blocked:
            continue
        data = read_plan(documents[call.did]).model_dump(by_alias=True)
        for rule in data["rules"]:
            if all(holds(condition, call, hours) for condition in rule["when"]):
                _ = rule["to"] or drawn.choices(
                    rule["split"], [s["percent"] for s in rule["split"]]
                )
                break


def holds(condition: dict[str, Any], call: Request, hours: dict[str, Any]) -> bool:
    """Look at one condition by its name."""
    match condition["kind"]:
        case "caller":
            return False
        case "area":
            return f"+86{call.caller}".startswith(tuple(condition["prefixes"]))
        case "hours":
            return is_open(hours[condition["schedule"]], call.at) == (condition["state"] == "open")
        case "time":
            local = call.at.astimezone(zone_of("Asia/Shanghai"))
            return condition["from"] <= f"{local:%H:%M}" < condition["until"]
        case _:
            load = FACTS.load[condition["queue"]]
            return load.waiting > condition["value"]


def is_open(document: dict[str, Any], at: datetime) -> bool:
    """Scan a schedule."""
    local = at.astimezone(zone_of(document["zone"]))
    if local.date() in holidays_of("CN", "", local.year):
        return False
    if any(one["from"] == local.date().isoformat() for one in document["exceptions"]):
        return False
    minute = local.hour * 60 + local.minute
    return any(
        DAYS[local.weekday()] in period["days"]
        and minutes_of(period["from"]) <= minute < minutes_of(period["until"])
        for period in document["hours"]
    )


def look_up(table: dict[str, Any], calls: list[Request]) -> None:
    """Find the number and the time of the week, and no more."""
    week = {(day, hour): day for day in range(7) for hour in range(24)}
    for call in calls:
        _ = table[call.did], week[call.at.weekday(), call.at.hour]


def a_second(run: Callable[[], None], calls: int) -> float:
    """Return calls a CPU second."""
    began = time.process_time()
    run()
    return calls / (time.process_time() - began)


def main() -> None:
    """Measure and print."""
    documents = {f"+8640{n:06}": plan(n) for n in range(NUMBERS)}
    hours = {f"s{n}": schedule(n) for n in range(SCHEDULES)}
    began = time.process_time()
    book = build(documents, hours)
    print(f"compiled {len(book)} plans in {time.process_time() - began:.1f} CPU s, once")
    book.warm((2025, 2026, 2027))
    calls = requests(documents)
    few, blocked = calls[:PEER_CALLS], [f"1370013{n:04}" for n in range(BLOCKED)]
    ours(book, calls[:2_000])
    gc.collect()
    gc.freeze()  # as the platform does once it is up; the collector stays on
    stand_apart()
    runs: dict[str, Callable[[], float]] = {
        "ours": lambda: a_second(lambda: ours(book, calls), len(calls)),
        "peer": lambda: a_second(lambda: walk(documents, hours, few, blocked), len(few)),
        "limit": lambda: a_second(lambda: look_up(documents, calls), len(calls)),
    }
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name in ("ours", "peer", "peer", "ours", "limit"):
            took[name].append(runs[name]())
    each: list[int] = []
    ours(book, calls, each)
    each.sort()
    p50, p99 = (each[int(share * len(each))] / 1000 for share in (0.5, 0.99))
    spread = {name: f"{min(found):,.0f}..{max(found):,.0f}" for name, found in took.items()}
    print(f"decisions a CPU second: {spread}; one takes {p50:.1f} µs, p99 {p99:.1f} µs")
    figures = {name: round(statistics.median(found)) for name, found in took.items()}
    told = {"benchmark": "route_decide", **figures, "p99_us": round(p99, 1)}
    ratio = round(figures["ours"] / figures["peer"], 2)
    met = figures["ours"] >= TARGET
    print(json.dumps({**told, "ratio": ratio, "target": TARGET, "met": met}))


if __name__ == "__main__":
    main()
