"""Calls: lists, one in full, its disposition, and what an agent does to a live one."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from acd.commands import EndConsult, HangUp, StartConsult, TransferCall
from agent_desktop.api import deeds
from agent_desktop.api.call_shapes import (
    CallItem,
    CallList,
    CallShown,
    DispositionList,
    DispositionWord,
    shown,
)
from agent_desktop.api.engine import Taken, give
from agent_desktop.api.numbers import dialable
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Code, Line, Moment, Nothing, Paged, Prose
from agent_desktop.errors import NotFound
from agent_desktop.feed import FEED
from agent_desktop.policy import SIGNED_IN, requires
from crm_core import calls
from crm_core.calls import CallDetail, CallFilters
from crm_core.database import Session


class CallSearch(Paged):
    """Which calls; `from` is inclusive, `to` exclusive, both with a zone."""

    since: Moment | None = Field(default=None, alias="from")
    until: Moment | None = Field(default=None, alias="to")
    queue: Code | None = None
    agent_id: UUID | None = None
    contact_id: UUID | None = None
    account_id: UUID | None = None
    number: Line | None = None
    direction: Literal["inbound", "outbound", "internal"] | None = None
    outcome: Code | None = None
    disposition: Code | None = None
    state: Literal["open", "closed"] | None = None


class DispositionWanted(Body):
    """How the call ended, in a word of the dictionary."""

    code: Code
    note: Annotated[Prose, StringConstraints(max_length=4000)] = ""


class TransferWanted(Body):
    """Whom to hand the call to, and what the next one should know."""

    target_kind: Literal["agent", "queue", "number"]
    target: Annotated[Line, StringConstraints(min_length=1, max_length=64)]
    note: Annotated[Prose, StringConstraints(max_length=2000)] = ""


class ConsultWanted(Body):
    """Whom to ask before the call is handed over, and what he should know."""

    target_kind: Literal["agent", "number"]
    target: Annotated[Line, StringConstraints(min_length=1, max_length=64)]
    note: Annotated[Prose, StringConstraints(max_length=2000)] = ""


async def list_calls(ask: Ask, *, query: CallSearch) -> CallList:
    """List calls, newest first; without the right to all, one's own."""
    asked = query.model_dump(exclude={"limit", "cursor"})
    if not ask.visitor.watches_all:
        asked["agent_id"] = ask.visitor.user.id
    async with ask.services.database.read() as session:
        page = await calls.calls(
            session,
            ask.visitor.scope,
            CallFilters(**asked),
            limit=query.limit,
            cursor=query.cursor,
        )
    items = [CallItem.model_validate(call) for call in page.calls]
    return CallList(items=items, next_cursor=page.next_cursor)


async def show_call(ask: Ask, *, call_id: UUID) -> CallShown:
    """Show a call with legs, events, waits, outcome and its explained charge."""
    async with ask.services.database.read() as session:
        return shown(await _own_call(ask, session, call_id))


async def set_disposition(ask: Ask, *, call_id: UUID, body: DispositionWanted) -> CallShown:
    """Give a call its disposition; the earlier ones stay in its history."""
    async with ask.services.database.transaction() as session:
        await _own_call(ask, session, call_id)
        await calls.set_disposition(
            session, ask.visitor.scope, call_id, code=body.code, note=body.note
        )
        return shown(await calls.call_detail(session, ask.visitor.scope, call_id))


async def hang_up(ask: Ask, *, call_id: UUID, body: Nothing) -> Taken:
    """End a live call."""
    del body
    holder = _holder(ask, call_id)
    await _note(ask, "hang_up", call_id, {})
    return await give(
        ask.services, HangUp(agent_id=holder, call_id=call_id, by=ask.visitor.agent_id)
    )


async def transfer(ask: Ask, *, call_id: UUID, body: TransferWanted) -> Taken:
    """Hand a live call on to an agent, a queue or a number."""
    holder, target = _holder(ask, call_id), body.target
    if body.target_kind == "number":
        target = dialable(target, field="target")
    await _note(ask, "transfer", call_id, {"to": target, "kind": body.target_kind})
    command = TransferCall(
        agent_id=holder,
        call_id=call_id,
        target_kind=body.target_kind,
        target=target,
        note=body.note,
        by=ask.visitor.agent_id,
    )
    return await give(ask.services, command)


async def consult(ask: Ask, *, call_id: UUID, body: ConsultWanted) -> Taken:
    """Hold the customer and call somebody to be asked, on my own phone."""
    target = body.target
    if body.target_kind == "number":
        target = dialable(target, field="target")
    await _note(ask, "consult", call_id, {"to": target, "kind": body.target_kind})
    me = ask.visitor.agent_id
    command = StartConsult(
        agent_id=me,
        call_id=call_id,
        target_kind=body.target_kind,
        target=target,
        note=body.note,
        by=me,
    )
    return await give(ask.services, command)


async def complete_consult(ask: Ask, *, call_id: UUID, body: Nothing) -> Taken:
    """Join the customer with the one I asked, and leave."""
    del body
    return await _end_consult(ask, call_id, "complete")


async def cancel_consult(ask: Ask, *, call_id: UUID, body: Nothing) -> Taken:
    """End the second call and go back to the customer."""
    del body
    return await _end_consult(ask, call_id, "cancel")


async def swap_consult(ask: Ask, *, call_id: UUID, body: Nothing) -> Taken:
    """Speak with the other one; the first is held."""
    del body
    return await _end_consult(ask, call_id, "swap")


async def _end_consult(
    ask: Ask, call_id: UUID, act: Literal["complete", "cancel", "swap"]
) -> Taken:
    me = ask.visitor.agent_id
    return await give(ask.services, EndConsult(agent_id=me, call_id=call_id, act=act, by=me))


async def list_dispositions(ask: Ask) -> DispositionList:
    """List the words a call may be closed with."""
    async with ask.services.database.read() as session:
        found = await calls.dispositions(session, ask.visitor.scope)
    return DispositionList(items=[DispositionWord.model_validate(word) for word in found])


def _holder(ask: Ask, call_id: UUID) -> str:
    """Return in whose hands the live call is: one's own, or anyone's for a supervisor."""
    call = ask.request.app[FEED].mirror.calls.get(call_id)
    me = ask.visitor.agent_id
    if call is not None and call.agent_id and ask.visitor.watches_all:
        return call.agent_id
    return me  # the board refuses a call that is not in these hands


async def _note(ask: Ask, action: str, call_id: UUID, after: dict[str, object]) -> None:
    async with ask.services.database.transaction() as session:
        await deeds.note(ask, session, action, about=("call", call_id), after=after)


async def _own_call(ask: Ask, session: Session, call_id: UUID) -> CallDetail:
    """Return the call if the asker may see it; another's looks like none."""
    found = await calls.call_detail(session, ask.visitor.scope, call_id)
    if ask.visitor.watches_all:
        return found
    me = ask.visitor.user.id
    took_part = me == found.call.agent_id or any(leg.agent_id == me for leg in found.legs)
    held = ask.request.app[FEED].mirror.has_held(call_id, ask.visitor.agent_id)
    if not (took_part or held):
        raise NotFound
    return found


_READ = requires("call", "read")
_ONE = "/calls/{call_id}"

OPERATIONS = (
    Operation(method="GET", path="/calls", handler=list_calls, policy=_READ),
    Operation(method="GET", path=_ONE, handler=show_call, policy=_READ),
    Operation(
        method="PUT",
        path=f"{_ONE}/disposition",
        handler=set_disposition,
        policy=requires("call", "write"),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/hang-up",
        handler=hang_up,
        policy=requires("call", "hang_up"),
        status=202,
        refusals=(409,),
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/transfer",
        handler=transfer,
        policy=requires("call", "transfer"),
        status=202,
        refusals=(409,),
    ),
    *(
        Operation(
            method="POST",
            path=f"{_ONE}/consult{path}",
            handler=handler,
            policy=requires("call", "transfer"),
            status=202,
            refusals=(409,),
        )
        for path, handler in (
            ("", consult),
            ("/complete", complete_consult),
            ("/cancel", cancel_consult),
            ("/swap", swap_consult),
        )
    ),
    Operation(method="GET", path="/dispositions", handler=list_dispositions, policy=SIGNED_IN),
)
