"""Verbs on charges: each call is priced once; pricing again reverses and adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.billing.drafts import ensure_draft
from crm_core.billing.model import Charge
from crm_core.billing.rating import Rating, Step, Tariff, free, rate, step, unrated
from crm_core.billing.tariffs import tariffs_for
from crm_core.clock import utc_now
from crm_core.errors import NotFound, WrongState
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.tables.billing import RatedCallRow
from crm_core.tables.calls import CallRow
from crm_core.tenancy import Scope
from crm_core.words import required

MICROSECOND = timedelta(microseconds=1)


async def rate_call(session: AsyncSession, scope: Scope, call_id: UUID) -> Charge:
    """Price an ended call once and return its charge; raises NotFound, WrongState when open."""
    existing = await charge(session, scope, call_id)
    if existing is not None:
        return existing
    call = await _call(session, scope, call_id)
    if call.ended_at is None:
        raise WrongState("the call has not ended yet")
    await charge_call(session, scope, call)
    return await _charge_in_force(session, scope, call_id)


async def rate_again(session: AsyncSession, scope: Scope, call_id: UUID, *, reason: str) -> Charge:
    """Price a call by today's tariffs: reverse the charge in force and add a new one.

    Nothing is written when the price stays the same. Raises NotFound, InvalidValue without reason.
    """
    why = required(reason, 200, field="reason")
    call = await _call(session, scope, call_id)
    before = await rate_call(session, scope, call_id)
    rating = await _rating(session, scope, call)
    if (rating.state, rating.amount, rating.currency) == (
        before.state,
        before.amount,
        before.currency,
    ):
        return before
    await _reverse(session, scope, call, before, why)
    await _insert(session, scope, call, rating, sequence=before.sequence + 2, reason=why)
    return await _charge_in_force(session, scope, call_id)


async def charge(session: AsyncSession, scope: Scope, call_id: UUID) -> Charge | None:
    """Return the charge in force of a call, or None when it was not priced yet."""
    row = await session.scalar(
        select(RatedCallRow)
        .where(RatedCallRow.tenant_id == scope.tenant_id, RatedCallRow.call_id == call_id)
        .order_by(RatedCallRow.sequence.desc())
        .limit(1)
    )
    return _value(row) if row else None


async def charge_history(session: AsyncSession, scope: Scope, call_id: UUID) -> list[Charge]:
    """Return every charge row of a call, reversals included, in order."""
    rows = await session.scalars(
        select(RatedCallRow)
        .where(RatedCallRow.tenant_id == scope.tenant_id, RatedCallRow.call_id == call_id)
        .order_by(RatedCallRow.sequence)
    )
    return [_value(row) for row in rows]


async def charge_call(session: AsyncSession, scope: Scope, call: CallRow) -> None:
    """Write the first charge of an ended call; a second time writes nothing."""
    rating = await _rating(session, scope, call)
    await _insert(session, scope, call, rating, sequence=1, reason=rating.reason)


def priced(tariffs: Sequence[Tariff], call: CallRow) -> Rating:
    """Return the price of a call by the first tariff that has a rate for it; never raises."""
    if call.direction == "internal":
        return free("CNY", "internal", "a call inside the house")
    seconds = answered_seconds(call)
    number = call.dialled_e164 or call.dialled_number
    nothing = step("no_tariff", "there is no {direction} tariff", direction=call.direction)
    rating = unrated(nothing, answered_seconds=seconds)
    for tariff in tariffs:
        rating = rate(tariff, number=number, answered_seconds=seconds, started_at=call.started_at)
        if rating.state == "rated":
            break
    return rating


def answered_seconds(call: CallRow) -> Decimal:
    """Return the exact seconds from the answer to the end; zero when nobody answered."""
    if call.answered_at is None or call.ended_at is None:
        return Decimal(0)
    micros = (call.ended_at - call.answered_at) // MICROSECOND
    return Decimal(max(0, micros)) / 1_000_000


async def _rating(session: AsyncSession, scope: Scope, call: CallRow) -> Rating:
    try:
        tariffs = await tariffs_for(
            session, scope, direction=call.direction, account_id=call.account_id
        )
        return priced(tariffs, call)
    except (ValueError, ArithmeticError) as error:  # a wrong price list must not lose the call
        why = step("no_use", "the tariffs cannot be used: {error}", error=str(error)[:160])
        return unrated(why)


async def _reverse(
    session: AsyncSession, scope: Scope, call: CallRow, before: Charge, reason: str
) -> None:
    reversal = Rating(
        state="reversal",
        amount=-before.amount,
        currency=before.currency,
        answered_seconds=before.answered_seconds,
        billed_seconds=before.billed_seconds,
        tariff_id=before.tariff_id,
        rate_id=before.rate_id,
        steps=(_taken_back(before),),
    )
    await _insert(
        session,
        scope,
        call,
        reversal,
        sequence=before.sequence + 1,
        reason=reason,
        replaces_id=before.id,
    )


def _taken_back(before: Charge) -> Step:
    figures = {"charge": str(before.sequence)}
    return Step("reversal", f"of charge {before.sequence}", f"{-before.amount:f}", figures)


async def _insert(
    session: AsyncSession,
    scope: Scope,
    call: CallRow,
    rating: Rating,
    *,
    sequence: int,
    reason: str,
    replaces_id: UUID | None = None,
) -> None:
    new = await insert_once(
        session,
        RatedCallRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        call_id=call.call_id,
        sequence=sequence,
        state=rating.state,
        amount=rating.amount,
        currency=rating.currency,
        answered_seconds=rating.answered_seconds,
        billed_seconds=rating.billed_seconds,
        tariff_id=rating.tariff_id,
        rate_id=rating.rate_id,
        steps=[asdict(step) for step in rating.steps],
        reason=reason[:200],
        replaces_id=replaces_id,
        called_at=call.started_at,
        at=utc_now(),
    )
    if new and rating.amount != 0:
        await ensure_draft(
            session,
            scope,
            account_id=call.account_id,
            called_at=call.started_at,
            currency=rating.currency,
        )


async def _call(session: AsyncSession, scope: Scope, call_id: UUID) -> CallRow:
    call = await session.scalar(
        select(CallRow).where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id)
    )
    if call is None:
        raise NotFound("there is no such call")
    return call


async def _charge_in_force(session: AsyncSession, scope: Scope, call_id: UUID) -> Charge:
    found = await charge(session, scope, call_id)
    if found is None:
        raise NotFound("the call has no charge")
    return found


def _value(row: RatedCallRow) -> Charge:
    return Charge(
        id=row.id,
        call_id=row.call_id,
        sequence=row.sequence,
        state=row.state,
        amount=row.amount,
        currency=row.currency,
        answered_seconds=row.answered_seconds,
        billed_seconds=row.billed_seconds,
        tariff_id=row.tariff_id,
        rate_id=row.rate_id,
        steps=tuple(Step(**step) for step in row.steps),
        reason=row.reason,
        at=row.at,
    )
