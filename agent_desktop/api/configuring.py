"""Change how queues, agents, skills and reasons are set; the very next call obeys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from acd.commands import Accepted, ReloadConfiguration
from agent_desktop.api import configuration_shapes as shapes
from agent_desktop.api import deeds
from agent_desktop.api.configuration import PLURALS, named
from agent_desktop.api.judging import in_queue, judged, refuse_new
from agent_desktop.api.led_to import refuse_while_led_to
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.errors import Invalid
from agent_desktop.policy import requires
from crm_core import configuration, people
from crm_core.configuration import (
    AgentDocument,
    Change,
    Kind,
    QueueDocument,
    Version,
)
from crm_core.database import Session

WRITE = requires("queue", "write")
RELOAD_SECONDS = 8.0  # for the board and, where phones changed, for Asterisk
_Deed = Callable[[Session], Awaitable[Version]]


async def _done(ask: Ask, action: str, deed: _Deed) -> shapes.Saved:
    """Do it, check the whole, note who did it, and have the engine work by it."""
    async with ask.services.database.transaction() as session:
        before = await judged(ask, session)
        made = await deed(session)
        refuse_new(before, await judged(ask, session), made.kind, made.key)
        after = {"version": made.version, "note": made.note}
        about = (made.kind.value, made.key)
        await deeds.note(ask, session, f"configuration.{action}", about=about, after=after)
        told = await configuration.newest(session, ask.visitor.scope, made.kind, made.key)
    reload = ReloadConfiguration(by=ask.visitor.agent_id)
    reply = await ask.services.bus.request(reload, timeout=RELOAD_SECONDS)
    return shapes.Saved(
        version=shapes.Configured.model_validate(told),
        applied=isinstance(reply, Accepted),
        remark=reply.remark if isinstance(reply, Accepted) else reply.message,
    )


def _change(kind: Kind) -> Callable[..., Awaitable[Any]]:
    bodies: dict[Kind, type] = {
        Kind.QUEUE: shapes.QueueChange,
        Kind.AGENT: shapes.AgentChange,
        Kind.SKILL: shapes.SkillChange,
        Kind.REASON: shapes.ReasonChange,
    }

    async def handler(ask: Ask, *, key: str, body: Any) -> shapes.Saved:
        change = _wanted(kind, key, body, document=body.document)
        return await _done(ask, "change", _saving(ask, change, getattr(body, "agents", None)))

    handler.__annotations__["body"] = bodies[kind]
    return named(handler, f"change_{kind}", f"Set how one {kind} is, as a new version.")


def _create(kind: Kind) -> Callable[..., Awaitable[Any]]:
    bodies: dict[Kind, type] = {
        Kind.QUEUE: shapes.NewQueue,
        Kind.SKILL: shapes.NewSkill,
        Kind.REASON: shapes.NewReason,
    }

    async def handler(ask: Ask, *, body: Any) -> shapes.Saved:
        change = Change(
            kind=kind, key=body.key, document=body.document, expected=0, note=body.note
        )
        return await _done(ask, "create", _saving(ask, change, getattr(body, "agents", None)))

    handler.__annotations__["body"] = bodies[kind]
    return named(handler, f"create_{kind}", f"Make a {kind} that is not there yet.")


def _archive(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *, key: str, body: shapes.Archive) -> shapes.Saved:
        async def deed(session: Session) -> Version:
            found = await configuration.newest(session, ask.visitor.scope, kind, key)
            change = _wanted(kind, key, body, document=found.document)
            if kind is Kind.QUEUE:
                await refuse_while_led_to(ask, session, key)
            return await configuration.save(
                session, ask.visitor.scope, replace(change, archived=True)
            )

        return await _done(ask, "archive", deed)

    return named(handler, f"archive_{kind}", f"Take a {kind} out of use; its history stays.")


def _roll_back(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *, key: str, body: shapes.RollBack) -> shapes.Saved:
        async def deed(session: Session) -> Version:
            scope = ask.visitor.scope
            found = await configuration.newest(session, scope, kind, key)
            change = _wanted(kind, key, body, document=found.document)
            return await configuration.roll_back(session, scope, change, to_version=body.version)

        return await _done(ask, "roll_back", deed)

    return named(handler, f"roll_back_{kind}", f"Set a {kind} as it was, by a new version.")


async def close_queue(ask: Ask, *, key: str, body: shapes.Closing) -> shapes.Saved:
    """Close a queue at once, or open it again; whatever version it is in."""

    async def deed(session: Session) -> Version:
        scope = ask.visitor.scope
        found = await configuration.newest(session, scope, Kind.QUEUE, key)
        if not isinstance(found.document, QueueDocument) or found.archived:
            raise Invalid("It is out of use.", code="wrong_state")
        hours = found.document.hours.model_copy(update={"closed_now": body.closed})
        document = found.document.model_copy(update={"hours": hours})
        change = Change(
            kind=Kind.QUEUE,
            key=key,
            document=document,
            expected=found.version,
            note=body.note,
        )
        return await configuration.save(session, scope, change)

    return await _done(ask, "close" if body.closed else "open", deed)


async def create_agent(ask: Ask, *, body: shapes.NewAgent) -> shapes.Saved:
    """Make a person who logs in and takes calls."""
    hashed = await people.hash_password(body.password)

    async def deed(session: Session) -> Version:
        scope = ask.visitor.scope
        user = await people.create_user(
            session,
            scope,
            username=body.username,
            display_name=body.document.name,
            hashed=hashed,
            roles=[people.AGENT],
            extension=body.document.extension,
            language=body.language,
        )
        change = Change(
            kind=Kind.AGENT,
            key=user.agent_id,
            document=body.document,
            expected=0,
            note=body.note,
        )
        return await configuration.begin(session, scope, change)

    return await _done(ask, "create", deed)


def _wanted(
    kind: Kind, key: str, body: shapes.Noted, *, document: configuration.Document
) -> Change:
    if body.expected_version == 0:
        raise Invalid("Say which version you saw, 1 or later.", field="expected_version")
    return Change(
        kind=kind, key=key, document=document, expected=body.expected_version, note=body.note
    )


def _saving(ask: Ask, change: Change, agents: Sequence[str] | None) -> _Deed:
    async def deed(session: Session) -> Version:
        made = await configuration.save(session, ask.visitor.scope, change)
        if agents is not None:
            await _seat(ask, session, change, set(agents))
        return made

    return deed


async def _seat(ask: Ask, session: Session, change: Change, sitting: set[str]) -> None:
    """Let these agents, and no others, sit in the queue; each who moves gets a version."""
    known = await configuration.current(session, ask.visitor.scope, Kind.AGENT)
    strangers = sitting - {one.key for one in known if not one.archived}
    if strangers:
        raise Invalid("There is no such agent.", field="agents")
    for one in known:
        if one.archived or not isinstance(one.document, AgentDocument):
            continue
        document = in_queue(one.document, change.key, sits=one.key in sitting)
        if document is not one.document:
            moved = Change(
                kind=Kind.AGENT,
                key=one.key,
                document=document,
                expected=one.version,
                note=change.note,
            )
            await configuration.save(session, ask.visitor.scope, moved)


def _operation(method: str, path: str, handler: Callable[..., Awaitable[Any]]) -> Operation:
    return Operation(
        method=method,
        path=f"/configuration/{path}",
        handler=handler,
        policy=WRITE,
        status=201 if method == "POST" and "/" not in path else 200,
        refusals=(409,),
    )


OPERATIONS = (
    *(_operation("POST", PLURALS[kind], _create(kind)) for kind in Kind if kind is not Kind.AGENT),
    *(_operation("PUT", f"{PLURALS[kind]}/{{key}}", _change(kind)) for kind in Kind),
    *(_operation("POST", f"{PLURALS[kind]}/{{key}}/archive", _archive(kind)) for kind in Kind),
    *(_operation("POST", f"{PLURALS[kind]}/{{key}}/roll-back", _roll_back(kind)) for kind in Kind),
    _operation("POST", "queues/{key}/close", close_queue),
    Operation(
        method="POST",
        path="/configuration/agents",
        handler=create_agent,
        policy=requires("user", "create"),
        status=201,
        refusals=(409,),
    ),
)
