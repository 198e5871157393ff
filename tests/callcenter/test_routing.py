"""Number routing beside the engine: put in force, reloaded, and kept in the database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from acd.notices import QueueRow
from callcenter.routing import BoardLoad, NumberRouting
from crm_core import numbers
from crm_core.database import Database
from crm_core.directory.card import CallerCard
from crm_core.tenancy import Scope
from ivr.arrival import Arrival
from ivr.prompts import PromptStore
from ivr.testing import SilentVoice

BUSY = {"kind": "busy"}
SAY = {"kind": "announcement", "text": {"en": "Closed"}}
SPLIT = {
    "format": 1,
    "rules": [
        {
            "id": "share",
            "split": [
                {"percent": 50, "to": {"kind": "queue", "queue": "a"}, "site": "shanghai"},
                {"percent": 50, "to": {"kind": "queue", "queue": "b"}},
            ],
        }
    ],
    "otherwise": BUSY,
    "closed": SAY,
}


class Center:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.scope = database, Scope()
        self.voice = SilentVoice()
        self.routing = NumberRouting(
            database,
            self.scope,
            PromptStore(folder / "prompts", self.voice),
            default_flow="hotline",
        )

    async def call(self) -> str:
        arrival = Arrival(call_id=uuid4(), channel="c", number="13800138000", did="4000")
        lookup = asyncio.ensure_future(asyncio.sleep(0))
        card = CallerCard(number="", raw_number="", kind="mobile")
        decision = await self.routing.router.route(arrival, lookup, lambda: card)
        await lookup
        assert decision.target is not None
        return getattr(decision.target, "queue", decision.target.kind)


@pytest.fixture
async def center(database: Database, tmp_path: Path) -> Center:
    center = Center(database, tmp_path)
    async with database.transaction() as session:
        await numbers.add_did(session, center.scope, "4000", title="x", flow="hotline")
    return center


async def test_published_plans_are_in_force_after_a_reload_alone(center: Center) -> None:
    await center.routing.start()
    assert await center.call() == "flow"
    async with center.database.transaction() as session:
        await numbers.publish(session, center.scope, "plan", "4000", SPLIT)
        await numbers.save_site(session, center.scope, "shanghai", title="上海", up=False)
    assert await center.call() == "flow"
    await center.routing.reload()
    assert center.voice.asked == ["en:Closed"]
    assert [await center.call() for _ in range(2)] == ["b", "b"]
    async with center.database.transaction() as session:
        await numbers.close_number(session, center.scope, "4000")
    await center.routing.reload()
    assert await center.call() == "announcement"
    await center.routing.close()


async def test_a_stored_plan_that_cannot_be_read_leaves_the_number_its_flow(
    center: Center,
) -> None:
    async with center.database.transaction() as session:
        await numbers.publish(session, center.scope, "plan", "4000", {"format": 99})
        await numbers.publish(session, center.scope, "schedule", "office", {"format": 99})
        await numbers.publish(session, center.scope, "screening", "default", {"format": 99})
    await center.routing.start()
    assert await center.call() == "flow"


async def test_a_restart_goes_on_with_the_counters_and_every_call_is_kept(
    center: Center, tmp_path: Path
) -> None:
    async with center.database.transaction() as session:
        await numbers.publish(session, center.scope, "plan", "4000", SPLIT)
    await center.routing.start()
    writer = asyncio.create_task(center.routing.ledger.run())
    led = [await center.call() for _ in range(3)]
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await center.routing.close()
    again = Center(center.database, tmp_path)
    await again.routing.start()
    led += [await again.call() for _ in range(3)]
    await again.routing.close()
    assert led == ["a", "b", "a", "b", "a", "b"]
    async with center.database.read() as session:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        kept = await numbers.calls_before(session, center.scope, "+8613800138000", since=since)
    assert len(kept) == 6


async def test_calls_wait_for_a_database_that_is_away(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    await center.routing.start()
    await center.call()

    async def refuse(*words: Any) -> None:
        raise OSError(str(words))

    with monkeypatch.context() as patch:
        patch.setattr(numbers, "keep_routed", refuse)
        assert not await center.routing.ledger.flush()
    assert await center.routing.ledger.flush()
    async with center.database.read() as session:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        kept = await numbers.calls_before(session, center.scope, "+8613800138000", since=since)
    assert len(kept) == 1


def test_the_board_tells_the_load_of_the_queues_that_are_asked_for() -> None:
    load = BoardLoad()
    assert load.load(frozenset({"a"})) == {}
    now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    load = BoardLoad(lambda: now)
    since = now - timedelta(seconds=75)
    load.rows = lambda: [
        QueueRow(name="free", title="A", ready=1),
        QueueRow(name="busy", title="B", waiting=2, oldest_since=since),
        QueueRow(name="empty", title="C"),
        QueueRow(name="other", title="D"),
    ]
    found = load.load(frozenset({"free", "busy", "empty", "none"}))
    waits = {name: one.expected_wait for name, one in found.items()}
    assert waits == {"free": 0.0, "busy": 75.0, "empty": None}
