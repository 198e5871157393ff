"""The agent report: calls where they were answered, time where it was spent."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from report_days import AGENTS, agent_in, label, some_visits, store, utc

from crm_core import configuration
from crm_core.configuration import Change, Kind, ReasonDocument
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.tenancy import Scope
from reports import agents
from reports.agents import AgentReport
from reports.figures import gini
from reports.intervals import Interval

LI, WANG, CMD = AGENTS
DAY = utc(2026, 11, 1, 4)  # midnight in New York, of a day with 25 hours
NEXT_DAY = utc(2026, 11, 2, 5)
LATER = utc(2026, 11, 5)
NEW_YORK = "America/New_York"


@pytest.fixture
def scope() -> Scope:
    return Scope(new_id(), None)


async def asked(
    database: Database,
    scope: Scope,
    *,
    interval: Interval = Interval.DAY,
    now: datetime = LATER,
    queue: str | None = None,
) -> AgentReport:
    async with database.read() as session:
        return await agents.report(
            session,
            scope,
            start=DAY,
            end=NEXT_DAY,
            interval=interval,
            zone=NEW_YORK,
            queue=queue,
            now=now,
        )


async def test_calls_count_where_they_were_answered(database: Database, scope: Scope) -> None:
    visits = some_visits(5, DAY - timedelta(hours=3), 1.4, 600)
    await store(database, scope, visits)
    report = await asked(database, scope, interval=Interval.HOUR)
    by_hand: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for visit in visits:
        if visit.agent_id and DAY <= visit.left_at < NEXT_DAY:
            place = label(visit.left_at, Interval.HOUR, ZoneInfo(NEW_YORK))
            by_hand[(agent_in(scope, visit.agent_id), *place)].append(visit.talked + visit.wrap_up)
    rows = {
        (row.agent_id, *label(row.start, Interval.HOUR, ZoneInfo(NEW_YORK))): row.figures
        for row in report.rows
    }
    assert set(rows) == set(by_hand)
    for key, handled in by_hand.items():
        assert rows[key].answered == len(handled)
        assert rows[key].aht_seconds == pytest.approx(sum(handled) / len(handled))
        assert rows[key].occupancy is None
        assert rows[key].signed_in_seconds is None
    assert report.total.answered == sum(len(handled) for handled in by_hand.values())


async def test_one_queues_calls_can_be_asked_for_alone(database: Database, scope: Scope) -> None:
    visits = some_visits(5, DAY, 0.9, 100)
    await store(database, scope, visits)
    report = await asked(database, scope, queue="sales")
    expected = [visit for visit in visits if visit.queue == "sales" and visit.agent_id]
    assert report.total.answered == len(expected)


async def test_time_is_split_over_the_intervals_it_touches(
    database: Database, scope: Scope
) -> None:
    states = [
        (LI, DAY + timedelta(minutes=30), "ready"),
        (LI, DAY + timedelta(minutes=50), "talking"),
        (LI, DAY + timedelta(minutes=70), "wrap_up"),
        (LI, DAY + timedelta(minutes=75), "offline"),
    ]
    await store(database, scope, [], states)
    report = await asked(database, scope, interval=Interval.HOUR)
    first, second = report.rows[:2]
    assert first.figures.state_ms == {"ready": 1_200_000, "talking": 600_000}
    assert second.figures.state_ms["talking"] == 600_000
    assert second.figures.state_ms["wrap_up"] == 300_000
    assert first.figures.occupancy == pytest.approx(1 / 3)
    assert second.figures.occupancy == 1.0
    total = report.by_agent[agent_in(scope, LI)]
    assert total.signed_in_seconds == 45 * 60
    assert total.occupancy == pytest.approx(25 / 45)


async def test_a_state_from_the_day_before_reaches_into_the_day(
    database: Database, scope: Scope
) -> None:
    states = [
        (WANG, DAY - timedelta(hours=2), "ready"),
        (WANG, DAY + timedelta(hours=1), "offline"),
    ]
    await store(database, scope, [], states)
    report = await asked(database, scope)
    assert report.total.seconds_in("ready") == 3600


async def test_the_present_state_lasts_until_now_and_no_state_longer_than_a_day(
    database: Database, scope: Scope
) -> None:
    await store(database, scope, [], [(LI, DAY, "ready")])
    half = await asked(database, scope, now=DAY + timedelta(hours=12))
    whole = await asked(database, scope)
    assert half.total.seconds_in("ready") == 12 * 3600
    assert whole.total.seconds_in("ready") == 24 * 3600  # of 25


async def test_an_offer_after_which_the_agent_is_not_ready_was_missed(
    database: Database, scope: Scope
) -> None:
    at = [DAY + timedelta(minutes=minute) for minute in range(8)]
    words = ["ready", "offered", "not_ready", "ready", "offered", "talking", "not_ready", "ready"]
    await store(
        database, scope, [], [(LI, when, word) for when, word in zip(at, words, strict=True)]
    )
    report = await asked(database, scope)
    assert report.total.missed == 1


async def test_a_call_missed_below_the_limit_was_missed_too(
    database: Database, scope: Scope
) -> None:
    words = ["offered", "ready", "offered", "ready"]
    states = [(LI, DAY + timedelta(minutes=n), word) for n, word in enumerate(words)]
    await store(database, scope, [], states, reasons=["", "missed_call", "", ""])
    report = await asked(database, scope)
    assert report.total.missed == 1


async def test_time_not_ready_is_told_by_reason_and_by_pay(
    database: Database, scope: Scope
) -> None:
    states = [
        (LI, DAY, "not_ready"),
        (LI, DAY + timedelta(minutes=10), "not_ready"),
        (LI, DAY + timedelta(minutes=40), "offline"),
    ]
    await store(database, scope, [], states, reasons=["training", "lunch", ""])
    async with database.transaction() as session:
        for code, paid in (("training", True), ("lunch", False)):
            document = ReasonDocument(label=code, paid=paid)
            change = Change(kind=Kind.REASON, key=code, document=document, expected=0)
            await configuration.save(session, scope, change)
    report = await asked(database, scope)
    assert report.total.reason_seconds == {"lunch": 1800.0, "training": 600.0}
    assert (report.total.not_ready_seconds, report.total.unpaid_seconds) == (2400.0, 1800.0)


async def test_rows_carry_names_and_another_tenants_agents_are_never_counted(
    database: Database, scope: Scope
) -> None:
    await store(database, scope, some_visits(5, DAY, 0.9, 50))
    report = await asked(database, scope)
    assert {row.agent_name for row in report.rows} == set(AGENTS.values())
    stranger = await asked(database, Scope(UUID(int=99), None))
    assert stranger.rows == ()


async def test_work_is_even_when_all_are_as_busy_and_uneven_when_one_has_all_of_it(
    database: Database, scope: Scope
) -> None:
    first, second = list(AGENTS)[:2]
    hour = timedelta(hours=1)
    busy_and_idle = [
        (first, DAY, "talking"),
        (first, DAY + 2 * hour, "offline"),
        (second, DAY, "ready"),
        (second, DAY + 2 * hour, "offline"),
    ]
    await store(database, scope, [], busy_and_idle)
    report = await asked(database, scope, now=DAY + 3 * hour)
    assert report.unevenness == pytest.approx(0.5)  # of two, one has it all
    assert gini([0.6, 0.6, 0.6]) == pytest.approx(0.0)
    assert gini([0.6]) is None
