"""Keeping voice messages, and noting who heard one and who saw to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit.verbs import note
from crm_core.clock import in_utc
from crm_core.errors import NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.sentences import in_words, sentence
from crm_core.surveys.verbs import linked_call
from crm_core.tables.callers import VoiceMessageRow
from crm_core.tables.calls import ENDED_IN_MENU, GIVEN_UP_IN_MENU, CallRow
from crm_core.tenancy import Scope
from crm_core.tickets import TicketDraft, open_ticket
from crm_core.words import clean


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


async def keep_message(session: AsyncSession, scope: Scope, draft: Draft) -> bool:
    """Keep a message and open a ticket for it; return whether it was new."""
    query = select(VoiceMessageRow.id).where(
        VoiceMessageRow.tenant_id == scope.tenant_id, VoiceMessageRow.file == draft.file
    )
    if await session.scalar(query) is not None:
        return False
    ticket_id = await _ticket(session, scope, draft)
    await _not_given_up(session, scope, draft.call_id)
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


async def _not_given_up(session: AsyncSession, scope: Scope, call_id: UUID) -> None:
    """See that a call which was closed before its message came is not one given up."""
    menu = update(CallRow).where(
        CallRow.tenant_id == scope.tenant_id,
        CallRow.call_id == call_id,
        CallRow.state == "closed",
        CallRow.outcome == GIVEN_UP_IN_MENU,
    )
    await session.execute(menu.values(outcome=ENDED_IN_MENU))


async def mark_heard(
    session: AsyncSession, scope: Scope, message_id: UUID, *, at: datetime | None = None
) -> None:
    """Note who heard a message first; a second time changes nothing. Raises NotFound."""
    row = await _row(session, scope, message_id)
    if row.heard_at is None:
        row.heard_at, row.heard_by = in_utc(at), scope.user_id
        await session.flush()


async def mark_done(
    session: AsyncSession,
    scope: Scope,
    message_id: UUID,
    *,
    done: bool = True,
    at: datetime | None = None,
) -> None:
    """Note that a message was seen to, or put it back among those to see to; audited.

    Who was first stays written. Raises NotFound.
    """
    row = await _row(session, scope, message_id)
    if done == (row.done_at is not None):
        return
    row.done_at, row.done_by = (in_utc(at), scope.user_id) if done else (None, None)
    await session.flush()
    await note(
        session,
        scope,
        action="message.done" if done else "message.reopen",
        object_kind="voice_message",
        object_id=message_id,
        at=at,
    )


async def _row(session: AsyncSession, scope: Scope, message_id: UUID) -> VoiceMessageRow:
    row: VoiceMessageRow | None = await session.scalar(
        select(VoiceMessageRow)
        .where(VoiceMessageRow.tenant_id == scope.tenant_id, VoiceMessageRow.id == message_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("there is no such message")
    return row


async def _ticket(session: AsyncSession, scope: Scope, draft: Draft) -> UUID:
    who = draft.number or sentence("unknown_number", "an unknown number")
    subject = sentence("voice_message", "Voice message from {who}", who=who)
    body = sentence(
        "voice_message_told",
        "{seconds} s for {queue}, file {file}.",
        seconds=round(draft.seconds),
        queue=draft.queue,
        file=draft.file,
    )
    ticket = TicketDraft(
        subject=in_words(subject, scope.words),
        body=in_words(body, scope.words),
        call_id=await linked_call(session, scope, draft.call_id),
    )
    return (await open_ticket(session, scope, ticket, at=draft.at)).id
