"""Tickets: numbered without clash or gap, changed with a history, told on the timeline."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from crm_core import calls, directory, tickets, timeline
from crm_core.database import Database
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound, WrongState
from crm_core.tenancy import Scope
from crm_core.tickets import TicketDraft, TicketEdit, TicketFilters

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
async def contact_id(database: Database, scope: Scope) -> UUID:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三", account_name="上海盈硕标牌")
        return (await directory.save_customer(session, scope, edit)).contact_id


async def _open(database: Database, scope: Scope, **parts: object) -> tickets.Ticket:
    draft = TicketDraft(**{"subject": "灯箱不亮", **parts})  # type: ignore[arg-type]
    async with database.transaction() as session:
        return await tickets.open_ticket(session, scope, draft, at=NOW)


async def test_a_tickets_life_is_its_history(
    database: Database, scope: Scope, contact_id: UUID
) -> None:
    by = replace(scope, user_id=uuid4())
    opened = await _open(database, by, body="整排不亮", contact_id=contact_id)
    assert (opened.number, opened.status, opened.account_name) == (1, "open", "上海盈硕标牌")
    async with database.transaction() as session:
        await tickets.comment_ticket(session, by, opened.id, body="已派工", at=NOW)
        edit = TicketEdit(priority="high", status="pending")
        await tickets.change_ticket(session, by, opened.id, edit, at=NOW)
        await tickets.change_ticket(session, by, opened.id, edit, at=NOW)
        closed = await tickets.close_ticket(
            session, by, opened.id, comment="已修好", at=NOW + timedelta(hours=1)
        )
        assert closed.closed_at == NOW + timedelta(hours=1)
        reopened = await tickets.change_ticket(
            session, by, opened.id, TicketEdit(status="open"), at=NOW
        )
        assert reopened.closed_at is None
        detail = await tickets.ticket_detail(session, by, opened.id)
    assert [(event.position, event.kind, event.body) for event in detail.events] == [
        (1, "opened", "整排不亮"),
        (2, "commented", "已派工"),
        (3, "changed", ""),
        (4, "closed", "已修好"),
        (5, "reopened", ""),
    ]
    assert detail.events[2].changes == {
        "priority": ["normal", "high"],
        "status": ["open", "pending"],
    }
    assert {event.user_id for event in detail.events} == {by.user_id}


async def test_the_timeline_shows_a_ticket_once_with_its_state_of_now(
    database: Database, scope: Scope, contact_id: UUID
) -> None:
    opened = await _open(database, scope, contact_id=contact_id)
    async with database.transaction() as session:
        await tickets.close_ticket(session, scope, opened.id)
        page = await timeline.timeline(session, scope, contact_id=contact_id)
    assert [(item.subject, item.status, item.object_id) for item in page.items] == [
        ("#1 灯箱不亮", "closed", str(opened.id))
    ]


async def test_numbers_neither_clash_nor_skip_when_many_open_at_once(
    database: Database, scope: Scope, stranger: Scope
) -> None:
    async with asyncio.TaskGroup() as group:
        opening = [group.create_task(_open(database, scope)) for _ in range(12)]
    assert sorted(task.result().number for task in opening) == list(range(1, 13))
    assert (await _open(database, stranger)).number == 1


async def test_a_refused_ticket_costs_no_number(database: Database, scope: Scope) -> None:
    with pytest.raises(NotFound):
        await _open(database, scope, contact_id=uuid4())
    assert (await _open(database, scope)).number == 1


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"subject": " \r\n "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "x" * 20_001}, "body"),
        ({"priority": "huge"}, "priority"),
        ({"type": "poem"}, "type"),
    ],
)
async def test_a_ticket_that_cannot_be_is_refused(
    database: Database, scope: Scope, parts: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        await _open(database, scope, **parts)
    assert refused.value.field == field


async def test_a_ticket_of_an_unknown_call_is_refused(database: Database, scope: Scope) -> None:
    with pytest.raises(NotFound) as refused:
        await _open(database, scope, call_id=uuid4())
    assert refused.value.field == "call_id"


async def test_the_second_of_two_editors_is_told(database: Database, scope: Scope) -> None:
    opened = await _open(database, scope)
    async with database.transaction() as session:
        await tickets.change_ticket(
            session, scope, opened.id, TicketEdit(priority="low"), row_version=opened.row_version
        )
    with pytest.raises(EditedMeanwhile):
        async with database.transaction() as session:
            await tickets.change_ticket(
                session,
                scope,
                opened.id,
                TicketEdit(priority="high"),
                row_version=opened.row_version,
            )


async def test_a_closed_ticket_is_not_closed_again(database: Database, scope: Scope) -> None:
    opened = await _open(database, scope)
    async with database.transaction() as session:
        await tickets.close_ticket(session, scope, opened.id)
    with pytest.raises(WrongState):
        async with database.transaction() as session:
            await tickets.close_ticket(session, scope, opened.id)


async def test_tickets_are_listed_by_what_is_asked(
    database: Database, scope: Scope, contact_id: UUID, stranger: Scope
) -> None:
    call_id = uuid4()
    async with database.transaction() as session:
        opening = calls.CallOpening(call_id=call_id, direction="inbound", started_at=NOW)
        await calls.open_call(session, scope, opening)
    owner = uuid4()
    first = await _open(database, scope, contact_id=contact_id)
    await _open(database, scope, subject="100% 退款", owner_id=owner)
    third = await _open(database, scope)
    async with database.transaction() as session:
        await tickets.close_ticket(session, scope, third.id)
        await tickets.link_ticket_call(session, scope, first.id, call_id)
        await tickets.link_ticket_call(session, scope, first.id, call_id)
    for filters, numbers in (
        (TicketFilters(), {1, 2, 3}),
        (TicketFilters(status="unclosed"), {1, 2}),
        (TicketFilters(status="closed"), {3}),
        (TicketFilters(contact_id=contact_id), {1}),
        (TicketFilters(account_id=first.account_id), {1}),
        (TicketFilters(call_id=call_id), {1}),
        (TicketFilters(owner_id=owner), {2}),
        (TicketFilters(text="100%"), {2}),
        (TicketFilters(text="#2"), {2}),
        (TicketFilters(text="99999999999999999999"), set()),
    ):
        async with database.read() as session:
            page = await tickets.tickets(session, scope, filters)
            assert {ticket.number for ticket in page.tickets} == numbers, filters
            assert (await tickets.tickets(session, stranger, filters)).tickets == ()
    async with database.read() as session:
        assert (await tickets.ticket_detail(session, scope, first.id)).call_ids == (call_id,)
        with pytest.raises(NotFound):
            await tickets.ticket_detail(session, stranger, first.id)


async def test_a_list_of_tickets_goes_on_where_it_ended(database: Database, scope: Scope) -> None:
    for _ in range(5):
        await _open(database, scope)
    seen: list[int] = []
    cursor: str | None = None
    for _ in range(3):
        async with database.read() as session:
            page = await tickets.tickets(session, scope, limit=2, cursor=cursor)
        seen += [ticket.number for ticket in page.tickets]
        cursor = page.next_cursor
    assert (sorted(seen), cursor) == ([1, 2, 3, 4, 5], None)
