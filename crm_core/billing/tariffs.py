"""Verbs on tariffs and their rates."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.rating import Rate, Tariff
from crm_core.errors import InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.tables.billing import RateRow, TariffRow
from crm_core.tables.directory import AccountRow
from crm_core.tenancy import Scope
from crm_core.words import required

_RATE_PARTS = (
    "prefix",
    "label",
    "connect_fee",
    "price_per_minute",
    "initial_block",
    "increment",
    "minimum",
    "places",
    "rounding",
    "valid_from",
    "valid_to",
    "weekdays",
    "starts",
    "ends",
)


async def tariffs_for(
    session: AsyncSession, scope: Scope, *, direction: str, account_id: UUID | None
) -> list[Tariff]:
    """Return the tariffs to try for a call: the account's own first, then the defaults by code."""
    own = (
        select(AccountRow.tariff_id)
        .where(AccountRow.tenant_id == scope.tenant_id, AccountRow.id == account_id)
        .scalar_subquery()
    )
    rows = await session.scalars(
        select(TariffRow)
        .where(
            TariffRow.tenant_id == scope.tenant_id,
            TariffRow.direction == direction,
            TariffRow.active,
            TariffRow.is_default | (TariffRow.id == own),
        )
        .order_by(case((TariffRow.id == own, 0), else_=1), TariffRow.code)
    )
    return await _with_rates(session, scope, list(rows))


async def tariffs(session: AsyncSession, scope: Scope) -> list[Tariff]:
    """Return every tariff with its rates, by code."""
    rows = await session.scalars(
        select(TariffRow).where(TariffRow.tenant_id == scope.tenant_id).order_by(TariffRow.code)
    )
    return await _with_rates(session, scope, list(rows))


async def create_tariff(
    session: AsyncSession, scope: Scope, tariff: Tariff, *, is_default: bool = False
) -> Tariff:
    """Create a tariff with its rates and return it with their ids."""
    if tariff.direction not in {"inbound", "outbound"}:
        raise InvalidValue("a tariff is for inbound or outbound calls", field="direction")
    row = TariffRow(
        id=new_id(),
        tenant_id=scope.tenant_id,
        code=required(tariff.code, 40, field="code"),
        name=required(tariff.name, 80, field="name"),
        direction=tariff.direction,
        currency=tariff.currency,
        zone=tariff.zone,
        is_default=is_default,
    )
    session.add(row)
    await session.flush()
    for held in tariff.rates:
        await add_rate(session, scope, row.id, held)
    return (await _with_rates(session, scope, [row]))[0]


async def add_rate(session: AsyncSession, scope: Scope, tariff_id: UUID, held: Rate) -> UUID:
    """Add a rate to a tariff and return its id; raises NotFound."""
    await _known(session, scope, tariff_id)
    parts = {part: getattr(held, part) for part in _RATE_PARTS}
    row = RateRow(id=new_id(), tenant_id=scope.tenant_id, tariff_id=tariff_id, **parts)
    session.add(row)
    await session.flush()
    return row.id


async def use_tariff(
    session: AsyncSession, scope: Scope, account_id: UUID, tariff_id: UUID | None
) -> None:
    """Let an account pay by a tariff of its own (None: by the defaults); raises NotFound."""
    row = await session.scalar(
        select(AccountRow).where(
            AccountRow.tenant_id == scope.tenant_id, AccountRow.id == account_id
        )
    )
    if row is None:
        raise NotFound("there is no such account")
    if tariff_id is not None:
        await _known(session, scope, tariff_id)
    row.tariff_id = tariff_id
    await session.flush()


async def _known(session: AsyncSession, scope: Scope, tariff_id: UUID) -> None:
    known = await session.scalar(
        select(TariffRow.id).where(
            TariffRow.tenant_id == scope.tenant_id, TariffRow.id == tariff_id
        )
    )
    if known is None:
        raise NotFound("there is no such tariff")


async def _with_rates(session: AsyncSession, scope: Scope, rows: list[TariffRow]) -> list[Tariff]:
    rates = await session.scalars(
        select(RateRow)
        .where(
            RateRow.tenant_id == scope.tenant_id,
            RateRow.tariff_id.in_([row.id for row in rows]),
        )
        .order_by(RateRow.id)
    )
    of_tariff: dict[UUID, list[Rate]] = {}
    for held in rates:
        parts = {part: getattr(held, part) for part in _RATE_PARTS}
        of_tariff.setdefault(held.tariff_id, []).append(Rate(id=held.id, **parts))
    return [_tariff(row, of_tariff.get(row.id, [])) for row in rows]


def _tariff(row: TariffRow, rates: list[Rate]) -> Tariff:
    return Tariff(
        id=row.id,
        code=row.code,
        name=row.name,
        direction=row.direction,
        currency=row.currency,
        zone=row.zone,
        rates=tuple(rates),
    )
