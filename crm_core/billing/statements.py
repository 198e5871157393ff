"""Verbs on statements: worked out while drafts, frozen when issued."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit.verbs import note
from crm_core.billing.lines import draft_conditions, frozen_lines, line_row, lines, of_calls
from crm_core.billing.model import Statement, StatementLine
from crm_core.billing.months import bounds
from crm_core.clock import in_utc
from crm_core.errors import NotFound, WrongState
from crm_core.insert_once import next_number
from crm_core.tables.billing import RatedCallRow, StatementLineRow, StatementRow
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import AccountRow
from crm_core.tables.tickets import RunningNumberRow
from crm_core.tenancy import Scope

MAX_PAGE = 100


async def statement(
    session: AsyncSession, scope: Scope, account_id: UUID | None, month: str
) -> Statement:
    """Return an account's statement of a month (None: of unknown callers) with its lines.

    Raises InvalidValue for a month that is not YYYY-MM, NotFound when nothing was charged.
    """
    bounds(month)
    party = str(account_id) if account_id else ""
    row = await _row(session, scope, StatementRow.party == party, StatementRow.month == month)
    return await _in_full(session, scope, row)


async def statement_detail(session: AsyncSession, scope: Scope, statement_id: UUID) -> Statement:
    """Return a statement with its lines; raises NotFound."""
    row = await _row(session, scope, StatementRow.id == statement_id)
    return await _in_full(session, scope, row)


async def statements(
    session: AsyncSession,
    scope: Scope,
    *,
    account_id: UUID | None = None,
    month: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Statement]:
    """Return statements without their lines, newest month first, then by account."""
    query = (
        select(StatementRow)
        .outerjoin(AccountRow, AccountRow.id == StatementRow.account_id)
        .where(StatementRow.tenant_id == scope.tenant_id)
        .order_by(StatementRow.month.desc(), AccountRow.name, StatementRow.id)
        .limit(min(max(limit, 1), MAX_PAGE))
        .offset(max(offset, 0))
    )
    if account_id is not None:
        query = query.where(StatementRow.account_id == account_id)
    if month is not None:
        query = query.where(StatementRow.month == month)
    rows = (await session.scalars(query)).all()
    return [await _in_short(session, scope, row) for row in rows]


async def issue_statement(
    session: AsyncSession, scope: Scope, statement_id: UUID, *, at: datetime | None = None
) -> Statement:
    """Freeze a draft: number it without gaps and keep its lines and total as they are now.

    Later charges of the same month go to the next statement. Raises NotFound, WrongState.
    """
    row = await _row(session, scope, StatementRow.id == statement_id, lock=True)
    if row.state == "issued":
        raise WrongState("the statement is issued already")
    carried = await lines(session, scope, row)
    row.state, row.issued_at = "issued", in_utc(at)
    row.total = sum((line.amount for line in carried), Decimal(0))
    row.number = await next_number(
        session, RunningNumberRow, tenant_id=scope.tenant_id, series="statement"
    )
    session.add_all(
        line_row(scope, row.id, position, line) for position, line in enumerate(carried, 1)
    )
    await note(
        session,
        scope,
        action="statement.issue",
        object_kind="statement",
        object_id=row.id,
        after={"number": row.number, "total": f"{row.total:f}", "lines": len(carried)},
    )
    await session.flush()
    return await _in_full(session, scope, row)


async def _row(
    session: AsyncSession, scope: Scope, *where: ColumnElement[bool], lock: bool = False
) -> StatementRow:
    query = select(StatementRow).where(StatementRow.tenant_id == scope.tenant_id, *where)
    row = await session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("there is no such statement")
    return row


async def _in_full(session: AsyncSession, scope: Scope, row: StatementRow) -> Statement:
    if row.state == "draft":
        carried = await lines(session, scope, row)
    else:
        carried = await frozen_lines(session, scope, row)
    total = sum((line.amount for line in carried), Decimal(0))
    return await _value(session, scope, row, total=total, count=len(carried), lines=carried)


async def _in_short(session: AsyncSession, scope: Scope, row: StatementRow) -> Statement:
    if row.state == "draft":
        counted = select(func.count(), func.sum(RatedCallRow.amount))
        conditions = await draft_conditions(session, scope, row)
        found = (await session.execute(of_calls(counted).where(*conditions))).one()
    else:
        found = (
            await session.execute(
                select(func.count(), func.sum(StatementLineRow.amount)).where(
                    StatementLineRow.tenant_id == scope.tenant_id,
                    StatementLineRow.statement_id == row.id,
                )
            )
        ).one()
    return await _value(session, scope, row, total=found[1] or Decimal(0), count=found[0])


async def _value(
    session: AsyncSession,
    scope: Scope,
    row: StatementRow,
    *,
    total: Decimal,
    count: int,
    lines: tuple[StatementLine, ...] = (),
) -> Statement:
    name = await session.scalar(
        select(AccountRow.name).where(
            AccountRow.tenant_id == scope.tenant_id, AccountRow.id == row.account_id
        )
    )
    return Statement(
        id=row.id,
        account_id=row.account_id,
        account_name=name or "",
        month=row.month,
        zone=row.zone,
        currency=row.currency,
        state=row.state,
        number=row.number,
        issued_at=row.issued_at,
        total=row.total if row.state == "issued" else total,
        line_count=count,
        unrated=await _unrated(session, scope, row),
        lines=lines,
    )


async def _unrated(session: AsyncSession, scope: Scope, row: StatementRow) -> int:
    begin, end = bounds(row.month, row.zone)
    later = (
        select(func.max(RatedCallRow.sequence))
        .where(RatedCallRow.tenant_id == scope.tenant_id, RatedCallRow.call_id == CallRow.call_id)
        .correlate(CallRow)
        .scalar_subquery()
    )
    counted = await session.scalar(
        of_calls(select(func.count())).where(
            RatedCallRow.tenant_id == scope.tenant_id,
            RatedCallRow.state == "unrated",
            RatedCallRow.sequence == later,
            RatedCallRow.called_at >= begin,
            RatedCallRow.called_at < end,
            CallRow.account_id == row.account_id
            if row.account_id
            else CallRow.account_id.is_(None),
        )
    )
    return counted or 0
