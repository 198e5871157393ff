"""Bodies of flows, plans and queues spoilt at random: answered, never by a fault of the server."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from bad_documents import GOOD, OFFICE, PLAN

if TYPE_CHECKING:
    from conftest import Browser, House

TIMES = 60
WRONG: list[Any] = [
    *(
        None,
        True,
        -1,
        1.5,
        10**30,
        "",
        "\u202e",
        "\x00",
        "x" * 3000,
        [],
        {},
        [{}],
        {"kind": "queue"},
    ),
    *({"": ""}, "nowhere", "2026-02-30", "24:00", "9**9**9", [[]], "not and", "１"),
]


def spoilt(document: Any, dice: Random) -> Any:
    """Return a copy with one to three parts gone, wrong, doubled or renamed."""
    made = json.loads(json.dumps(document))
    for _ in range(dice.randint(1, 3)):
        inside = [made]
        while inside[-1] and isinstance(inside[-1], dict | list) and dice.random() < 0.8:
            part = inside[-1]
            inside.append(
                part[dice.choice(list(part) if isinstance(part, dict) else range(len(part)))]
            )
        holders = [part for part in inside if isinstance(part, dict | list) and part]
        if holders:
            _spoil(holders[-1], dice)
    return made


def _spoil(part: Any, dice: Random) -> None:
    key = dice.choice(list(part) if isinstance(part, dict) else range(len(part)))
    match dice.randrange(4):
        case 0:
            del part[key]
        case 1 if isinstance(part, dict):
            part[dice.choice(["x", "", "kind", "to"])] = part.pop(key)
        case 2:
            part[key] = [part[key], part[key]]
        case _:
            part[key] = dice.choice(WRONG)


async def answered(browser: Browser, method: str, path: str, body: Any) -> None:
    """Send it; see that the answer is one, and that a refusal says where and why."""
    told = await browser.ask(method, path, json=body)
    assert told.status in {200, 201, 400, 404, 409, 413, 429}, (path, body, told)
    if told.status >= 400:
        assert told.body["code"] != "internal"
        assert told.body["message"], told


BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/flows/judge", {"document": GOOD, "tests": "flow: night\ntests: []\n"}),
    ("PUT", "/flows/night/draft", {"document": GOOD, "tests": ""}),
    ("POST", "/flows/try", {"document": GOOD, "script": "1.2"}),
    ("POST", "/flows/as-yaml", {"document": GOOD, "tests": ""}),
    ("POST", "/plan-check", {"number": "4000", "document": PLAN}),
    ("PUT", "/numbers/4000/draft", {"document": PLAN}),
    ("POST", "/numbers/4000/publish", {"document": PLAN, "expected_version": 0}),
    ("PUT", "/schedules/office", {"document": OFFICE}),
    ("PUT", "/screening", {"document": {"format": 1}}),
    (
        "POST",
        "/route-simulations",
        {"number": "4000", "caller": "13800138000", "document": PLAN, "assume": {}},
    ),
    (
        "POST",
        "/configuration/check",
        {
            "kind": "queue",
            "key": "service",
            "queue": {
                "title": "热线",
                "steps": [{"needs": "tech>=2", "seconds": None}],
                "overflow": [{"kind": "number", "target": "110", "reasons": ["full"]}],
                "hours": {"zone": "Asia/Shanghai", "periods": []},
            },
            "agents": [],
        },
    ),
    (
        "POST",
        "/configuration/queues",
        {"key": "sales", "document": {"title": "销售"}, "agents": []},
    ),
]


async def test_no_body_of_flows_plans_and_queues_makes_the_server_fail(house: House) -> None:
    sue = await house.browser("ada")
    number = {"number": "4000", "title": "热线", "flow": "hotline"}
    await sue.post("/numbers", number)
    dice = Random(4000)  # noqa: S311 - the same bodies each time
    for method, path, body in BODIES:
        first = await sue.ask(method, path, json=body)
        assert first.status < 500, (path, first)
        for _ in range(TIMES):
            await answered(sue, method, path, spoilt(body, dice))
