"""Writes the demo's past through the same verbs as the present: calls, tickets, orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.calls.close import close_call
from crm_core.calls.dispositions import set_disposition
from crm_core.calls.model import CallClosing, LegClosing
from crm_core.demo.customers import UNKNOWN_CALLER
from crm_core.demo.house import SERVICE_NUMBER
from crm_core.demo.story import ANSWERED, Past, PastCall
from crm_core.directory.model import Customer
from crm_core.ids import new_id
from crm_core.insert_once import insert_all_once
from crm_core.people.model import User
from crm_core.tables.calls import CallDataRow, CallEventRow
from crm_core.tables.queues import AgentStateRow
from crm_core.tenancy import Scope
from crm_core.tickets.model import TicketDraft
from crm_core.tickets.verbs import close_ticket, comment_ticket, open_ticket
from crm_core.timeline.model import Happening
from crm_core.timeline.verbs import put_happening

TICKETS = (
    ("户外标牌灯箱夜间不亮", "客户反映 3 号门灯箱整排不亮，已拍照。", "repair", "high"),
    ("补开 10 月增值税发票", "抬头与合同一致，邮寄到前台。", "request", "normal"),
    ("Delivery address changed", "Please ship to the new warehouse, dock 4.", "request", "normal"),
    ("安装时间改到周六上午", "物业只允许周末施工。", "request", "normal"),
    ("亚克力字脱胶", "两个字母脱落，要求上门。", "complaint", "urgent"),
    ("Quote for twelve door signs", "Brushed steel, 20 × 30 cm.", "consultation", "low"),
    ("对账单金额有疑问", "客户认为 11 月 3 日的通话重复计费。", "complaint", "high"),
    ("咨询年度维护套餐", "对比两档套餐的上门次数。", "consultation", "normal"),
)

ORDERS = (
    ("户外亚克力标牌 20 套", "¥12,800.00"),
    ("导视系统设计与安装", "¥86,500.00"),
    ("LED 灯箱 4 组", "¥9,200.00"),
    ("不锈钢门牌 60 块", "¥7,350.00"),
    ("Reception wall lettering", "¥18,400.00"),
)
STATES = ("paid", "paid", "shipped", "unpaid")


async def write_calls(
    session: AsyncSession,
    scope: Scope,
    past: Past,
    *,
    agents: Sequence[User],
    customers: Sequence[Customer],
) -> None:
    """Write past calls and what agents did meanwhile."""
    closings: list[CallClosing] = []
    for call in past.calls:
        customer = None if call.customer is None else customers[call.customer]
        agent = None if call.agent is None else agents[call.agent]
        closings.append(_closing(call, agent, customer))
        await close_call(session, scope, closings[-1])
        if agent is not None:
            by = replace(scope, user_id=agent.id)
            done = closings[-1].ended_at + timedelta(seconds=call.wrap_up_seconds)
            await set_disposition(
                session, by, closings[-1].call_id, code=call.disposition, at=done
            )
    events = [row for closing in closings for row in _events(scope, closing)]
    await insert_all_once(session, CallEventRow, events)
    data = [row for closing in closings for row in _data(scope, closing)]
    await insert_all_once(session, CallDataRow, data)
    await _write_states(session, scope, past, agents)


async def _write_states(
    session: AsyncSession, scope: Scope, past: Past, agents: Sequence[User]
) -> None:
    rows = [
        {
            "id": new_id(),
            "tenant_id": scope.tenant_id,
            "agent_id": agents[state.agent].id,
            "state": state.state,
            "reason": state.reason,
            "call_id": None,
            "at": state.at,
        }
        for state in past.states
    ]
    await insert_all_once(session, AgentStateRow, rows)


async def write_cases(
    session: AsyncSession,
    scope: Scope,
    *,
    now: datetime,
    agents: Sequence[User],
    customers: Sequence[Customer],
) -> None:
    """Write past tickets and orders; the first customer has one open ticket, one unpaid order."""
    for number in range(24):
        customer = customers[number * 2 % len(customers)]
        agent = agents[number % len(agents)]
        at = now - timedelta(days=number + 1, hours=number % 7)
        await _write_ticket(session, replace(scope, user_id=agent.id), number, customer, at)
    for number in range(40):
        customer = customers[number % len(customers)]
        at = now - timedelta(days=number % 29 + 1, hours=number % 5)
        status = "unpaid" if number == 0 else STATES[number % len(STATES)]
        await _write_order(session, scope, number, status, customer, at)


def _closing(call: PastCall, agent: User | None, customer: Customer | None) -> CallClosing:
    other = customer.phone if customer else UNKNOWN_CALLER
    inbound = call.direction == "inbound"
    queued = call.started_at + timedelta(seconds=call.menu_seconds)
    answered = queued + timedelta(seconds=call.waited_seconds)
    device = f"PJSIP/agent-{agent.extension}" if agent else ""
    ended = answered + timedelta(seconds=call.talked_seconds)
    return CallClosing(
        call_id=new_id(),
        direction=call.direction,
        started_at=call.started_at,
        ended_at=ended,
        queued_at=queued if call.queue else None,
        answered_at=answered if call.outcome == ANSWERED else None,
        outcome=call.outcome,
        hung_up_by="caller" if inbound or agent is None else "agent",
        caller_number=other if inbound else (agent.extension or "" if agent else ""),
        caller_name=customer.name if customer and inbound else "",
        dialled_number=SERVICE_NUMBER if inbound else other,
        queue=call.queue or None,
        queues=(call.queue,) if call.queue else (),
        waited_seconds=call.waited_seconds if call.queue else 0.0,
        talked_seconds=call.talked_seconds,
        wrap_up_seconds=call.wrap_up_seconds,
        agents_rang=(device,) if device and inbound else (),
        agent_answered=device or None,
        cause=16,
        legs=tuple(_legs(call, device, answered, ended)),
        contact_id=customer.contact_id if customer else None,
        account_id=customer.account.id if customer and customer.account else None,
    )


def _legs(
    call: PastCall, device: str, answered: datetime, ended: datetime
) -> Sequence[LegClosing]:
    began = call.started_at
    trunk = LegClosing(
        channel=f"PJSIP/trunk-{began.timestamp():.0f}",
        uniqueid=f"{began.timestamp():.3f}",
        device="PJSIP/trunk",
        role="caller" if call.direction == "inbound" else "callee",
        started_at=began,
        answered_at=began,
        ended_at=ended,
        cause=16,
    )
    if not device:
        return (trunk,)
    agent = LegClosing(
        channel=f"{device}-{answered.timestamp():.0f}",
        uniqueid=f"{answered.timestamp():.3f}",
        device=device,
        role="agent",
        started_at=answered - timedelta(seconds=min(3.0, call.waited_seconds)),
        answered_at=answered,
        ended_at=ended,
        cause=16,
    )
    return (trunk, agent)


def _events(scope: Scope, closing: CallClosing) -> list[dict[str, Any]]:
    told = [
        ("offered", closing.started_at),
        ("queued", closing.queued_at),
        ("answered", closing.answered_at),
        ("ended", closing.ended_at),
    ]
    return [
        {
            "id": new_id(),
            "tenant_id": scope.tenant_id,
            "call_id": closing.call_id,
            "kind": kind,
            "at": at,
            "payload": {"queue": closing.queue},
            "recorded_at": at,
        }
        for kind, at in told
        if at is not None
    ]


def _data(scope: Scope, closing: CallClosing) -> list[dict[str, Any]]:
    if closing.queue is None:
        return []
    told = {"language": "zh", "menu": "1" if closing.queue == "sales" else "2"}
    return [
        {
            "tenant_id": scope.tenant_id,
            "call_id": closing.call_id,
            "key": key,
            "value": value,
            "at": closing.started_at,
            "user_id": None,
        }
        for key, value in told.items()
    ]


async def _write_ticket(
    session: AsyncSession, scope: Scope, number: int, customer: Customer, at: datetime
) -> None:
    subject, body, type_, priority = TICKETS[number % len(TICKETS)]
    draft = TicketDraft(
        subject=subject,
        body=body,
        type=type_,
        priority=priority,
        contact_id=customer.contact_id,
    )
    opened = await open_ticket(session, scope, draft, at=at)
    if number % 3 != 0:
        await comment_ticket(
            session,
            scope,
            opened.id,
            body="已电话联系客户，约定处理时间。",
            at=at + timedelta(hours=1),
        )
    if number % 5 in {1, 2, 4}:
        await close_ticket(
            session, scope, opened.id, comment="客户确认已解决。", at=at + timedelta(hours=5)
        )


async def _write_order(  # noqa: PLR0917 - one row of the demo's list
    session: AsyncSession,
    scope: Scope,
    number: int,
    status: str,
    customer: Customer,
    at: datetime,
) -> None:
    goods, amount = ORDERS[number % len(ORDERS)]
    code = f"SO-{at:%Y%m%d}-{number + 1:03d}"
    happening = Happening(
        channel="order",
        subject=f"{code} {goods}",
        summary=amount,
        status=status,
        object_kind="order",
        object_id=code,
        at=at,
        contact_id=customer.contact_id,
        account_id=customer.account.id if customer.account else None,
    )
    await put_happening(session, scope, happening)
