"""What happened with a customer, on every channel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Paged, Prose
from agent_desktop.policy import requires
from crm_core import directory, timeline


class HappeningShown(Shown):
    """One happening; `object_kind` and `object_id` name the record it tells of."""

    id: UUID
    at: datetime
    ended_at: datetime | None
    channel: str
    direction: str
    subject: str
    summary: str
    status: str
    agent_id: UUID | None
    object_kind: str
    object_id: str


class TimelineShown(Shown):
    """Some happenings, newest first."""

    items: list[HappeningShown]
    next_cursor: str | None


class TimelineSearch(Paged):
    """Which happenings."""

    channel: Code | None = None


class NoteWanted(Body):
    """A note about the customer."""

    text: Annotated[Prose, StringConstraints(min_length=1, max_length=4000)]


async def show_timeline(ask: Ask, *, contact_id: UUID, query: TimelineSearch) -> TimelineShown:
    """Show what happened with a customer, newest first."""
    scope = ask.visitor.scope
    async with ask.services.database.read() as session:
        await directory.customer(session, scope, contact_id)
        page = await timeline.timeline(
            session,
            scope,
            contact_id=contact_id,
            channel=query.channel,
            limit=query.limit,
            cursor=query.cursor,
        )
    items = [HappeningShown.model_validate(item) for item in page.items]
    return TimelineShown(items=items, next_cursor=page.next_cursor)


async def add_note(ask: Ask, *, contact_id: UUID, body: NoteWanted) -> TimelineShown:
    """Write a note on a customer's timeline and show its newest part."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        await timeline.note(session, scope, contact_id, text=body.text)
    return await show_timeline(ask, contact_id=contact_id, query=TimelineSearch())


_PATH = "/customers/{contact_id}"

OPERATIONS = (
    Operation(
        method="GET",
        path=f"{_PATH}/timeline",
        handler=show_timeline,
        policy=requires("customer", "read"),
    ),
    Operation(
        method="POST",
        path=f"{_PATH}/notes",
        handler=add_note,
        policy=requires("customer", "write"),
        status=201,
    ),
)
