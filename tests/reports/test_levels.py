"""The service level is counted by each queue's own rules, the same on the board and in reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from report_days import MadeVisit, some_visits, store, utc

from acd.board.levels import COUNTED, service_level
from acd.store import CrmStore
from crm_core import configuration
from crm_core.configuration import Change, Kind, QueueDocument
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.tenancy import Scope
from reports import queues
from reports.intervals import Interval

DAY = utc(2026, 5, 4, 16)  # midnight in Shanghai
RULES = list(zip(COUNTED, ("sales", "service", "sales"), (3, 12, 30), strict=True))


def some_day(seed: int) -> list[MadeVisit]:
    """Visits of one day, some of them sent on by the queue's own rule."""
    visits = some_visits(seed, DAY, 0.9, 400)
    for visit in visits[::2]:
        if visit.outcome == "moved":
            object.__setattr__(visit, "outcome", "overflowed")
    return visits


async def set_up(database: Database, scope: Scope, name: str, **settings: object) -> None:
    """Set the queue's rules as a person would."""
    async with database.transaction() as session:
        before = await configuration.newest(session, scope, Kind.QUEUE, name)
        assert isinstance(before.document, QueueDocument)
        document = before.document.model_copy(update=settings)
        change = Change(kind=Kind.QUEUE, key=name, document=document, expected=before.version)
        await configuration.save(session, scope, change)


async def reported(database: Database, scope: Scope, end: datetime) -> queues.QueueReport:
    async with database.read() as session:
        return await queues.report(
            session, scope, start=DAY, end=end, interval=Interval.DAY, zone="Asia/Shanghai"
        )


@pytest.mark.parametrize(("formula", "name", "short"), RULES)
async def test_board_and_report_agree_by_every_formula(
    database: Database, formula: str, name: str, short: int
) -> None:
    scope = Scope(new_id(), None)
    await store(database, scope, some_day(11))
    own = {"formula": formula, "short_abandon_seconds": short, "target_seconds": 7}
    await set_up(database, scope, name, **own)
    end = DAY + timedelta(days=1)

    report = await reported(database, scope, end)
    figures = (await CrmStore(database, scope).figures(end - timedelta(minutes=1)))[name]

    found = report.by_queue[name]
    assert found.short_abandoned == figures.short_abandoned
    assert found.in_target == figures.in_target
    level = service_level(figures, formula)
    assert level is not None
    assert found.service_level == pytest.approx(level)


async def test_each_formula_divides_by_what_it_says(database: Database) -> None:
    scope = Scope(new_id(), None)
    visits = [visit for visit in some_day(12) if visit.queue == "sales"]
    await store(database, scope, visits)
    answered = [visit for visit in visits if visit.outcome == "answered"]
    waits = [visit.waited for visit in visits if visit.outcome == "abandoned"]
    overflowed = sum(visit.outcome == "overflowed" for visit in visits)
    assert overflowed
    divisors = {
        "answered_in_target/offered_less_short": len(answered) + sum(w > 8 for w in waits),
        "answered_in_target/offered": len(answered) + len(waits) + overflowed,
        "answered_in_target/answered": len(answered),
    }
    for formula, divisor in divisors.items():
        own = {"formula": formula, "short_abandon_seconds": 8, "target_seconds": 12}
        await set_up(database, scope, "sales", **own)
        figures = (await reported(database, scope, DAY + timedelta(days=1))).by_queue["sales"]
        in_target = sum(visit.waited <= 12 for visit in answered)
        assert figures.service_level == pytest.approx(in_target / divisor)


async def test_totals_add_each_queue_by_its_own_rule(database: Database) -> None:
    scope = Scope(new_id(), None)
    await store(database, scope, some_day(13))
    await set_up(database, scope, "sales", formula="answered_in_target/answered")
    await set_up(database, scope, "service", formula="answered_in_target/offered")

    report = await reported(database, scope, DAY + timedelta(days=1))

    each = report.by_queue.values()
    assert report.total.counted == sum(figures.counted for figures in each)
    assert report.total.in_target == sum(figures.in_target for figures in each)
    assert report.period.zone == ZoneInfo("Asia/Shanghai")
