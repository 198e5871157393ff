"""Keeping voice messages, listing them, and noting who heard one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.surveys.verbs import linked_call
from crm_core.tables.callers import VoiceMessageRow
from crm_core.tenancy import Scope
from crm_core.tickets import TicketDraft, open_ticket
from crm_core.words import clean

MAX_PAGE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A message that was left: `file` is its name in the folder of recordings."""

    call_id: UUID
    at: datetime
    queue: str
    number: str
    language: str
    file: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message in the list of those to call back."""

    id: UUID
    call_id: UUID
    at: datetime
    queue: str
    number: str
    language: str
    file: str
    seconds: float
    ticket_id: UUID | None
    heard_at: datetime | None
    heard_by: UUID | None


async def keep_message(session: AsyncSession, scope: Scope, draft: Draft) -> bool:
    """Keep a message and open a ticket for it; return whether it was new."""
    query = select(VoiceMessageRow.id).where(
        VoiceMessageRow.tenant_id == scope.tenant_id, VoiceMessageRow.file == draft.file
    )
    if await session.scalar(query) is not None:
        return False
    ticket_id = await _ticket(session, scope, draft)
    return await insert_once(
        session,
        VoiceMessageRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        call_id=draft.call_id,
        at=draft.at,
        queue=clean(draft.queue, 40),
        number=clean(draft.number, 64),
        language=clean(draft.language, 10),
        file=clean(draft.file, 200),
        seconds=draft.seconds,
        ticket_id=ticket_id,
    )


async def messages(
    session: AsyncSession, scope: Scope, *, unheard: bool = True, limit: int = 50
) -> list[Message]:
    """Return messages, newest first; `unheard` those that nobody has heard yet."""
    query = select(VoiceMessageRow).where(VoiceMessageRow.tenant_id == scope.tenant_id)
    if unheard:
        query = query.where(VoiceMessageRow.heard_at.is_(None))
    newest = query.order_by(VoiceMessageRow.at.desc(), VoiceMessageRow.id.desc())
    rows = await session.scalars(newest.limit(min(max(limit, 1), MAX_PAGE)))
    return [_message(row) for row in rows]


async def mark_heard(
    session: AsyncSession, scope: Scope, message_id: UUID, *, at: datetime | None = None
) -> Message:
    """Note who heard a message first; a second time changes nothing. Raises NotFound."""
    row = await session.scalar(
        select(VoiceMessageRow)
        .where(VoiceMessageRow.tenant_id == scope.tenant_id, VoiceMessageRow.id == message_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("there is no such message")
    if row.heard_at is None:
        row.heard_at, row.heard_by = in_utc(at), scope.user_id
        await session.flush()
    return _message(row)


async def _ticket(session: AsyncSession, scope: Scope, draft: Draft) -> UUID:
    who = draft.number or "an unknown number"
    ticket = TicketDraft(
        subject=f"Voice message from {who}",
        body=f"{draft.seconds:.0f} s for {draft.queue}, file {draft.file}.",
        call_id=await linked_call(session, scope, draft.call_id),
    )
    return (await open_ticket(session, scope, ticket, at=draft.at)).id


def _message(row: VoiceMessageRow) -> Message:
    return Message(
        id=row.id,
        call_id=row.call_id,
        at=row.at,
        queue=row.queue,
        number=row.number,
        language=row.language,
        file=row.file,
        seconds=row.seconds,
        ticket_id=row.ticket_id,
        heard_at=row.heard_at,
        heard_by=row.heard_by,
    )
