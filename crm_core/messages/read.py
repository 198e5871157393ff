"""Reading voice messages with who called, the ticket, and who has heard them and seen to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.cursors import cursor_of, place_of
from crm_core.errors import NotFound
from crm_core.tables.callers import VoiceMessageRow
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import ContactRow
from crm_core.tables.people import UserRow
from crm_core.tables.tickets import TicketRow
from crm_core.tenancy import Scope

MAX_PAGE = 200
State = Literal["unheard", "open", "done"]
_HEARER, _DOER = aliased(UserRow), aliased(UserRow)


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageFilters:
    """Which messages; `queues` are all that may be seen, None for any."""

    state: State | None = None  # open: those to see to, heard or not
    queue: str | None = None
    queues: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message in the list of those to call back; names are empty where nobody is known."""

    id: UUID
    call_id: UUID
    at: datetime
    queue: str
    number: str
    language: str
    file: str
    seconds: float
    contact_id: UUID | None
    contact_name: str
    ticket_id: UUID | None
    ticket_number: int | None
    ticket_status: str
    heard_at: datetime | None
    heard_by: str
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagePage:
    """Some messages, newest first, and where the next ones begin (None: no more)."""

    messages: tuple[Message, ...]
    next_cursor: str | None = None


async def messages(
    session: AsyncSession,
    scope: Scope,
    filters: MessageFilters | None = None,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> MessagePage:
    """Return the messages that fit, newest first; raises InvalidValue for a foreign cursor."""
    size = min(max(limit, 1), MAX_PAGE)
    query = _messages(scope).where(*_conditions(filters or MessageFilters()))
    if cursor is not None:
        at, row_id = place_of(cursor)
        earlier = and_(VoiceMessageRow.at == at, VoiceMessageRow.id < row_id)
        query = query.where(or_(VoiceMessageRow.at < at, earlier))
    newest = query.order_by(VoiceMessageRow.at.desc(), VoiceMessageRow.id.desc()).limit(size + 1)
    found = [_message(*row) for row in (await session.execute(newest)).all()]
    last = found[size - 1] if len(found) > size else None
    return MessagePage(
        messages=tuple(found[:size]), next_cursor=cursor_of(last.at, last.id) if last else None
    )


async def message(
    session: AsyncSession,
    scope: Scope,
    message_id: UUID,
    *,
    queues: tuple[str, ...] | None = None,
) -> Message:
    """Return one message; raises NotFound, also for one of a queue beyond `queues`."""
    query = _messages(scope).where(VoiceMessageRow.id == message_id)
    row = (await session.execute(query)).first()
    found = None if row is None else _message(*row)
    if found is None or (queues is not None and found.queue not in queues):
        raise NotFound("there is no such message")
    return found


def _conditions(filters: MessageFilters) -> Iterator[ColumnElement[bool]]:
    if filters.state == "unheard":
        yield VoiceMessageRow.heard_at.is_(None)
    if filters.state in {"unheard", "open"}:
        yield VoiceMessageRow.done_at.is_(None)
    if filters.state == "done":
        yield VoiceMessageRow.done_at.is_not(None)
    if filters.queue is not None:
        yield VoiceMessageRow.queue == filters.queue
    if filters.queues is not None:
        yield VoiceMessageRow.queue.in_(filters.queues)


def _messages(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(
            VoiceMessageRow,
            ContactRow.id,
            ContactRow.name,
            TicketRow.number,
            TicketRow.status,
            _HEARER.display_name,
            _DOER.display_name,
        )
        .outerjoin(CallRow, CallRow.call_id == VoiceMessageRow.call_id)
        .outerjoin(ContactRow, ContactRow.id == CallRow.contact_id)
        .outerjoin(TicketRow, TicketRow.id == VoiceMessageRow.ticket_id)
        .outerjoin(_HEARER, _HEARER.id == VoiceMessageRow.heard_by)
        .outerjoin(_DOER, _DOER.id == VoiceMessageRow.done_by)
        .where(VoiceMessageRow.tenant_id == scope.tenant_id)
    )


def _message(
    row: VoiceMessageRow,
    contact_id: UUID | None,
    contact_name: str | None,
    ticket_number: int | None,
    ticket_status: str | None,
    *who: str | None,
) -> Message:
    heard_by, done_by = who
    return Message(
        id=row.id,
        call_id=row.call_id,
        at=row.at,
        queue=row.queue,
        number=row.number,
        language=row.language,
        file=row.file,
        seconds=row.seconds,
        contact_id=contact_id,
        contact_name=contact_name or "",
        ticket_id=row.ticket_id,
        ticket_number=ticket_number,
        ticket_status=ticket_status or "",
        heard_at=row.heard_at,
        heard_by=heard_by or "",
        done_at=row.done_at,
        done_by=done_by or "",
    )
