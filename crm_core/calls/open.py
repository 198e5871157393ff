"""Verbs on calls that live: open, record, carry data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.calls.model import CallOpening
from crm_core.clock import in_utc
from crm_core.errors import InvalidValue
from crm_core.ids import new_id
from crm_core.insert_once import insert_once, insert_or_set
from crm_core.phones import normalise
from crm_core.sentences import sentence
from crm_core.tables.calls import CallDataRow, CallEventRow, CallRow
from crm_core.tenancy import Scope
from crm_core.words import clean, clean_json, clean_lines

MAX_DATA = 100  # words that may travel with one call


async def open_call(session: AsyncSession, scope: Scope, opening: CallOpening) -> bool:
    """Write the row of a call that began; a second time changes nothing. Return whether new.

    Numbers and names may be anything: they are cleaned and cut, never refused.
    """
    return await insert_once(session, CallRow, **opening_columns(scope, opening))


def opening_columns(scope: Scope, opening: CallOpening) -> dict[str, Any]:
    """Return the columns a call's row begins with."""
    return {
        "tenant_id": scope.tenant_id,
        "call_id": opening.call_id,
        "state": "open",
        "direction": clean(opening.direction, 10),
        "caller_number": clean(opening.caller_number, 64),
        "caller_e164": normalise(opening.caller_number).e164,
        "caller_name": clean(opening.caller_name, 120),
        "dialled_number": clean(opening.dialled_number, 64),
        "dialled_e164": normalise(opening.dialled_number).e164,
        "contact_id": opening.contact_id,
        "account_id": opening.account_id,
        "started_at": opening.started_at,
        "zone": clean(opening.zone, 40),
    }


async def record_event(  # noqa: PLR0917 - reads as: to this call, this, then, with
    session: AsyncSession,
    scope: Scope,
    call_id: UUID,
    kind: str,
    at: datetime,
    payload: Mapping[str, object] | None = None,
) -> bool:
    """Add an event to a call; (call, kind, at) a second time changes nothing. Return whether new.

    The call's row need not be there yet: an event is never lost.
    """
    return await insert_once(
        session,
        CallEventRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        call_id=call_id,
        kind=clean(kind, 40),
        at=in_utc(at),
        payload=clean_json(dict(payload or {})),
    )


async def put_call_data(
    session: AsyncSession,
    scope: Scope,
    call_id: UUID,
    data: Mapping[str, str],
    *,
    at: datetime | None = None,
) -> None:
    """Let words travel with the call; a key again takes the new value, an empty value removes it.

    Raises InvalidValue when there are more than a hundred.
    """
    words = {clean(key, 80): clean_lines(value, 4000) for key, value in data.items()}
    rows = [
        {
            "tenant_id": scope.tenant_id,
            "call_id": call_id,
            "key": key,
            "value": value,
            "at": in_utc(at),
            "user_id": scope.user_id,
        }
        for key, value in words.items()
        if value
    ]
    await insert_or_set(session, CallDataRow, rows, changed=("value", "at", "user_id"))
    empty = [key for key, value in words.items() if not value]
    if empty:
        await _forget(session, scope, call_id, empty)
    if await _count(session, scope, call_id) > MAX_DATA:
        raise InvalidValue(
            sentence("much_data", "at most {most} words travel with a call", most=MAX_DATA),
            field="data",
        )


async def call_data(session: AsyncSession, scope: Scope, call_id: UUID) -> dict[str, str]:
    """Return the words that travel with the call, by key."""
    rows = await session.scalars(
        select(CallDataRow)
        .where(CallDataRow.tenant_id == scope.tenant_id, CallDataRow.call_id == call_id)
        .order_by(CallDataRow.key)
    )
    return {row.key: row.value for row in rows}


async def _forget(session: AsyncSession, scope: Scope, call_id: UUID, keys: Sequence[str]) -> None:
    await session.execute(
        delete(CallDataRow).where(
            CallDataRow.tenant_id == scope.tenant_id,
            CallDataRow.call_id == call_id,
            CallDataRow.key.in_(keys),
        )
    )


async def _count(session: AsyncSession, scope: Scope, call_id: UUID) -> int:
    counted = await session.scalar(
        select(func.count()).where(
            CallDataRow.tenant_id == scope.tenant_id, CallDataRow.call_id == call_id
        )
    )
    return counted or 0
