"""`callcenter route`: where a call would go, and what is wrong with plans."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from command_line import callcenter, refusal

from crm_core import numbers
from crm_core.database import Database
from crm_core.queues import create_queue
from crm_core.tenancy import Scope

OFFICE = {
    "format": 1,
    "title": "Office",
    "zone": "Asia/Shanghai",
    "hours": [{"days": ["fri"], "from": "09:00", "until": "18:00"}],
}
PLAN: dict[str, Any] = {
    "format": 1,
    "rules": [
        {
            "id": "night",
            "when": [{"kind": "hours", "schedule": "office", "state": "closed"}],
            "to": {"kind": "busy"},
        },
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
    ],
    "otherwise": {"kind": "queue", "queue": "service"},
    "closed": {"kind": "busy"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("route")

    async def fill() -> None:
        database, scope = Database(f"sqlite+aiosqlite:///{folder}/callcenter.sqlite3"), Scope()
        await database.upgrade()
        async with database.transaction() as session:
            await create_queue(session, scope, name="service", title="服务")
            await numbers.add_did(session, scope, "4000", title="x", flow="hotline")
            await numbers.publish(session, scope, "schedule", "office", OFFICE)
            await numbers.publish(session, scope, "plan", "4000", PLAN)
        await database.close()

    with asyncio.Runner() as runner:
        runner.run(fill())
    return folder


def route(home: Path, *words: str) -> Any:
    return callcenter("route", *words, CALLCENTER_HOME=str(home))


def test_a_simulated_call_tells_its_destination_and_every_test(home: Path) -> None:
    words = ("--from", "13800138000", "--to", "4000")
    day = route(home, "simulate", *words, "--at", "2026-11-20T12:00")
    assert day.returncode == 0, day.stderr
    lines = day.stdout.splitlines()
    assert lines[-1] == "→ queue service (otherwise, at otherwise)"
    assert "no      rules.0.when.0: hours schedule office, state closed [open, week]" in lines
    night = route(home, "simulate", *words, "--at", "2026-11-20T21:30+08:00")
    assert night.stdout.splitlines()[-1] == "→ busy (rule, at rules.0.to)"
    full = route(
        home, "simulate", *words, "--at", "2026-11-20T12:00", "--load", "service:waiting=4"
    )
    assert full.stdout.splitlines()[-1] == "→ the voicemail of service (rule, at rules.1.to)"
    nowhere = route(home, "simulate", "--to", "4999")
    assert nowhere.returncode == 1
    assert "not ours" in nowhere.stdout


def test_what_cannot_be_simulated_is_one_line(home: Path, tmp_path: Path) -> None:
    assert "no time such as" in refusal(route(home, "simulate", "--to", "4000", "--at", "noon"))
    wrong = route(home, "simulate", "--to", "4000", "--load", "service")
    assert "say it as" in refusal(wrong)
    for option, given, reason in (
        ("--at", "0001-01-01T00:00", "lies outside of 1970 to 2199"),
        ("--load", "service:waiting=-5", "say it as"),
        ("--load", "nowhere:waiting=5", "known are service"),
        ("--down", "mars", "known are none"),
    ):
        assert reason in refusal(route(home, "simulate", "--to", "4000", option, given))
    broken = tmp_path / "plan.yaml"
    broken.write_text("format: 1\nzone: Mars\notherwise: {kind: busy}\nclosed: {kind: busy}\n")
    told = refusal(route(home, "lint", "--plan", str(broken)))
    assert "plan.yaml: zone: there is no time zone 'Mars'" in told
    assert "cannot be read" in refusal(route(home, "lint", "--plan", str(tmp_path / "none")))


def test_lint_tells_place_and_reason_and_fails_on_errors(home: Path, tmp_path: Path) -> None:
    good = route(home, "lint")
    assert (good.returncode, good.stdout) == (0, "0 errors, 0 warnings\n")
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "format: 1\nrules:\n"
        "- {id: a, to: {kind: queue, queue: none}}\n"
        "- {id: b, to: {kind: busy}}\n"
        "otherwise: {kind: busy}\nclosed: {kind: busy}\n"
    )
    bad = route(home, "lint", "--to", "4000", "--plan", str(plan))
    assert bad.returncode == 2
    assert bad.stdout.splitlines() == [
        "error: 4000 rules.0.to.queue: there is no queue 'none'",
        "error: 4000 rules.1: is never reached: rules.0 (a) takes every call before it",
        "warning: 4000 rules: no rule asks for opening hours",
        "2 errors, 1 warnings",
    ]
