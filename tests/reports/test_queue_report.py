"""The queue report counts what a patient person would, on both databases."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from report_days import TARGETS, MadeVisit, label, some_visits, store, utc

from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.tenancy import Scope
from reports import queues
from reports.intervals import Interval

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def scope() -> Scope:
    """A tenant of its own for each test, so that one PostgreSQL serves all."""
    return Scope(new_id(), None)


def counted(visits: list[MadeVisit]) -> dict[str, float | None]:
    """Count some visits of one queue the slow and plain way."""
    answered = [visit for visit in visits if visit.outcome == "answered"]
    abandoned = [visit for visit in visits if visit.outcome == "abandoned"]
    short = [visit for visit in abandoned if visit.waited <= 5]
    target = TARGETS.get(visits[0].queue, 20)
    in_target = [visit for visit in answered if visit.waited <= target]
    judged = len(answered) + len(abandoned) - len(short)
    handled = sum(visit.talked + visit.wrap_up for visit in answered)
    return {
        "offered": len(visits),
        "answered": len(answered),
        "abandoned": len(abandoned),
        "short_abandoned": len(short),
        "other": len(visits) - len(answered) - len(abandoned),
        "in_target": len(in_target),
        "service_level": len(in_target) / judged if judged else None,
        "asa_seconds": mean([visit.waited for visit in answered]),
        "longest_wait_seconds": max(visit.waited for visit in visits),
        "aht_seconds": handled / len(answered) if answered else None,
    }


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize(
    ("day", "zone"),
    [
        (utc(2026, 3, 8, 5), "America/New_York"),  # 23 hours
        (utc(2026, 11, 1, 4), "America/New_York"),  # 25 hours
        (utc(2026, 5, 4, 16), "Asia/Shanghai"),
        (utc(2026, 4, 4, 13), "Australia/Lord_Howe"),  # the clock goes back by half an hour
    ],
)
async def test_the_figures_are_those_of_a_count_by_hand(
    database: Database, scope: Scope, day: datetime, zone: str, interval: Interval
) -> None:
    visits = some_visits(7, day - timedelta(days=1), 3.5, 900)
    await store(database, scope, visits)
    end = (day.astimezone(ZoneInfo(zone)) + timedelta(days=1)).astimezone(day.tzinfo)
    async with database.read() as session:
        report = await queues.report(
            session, scope, start=day, end=end, interval=interval, zone=zone
        )
    by_hand: dict[tuple[object, ...], list[MadeVisit]] = defaultdict(list)
    for visit in visits:
        if day <= visit.entered_at < end:
            place = label(visit.entered_at, interval, ZoneInfo(zone))
            by_hand[(visit.queue, *place)].append(visit)
    rows = {(row.queue, *label(row.start, interval, ZoneInfo(zone))): row for row in report.rows}
    assert set(rows) == set(by_hand)
    for key, expected in by_hand.items():
        figures = rows[key].figures
        for name, value in counted(expected).items():
            assert getattr(figures, name) == (value if value is None else pytest.approx(value))


async def test_totals_are_the_sum_of_the_rows_and_offered_of_its_outcomes(
    database: Database, scope: Scope
) -> None:
    visits = some_visits(3, utc(2026, 5, 1), 2, 400)
    await store(database, scope, visits)
    async with database.read() as session:
        report = await queues.report(
            session,
            scope,
            start=utc(2026, 5, 1),
            end=utc(2026, 5, 3),
            interval=Interval.HOUR,
            zone="Asia/Shanghai",
        )
    assert report.total.offered == len(visits) == sum(row.figures.offered for row in report.rows)
    for figures in [
        *report.by_queue.values(),
        report.total,
        *(row.figures for row in report.rows),
    ]:
        assert figures.offered == figures.answered + figures.abandoned + figures.other
        assert figures.in_target <= figures.answered
        assert figures.short_abandoned <= figures.abandoned
    assert report.worst is not None
    levels = [row.figures.service_level for row in report.rows]
    assert report.worst.figures.service_level == min(
        level for level in levels if level is not None
    )


async def test_one_queue_can_be_asked_for_alone(database: Database, scope: Scope) -> None:
    visits = some_visits(3, utc(2026, 5, 1), 1, 60)
    await store(database, scope, visits)
    async with database.read() as session:
        report = await queues.report(
            session,
            scope,
            start=utc(2026, 5, 1),
            end=utc(2026, 5, 2),
            interval=Interval.DAY,
            zone="UTC",
            queue="sales",
        )
    assert set(report.by_queue) == {"sales"}
    assert report.total.offered == sum(visit.queue == "sales" for visit in visits)


async def test_another_tenants_calls_are_never_counted(database: Database, scope: Scope) -> None:
    await store(database, scope, some_visits(3, utc(2026, 5, 1), 1, 20))
    stranger = Scope(UUID(int=99), None)
    async with database.read() as session:
        report = await queues.report(
            session,
            stranger,
            start=utc(2026, 5, 1),
            end=utc(2026, 5, 2),
            interval=Interval.DAY,
            zone="UTC",
        )
    assert (report.rows, report.total.offered, report.worst) == ((), 0, None)
    assert report.total.service_level is None
