"""Voice messages: list, hear, mark as seen to; agents those of their queues."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from aiohttp import web
from pydantic import Field

from agent_desktop.api.answers import Shown
from agent_desktop.api.callbacks import own_queues
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Nothing, Paged
from agent_desktop.errors import NotFound
from agent_desktop.policy import requires
from crm_core import messages
from crm_core.messages import Message, MessageFilters

READ, WRITE = requires("call", "read"), requires("call", "write")
_IN_FLOWS = Path("voicemail") / "flows"  # where flows record; queues name the folder themselves


class MessageShown(Shown):
    """A voice message; `heard_by` and `done_by` are names, empty until then."""

    message_id: Annotated[UUID, Field(validation_alias="id")]
    call_id: UUID
    at: datetime
    queue: str
    number: str
    language: str
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


class MessageList(Shown):
    """Some voice messages, newest first."""

    items: list[MessageShown]
    next_cursor: str | None


class MessageSearch(Paged):
    """Which messages: open ones wait for somebody, heard or not."""

    state: Literal["unheard", "open", "done"] | None = None
    queue: Code | None = None


class Seen(Body):
    """Whether the message was seen to."""

    done: bool = True


async def list_messages(ask: Ask, *, query: MessageSearch) -> MessageList:
    """List voice messages, newest first; agents see those of their queues."""
    filters = MessageFilters(state=query.state, queue=query.queue, queues=own_queues(ask))
    async with ask.services.database.read() as session:
        page = await messages.messages(
            session, ask.visitor.scope, filters, limit=query.limit, cursor=query.cursor
        )
    items = [MessageShown.model_validate(one) for one in page.messages]
    return MessageList(items=items, next_cursor=page.next_cursor)


async def hear_message(ask: Ask, *, message_id: UUID) -> web.FileResponse:
    """Give what the caller said, as wav."""
    async with ask.services.database.read() as session:
        found = await messages.message(
            session, ask.visitor.scope, message_id, queues=own_queues(ask)
        )
    file = sound_of(found, ask.services.recordings)
    return web.FileResponse(file, headers={"Content-Type": "audio/wav"})


async def note_heard(ask: Ask, *, message_id: UUID, body: Nothing) -> MessageShown:
    """Note that I heard a message; who was first stays written."""
    del body
    scope, mine = ask.visitor.scope, own_queues(ask)
    async with ask.services.database.transaction() as session:
        await messages.message(session, scope, message_id, queues=mine)
        await messages.mark_heard(session, scope, message_id, at=ask.services.clock())
        found = await messages.message(session, scope, message_id)
    return MessageShown.model_validate(found)


async def note_done(ask: Ask, *, message_id: UUID, body: Seen) -> MessageShown:
    """Note that a message was seen to, or put it back."""
    scope, mine, now = ask.visitor.scope, own_queues(ask), ask.services.clock()
    async with ask.services.database.transaction() as session:
        await messages.message(session, scope, message_id, queues=mine)
        await messages.mark_done(session, scope, message_id, done=body.done, at=now)
        found = await messages.message(session, scope, message_id)
    return MessageShown.model_validate(found)


def sound_of(message: Message, folder: Path | None) -> Path:
    """Return the file of a message below the folder of recordings; raises NotFound."""
    if folder is None:
        raise NotFound("What callers say is kept on another machine.")
    name = Path(message.file)
    whole = folder / (name if len(name.parts) > 1 else _IN_FLOWS / name)
    if not whole.resolve().is_relative_to(folder.resolve()) or not whole.is_file():
        raise NotFound("The recording is not there any more.")
    return whole


_ONE = "/messages/{message_id}"
OPERATIONS = (
    Operation(method="GET", path="/messages", handler=list_messages, policy=READ),
    Operation(
        method="GET",
        path=f"{_ONE}/sound",
        handler=hear_message,
        policy=READ,
        media_type="audio/wav",
    ),
    Operation(method="POST", path=f"{_ONE}/heard", handler=note_heard, policy=READ),
    Operation(method="POST", path=f"{_ONE}/done", handler=note_done, policy=WRITE),
)
