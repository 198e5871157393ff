"""Calls are found again: lists, figures, and never those of another tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from crm_core import calls, people, queues
from crm_core.calls import CallClosing, CallFilters, VisitClosing
from crm_core.database import Database
from crm_core.errors import InvalidValue, NotFound
from crm_core.tenancy import Scope
from crm_core.testing import CALLER, NOON, ended_call


async def _close(database: Database, scope: Scope, closing: CallClosing) -> bool:
    async with database.transaction() as session:
        return await calls.close_call(session, scope, closing)


async def test_the_board_counts_from_local_midnight(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    yesterday = datetime(2026, 11, 2, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    today = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    for entered, waited, outcome in (
        (yesterday, 5, "answered"),
        (today, 20, "answered"),
        (today, 21, "answered"),
        (today, 9, "abandoned"),
    ):
        visit = VisitClosing(
            queue="service",
            entered_at=entered,
            left_at=entered + timedelta(seconds=waited),
            outcome=outcome,
        )
        await _close(database, scope, ended_call(visits=(visit,), legs=()))
    async with database.read() as session:
        figures = (await calls.queue_figures_today(session, scope, at=NOON))["service"]
        assert await calls.queue_figures_today(session, stranger, at=NOON) == {}
        assert await calls.queue_figures_today(session, scope, "sales", at=NOON) == {}
    assert (figures.offered, figures.answered, figures.abandoned, figures.in_target) == (
        3,
        2,
        1,
        1,
    )
    assert agent.is_agent


async def test_calls_are_listed_by_what_is_asked(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    for minute in range(5):
        at = NOON + timedelta(minutes=minute)
        await _close(
            database,
            scope,
            ended_call(
                started_at=at,
                ended_at=at + timedelta(seconds=60),
                queue="sales" if minute == 4 else "service",
                caller_number="" if minute == 3 else CALLER,
                legs=(),
            ),
        )
    for filters, count in (
        (CallFilters(), 5),
        (CallFilters(queue="sales"), 1),
        (CallFilters(agent_id=agent.id), 5),
        (CallFilters(agent_id=uuid4()), 0),
        (CallFilters(number="013800138000"), 4),
        (CallFilters(number="4000"), 5),
        (CallFilters(number="' OR 1=1"), 0),
        (CallFilters(outcome="answered", direction="inbound", state="closed"), 5),
        (CallFilters(disposition="resolved"), 0),
        (CallFilters(since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=3)), 2),
    ):
        async with database.read() as session:
            page = await calls.calls(session, scope, filters)
            assert len(page.calls) == count, filters
            assert (await calls.calls(session, stranger, filters)).calls == ()


async def test_a_list_of_calls_goes_on_where_it_ended(database: Database, scope: Scope) -> None:
    for number in range(7):
        at = NOON + timedelta(seconds=number // 2)
        await _close(database, scope, ended_call(started_at=at, legs=()))
    seen: list[calls.Call] = []
    cursor: str | None = None
    for _ in range(3):
        async with database.read() as session:
            page = await calls.calls(session, scope, limit=3, cursor=cursor)
        seen += page.calls
        cursor = page.next_cursor
    assert (len(seen), len({call.call_id for call in seen}), cursor) == (7, 7, None)
    assert [call.started_at for call in seen] == sorted(
        (call.started_at for call in seen), reverse=True
    )
    for foreign in ("x", "é", "bm90IGEgY3Vyc29y", "MjAyNi0xMS0wM1QwNDowMDowMHx4"):
        async with database.read() as session:
            with pytest.raises(InvalidValue):
                await calls.calls(session, scope, cursor=foreign)


async def test_a_call_of_another_tenant_is_not_there(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    closing = ended_call()
    await _close(database, scope, closing)
    assert await _close(database, stranger, closing), "the same id is another tenant's own call"
    async with database.read() as session:
        with pytest.raises(NotFound):
            await calls.call_detail(session, Scope(tenant_id=uuid4()), closing.call_id)


async def test_what_agents_did_is_kept_once(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        for expected in (True, False):
            new = await queues.record_agent_state(
                session, scope, agent.agent_id, state="not_ready", reason="lunch", at=NOON
            )
            assert new is expected
        with pytest.raises(InvalidValue):
            await queues.record_agent_state(session, scope, "1001", state="ready", at=NOON)
