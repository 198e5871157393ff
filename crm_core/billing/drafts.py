"""Keeps a draft statement at hand for each account and month that has charges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.months import BILLING_ZONE, month_of, next_month
from crm_core.clock import utc_now
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.tables.billing import RatedCallRow, StatementRow
from crm_core.tables.calls import CallRow
from crm_core.tenancy import Scope


async def ensure_draft(
    session: AsyncSession,
    scope: Scope,
    *,
    account_id: UUID | None,
    called_at: datetime,
    currency: str,
) -> None:
    """Make sure a draft will carry a charge of this time; a later one when its month is issued."""
    party = str(account_id) if account_id else ""
    month = await _month_without_draft(session, scope, party, currency, month_of(called_at))
    if month is None:
        return
    now = utc_now()
    await insert_once(
        session,
        StatementRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        account_id=account_id,
        party=party,
        month=month,
        zone=BILLING_ZONE,
        currency=currency,
        state="draft",
        total=0,
        created_at=now,
        updated_at=now,
        row_version=1,
    )


async def _month_without_draft(
    session: AsyncSession, scope: Scope, party: str, currency: str, month: str
) -> str | None:
    """Return the month that needs a draft, or None when one is there."""
    rows = await session.execute(
        select(StatementRow.month, StatementRow.state).where(
            StatementRow.tenant_id == scope.tenant_id,
            StatementRow.party == party,
            StatementRow.currency == currency,
            StatementRow.month >= month,
        )
    )
    known = {row.month: row.state for row in rows}
    while known.get(month) == "issued":
        month = next_month(month)
    return None if month in known else month


async def ensure_drafts_of_calls(
    session: AsyncSession, scope: Scope, call_ids: Sequence[UUID]
) -> None:
    """Make sure drafts will carry the charges of these calls, whoever they belong to now."""
    rows = await session.execute(
        select(CallRow.account_id, RatedCallRow.called_at, RatedCallRow.currency)
        .join(
            RatedCallRow,
            (RatedCallRow.tenant_id == CallRow.tenant_id)
            & (RatedCallRow.call_id == CallRow.call_id),
        )
        .where(
            CallRow.tenant_id == scope.tenant_id,
            CallRow.call_id.in_(call_ids),
            RatedCallRow.amount != 0,
        )
    )
    for account_id, called_at, currency in rows.all():
        await ensure_draft(
            session, scope, account_id=account_id, called_at=called_at, currency=currency
        )
