"""Verbs that read tickets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.cursors import cursor_of, place_of
from crm_core.errors import NotFound
from crm_core.tables.directory import AccountRow, ContactRow
from crm_core.tables.people import UserRow
from crm_core.tables.tickets import TicketCallRow, TicketEventRow, TicketRow
from crm_core.tenancy import Scope
from crm_core.tickets.model import (
    Ticket,
    TicketDetail,
    TicketEvent,
    TicketFilters,
    TicketPage,
)

MAX_PAGE = 100
_EQUAL = ("contact_id", "account_id", "owner_id")


async def tickets(
    session: AsyncSession,
    scope: Scope,
    filters: TicketFilters | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> TicketPage:
    """Return the tickets that fit, newest first; raises InvalidValue for a foreign cursor."""
    size = min(max(limit, 1), MAX_PAGE)
    query = (
        _tickets(scope)
        .where(*_conditions(scope, filters or TicketFilters()))
        .order_by(TicketRow.opened_at.desc(), TicketRow.id.desc())
        .limit(size + 1)
    )
    if cursor is not None:
        at, row_id = place_of(cursor)
        query = query.where(
            or_(TicketRow.opened_at < at, (TicketRow.opened_at == at) & (TicketRow.id < row_id))
        )
    found = [_ticket(*row) for row in (await session.execute(query)).all()]
    last = found[size - 1] if len(found) > size else None
    return TicketPage(
        tickets=tuple(found[:size]),
        next_cursor=cursor_of(last.opened_at, last.id) if last else None,
    )


async def ticket(session: AsyncSession, scope: Scope, ticket_id: UUID) -> Ticket:
    """Return one ticket; raises NotFound."""
    row = (await session.execute(_tickets(scope).where(TicketRow.id == ticket_id))).first()
    if row is None:
        raise NotFound("there is no such ticket")
    return _ticket(*row)


async def ticket_detail(session: AsyncSession, scope: Scope, ticket_id: UUID) -> TicketDetail:
    """Return one ticket with its history and calls; raises NotFound."""
    found = await ticket(session, scope, ticket_id)
    events = await session.execute(
        select(TicketEventRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == TicketEventRow.user_id)
        .where(TicketEventRow.tenant_id == scope.tenant_id, TicketEventRow.ticket_id == ticket_id)
        .order_by(TicketEventRow.position)
    )
    call_ids = await session.scalars(
        select(TicketCallRow.call_id)
        .where(TicketCallRow.tenant_id == scope.tenant_id, TicketCallRow.ticket_id == ticket_id)
        .order_by(TicketCallRow.call_id)
    )
    return TicketDetail(
        ticket=found,
        events=tuple(_event(row, name) for row, name in events),
        call_ids=tuple(call_ids),
    )


def _tickets(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(TicketRow, ContactRow.name, AccountRow.name, UserRow.display_name)
        .outerjoin(ContactRow, ContactRow.id == TicketRow.contact_id)
        .outerjoin(AccountRow, AccountRow.id == TicketRow.account_id)
        .outerjoin(UserRow, UserRow.id == TicketRow.owner_id)
        .where(TicketRow.tenant_id == scope.tenant_id)
    )


def _conditions(scope: Scope, filters: TicketFilters) -> list[ColumnElement[bool]]:
    asked = [
        getattr(TicketRow, name) == getattr(filters, name)
        for name in _EQUAL
        if getattr(filters, name) is not None
    ]
    if filters.status == "unclosed":
        asked.append(TicketRow.status != "closed")
    elif filters.status is not None:
        asked.append(TicketRow.status == filters.status)
    if filters.call_id is not None:
        of_call = select(TicketCallRow.ticket_id).where(
            TicketCallRow.tenant_id == scope.tenant_id, TicketCallRow.call_id == filters.call_id
        )
        asked.append(TicketRow.id.in_(of_call))
    if filters.text:
        asked.append(_says(filters.text))
    return asked


def _says(text: str) -> ColumnElement[bool]:
    number = text.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 10:  # noqa: PLR2004 - fits a column
        return TicketRow.number == int(number)
    return or_(
        TicketRow.subject.icontains(text.strip(), autoescape=True),
        TicketRow.body.icontains(text.strip(), autoescape=True),
    )


def _ticket(
    row: TicketRow, contact_name: str | None, account_name: str | None, owner_name: str | None
) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        subject=row.subject,
        body=row.body,
        type=row.type,
        status=row.status,
        priority=row.priority,
        contact_id=row.contact_id,
        contact_name=contact_name or "",
        account_id=row.account_id,
        account_name=account_name or "",
        owner_id=row.owner_id,
        owner_name=owner_name or "",
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        updated_at=row.updated_at,
        row_version=row.row_version,
    )


def _event(row: TicketEventRow, user_name: str | None) -> TicketEvent:
    return TicketEvent(
        position=row.position,
        kind=row.kind,
        at=row.at,
        user_id=row.user_id,
        user_name=user_name or "",
        body=row.body,
        changes=row.changes,
    )
