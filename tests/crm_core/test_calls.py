"""Calls: opened once, recorded once, closed once; odd input and missing prices lose nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from crm_core import billing, calls, directory, messages, people, timeline
from crm_core.calls import CallClosing, CallOpening, LegClosing, VisitClosing
from crm_core.database import Database
from crm_core.tables import QueueVisitRow
from crm_core.tenancy import Scope
from crm_core.testing import CALLER, DEVICE, NOON, after, ended_call


async def _close(database: Database, scope: Scope, closing: CallClosing) -> bool:
    async with database.transaction() as session:
        return await calls.close_call(session, scope, closing)


async def _detail(database: Database, scope: Scope, call_id: UUID) -> calls.CallDetail:
    async with database.read() as session:
        return await calls.call_detail(session, scope, call_id)


async def test_a_call_from_its_first_event_to_the_customers_statement(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = ended_call()
    opening = CallOpening(
        call_id=closing.call_id, direction="inbound", started_at=NOON, caller_number=CALLER
    )
    async with database.transaction() as session:
        assert await calls.open_call(session, scope, opening)
        await calls.record_event(session, scope, opening.call_id, "queued", after(10), {"q": 1})
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
        ("queued", after(10), {"q": 1})
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
    assert [(line.number, line.contact_name) for line in statement.lines] == [(CALLER, "张三")]


async def test_everything_done_twice_is_the_same_as_once(
    database: Database, scope: Scope, agent: people.User, customer: directory.Customer
) -> None:
    closing = ended_call()
    opening = CallOpening(call_id=closing.call_id, direction="inbound", started_at=NOON)
    for turn in range(2):
        async with database.transaction() as session:
            assert await calls.open_call(session, scope, opening) == (turn == 0)
            assert await calls.record_event(
                session, scope, closing.call_id, "queued", after(10), {"turn": turn}
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
    closing = ended_call()
    async with asyncio.TaskGroup() as group:
        closes = [group.create_task(_close(database, scope, closing)) for _ in range(4)]
    assert sorted(task.result() for task in closes) == [False, False, False, True]
    detail = await _detail(database, scope, closing.call_id)
    assert (len(detail.legs), len(detail.visits)) == (2, 1)
    assert agent.is_agent


async def test_a_call_that_was_never_opened_is_kept(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = ended_call()
    assert await _close(database, scope, closing)
    assert (await _detail(database, scope, closing.call_id)).call.agent_id == agent.id


@pytest.mark.parametrize("message_first", [True, False])
async def test_who_left_a_message_has_not_given_up_in_the_menu(
    database: Database, scope: Scope, message_first: bool
) -> None:
    closing = replace(
        ended_call(),
        outcome="abandoned_in_menu",
        answered_at=None,
        queue=None,
        queues=(),
        visits=(),
    )
    message = messages.Draft(
        call_id=closing.call_id,
        at=NOON,
        queue="service",
        number=CALLER,
        language="zh",
        file="a.wav",
        seconds=5.0,
    )
    for first in (message_first, not message_first):
        async with database.transaction() as session:
            if first:
                assert await messages.keep_message(session, scope, message)
            else:
                await calls.close_call(session, scope, closing)
    async with database.read() as session:
        told = await calls.call_detail(session, scope, closing.call_id)
    assert told.call.outcome == "ended_in_menu"


async def test_what_was_not_known_at_the_start_is_told_at_the_end(
    database: Database, scope: Scope
) -> None:
    closing = ended_call(direction="outbound", caller_number="1001", dialled_number=CALLER)
    opening = CallOpening(
        call_id=closing.call_id, direction="internal", started_at=NOON, caller_number="1001"
    )
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
    await _close(database, scope, closing)
    call = (await _detail(database, scope, closing.call_id)).call
    assert (call.direction, call.dialled_number) == ("outbound", CALLER)


async def test_without_a_tariff_the_call_is_kept_unrated_with_the_reason(
    database: Database, scope: Scope
) -> None:
    closing = ended_call()
    await _close(database, scope, closing)
    charge = (await _detail(database, scope, closing.call_id)).charge
    assert charge is not None
    assert (charge.state, charge.amount, charge.reason) == (
        "unrated",
        0,
        "there is no inbound tariff",
    )
    (why,) = charge.steps
    assert (why.code, dict(why.figures)) == ("no_tariff", {"direction": "inbound"})


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
    closing = ended_call(**parts)
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
    closing = ended_call(
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
        legs=(LegClosing(channel=ODD, uniqueid=ODD, device=ODD, role=ODD, started_at=NOON),),
        unique_ids=(ODD,),
        linked_ids=(ODD,),
    )
    opening = CallOpening(
        call_id=closing.call_id,
        direction=ODD,
        started_at=NOON,
        caller_number=number,
        caller_name=ODD,
        dialled_number=number,
    )
    async with database.transaction() as session:
        await calls.open_call(session, scope, opening)
        await calls.record_event(session, scope, closing.call_id, ODD, NOON, {ODD: ODD})
        await calls.put_call_data(session, scope, closing.call_id, {ODD: ODD})
    assert await _close(database, scope, closing)
    call = (await _detail(database, scope, closing.call_id)).call
    assert call.caller_name.startswith("<b>张三</b>")
    assert len(call.caller_name) == 120
    assert call.state == "closed"


async def test_a_moved_caller_has_a_visit_in_each_queue(
    database: Database, scope: Scope, agent: people.User
) -> None:
    closing = ended_call(
        queues=("service", "sales"),
        queue="sales",
        visits=(
            VisitClosing(
                queue="service",
                entered_at=NOON,
                left_at=after(30),
                outcome="answered",
                device=DEVICE,
                talked_seconds=20,
                brought={"priority": 3, "steps": [["language:zh>=4", None]]},
            ),
            VisitClosing(
                queue="sales", entered_at=after(60), left_at=after(75), outcome="abandoned"
            ),
        ),
    )
    await _close(database, scope, closing)
    visits = (await _detail(database, scope, closing.call_id)).visits
    assert [(visit.queue, visit.outcome, visit.agent_id) for visit in visits] == [
        ("service", "answered", agent.id),
        ("sales", "abandoned", None),
    ]
    async with database.read() as session:
        brought = await session.scalars(
            select(QueueVisitRow.brought)
            .where(QueueVisitRow.call_id == closing.call_id)
            .order_by(QueueVisitRow.position)
        )
        assert list(brought) == [{"priority": 3, "steps": [["language:zh>=4", None]]}, {}]


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
