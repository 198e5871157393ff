"""Calls as they were led, and the counters of splits: written in batches, off the call's way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.insert_once import insert_all_once, insert_or_set
from crm_core.numbers.model import RoutedCall
from crm_core.tables.numbers import RoutedCallRow, SplitCounterRow
from crm_core.tenancy import Scope
from crm_core.words import clean

MOST_CALLS = 100  # looked at of one caller


async def keep_routed(session: AsyncSession, scope: Scope, calls: Sequence[RoutedCall]) -> None:
    """Write where calls were led; the same call a second time changes nothing."""
    rows = [
        {
            **asdict(call),
            "tenant_id": scope.tenant_id,
            "at": in_utc(call.at),
            "caller": clean(call.caller, 64),
            "number": clean(call.number, 64),
            "target": clean(call.target, 80),
        }
        for call in calls
    ]
    await insert_all_once(session, RoutedCallRow, rows)


async def keep_counters(
    session: AsyncSession, scope: Scope, counters: Mapping[str, dict[str, Any]], at: datetime
) -> None:
    """Write the counters of splits by their keys, in place of those before."""
    rows = [
        {"tenant_id": scope.tenant_id, "key": key, "state": state, "at": in_utc(at)}
        for key, state in sorted(counters.items())
    ]
    await insert_or_set(session, SplitCounterRow, rows, changed=("state", "at"))


async def read_counters(session: AsyncSession, scope: Scope) -> dict[str, dict[str, Any]]:
    """Return the counters of splits by their keys."""
    rows = await session.scalars(
        select(SplitCounterRow).where(SplitCounterRow.tenant_id == scope.tenant_id)
    )
    return {row.key: row.state for row in rows}


async def calls_before(
    session: AsyncSession, scope: Scope, caller: str, *, since: datetime
) -> tuple[datetime, ...]:
    """Return when this caller was led since then, newest first, a hundred times at most."""
    query = (
        select(RoutedCallRow.at)
        .where(
            RoutedCallRow.tenant_id == scope.tenant_id,
            RoutedCallRow.caller == caller,
            RoutedCallRow.at >= in_utc(since),
        )
        .order_by(RoutedCallRow.at.desc())
        .limit(MOST_CALLS)
    )
    return tuple(await session.scalars(query))


async def routed_call(session: AsyncSession, scope: Scope, call_id: UUID) -> RoutedCall | None:
    """Return where a call was led, or None when it came to no number of ours."""
    row = await session.get(RoutedCallRow, (scope.tenant_id, call_id))
    if row is None:
        return None
    names = RoutedCall.__dataclass_fields__
    return RoutedCall(**{name: getattr(row, name) for name in names})
