"""The flows callers get: what was published, from the next call on; a canary is watched."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from callcenter.live_flows import LiveFlows
from callcenter.workshop import IvrWorkshop
from crm_core import flows
from crm_core.database import Database
from crm_core.tenancy import Scope
from ivr.canary import Ending, tries

SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
CALLS = [uuid5(SPACE, str(n)) for n in range(200)]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(f"sqlite+aiosqlite:///{tmp_path}/flows.sqlite3")
    await opened.upgrade()
    yield opened
    await opened.close()


async def publish(database: Database, title: str, *, force: bool = True) -> int:
    document, tests = IvrWorkshop().shipped()["hotline"]
    async with database.transaction() as session:
        made = await flows.publish(
            session, Scope(), "hotline", {**document, "title": title}, tests=tests, force=force
        )
    return made.version


async def opened(database: Database) -> LiveFlows:
    live = LiveFlows(database, Scope(), default="hotline")
    await live.reload()
    return live


async def test_the_shipped_flow_serves_until_one_is_published(database: Database) -> None:
    live = await opened(database)
    shipped = live.flow_for("4000")
    await publish(database, "New hotline")
    assert live.flow_for("4000") is shipped
    await live.reload()
    assert live.flow_for("4000").title == "New hotline"
    assert live.library["hotline"].title == "New hotline"


async def test_a_share_of_the_calls_gets_the_canary(database: Database) -> None:
    await publish(database, "usual")
    canary = await publish(database, "trial", force=False)
    async with database.transaction() as session:
        await flows.start_canary(
            session, Scope(), "hotline", canary, share=Decimal("0.25"), limit=Decimal("0.05")
        )
    live = await opened(database)
    usual = live.flow_for("4000")
    got = {call: live.version_for(usual, call).title for call in CALLS}
    assert got == {c: "trial" if tries(c, "hotline", 0.25) else "usual" for c in CALLS}
    assert set(got.values()) == {"trial", "usual"}


async def test_a_canary_that_loses_callers_is_taken_back_and_says_why(database: Database) -> None:
    await publish(database, "usual")
    canary = await publish(database, "trial", force=False)
    async with database.transaction() as session:
        await flows.start_canary(
            session, Scope(), "hotline", canary, share=Decimal("0.5"), limit=Decimal("0.05")
        )
    live = await opened(database)
    usual = live.flow_for("4000")
    for call in CALLS:
        flow = live.version_for(usual, call)
        live.ended(flow, Ending.GAVE_UP if flow.title == "trial" else Ending.DONE)
    await live.close()
    assert {live.version_for(usual, call).title for call in CALLS} == {"usual"}
    async with database.read() as session:
        [held] = await flows.in_force(session, Scope())
    assert (held.version, held.canary_version) == (1, None)
    assert held.told.startswith("version 2 lost 100% of 20 callers")


async def test_a_canary_that_does_as_well_goes_on(database: Database) -> None:
    await publish(database, "usual")
    canary = await publish(database, "trial", force=False)
    async with database.transaction() as session:
        await flows.start_canary(
            session, Scope(), "hotline", canary, share=Decimal("0.5"), limit=Decimal("0.05")
        )
    live = await opened(database)
    usual = live.flow_for("4000")
    served = {"usual": 0, "trial": 0}
    for call in CALLS:
        flow = live.version_for(usual, call)
        served[flow.title] += 1
        live.ended(flow, Ending.GAVE_UP if served[flow.title] % 10 == 0 else Ending.DONE)
    assert {live.version_for(usual, call).title for call in CALLS} == {"usual", "trial"}
