"""How unevenly work lies on a queue's agents, by interval, over the whole time, and as a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from report_days import AGENTS, MadeVisit, agent_in, store, utc

from crm_core import configuration
from crm_core.configuration import AgentDocument, Change, Kind
from crm_core.configuration.shapes import SeatDocument
from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.tables import UserRow
from crm_core.tenancy import Scope
from reports import queues
from reports.csv import to_csv
from reports.intervals import Interval

NINE = utc(2026, 3, 2, 9)
HOUR = timedelta(hours=1)
BUSY, IDLE, OTHER = AGENTS


@pytest.fixture
def scope() -> Scope:
    """A tenant of its own for each test, so that one PostgreSQL serves all."""
    return Scope(new_id(), None)


def answered(queue: str, agent: object) -> MadeVisit:
    return MadeVisit(queue, NINE + timedelta(minutes=5), 3.0, "answered", agent, 60.0, 5.0)  # type: ignore[arg-type]


async def asked(database: Database, scope: Scope, queue: str | None = None) -> queues.QueueReport:
    async with database.read() as session:
        return await queues.report(
            session,
            scope,
            start=NINE,
            end=NINE + 2 * HOUR,
            interval=Interval.HOUR,
            zone="UTC",
            queue=queue,
            now=NINE + 3 * HOUR,
        )


async def seat(database: Database, scope: Scope, agent: object, queue: str) -> None:
    own = agent_in(scope, agent)  # type: ignore[arg-type]
    document = AgentDocument(name="x", extension="1001", seats=[SeatDocument(queue=queue)])
    change = Change(kind=Kind.AGENT, key=str(own), document=document, expected=1)
    async with database.transaction() as session:
        user = await session.get_one(UserRow, own)
        user.extension = document.extension
        await session.flush()
        await configuration.save(session, scope, change)


STATES = [
    (BUSY, NINE, "talking"),  # all of the first hour, none of the second
    (BUSY, NINE + HOUR, "ready"),
    (BUSY, NINE + 2 * HOUR, "offline"),
    (IDLE, NINE, "ready"),
    (IDLE, NINE + 2 * HOUR, "offline"),
]


async def test_a_queue_is_judged_by_those_who_sit_in_it_or_answered_for_it(
    database: Database, scope: Scope
) -> None:
    visits = [answered("sales", BUSY), answered("service", BUSY), answered("sales", OTHER)]
    await store(database, scope, visits, STATES)
    assert (await asked(database, scope)).unevenness == {"sales": None, "service": None}
    await seat(database, scope, IDLE, "sales")
    report = await asked(database, scope)
    assert report.unevenness == {"sales": pytest.approx(0.5), "service": None}
    assert [(row.queue, row.unevenness) for row in report.rows] == [
        ("sales", pytest.approx(0.5)),
        ("service", None),
    ]
    assert report.total_unevenness == pytest.approx(0.5)
    alone = await asked(database, scope, "service")
    assert (alone.unevenness, alone.total_unevenness) == ({"service": None}, None)


async def test_each_interval_is_judged_by_itself(database: Database, scope: Scope) -> None:
    later = MadeVisit("sales", NINE + HOUR, 3.0, "abandoned", None, 0.0, 0.0)
    await store(database, scope, [answered("sales", BUSY), answered("sales", IDLE), later], STATES)
    report = await asked(database, scope)
    assert [row.unevenness for row in report.rows] == [pytest.approx(0.5), 0.0]


async def test_the_file_has_the_unevenness_of_each_queue_last(
    database: Database, scope: Scope
) -> None:
    await store(database, scope, [answered("sales", BUSY), answered("sales", IDLE)], STATES)
    head, line = to_csv(await asked(database, scope)).splitlines()
    assert head.endswith(",unevenness")
    assert line.endswith(",0.5")
