"""One call in full: legs, visits, events, data, dispositions, tickets and charge."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.charges import charge
from crm_core.calls.dispositions import given_dispositions
from crm_core.calls.model import CallDetail, CallEvent, CallLeg, QueueVisit, TicketRef
from crm_core.calls.open import call_data
from crm_core.calls.read import call
from crm_core.tables.calls import CallEventRow, CallLegRow, QueueVisitRow
from crm_core.tables.tickets import TicketCallRow, TicketRow
from crm_core.tenancy import Scope


async def call_detail(session: AsyncSession, scope: Scope, call_id: UUID) -> CallDetail:
    """Return everything known of a call; raises NotFound."""
    found, row = await call(session, scope, call_id)
    return CallDetail(
        call=found,
        cause=row.cause,
        incomplete=row.incomplete,
        queues=tuple(row.queues),
        agents_rang=tuple(row.agents_rang),
        transfers=tuple(row.transfers),
        unique_ids=tuple(row.unique_ids),
        linked_ids=tuple(row.linked_ids),
        legs=await _legs(session, scope, call_id),
        visits=await _visits(session, scope, call_id),
        events=await call_events(session, scope, call_id),
        data=await call_data(session, scope, call_id),
        dispositions=await given_dispositions(session, scope, call_id),
        tickets=await _tickets(session, scope, call_id),
        charge=await charge(session, scope, call_id),
    )


async def _legs(session: AsyncSession, scope: Scope, call_id: UUID) -> tuple[CallLeg, ...]:
    rows = await session.scalars(
        select(CallLegRow)
        .where(CallLegRow.tenant_id == scope.tenant_id, CallLegRow.call_id == call_id)
        .order_by(CallLegRow.started_at, CallLegRow.id)
    )
    return tuple(
        CallLeg(
            channel=row.channel,
            uniqueid=row.uniqueid,
            device=row.device,
            role=row.role,
            agent_id=row.agent_id,
            started_at=row.started_at,
            answered_at=row.answered_at,
            ended_at=row.ended_at,
            cause=row.cause,
        )
        for row in rows
    )


async def _visits(session: AsyncSession, scope: Scope, call_id: UUID) -> tuple[QueueVisit, ...]:
    rows = await session.scalars(
        select(QueueVisitRow)
        .where(QueueVisitRow.tenant_id == scope.tenant_id, QueueVisitRow.call_id == call_id)
        .order_by(QueueVisitRow.position)
    )
    return tuple(
        QueueVisit(
            queue=row.queue,
            entered_at=row.entered_at,
            left_at=row.left_at,
            waited_seconds=row.waited_seconds,
            outcome=row.outcome,
            agent_id=row.agent_id,
            talked_seconds=row.talked_seconds,
        )
        for row in rows
    )


async def call_events(session: AsyncSession, scope: Scope, call_id: UUID) -> tuple[CallEvent, ...]:
    """Return what happened to the call, oldest first."""
    rows = await session.scalars(
        select(CallEventRow)
        .where(CallEventRow.tenant_id == scope.tenant_id, CallEventRow.call_id == call_id)
        .order_by(CallEventRow.at, CallEventRow.id)
    )
    return tuple(CallEvent(kind=row.kind, at=row.at, payload=row.payload) for row in rows)


async def _tickets(session: AsyncSession, scope: Scope, call_id: UUID) -> tuple[TicketRef, ...]:
    rows = await session.scalars(
        select(TicketRow)
        .join(TicketCallRow, TicketCallRow.ticket_id == TicketRow.id)
        .where(TicketCallRow.tenant_id == scope.tenant_id, TicketCallRow.call_id == call_id)
        .order_by(TicketRow.number)
    )
    return tuple(
        TicketRef(ticket_id=row.id, number=row.number, subject=row.subject, status=row.status)
        for row in rows
    )
