"""What a person switches with one click: emergency closings and sites."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.clock import utc_now
from crm_core.errors import InvalidValue, NotFound
from crm_core.numbers.model import Closing, Site
from crm_core.people.acting import name_of
from crm_core.tables.numbers import NumberClosingRow, SiteRow
from crm_core.tables.people import UserRow
from crm_core.tables.queues import DidRow
from crm_core.tenancy import Scope
from crm_core.words import optional, required

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


async def closings(session: AsyncSession, scope: Scope) -> list[Closing]:
    """Return the numbers that are closed by emergency."""
    query = (
        select(NumberClosingRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == NumberClosingRow.user_id)
        .where(NumberClosingRow.tenant_id == scope.tenant_id)
        .order_by(NumberClosingRow.number)
    )
    return [
        Closing(number=row.number, since=row.since, note=row.note, user_name=name or "")
        for row, name in await session.execute(query)
    ]


async def close_number(
    session: AsyncSession, scope: Scope, number: str, *, note: str = ""
) -> None:
    """Lead every call of a number to its closed target; again changes the note alone."""
    if not await _is_ours(session, scope, number):
        raise NotFound(f"there is no number {number}")
    kept = optional(note, 200, field="note")
    row = await session.get(NumberClosingRow, (scope.tenant_id, number))
    if row is None:
        row = NumberClosingRow(tenant_id=scope.tenant_id, number=number)
        session.add(row)
    row.note, row.user_id = kept, scope.user_id
    await session.flush()
    await _note(session, scope, "number.close", number, kept)


async def open_number(session: AsyncSession, scope: Scope, number: str) -> None:
    """End an emergency closing; no fault when the number is open."""
    row = await session.get(NumberClosingRow, (scope.tenant_id, number))
    if row is not None:
        await session.delete(row)
        await session.flush()
        await _note(session, scope, "number.open", number, "")


async def sites(session: AsyncSession, scope: Scope) -> list[Site]:
    """Return the sites by name."""
    query = (
        select(SiteRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == SiteRow.user_id)
        .where(SiteRow.tenant_id == scope.tenant_id)
        .order_by(SiteRow.name)
    )
    return [_site(row, name) for row, name in await session.execute(query)]


async def save_site(
    session: AsyncSession,
    scope: Scope,
    name: str,
    *,
    title: str,
    up: bool = True,
    note: str = "",
) -> Site:
    """Make a site, or change it; switching it is audited. Raises InvalidValue."""
    if not _SLUG.fullmatch(name):
        raise InvalidValue("a site's name is 1 to 40 of a-z, 0-9 and -", field="name")
    words = required(title, 80, field="title"), optional(note, 200, field="note")
    row = await session.scalar(
        select(SiteRow).where(SiteRow.tenant_id == scope.tenant_id, SiteRow.name == name)
    )
    if row is None:
        row = SiteRow(tenant_id=scope.tenant_id, name=name, title=words[0], up=up)
        session.add(row)
    if row.up is not up:
        row.up, row.since = up, utc_now()
        await _note(session, scope, "site.up" if up else "site.down", name, note)
    (row.title, row.note), row.user_id = words, scope.user_id
    await session.flush()
    return _site(row, await name_of(session, scope))


async def remove_site(session: AsyncSession, scope: Scope, name: str) -> None:
    """Forget a site; raises NotFound."""
    row = await session.scalar(
        select(SiteRow).where(SiteRow.tenant_id == scope.tenant_id, SiteRow.name == name)
    )
    if row is None:
        raise NotFound(f"there is no site {name}")
    await session.delete(row)
    await session.flush()
    await _note(session, scope, "site.remove", name, "")


async def _is_ours(session: AsyncSession, scope: Scope, number: str) -> bool:
    found = await session.scalar(
        select(DidRow.id).where(
            DidRow.tenant_id == scope.tenant_id, DidRow.number == number, DidRow.active
        )
    )
    return found is not None


async def _note(
    session: AsyncSession, scope: Scope, action: str, object_id: str, words: str
) -> None:
    await audit.note(
        session,
        scope,
        action=action,
        object_kind=action.partition(".")[0],
        object_id=object_id,
        after={"note": words},
    )


def _site(row: SiteRow, user_name: str | None) -> Site:
    return Site(
        name=row.name,
        title=row.title,
        up=row.up,
        note=row.note,
        since=row.since,
        user_name=user_name or "",
    )
