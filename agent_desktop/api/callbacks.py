"""Callbacks: who is to be called back, by whom it was tried, and how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from acd.commands import CancelCallback, RequestCallback
from agent_desktop.api import deeds
from agent_desktop.api.answers import Shown
from agent_desktop.api.engine import give
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Line, Query
from agent_desktop.feed import FEED
from agent_desktop.policy import requires
from crm_core import callbacks
from crm_core.callbacks import CallbackFilters
from crm_core.ids import new_id, uuid_of

State = Literal[
    "waiting",
    "reserved",
    "dialling",
    "talking",
    "done",
    "failed",
    "expired",
    "cancelled",
    "served",
]
Number = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$")]


class AttemptItem(Shown):
    """An attempt to call back; `outcome` is empty while it lasts."""

    number: int
    call_id: UUID
    agent_id: UUID | None
    reserved_at: datetime
    ended_at: datetime | None
    outcome: str


class CallbackItem(Shown):
    """A callback; `waits_since` is its place in line."""

    callback_id: Annotated[UUID, Field(validation_alias="id")]
    queue: str
    number: str
    caller_name: str
    origin_call_id: UUID | None
    waits_since: datetime
    requested_at: datetime
    expires_at: datetime
    state: str
    tries: int
    not_before: datetime | None
    agent_id: UUID | None
    agent_name: str
    ended_at: datetime | None
    attempts: list[AttemptItem]


class CallbackList(Shown):
    """Callbacks, those still owed first."""

    items: list[CallbackItem]


class CallbackSearch(Query):
    """Which callbacks; agents see those of their queues and their own."""

    state: State | None = None
    queue: Code | None = None
    number: Line | None = None
    owed: bool = False  # those that are not over alone


class CallbackWanted(Body):
    """Somebody to be called when an agent of the queue is free, from the end of its line."""

    number: Number
    queue: Code
    caller_name: Line = ""


class Promised(Shown):
    """The callback stands in line."""

    callback_id: UUID


async def list_callbacks(ask: Ask, *, query: CallbackSearch) -> CallbackList:
    """List callbacks, those still owed first."""
    who, mine = ask.visitor, own_queues(ask)
    filters = CallbackFilters(
        open_only=query.owed,
        state=query.state,
        queue=query.queue,
        queues=mine,
        agent_id=uuid_of(who.agent_id) if mine is not None else None,
        number=query.number,
    )
    async with ask.services.database.read() as session:
        found = await callbacks.callbacks(session, who.scope, filters)
    return CallbackList(items=[CallbackItem.model_validate(one) for one in found])


def own_queues(ask: Ask) -> tuple[str, ...] | None:
    """Return the queues whose waiting work this person may see; None for all of them."""
    if ask.visitor.can("queue", "read"):
        return None
    agent = ask.request.app[FEED].mirror.agents.get(ask.visitor.agent_id)
    return tuple(agent.queues) if agent else ()


async def request_callback(ask: Ask, *, body: CallbackWanted) -> Promised:
    """Let a number be called by the next free agent of a queue."""
    callback_id = new_id()
    wish = RequestCallback(
        callback_id=callback_id,
        number=body.number,
        queue=body.queue,
        caller_name=body.caller_name,
        by=ask.visitor.agent_id,
    )
    await give(ask.services, wish)
    return Promised(callback_id=callback_id)


async def cancel_callback(ask: Ask, *, callback_id: UUID) -> None:
    """Owe a callback no longer, unless it is being dialled just now."""
    await give(ask.services, CancelCallback(callback_id=callback_id, by=ask.visitor.agent_id))
    async with ask.services.database.transaction() as session:
        await deeds.note(ask, session, "callback.cancel", about=("callback", callback_id))


OPERATIONS = (
    Operation(
        method="GET", path="/callbacks", handler=list_callbacks, policy=requires("call", "read")
    ),
    Operation(
        method="POST",
        path="/callbacks",
        handler=request_callback,
        policy=requires("call", "dial"),
        status=201,
        refusals=(409, 503),
    ),
    Operation(
        method="DELETE",
        path="/callbacks/{callback_id}",
        handler=cancel_callback,
        policy=requires("queue", "write"),
        status=204,
        refusals=(404, 409, 503),
    ),
)
