"""A callback is written before it is dialled, and never dialled twice for one attempt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from crm_core import callbacks, calls, directory
from crm_core.callbacks import AttemptReserved, CallbackFilters, CallbackWritten
from crm_core.calls import VisitClosing
from crm_core.database import Database
from crm_core.directory import CustomerEdit, PointDraft
from crm_core.errors import NotFound, WrongState
from crm_core.tables import ContactPointRow
from crm_core.tenancy import Scope
from crm_core.testing import ended_call

SCOPE = Scope()
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NUMBER = "13800138000"


def written(number: int = 1, **changes: object) -> CallbackWritten:
    plain = CallbackWritten(
        callback_id=UUID(int=number),
        queue="service",
        number=NUMBER,
        caller_name="张三",
        waits_since=AT - timedelta(seconds=60 - number),
        requested_at=AT,
        expires_at=AT + timedelta(hours=4),
        priority=0,
        origin_call_id=UUID(int=99),
        state="waiting",
        attempts=0,
        tries=0,
        not_before=None,
        agent_id=None,
        at=AT,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def attempt(number: int = 1) -> AttemptReserved:
    return AttemptReserved(
        number=number,
        call_id=UUID(int=500 + number),
        uniqueid=f"callback-1.{number}",
        agent_id=None,
        at=AT + timedelta(seconds=number),
    )


async def test_an_attempt_is_reserved_once_alone(database: Database) -> None:
    picture = written(state="reserved", attempts=1, at=AT + timedelta(seconds=1))
    async with database.transaction() as session:
        await callbacks.reserve(session, SCOPE, picture, attempt())
    with pytest.raises(WrongState, match="already"):
        async with database.transaction() as session:
            await callbacks.reserve(session, SCOPE, picture, attempt())
    async with database.read() as session:
        [owed] = await callbacks.owed(session, SCOPE)
    assert owed.attempt == attempt()
    assert owed.written.state == "reserved"


async def test_what_came_late_does_not_undo_what_was_written_after_it(database: Database) -> None:
    later = written(state="done", attempts=1, at=AT + timedelta(seconds=9))
    async with database.transaction() as session:
        await callbacks.save(session, SCOPE, written())
        await callbacks.save(session, SCOPE, later, ended=(1, "connected"))
        await callbacks.save(session, SCOPE, written())
    async with database.read() as session:
        assert await callbacks.owed(session, SCOPE) == []
        shown = await callbacks.callback(session, SCOPE, UUID(int=1))
    assert (shown.state, shown.ended_at) == ("done", later.at)


async def test_what_came_of_it_is_written_though_the_time_of_day_was_set_back(
    database: Database,
) -> None:
    back = AT - timedelta(hours=1)
    ring = attempt()
    async with database.transaction() as session:
        await callbacks.save(session, SCOPE, written())
        picture = written(state="reserved", attempts=1, at=back)
        await callbacks.reserve(session, SCOPE, picture, replace(ring, at=back))
        await callbacks.save(session, SCOPE, written(state="talking", attempts=1, at=back))
        done = written(state="done", attempts=1, at=back + timedelta(seconds=9))
        await callbacks.save(session, SCOPE, done, ended=(1, "connected"))
    async with database.read() as session:
        assert await callbacks.owed(session, SCOPE) == []


async def test_a_list_cut_short_holds_those_who_wait_longest(database: Database) -> None:
    async with database.transaction() as session:
        for number in (2, 3, 1):
            await callbacks.save(session, SCOPE, written(number))
        for number in (4, 6, 5):
            await callbacks.save(session, SCOPE, written(number, state="done"))
    async with database.read() as session:
        found = await callbacks.callbacks(session, SCOPE)
    assert [one.id.int for one in found] == [1, 2, 3, 6, 5, 4]


async def test_what_is_over_is_not_dialled(database: Database) -> None:
    async with database.transaction() as session:
        await callbacks.save(session, SCOPE, written(state="cancelled"))
    with pytest.raises(WrongState) as refused:
        async with database.transaction() as session:
            await callbacks.reserve(session, SCOPE, written(), attempt())
    assert refused.value.code == "over"


async def test_who_is_not_to_be_called_is_not_called(database: Database) -> None:
    async with database.transaction() as session:
        point = PointDraft(kind="phone", value=NUMBER)
        customer = await directory.save_customer(session, SCOPE, CustomerEdit(name="李四"))
        await directory.add_contact_point(session, SCOPE, customer.contact_id, point)
        await session.execute(update(ContactPointRow).values(do_not_contact=True))
    with pytest.raises(WrongState) as refused:
        async with database.transaction() as session:
            await callbacks.reserve(session, SCOPE, written(), attempt())
    assert refused.value.code == "do_not_call"


@pytest.mark.parametrize(
    ("answered", "queue", "caller", "served"),
    [
        (1, "service", "+86138 0013 8000", True),
        (-1, "service", NUMBER, False),
        (1, "sales", NUMBER, False),
        (1, "service", "13900139000", False),
    ],
    ids=["since", "before", "other queue", "other caller"],
)
async def test_who_got_through_since_he_asked_is_not_dialled(
    database: Database, answered: int, queue: str, caller: str, served: bool
) -> None:
    at = AT + timedelta(minutes=answered)
    visit = VisitClosing(
        queue=queue, entered_at=at - timedelta(seconds=5), left_at=at, outcome="answered"
    )
    async with database.transaction() as session:
        await calls.close_call(
            session, SCOPE, ended_call(caller_number=caller, queue=queue, visits=(visit,), legs=())
        )
        if not served:
            await callbacks.reserve(session, SCOPE, written(), attempt())
            return
        with pytest.raises(WrongState) as refused:
            await callbacks.reserve(session, SCOPE, written(), attempt())
    assert refused.value.code == "served"


async def test_owed_callbacks_come_in_the_order_of_their_places(database: Database) -> None:
    async with database.transaction() as session:
        for number in (3, 1, 2):
            await callbacks.save(session, SCOPE, written(number))
    async with database.read() as session:
        found = await callbacks.owed(session, SCOPE)
    assert [one.written.callback_id.int for one in found] == [1, 2, 3]


async def test_lists_are_filtered_and_bounded_by_the_tenant(database: Database) -> None:
    async with database.transaction() as session:
        await callbacks.save(session, SCOPE, written(1))
        await callbacks.save(session, SCOPE, written(2, queue="sales"))
        await callbacks.save(session, SCOPE, written(3, state="failed"))
    other = Scope(tenant_id=UUID(int=5))
    async with database.read() as session:
        mine = CallbackFilters(open_only=True, queues=("sales",), agent_id=UUID(int=8))
        assert [one.id.int for one in await callbacks.callbacks(session, SCOPE, mine)] == [2]
        some = await callbacks.callbacks(session, SCOPE, CallbackFilters(number="138"))
        assert [one.state for one in some][-1] == "failed"
        assert await callbacks.callbacks(session, other) == []
        with pytest.raises(NotFound):
            await callbacks.callback(session, other, UUID(int=1))
