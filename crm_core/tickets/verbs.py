"""Verbs that change tickets; each leaves an event in the ticket's history."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound, WrongState
from crm_core.ids import new_id
from crm_core.insert_once import insert_once, next_number
from crm_core.sentences import sentence
from crm_core.tables.calls import CallRow
from crm_core.tables.directory import ContactRow
from crm_core.tables.tickets import RunningNumberRow, TicketCallRow, TicketEventRow, TicketRow
from crm_core.tenancy import Scope
from crm_core.tickets.model import PRIORITIES, STATUSES, TYPES, Ticket, TicketDraft, TicketEdit
from crm_core.tickets.read import ticket
from crm_core.timeline.model import Happening
from crm_core.timeline.verbs import link, put_happening
from crm_core.words import clean, optional, required

_CHOICES = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES}


async def open_ticket(
    session: AsyncSession, scope: Scope, draft: TicketDraft, *, at: datetime | None = None
) -> Ticket:
    """Open a ticket with the tenant's next number; raises InvalidValue, NotFound.

    With a call the ticket is linked to it, and belongs to its customer unless another is named.
    """
    now = in_utc(at)
    contact_id = draft.contact_id or await _contact_of_call(session, scope, draft.call_id)
    row = TicketRow(
        id=new_id(),
        tenant_id=scope.tenant_id,
        number=await next_number(
            session, RunningNumberRow, tenant_id=scope.tenant_id, series="ticket"
        ),
        subject=clean(required(draft.subject, 200, field="subject"), 200),
        body=optional(draft.body, 20_000, field="body"),
        type=_chosen("type", draft.type),
        priority=_chosen("priority", draft.priority),
        status="open",
        contact_id=contact_id,
        account_id=await _account_of(session, scope, contact_id),
        owner_id=draft.owner_id or scope.user_id,
        opened_by=scope.user_id,
        opened_at=now,
    )
    session.add(row)
    await session.flush()
    await _append(session, scope, row, kind="opened", at=now, body=row.body)
    interaction_id = await _tell_timeline(session, scope, row)
    if draft.call_id is not None:
        await _link_call(session, scope, row.id, interaction_id, draft.call_id)
    return await ticket(session, scope, row.id)


async def comment_ticket(
    session: AsyncSession,
    scope: Scope,
    ticket_id: UUID,
    *,
    body: str,
    at: datetime | None = None,
) -> Ticket:
    """Add a comment, also to a closed ticket; raises InvalidValue, NotFound."""
    row = await _locked(session, scope, ticket_id)
    words = required(body, 20_000, field="body")
    row.updated_at = in_utc(at)
    await _append(session, scope, row, kind="commented", at=in_utc(at), body=words)
    return await ticket(session, scope, ticket_id)


async def change_ticket(
    session: AsyncSession,
    scope: Scope,
    ticket_id: UUID,
    edit: TicketEdit,
    *,
    row_version: int | None = None,
    comment: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Change a ticket; what is the same leaves no event.

    Raises InvalidValue naming the field, NotFound, EditedMeanwhile when `row_version` is given and
    no longer true.
    """
    row = await _locked(session, scope, ticket_id)
    if row_version is not None and row.row_version != row_version:
        raise EditedMeanwhile("somebody else changed this ticket meanwhile")
    before = row.status
    changes = await _apply(session, scope, row, edit)
    words = optional(comment, 20_000, field="comment")
    if not changes and not words:
        return await ticket(session, scope, ticket_id)
    now = in_utc(at)
    row.closed_at = (row.closed_at or now) if row.status == "closed" else None
    kind = _kind(before, row.status) if changes else "commented"
    await _append(session, scope, row, kind=kind, at=now, body=words, changes=changes)
    await _tell_timeline(session, scope, row)
    return await ticket(session, scope, ticket_id)


async def close_ticket(
    session: AsyncSession,
    scope: Scope,
    ticket_id: UUID,
    *,
    comment: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Close a ticket; raises NotFound, WrongState when it is closed already."""
    row = await _locked(session, scope, ticket_id)
    if row.status == "closed":
        raise WrongState(sentence("ticket_closed", "ticket {n} is closed already", n=row.number))
    edit = TicketEdit(status="closed")
    return await change_ticket(session, scope, ticket_id, edit, comment=comment, at=at)


async def link_ticket_call(
    session: AsyncSession, scope: Scope, ticket_id: UUID, call_id: UUID
) -> None:
    """Say that a call belongs to a ticket; twice is the same as once. Raises NotFound."""
    row = await _locked(session, scope, ticket_id)
    interaction_id = await _tell_timeline(session, scope, row)
    await _link_call(session, scope, ticket_id, interaction_id, call_id)


def _chosen(field: str, value: str) -> str:
    if value not in _CHOICES[field]:
        raise InvalidValue(
            sentence(
                "one_of", "{field} is one of {known}", field=field, known=tuple(_CHOICES[field])
            ),
            field=field,
        )
    return value


def _kind(before: str, after: str) -> str:
    if before != "closed" and after == "closed":
        return "closed"
    return "reopened" if before == "closed" and after != "closed" else "changed"


async def _apply(
    session: AsyncSession, scope: Scope, row: TicketRow, edit: TicketEdit
) -> dict[str, list[str | None]]:
    wanted: dict[str, Any] = {
        "subject": edit.subject and required(edit.subject, 200, field="subject"),
        "body": None if edit.body is None else optional(edit.body, 20_000, field="body"),
        "owner_id": edit.owner_id,
        "contact_id": edit.contact_id,
    }
    wanted |= {
        name: getattr(edit, name) and _chosen(name, getattr(edit, name)) for name in _CHOICES
    }
    changes: dict[str, list[str | None]] = {}
    for name, value in wanted.items():
        before = getattr(row, name)
        if value is not None and value != before:
            setattr(row, name, value)
            changes[name] = [None if before is None else str(before), str(value)]
    if "contact_id" in changes:
        row.account_id = await _account_of(session, scope, row.contact_id)
    return changes


async def _append(
    session: AsyncSession,
    scope: Scope,
    row: TicketRow,
    *,
    kind: str,
    at: datetime,
    body: str = "",
    changes: dict[str, list[str | None]] | None = None,
) -> None:
    last = await session.scalar(
        select(func.max(TicketEventRow.position)).where(
            TicketEventRow.tenant_id == scope.tenant_id, TicketEventRow.ticket_id == row.id
        )
    )
    session.add(
        TicketEventRow(
            tenant_id=scope.tenant_id,
            ticket_id=row.id,
            position=(last or 0) + 1,
            kind=kind,
            at=at,
            user_id=scope.user_id,
            body=body,
            changes=changes or {},
        )
    )
    await session.flush()


async def _tell_timeline(session: AsyncSession, scope: Scope, row: TicketRow) -> UUID:
    happening = Happening(
        channel="ticket",
        subject=f"#{row.number} {row.subject}",
        summary=row.body,
        status=row.status,
        object_kind="ticket",
        object_id=str(row.id),
        at=row.opened_at,
        ended_at=row.closed_at,
        contact_id=row.contact_id,
        account_id=row.account_id,
        agent_id=row.owner_id,
    )
    return await put_happening(session, scope, happening)


async def _link_call(
    session: AsyncSession, scope: Scope, ticket_id: UUID, interaction_id: UUID, call_id: UUID
) -> None:
    await _known_call(session, scope, call_id)
    await insert_once(
        session, TicketCallRow, tenant_id=scope.tenant_id, ticket_id=ticket_id, call_id=call_id
    )
    await link(session, scope, interaction_id, object_kind="call", object_id=str(call_id))


async def _contact_of_call(
    session: AsyncSession, scope: Scope, call_id: UUID | None
) -> UUID | None:
    if call_id is None:
        return None
    return (await _known_call(session, scope, call_id)).contact_id


async def _known_call(session: AsyncSession, scope: Scope, call_id: UUID) -> CallRow:
    call = await session.scalar(
        select(CallRow).where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id)
    )
    if call is None:
        raise NotFound("there is no such call", field="call_id")
    return call


async def _account_of(session: AsyncSession, scope: Scope, contact_id: UUID | None) -> UUID | None:
    if contact_id is None:
        return None
    contact = await session.scalar(
        select(ContactRow).where(
            ContactRow.tenant_id == scope.tenant_id, ContactRow.id == contact_id
        )
    )
    if contact is None:
        raise NotFound("there is no such customer", field="contact_id")
    return contact.account_id


async def _locked(session: AsyncSession, scope: Scope, ticket_id: UUID) -> TicketRow:
    row = await session.scalar(
        select(TicketRow)
        .where(TicketRow.tenant_id == scope.tenant_id, TicketRow.id == ticket_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("there is no such ticket")
    return row
