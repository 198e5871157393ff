"""What comes of a call: the work after it, dispositions, tickets, words that travel."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from crm_core import calls, directory, people, tickets
from crm_core.calls import CallClosing, CallOpening, VisitClosing
from crm_core.database import Database
from crm_core.errors import InvalidValue, NotFound
from crm_core.tables import QueueVisitRow
from crm_core.tenancy import Scope
from crm_core.testing import DEVICE, NOON, after, ended_call


async def _close(database: Database, scope: Scope, closing: CallClosing) -> bool:
    async with database.transaction() as session:
        return await calls.close_call(session, scope, closing)


async def _detail(database: Database, scope: Scope, call_id: UUID) -> calls.CallDetail:
    async with database.read() as session:
        return await calls.call_detail(session, scope, call_id)


async def test_the_work_after_a_call_is_added_to_it(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = ended_call()
    await _close(database, scope, closing)
    for new in (True, False):
        async with database.transaction() as session:
            added = await calls.add_wrap_up(
                session, scope, closing.call_id, agent_id=agent.id, seconds=12.5
            )
        assert added is new
    assert (await _detail(database, scope, closing.call_id)).call.wrap_up_seconds == 12.5
    assert await _wrap_ups(database, scope, closing.call_id) == [12.5]


async def test_work_told_before_the_call_ends_goes_to_the_agents_last_visit(
    database: Database, scope: Scope, agent: people.User
) -> None:
    first = VisitClosing(
        queue="service", entered_at=NOON, left_at=after(5), outcome="answered", device=DEVICE
    )
    closing = ended_call(visits=(first, replace(first, queue="sales"), replace(first, device="")))
    opening = CallOpening(call_id=closing.call_id, direction="inbound", started_at=NOON)
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
        await calls.add_wrap_up(session, scope, closing.call_id, agent_id=agent.id, seconds=7)
    await _close(database, scope, closing)
    async with database.transaction() as session:
        await calls.add_wrap_up(session, scope, closing.call_id, agent_id=agent.id, seconds=2)
    assert (await _detail(database, scope, closing.call_id)).call.wrap_up_seconds == 9
    assert await _wrap_ups(database, scope, closing.call_id) == [0, 9, 0]


async def _wrap_ups(database: Database, scope: Scope, call_id: UUID) -> list[float]:
    async with database.read() as session:
        rows = await session.scalars(
            select(QueueVisitRow.wrap_up_seconds)
            .where(QueueVisitRow.tenant_id == scope.tenant_id, QueueVisitRow.call_id == call_id)
            .order_by(QueueVisitRow.position)
        )
        return list(rows)


async def test_a_disposition_can_be_changed_and_each_stays_in_the_history(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    closing = ended_call()
    await _close(database, scope, closing)
    by = replace(scope, user_id=agent.id)
    async with database.transaction() as session:
        await calls.set_disposition(session, by, closing.call_id, code="ticket", at=NOON)
        await calls.set_disposition(
            session, by, closing.call_id, code="resolved", note="已退款", at=after(1)
        )
    detail = await _detail(database, scope, closing.call_id)
    assert detail.call.disposition == "resolved"
    assert [(given.code, given.note, given.user_id) for given in detail.dispositions] == [
        ("resolved", "已退款", agent.id),
        ("ticket", "", agent.id),
    ]
    for who, call_id, code, error in (
        (by, closing.call_id, "unheard_of", InvalidValue),
        (by, uuid4(), "resolved", NotFound),
        (stranger, closing.call_id, "resolved", InvalidValue),
    ):
        with pytest.raises(error):
            async with database.transaction() as session:
                await calls.set_disposition(session, who, call_id, code=code)


async def test_data_travels_and_is_replaced_and_removed(database: Database, scope: Scope) -> None:
    call_id = uuid4()
    async with database.transaction() as session:
        await calls.put_call_data(session, scope, call_id, {"a": "1", "note": "第一行\n第二行"})
        await calls.put_call_data(session, scope, call_id, {"a": "2", "note": ""})
        assert await calls.call_data(session, scope, call_id) == {"a": "2"}
    many = {str(number): "x" for number in range(200)}
    with pytest.raises(InvalidValue):
        async with database.transaction() as session:
            await calls.put_call_data(session, scope, call_id, many)


async def test_a_ticket_of_the_call_is_told_with_it(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = ended_call()
    await _close(database, scope, closing)
    async with database.transaction() as session:
        draft = tickets.TicketDraft(subject="退款", call_id=closing.call_id)
        opened = await tickets.open_ticket(session, replace(scope, user_id=agent.id), draft)
    assert (opened.contact_id, opened.owner_name) == (customer.contact_id, "王敏")
    detail = await _detail(database, scope, closing.call_id)
    assert [(ticket.number, ticket.subject) for ticket in detail.tickets] == [(1, "退款")]
