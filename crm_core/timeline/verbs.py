"""Verbs on the timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.cursors import cursor_of, place_of
from crm_core.errors import NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_all_once, insert_once
from crm_core.tables.directory import ContactRow
from crm_core.tables.timeline import InteractionLinkRow, InteractionRow
from crm_core.tenancy import Scope
from crm_core.timeline.model import Happening, TimelineItem, TimelinePage
from crm_core.words import clean, clean_lines, required

MAX_PAGE = 100


async def put_happening(session: AsyncSession, scope: Scope, happening: Happening) -> UUID:
    """Write a happening, or bring the one of the same object up to date; return its id."""
    row = await session.scalar(
        select(InteractionRow).where(
            InteractionRow.tenant_id == scope.tenant_id,
            InteractionRow.object_kind == happening.object_kind,
            InteractionRow.object_id == happening.object_id,
        )
    )
    if row is None:
        row = InteractionRow(
            id=new_id(),
            tenant_id=scope.tenant_id,
        )
        session.add(row)
    for name, value in _columns(happening).items():
        setattr(row, name, value)
    await session.flush()
    return row.id


async def add_happening(session: AsyncSession, scope: Scope, happening: Happening) -> None:
    """Write a happening that is mostly new; one of the same object stays as it is."""
    columns = {"id": new_id(), "tenant_id": scope.tenant_id, **_columns(happening)}
    await insert_all_once(session, InteractionRow, [columns])


async def link(
    session: AsyncSession,
    scope: Scope,
    interaction_id: UUID,
    *,
    object_kind: str,
    object_id: str,
    role: str = "about",
) -> None:
    """Say that a happening is also about another record; twice is the same as once."""
    await insert_once(
        session,
        InteractionLinkRow,
        tenant_id=scope.tenant_id,
        interaction_id=interaction_id,
        object_kind=object_kind,
        object_id=object_id,
        role=role,
    )


async def note(
    session: AsyncSession,
    scope: Scope,
    contact_id: UUID,
    *,
    text: str,
    channel: str = "note",
    at: datetime | None = None,
) -> UUID:
    """Write a note about a customer on his timeline; raises NotFound, InvalidValue."""
    contact = await session.scalar(
        select(ContactRow).where(
            ContactRow.tenant_id == scope.tenant_id, ContactRow.id == contact_id
        )
    )
    if contact is None:
        raise NotFound("there is no such customer")
    words = required(text, 4000, field="text")
    happening = Happening(
        channel=channel,
        subject=clean(words, 80),
        summary=words,
        object_kind="note",
        object_id=str(new_id()),
        at=in_utc(at),
        contact_id=contact_id,
        account_id=contact.account_id,
        agent_id=scope.user_id,
    )
    return await put_happening(session, scope, happening)


async def timeline(
    session: AsyncSession,
    scope: Scope,
    *,
    contact_id: UUID | None = None,
    account_id: UUID | None = None,
    channel: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> TimelinePage:
    """Return what happened with a contact or an account, newest first."""
    size = min(max(limit, 1), MAX_PAGE)
    query = (
        select(InteractionRow)
        .where(InteractionRow.tenant_id == scope.tenant_id)
        .order_by(InteractionRow.started_at.desc(), InteractionRow.id.desc())
        .limit(size + 1)
    )
    if contact_id is not None:
        query = query.where(InteractionRow.contact_id == contact_id)
    if account_id is not None:
        query = query.where(InteractionRow.account_id == account_id)
    if channel is not None:
        query = query.where(InteractionRow.channel == channel)
    if cursor is not None:
        at, row_id = place_of(cursor)
        query = query.where(
            or_(
                InteractionRow.started_at < at,
                (InteractionRow.started_at == at) & (InteractionRow.id < row_id),
            )
        )
    rows = list(await session.scalars(query))
    more = cursor_of(rows[size - 1].started_at, rows[size - 1].id) if len(rows) > size else None
    return TimelinePage(items=tuple(_item(row) for row in rows[:size]), next_cursor=more)


def _columns(happening: Happening) -> dict[str, Any]:
    return {
        "channel": clean(happening.channel, 20),
        "direction": clean(happening.direction, 10),
        "started_at": happening.at,
        "ended_at": happening.ended_at,
        "contact_id": happening.contact_id,
        "account_id": happening.account_id,
        "agent_id": happening.agent_id,
        "subject": clean(happening.subject, 200),
        "summary": clean_lines(happening.summary, 4000),
        "status": clean(happening.status, 20),
        "object_kind": happening.object_kind,
        "object_id": happening.object_id,
    }


def _item(row: InteractionRow) -> TimelineItem:
    return TimelineItem(
        id=row.id,
        at=row.started_at,
        ended_at=row.ended_at,
        channel=row.channel,
        direction=row.direction,
        subject=row.subject,
        summary=row.summary,
        status=row.status,
        contact_id=row.contact_id,
        account_id=row.account_id,
        agent_id=row.agent_id,
        object_kind=row.object_kind,
        object_id=row.object_id,
    )
