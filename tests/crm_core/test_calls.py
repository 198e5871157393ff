"""Calls: opened once, recorded once, closed once; odd input and missing prices lose nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from crm_core import billing, calls, directory, people, queues, tickets, timeline
from crm_core.calls import CallClosing, CallFilters, CallOpening, LegClosing, VisitClosing
from crm_core.database import Database
from crm_core.errors import InvalidValue, NotFound
from crm_core.tables import QueueVisitRow
from crm_core.tenancy import Scope

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
NUMBER = "+8613800138000"
DEVICE = "PJSIP/agent-1001"


def _after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def _closing(call_id: UUID | None = None, **parts: object) -> CallClosing:
    whole: dict[str, object] = {
        "call_id": call_id or uuid4(),
        "direction": "inbound",
        "started_at": NOW,
        "queued_at": _after(10),
        "answered_at": _after(18.25),
        "ended_at": _after(88.5),
        "outcome": "answered",
        "hung_up_by": "caller",
        "caller_number": "13800138000",
        "caller_name": "张三",
        "dialled_number": "4000",
        "queue": "service",
        "queues": ("service",),
        "waited_seconds": 8.25,
        "talked_seconds": 70.25,
        "agents_rang": (DEVICE,),
        "agent_answered": DEVICE,
        "legs": (
            LegClosing(
                channel="PJSIP/trunk-00000001",
                uniqueid="1762142400.1",
                device="PJSIP/trunk",
                role="caller",
                started_at=NOW,
                ended_at=_after(88.5),
                cause=16,
            ),
            LegClosing(
                channel="PJSIP/agent-1001-00000002",
                uniqueid="1762142400.2",
                role="agent",
                started_at=_after(15),
                answered_at=_after(18.25),
            ),
        ),
        **parts,
    }
    return CallClosing(**whole)  # type: ignore[arg-type]


@pytest.fixture
async def agent(database: Database, scope: Scope) -> people.User:
    async with database.transaction() as session:
        await people.ensure_roles(session, scope)
        user = await people.create_user(
            session,
            scope,
            username="wangmin",
            display_name="王敏",
            password="canary-horse",
            roles=["agent"],
            extension="1001",
        )
        await queues.create_queue(session, scope, name="service", title="服务热线")
        tariff = billing.Tariff(
            code="hotline",
            name="热线",
            direction="inbound",
            rates=(billing.Rate(price_per_minute=Decimal("0.15")),),
        )
        await billing.create_tariff(session, scope, tariff, is_default=True)
        for code in ("resolved", "ticket"):
            word = calls.Disposition(code=code, label=code, label_en=code)
            await calls.create_disposition(session, scope, word)
        return user


@pytest.fixture
async def customer(database: Database, scope: Scope) -> directory.Customer:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三", account_name="上海盈硕标牌")
        made = await directory.save_customer(session, scope, edit)
        await directory.add_contact_point(
            session, scope, made.contact_id, directory.PointDraft(value=NUMBER)
        )
        return made


async def _close(database: Database, scope: Scope, closing: CallClosing) -> bool:
    async with database.transaction() as session:
        return await calls.close_call(session, scope, closing)


async def _detail(database: Database, scope: Scope, call_id: UUID) -> calls.CallDetail:
    async with database.read() as session:
        return await calls.call_detail(session, scope, call_id)


async def test_a_call_from_its_first_event_to_the_customers_statement(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = _closing()
    opening = CallOpening(
        call_id=closing.call_id, direction="inbound", started_at=NOW, caller_number=NUMBER
    )
    async with database.transaction() as session:
        assert await calls.open_call(session, scope, opening)
        await calls.record_event(session, scope, opening.call_id, "queued", _after(10), {"q": 1})
        await calls.put_call_data(session, scope, opening.call_id, {"menu": "2"})
        assert [call.call_id for call in await calls.open_calls(session, scope)] == [
            opening.call_id
        ]
    assert await _close(database, scope, closing)
    detail = await _detail(database, scope, closing.call_id)
    call, charge = detail.call, detail.charge
    assert (call.state, call.agent_id, call.agent_name) == ("closed", agent.id, "王敏")
    assert (call.contact_name, call.account_name) == ("张三", "上海盈硕标牌")
    assert (call.waited_seconds, call.talked_seconds) == (8.25, 70.25)
    assert [(leg.role, leg.agent_id) for leg in detail.legs] == [
        ("caller", None),
        ("agent", agent.id),
    ]
    assert [(visit.queue, visit.outcome, visit.waited_seconds) for visit in detail.visits] == [
        ("service", "answered", 8.25)
    ]
    assert [(event.kind, event.at, event.payload) for event in detail.events] == [
        ("queued", _after(10), {"q": 1})
    ]
    assert detail.data == {"menu": "2"}
    assert charge is not None
    assert (charge.state, charge.amount, charge.billed_seconds) == ("rated", Decimal("0.30"), 120)
    assert charge.answered_seconds == Decimal("70.25")
    assert charge.steps[-1].amount == "0.30"
    async with database.read() as session:
        assert await calls.open_calls(session, scope) == []
        told = await timeline.timeline(session, scope, contact_id=customer.contact_id)
        assert call.account_id is not None
        statement = await billing.statement(session, scope, call.account_id, "2026-11")
    assert [(item.channel, item.status, item.object_id) for item in told.items] == [
        ("call", "answered", str(closing.call_id))
    ]
    assert statement.total == Decimal("0.30")
    assert [(line.number, line.contact_name) for line in statement.lines] == [(NUMBER, "张三")]


async def test_everything_done_twice_is_the_same_as_once(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = _closing()
    opening = CallOpening(call_id=closing.call_id, direction="inbound", started_at=NOW)
    for turn in range(2):
        async with database.transaction() as session:
            assert await calls.open_call(session, scope, opening) == (turn == 0)
            assert await calls.record_event(
                session, scope, closing.call_id, "queued", _after(10), {"turn": turn}
            ) == (turn == 0)
    assert await _close(database, scope, closing)
    before = await _detail(database, scope, closing.call_id)
    assert not await _close(database, scope, replace(closing, outcome="failed", legs=()))
    async with database.transaction() as session:
        assert not await calls.open_call(session, scope, opening)
    assert await _detail(database, scope, closing.call_id) == before
    assert before.events[0].payload == {"turn": 0}
    async with database.read() as session:
        assert len(await billing.charge_history(session, scope, closing.call_id)) == 1
        assert len((await timeline.timeline(session, scope)).items) == 1
    assert agent.id == before.call.agent_id
    assert customer.contact_id == before.call.contact_id


async def test_two_who_close_a_call_at_once_close_it_once(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = _closing()
    async with asyncio.TaskGroup() as group:
        closes = [group.create_task(_close(database, scope, closing)) for _ in range(4)]
    assert sorted(task.result() for task in closes) == [False, False, False, True]
    detail = await _detail(database, scope, closing.call_id)
    assert (len(detail.legs), len(detail.visits)) == (2, 1)
    assert agent.is_agent


async def test_a_call_that_was_never_opened_is_kept(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = _closing()
    assert await _close(database, scope, closing)
    assert (await _detail(database, scope, closing.call_id)).call.agent_id == agent.id


async def test_what_was_not_known_at_the_start_is_told_at_the_end(
    database: Database, scope: Scope
) -> None:
    closing = _closing(direction="outbound", caller_number="1001", dialled_number=NUMBER)
    opening = CallOpening(
        call_id=closing.call_id, direction="internal", started_at=NOW, caller_number="1001"
    )
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
    await _close(database, scope, closing)
    call = (await _detail(database, scope, closing.call_id)).call
    assert (call.direction, call.dialled_number) == ("outbound", NUMBER)


async def test_without_a_tariff_the_call_is_kept_unrated_with_the_reason(
    database: Database, scope: Scope
) -> None:
    closing = _closing()
    await _close(database, scope, closing)
    charge = (await _detail(database, scope, closing.call_id)).charge
    assert charge is not None
    assert (charge.state, charge.amount, charge.reason) == (
        "unrated",
        0,
        "there is no inbound tariff",
    )


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"answered_at": None, "outcome": "abandoned_in_queue"}, "not_answered"),
        ({"direction": "internal"}, "internal"),
    ],
)
async def test_a_call_that_costs_nothing_says_why(
    database: Database,
    scope: Scope,
    agent: people.User,
    parts: dict[str, object],
    code: str,
) -> None:
    closing = _closing(**parts)
    await _close(database, scope, closing)
    charge = (await _detail(database, scope, closing.call_id)).charge
    assert charge is not None
    assert (charge.state, charge.amount, charge.steps[0].code) == ("rated", 0, code)
    async with database.read() as session:
        assert await billing.statements(session, scope) == []
    assert agent.is_agent


ODD = "<b>张三</b>\r\n\x00\ud800 😀" + "长" * 300


@pytest.mark.parametrize("number", ["", "anonymous", "abc", "9" * 300, "+", ODD])
async def test_odd_names_and_numbers_lose_no_call(
    database: Database, scope: Scope, number: str
) -> None:
    closing = _closing(
        caller_number=number,
        caller_name=ODD,
        dialled_number=number,
        queue=ODD,
        queues=(ODD,),
        hung_up_by=ODD,
        outcome=ODD,
        agent_answered=ODD,
        agents_rang=(ODD,),
        transfers=({"kind": "blind", ODD: [ODD, {"deep": {"er": {"and": {"deeper": {}}}}}]},),
        legs=(LegClosing(channel=ODD, uniqueid=ODD, device=ODD, role=ODD, started_at=NOW),),
        unique_ids=(ODD,),
        linked_ids=(ODD,),
    )
    opening = CallOpening(
        call_id=closing.call_id,
        direction=ODD,
        started_at=NOW,
        caller_number=number,
        caller_name=ODD,
        dialled_number=number,
    )
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
        await calls.record_event(session, scope, closing.call_id, ODD, NOW, {ODD: ODD})
        await calls.put_call_data(session, scope, closing.call_id, {ODD: ODD})
    assert await _close(database, scope, closing)
    call = (await _detail(database, scope, closing.call_id)).call
    assert call.caller_name.startswith("<b>张三</b>")
    assert len(call.caller_name) == 120
    assert call.state == "closed"


async def test_a_moved_caller_has_a_visit_in_each_queue(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = _closing(
        queues=("service", "sales"),
        queue="sales",
        visits=(
            VisitClosing(
                queue="service",
                entered_at=NOW,
                left_at=_after(30),
                outcome="answered",
                device=DEVICE,
                talked_seconds=20,
            ),
            VisitClosing(
                queue="sales", entered_at=_after(60), left_at=_after(75), outcome="abandoned"
            ),
        ),
    )
    await _close(database, scope, closing)
    visits = (await _detail(database, scope, closing.call_id)).visits
    assert [(visit.queue, visit.outcome, visit.agent_id) for visit in visits] == [
        ("service", "answered", agent.id),
        ("sales", "abandoned", None),
    ]


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
        await _close(database, scope, _closing(visits=(visit,), legs=()))
    async with database.read() as session:
        figures = (await calls.queue_figures_today(session, scope, at=NOW))["service"]
        assert await calls.queue_figures_today(session, stranger, at=NOW) == {}
        assert await calls.queue_figures_today(session, scope, "sales", at=NOW) == {}
    assert (figures.offered, figures.answered, figures.abandoned, figures.in_target) == (
        3,
        2,
        1,
        1,
    )
    assert agent.is_agent


async def test_the_work_after_a_call_is_added_to_it(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = _closing()
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
        queue="service", entered_at=NOW, left_at=_after(5), outcome="answered", device=DEVICE
    )
    closing = _closing(visits=(first, replace(first, queue="sales"), replace(first, device="")))
    opening = CallOpening(call_id=closing.call_id, direction="inbound", started_at=NOW)
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
    closing = _closing()
    await _close(database, scope, closing)
    by = replace(scope, user_id=agent.id)
    async with database.transaction() as session:
        await calls.set_disposition(session, by, closing.call_id, code="ticket", at=NOW)
        await calls.set_disposition(
            session, by, closing.call_id, code="resolved", note="已退款", at=_after(1)
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


async def test_calls_are_listed_by_what_is_asked(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    for minute in range(5):
        at = NOW + timedelta(minutes=minute)
        await _close(
            database,
            scope,
            _closing(
                started_at=at,
                ended_at=at + timedelta(seconds=60),
                queue="sales" if minute == 4 else "service",
                caller_number="" if minute == 3 else NUMBER,
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
        (CallFilters(since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=3)), 2),
    ):
        async with database.read() as session:
            page = await calls.calls(session, scope, filters)
            assert len(page.calls) == count, filters
            assert (await calls.calls(session, stranger, filters)).calls == ()


async def test_a_list_of_calls_goes_on_where_it_ended(database: Database, scope: Scope) -> None:
    for number in range(7):
        at = NOW + timedelta(seconds=number // 2)
        await _close(database, scope, _closing(started_at=at, legs=()))
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
    closing = _closing()
    await _close(database, scope, closing)
    assert await _close(database, stranger, closing), "the same id is another tenant's own call"
    async with database.read() as session:
        with pytest.raises(NotFound):
            await calls.call_detail(session, Scope(tenant_id=uuid4()), closing.call_id)


async def test_a_ticket_of_the_call_is_told_with_it(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = _closing()
    await _close(database, scope, closing)
    async with database.transaction() as session:
        draft = tickets.TicketDraft(subject="退款", call_id=closing.call_id)
        opened = await tickets.open_ticket(session, replace(scope, user_id=agent.id), draft)
    assert (opened.contact_id, opened.owner_name) == (customer.contact_id, "王敏")
    detail = await _detail(database, scope, closing.call_id)
    assert [(ticket.number, ticket.subject) for ticket in detail.tickets] == [(1, "退款")]


@pytest.mark.parametrize(
    ("device", "extension"),
    [
        ("PJSIP/agent-1001", "1001"),
        ("PJSIP/agent-1001-0000002a", "1001"),
        ("PJSIP/trunk-00000001", None),
        ("Local/1001@wait", None),
        ("", None),
    ],
)
def test_a_device_names_its_agents_extension(device: str, extension: str | None) -> None:
    assert calls.agent_extension(device) == extension


async def test_what_agents_did_is_kept_once(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        for expected in (True, False):
            new = await queues.record_agent_state(
                session, scope, agent.agent_id, state="not_ready", reason="lunch", at=NOW
            )
            assert new is expected
        with pytest.raises(InvalidValue):
            await queues.record_agent_state(session, scope, "1001", state="ready", at=NOW)
