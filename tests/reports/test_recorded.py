"""A recorded span tells what each call brought to its queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from report_days import MadeVisit, store, utc

from crm_core.database import Database
from crm_core.tenancy import Scope
from reports.recorded import recorded

DAY = utc(2026, 3, 2)


@pytest.fixture
def scope() -> Scope:
    return Scope()


def visit(minute: int, brought: dict[str, object] | None) -> MadeVisit:
    at = DAY + timedelta(minutes=minute)
    return MadeVisit("service", at, 5.0, "answered", None, 60.0, 0.0, brought)


async def test_a_visit_tells_what_its_call_brought_an_older_one_nothing(
    database: Database, scope: Scope
) -> None:
    vip = {"priority": 5, "steps": [["language:zh>=4", 20], ["", None]], "owner": "1"}
    await store(database, scope, [visit(0, vip), visit(1, {}), visit(2, None)])
    async with database.read() as session:
        end = DAY + timedelta(days=1)
        found = await recorded(session, scope, start=DAY, end=end, most=10)
    assert [each.brought for each in found.visits] == [vip, {}, {}]
