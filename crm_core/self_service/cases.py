"""How a customer's own ticket or order stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.tables.directory import ContactRow
from crm_core.tables.tickets import TicketRow
from crm_core.tenancy import Scope

_ORDER = "order"
_MOST_DIGITS = 9  # more is no number of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A ticket or order in short."""

    number: int
    status: str  # open | pending | closed
    opened_at: datetime


async def case_of(
    session: AsyncSession, scope: Scope, contact_id: UUID, *, order: bool, number: str = ""
) -> Case | None:
    """Return the case with this number, or the newest one; None when there is none of his own.

    Orders are tickets of the type order; tickets are all others. Those of his account count too.
    """
    account = (
        select(ContactRow.account_id)
        .where(ContactRow.tenant_id == scope.tenant_id, ContactRow.id == contact_id)
        .scalar_subquery()
    )
    query = select(TicketRow).where(
        TicketRow.tenant_id == scope.tenant_id,
        (TicketRow.contact_id == contact_id) | (TicketRow.account_id == account),
        TicketRow.type == _ORDER if order else TicketRow.type != _ORDER,
    )
    if number:
        if not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
            return None
        query = query.where(TicketRow.number == int(number))
    newest = query.order_by(TicketRow.opened_at.desc(), TicketRow.id.desc()).limit(1)
    row = await session.scalar(newest)
    if row is None:
        return None
    return Case(number=row.number, status=row.status, opened_at=row.opened_at)
