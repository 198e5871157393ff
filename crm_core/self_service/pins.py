"""Customer numbers and PINs: set by staff, tried by callers, locked after too many wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit.verbs import note
from crm_core.clock import in_utc
from crm_core.directory.customers import customer
from crm_core.errors import AlreadyExists, InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.people import passwords
from crm_core.tables.callers import CustomerPinRow
from crm_core.tenancy import Scope

LOCK_AFTER = 5  # wrong PINs in a row
LOCKED_FOR = timedelta(minutes=30)
_LONGEST_NUMBER = 20
_PIN_LENGTHS = range(4, 13)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogIn:
    """What came of a try; the contact is named when it was `ok`."""

    outcome: Literal["ok", "wrong", "locked"]
    contact_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedPin:
    """Whether a PIN fits the hash that was kept when it was tried."""

    pin_hash: str = field(repr=False)
    fits: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PinState:
    """How a customer's PIN stands; the PIN itself is known to nobody."""

    customer_number: str
    changed_at: datetime
    failures: int  # wrong ones in a row
    locked_until: datetime | None  # None: not locked now


async def pin_state(
    session: AsyncSession, scope: Scope, contact_id: UUID, *, at: datetime | None = None
) -> PinState | None:
    """Return how a customer's PIN stands, None without one; raises NotFound."""
    await customer(session, scope, contact_id)
    row = await _row(session, scope, CustomerPinRow.contact_id == contact_id)
    if row is None:
        return None
    locked = row.locked_until is not None and row.locked_until > in_utc(at)
    return PinState(
        customer_number=row.customer_number,
        changed_at=row.changed_at,
        failures=row.failures,
        locked_until=row.locked_until if locked else None,
    )


async def unlock_pin(session: AsyncSession, scope: Scope, contact_id: UUID) -> None:
    """Let a locked customer try again at once; audited. Raises NotFound."""
    row = await _held(session, scope, contact_id)
    row.failures, row.locked_until = 0, None
    await session.flush()
    await _noted(session, scope, "customer.unlock_pin", row)


async def remove_pin(session: AsyncSession, scope: Scope, contact_id: UUID) -> None:
    """Take a customer's number and PIN away: he logs in no more. Audited; raises NotFound."""
    row = await _held(session, scope, contact_id)
    await session.delete(row)
    await session.flush()
    await _noted(session, scope, "customer.remove_pin", row)


async def hash_pin(pin: str) -> str:
    """Return the hash of a PIN of 4 to 12 digits; raises InvalidValue for anything else.

    It takes long: to be done outside a transaction.
    """
    if not _is_digits(pin) or len(pin) not in _PIN_LENGTHS:
        raise InvalidValue("a PIN is 4 to 12 digits", field="pin")
    return await passwords.hashed_pin(pin)


async def set_pin(
    session: AsyncSession, scope: Scope, contact_id: UUID, *, customer_number: str, hashed: str
) -> None:
    """Give a customer a number and a PIN (as `hash_pin` made it), and unlock him; audited.

    Raises InvalidValue naming the field, NotFound, AlreadyExists for another's number.
    """
    if not _is_digits(customer_number) or len(customer_number) > _LONGEST_NUMBER:
        raise InvalidValue("a customer number is 1 to 20 digits", field="customer_number")
    await customer(session, scope, contact_id)
    taken = await _row(session, scope, CustomerPinRow.customer_number == customer_number)
    if taken is not None and taken.contact_id != contact_id:
        raise AlreadyExists("another customer has this number", field="customer_number")
    row = taken or await _row(session, scope, CustomerPinRow.contact_id == contact_id)
    if row is None:
        row = CustomerPinRow(id=new_id(), tenant_id=scope.tenant_id, contact_id=contact_id)
        session.add(row)
    row.customer_number = customer_number
    row.pin_hash = hashed
    row.failures, row.locked_until, row.changed_at = 0, None, in_utc(None)
    await session.flush()
    await _noted(session, scope, "customer.set_pin", row)


async def pin_hash(session: AsyncSession, scope: Scope, customer_number: str) -> str:
    """Return the hash to try a PIN against; empty for a number nobody has."""
    row = await _row(session, scope, CustomerPinRow.customer_number == customer_number)
    return row.pin_hash if row else ""


async def try_pin(pin: str, against: str) -> TriedPin:
    """Compare; an empty hash takes as long. It takes long: to be done outside a transaction."""
    return TriedPin(pin_hash=against, fits=await passwords.matches(pin, against))


async def log_in(
    session: AsyncSession,
    scope: Scope,
    *,
    customer_number: str,
    tried: TriedPin,
    at: datetime | None = None,
) -> LogIn:
    """Judge a tried PIN. An unknown number says the same as a wrong PIN.

    After `LOCK_AFTER` wrong ones in a row the number is locked for half an hour, for the right
    PIN too, however many were tried at once. To be committed whatever comes of it.
    """
    now = in_utc(at)
    row = await _row(session, scope, CustomerPinRow.customer_number == customer_number, lock=True)
    if row is None:
        return LogIn(outcome="wrong")
    if row.locked_until is not None:
        if row.locked_until > now:
            return LogIn(outcome="locked")
        row.failures, row.locked_until = 0, None
    if not tried.fits or row.pin_hash != tried.pin_hash:  # or another PIN was set meanwhile
        return _failed(row, now)
    row.failures = 0
    found = await customer(session, scope, row.contact_id)
    return LogIn(outcome="ok", contact_id=row.contact_id, name=found.name)


def _failed(row: CustomerPinRow, now: datetime) -> LogIn:
    row.failures += 1
    if row.failures < LOCK_AFTER:
        return LogIn(outcome="wrong")
    row.locked_until = now + LOCKED_FOR
    return LogIn(outcome="locked")


async def _noted(session: AsyncSession, scope: Scope, action: str, row: CustomerPinRow) -> None:
    await note(
        session,
        scope,
        action=action,
        object_kind="contact",
        object_id=row.contact_id,
        after={"customer_number": row.customer_number},
    )


async def _held(session: AsyncSession, scope: Scope, contact_id: UUID) -> CustomerPinRow:
    row = await _row(session, scope, CustomerPinRow.contact_id == contact_id, lock=True)
    if row is None:
        raise NotFound("this customer has no PIN")
    return row


async def _row(
    session: AsyncSession, scope: Scope, where: ColumnElement[bool], *, lock: bool = False
) -> CustomerPinRow | None:
    query = select(CustomerPinRow).where(CustomerPinRow.tenant_id == scope.tenant_id)
    query = query.where(where)
    found: CustomerPinRow | None = await session.scalar(query.with_for_update() if lock else query)
    return found


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
