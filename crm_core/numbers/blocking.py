"""The block list of a tenant: who is refused, until when, and why."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.clock import in_utc, utc_now
from crm_core.errors import InvalidValue, NotFound
from crm_core.numbers.model import BlockedNumber
from crm_core.people.acting import name_of
from crm_core.phones import NumberKind, normalise
from crm_core.tables.numbers import BlockedNumberRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope
from crm_core.words import optional

_BEGINNING = re.compile(r"\+?[0-9]{2,15}\*")


async def blocked_numbers(
    session: AsyncSession, scope: Scope, *, at: datetime | None = None
) -> list[BlockedNumber]:
    """Return the entries whose time is not over, newest first."""
    now = in_utc(at)
    query = (
        select(BlockedNumberRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == BlockedNumberRow.user_id)
        .where(
            BlockedNumberRow.tenant_id == scope.tenant_id,
            or_(BlockedNumberRow.until.is_(None), BlockedNumberRow.until > now),
        )
        .order_by(BlockedNumberRow.since.desc(), BlockedNumberRow.number)
    )
    return [_entry(row, name) for row, name in await session.execute(query)]


async def block_number(
    session: AsyncSession,
    scope: Scope,
    number: str,
    *,
    reason: str = "",
    until: datetime | None = None,
) -> BlockedNumber:
    """Refuse a number from now on; again changes reason and end. Raises InvalidValue."""
    kept, why = _number(number), optional(reason, 200, field="reason")
    if until is not None and until <= utc_now():
        raise InvalidValue("this time is over already", field="until")
    row = await session.scalar(
        select(BlockedNumberRow).where(
            BlockedNumberRow.tenant_id == scope.tenant_id, BlockedNumberRow.number == kept
        )
    )
    if row is None:
        row = BlockedNumberRow(tenant_id=scope.tenant_id, number=kept)
        session.add(row)
    row.reason = why
    row.until, row.since, row.user_id = until, utc_now(), scope.user_id
    await session.flush()
    await _note(session, scope, "caller.block", kept, row.reason)
    return _entry(row, await name_of(session, scope))


async def unblock_number(session: AsyncSession, scope: Scope, entry_id: UUID) -> None:
    """Take an entry off the list; raises NotFound."""
    row = await session.scalar(
        select(BlockedNumberRow).where(
            BlockedNumberRow.tenant_id == scope.tenant_id, BlockedNumberRow.id == entry_id
        )
    )
    if row is None:
        raise NotFound("there is no such entry")
    await session.delete(row)
    await session.flush()
    await _note(session, scope, "caller.unblock", row.number, row.reason)


def _number(raw: str) -> str:
    text = "".join(raw.split())
    if text.endswith("*"):
        if not _BEGINNING.fullmatch(text):
            raise InvalidValue("a beginning has 2 to 15 digits before its *", field="number")
        return text
    number = normalise(text)
    if number.kind is NumberKind.ANONYMOUS or not re.fullmatch(r"\+?[0-9]{2,20}", number.shown):
        raise InvalidValue("this is no telephone number", field="number")
    return number.shown


async def _note(
    session: AsyncSession, scope: Scope, action: str, number: str, reason: str
) -> None:
    await audit.note(
        session,
        scope,
        action=action,
        object_kind="blocked_number",
        object_id=number,
        after={"reason": reason},
    )


def _entry(row: BlockedNumberRow, user_name: str | None) -> BlockedNumber:
    return BlockedNumber(
        id=row.id,
        number=row.number,
        reason=row.reason,
        until=row.until,
        since=row.since,
        user_name=user_name or "",
    )
