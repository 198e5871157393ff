"""What a customer owes."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.statements import statements
from crm_core.directory.customers import customer
from crm_core.tenancy import Scope


async def balance_of(
    session: AsyncSession, scope: Scope, contact_id: UUID
) -> tuple[Decimal, str] | None:
    """Return the total of the account's newest statement and its currency; None without one."""
    found = await customer(session, scope, contact_id)
    if found.account is None:
        return None
    known = await statements(session, scope, account_id=found.account.id, limit=1)
    return (known[0].total, known[0].currency) if known else None
