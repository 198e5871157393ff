"""Taking, keeping and checking the lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import utc_now
from crm_core.errors import FencedOut
from crm_core.insert_once import insert_once
from crm_core.tables.lead import LeadRow
from crm_core.tenancy import Scope
from crm_core.words import clean

_LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadSeen:
    """The lead as it was read; token 0: nobody ever had it."""

    token: int = 0
    beats: int = 0
    holder: str = ""
    beaten_at: datetime | None = None
    standby: str = ""
    standby_at: datetime | None = None


async def look(session: AsyncSession, scope: Scope) -> LeadSeen:
    """Return who leads, as far as the database knows."""
    row = await session.scalar(select(LeadRow).where(LeadRow.tenant_id == scope.tenant_id))
    if row is None:
        return LeadSeen()
    return LeadSeen(
        token=row.token,
        beats=row.beats,
        holder=row.holder,
        beaten_at=row.beaten_at,
        standby=row.standby,
        standby_at=row.standby_at,
    )


async def take(session: AsyncSession, scope: Scope, *, holder: str, seen: LeadSeen) -> int | None:
    """Take the lead if it is still as it was seen; return the new token, or None."""
    await insert_once(
        session, LeadRow, tenant_id=scope.tenant_id, token=0, holder="", beats=0, standby=""
    )
    taken = await session.scalar(
        update(LeadRow)
        .where(
            LeadRow.tenant_id == scope.tenant_id,
            LeadRow.token == seen.token,
            LeadRow.beats == seen.beats,
        )
        .values(
            token=LeadRow.token + 1,
            beats=0,
            holder=clean(holder, _LONGEST_NAME),
            beaten_at=utc_now(),
            standby="",
            standby_at=None,
        )
        .returning(LeadRow.token)
        .execution_options(synchronize_session=False)
    )
    return None if taken is None else int(taken)


async def beat(session: AsyncSession, scope: Scope, token: int) -> bool:
    """Say that the holder of the token lives; false when another one leads."""
    beaten = await session.scalar(
        update(LeadRow)
        .where(LeadRow.tenant_id == scope.tenant_id, LeadRow.token == token)
        .values(beats=LeadRow.beats + 1, beaten_at=utc_now())
        .returning(LeadRow.beats)
        .execution_options(synchronize_session=False)
    )
    return beaten is not None


async def stand_by(session: AsyncSession, scope: Scope, *, holder: str) -> None:
    """Let people see that another engine is there to take over."""
    await session.execute(
        update(LeadRow)
        .where(LeadRow.tenant_id == scope.tenant_id)
        .values(standby=clean(holder, _LONGEST_NAME), standby_at=utc_now())
        .execution_options(synchronize_session=False)
    )


async def give_back(session: AsyncSession, scope: Scope, token: int) -> None:
    """Let the next one take the lead without waiting; nothing when it is not ours."""
    await session.execute(
        update(LeadRow)
        .where(LeadRow.tenant_id == scope.tenant_id, LeadRow.token == token)
        .values(holder="", beats=LeadRow.beats + 1)
        .execution_options(synchronize_session=False)
    )


async def require(session: AsyncSession, scope: Scope, token: int) -> None:
    """Raise `FencedOut` unless this token leads, and let nobody take over before the commit."""
    leading = await session.scalar(
        select(LeadRow.token)
        .where(LeadRow.tenant_id == scope.tenant_id)
        .with_for_update(read=True)
    )
    if leading != token:
        raise FencedOut(f"engine {token} leads no more: {leading} does")
