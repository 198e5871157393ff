"""Tickets: open, list, read, comment, change."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Line, Paged, Prose
from agent_desktop.policy import requires
from crm_core import tickets
from crm_core.database import Session
from crm_core.tenancy import Scope
from crm_core.tickets import TicketDraft, TicketEdit, TicketFilters

Status = Literal["open", "pending", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
Kind = Literal["request", "consultation", "complaint", "repair", "order", "other"]
Subject = Annotated[Line, StringConstraints(min_length=1)]


class TicketItem(Shown):
    """A ticket in a list."""

    ticket_id: Annotated[UUID, Field(validation_alias="id")]
    number: int
    subject: str
    type: str
    status: str
    priority: str
    contact_id: UUID | None
    contact_name: str
    account_id: UUID | None
    account_name: str
    owner_id: UUID | None
    owner_name: str
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class TicketList(Shown):
    """Some tickets, newest first."""

    items: list[TicketItem]
    next_cursor: str | None


class TicketEventShown(Shown):
    """What was done to a ticket; `changes` is field -> [before, after]."""

    position: int
    kind: str
    at: datetime
    user_id: UUID | None
    user_name: str
    body: str
    changes: dict[str, Any]


class TicketShown(TicketItem):
    """A ticket with its history and its calls; `row_version` guards against lost edits."""

    body: str
    row_version: int
    events: list[TicketEventShown]
    call_ids: list[UUID]


class TicketSearch(Paged):
    """Which tickets; `status` may be `unclosed`, `q` is words or a number."""

    status: Literal["open", "pending", "closed", "unclosed"] | None = None
    contact_id: UUID | None = None
    account_id: UUID | None = None
    call_id: UUID | None = None
    owner_id: UUID | None = None
    q: Line | None = None


class TicketWanted(Body):
    """A ticket to open; with a call it belongs to the call's customer unless one is named."""

    subject: Subject
    body: Prose = ""
    type: Kind = "request"
    priority: Priority = "normal"
    contact_id: UUID | None = None
    call_id: UUID | None = None


class TicketChange(Body):
    """What to change; a part left out stays as it is."""

    subject: Subject | None = None
    body: Prose | None = None
    type: Kind | None = None
    priority: Priority | None = None
    status: Status | None = None
    owner_id: UUID | None = None
    contact_id: UUID | None = None
    comment: Prose = ""
    row_version: int | None = None


class Comment(Body):
    """Words to add to a ticket."""

    body: Annotated[Prose, StringConstraints(min_length=1)]


async def list_tickets(ask: Ask, *, query: TicketSearch) -> TicketList:
    """List tickets, newest first."""
    asked = query.model_dump(exclude={"limit", "cursor", "q"})
    async with ask.services.database.read() as session:
        page = await tickets.tickets(
            session,
            ask.visitor.scope,
            TicketFilters(text=query.q, **asked),
            limit=query.limit,
            cursor=query.cursor,
        )
    items = [TicketItem.model_validate(ticket) for ticket in page.tickets]
    return TicketList(items=items, next_cursor=page.next_cursor)


async def open_ticket(ask: Ask, *, body: TicketWanted) -> TicketShown:
    """Open a ticket."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        made = await tickets.open_ticket(session, scope, TicketDraft(**body.model_dump()))
        return await _shown(session, scope, made.id)


async def show_ticket(ask: Ask, *, ticket_id: UUID) -> TicketShown:
    """Show a ticket with its history and calls."""
    async with ask.services.database.read() as session:
        return await _shown(session, ask.visitor.scope, ticket_id)


async def comment_ticket(ask: Ask, *, ticket_id: UUID, body: Comment) -> TicketShown:
    """Add a comment to a ticket."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        await tickets.comment_ticket(session, scope, ticket_id, body=body.body)
        return await _shown(session, scope, ticket_id)


async def change_ticket(ask: Ask, *, ticket_id: UUID, body: TicketChange) -> TicketShown:
    """Change parts of a ticket, close it or open it again."""
    scope = ask.visitor.scope
    edit = TicketEdit(**body.model_dump(exclude={"comment", "row_version"}))
    async with ask.services.database.transaction() as session:
        await tickets.change_ticket(
            session,
            scope,
            ticket_id,
            edit,
            comment=body.comment,
            row_version=body.row_version,
        )
        return await _shown(session, scope, ticket_id)


async def _shown(session: Session, scope: Scope, ticket_id: UUID) -> TicketShown:
    found = await tickets.ticket_detail(session, scope, ticket_id)
    names = ("id", *(name for name in TicketShown.model_fields if hasattr(found.ticket, name)))
    values = {name: getattr(found.ticket, name) for name in names}
    return TicketShown.model_validate(
        {**values, "events": found.events, "call_ids": found.call_ids}, from_attributes=True
    )


_READ, _WRITE = requires("ticket", "read"), requires("ticket", "write")
_ONE = "/tickets/{ticket_id}"

OPERATIONS = (
    Operation(method="GET", path="/tickets", handler=list_tickets, policy=_READ),
    Operation(
        method="POST",
        path="/tickets",
        handler=open_ticket,
        policy=requires("ticket", "create"),
        status=201,
    ),
    Operation(method="GET", path=_ONE, handler=show_ticket, policy=_READ),
    Operation(
        method="POST",
        path=f"{_ONE}/comments",
        handler=comment_ticket,
        policy=_WRITE,
        status=201,
    ),
    Operation(method="PATCH", path=_ONE, handler=change_ticket, policy=_WRITE, refusals=(409,)),
)
