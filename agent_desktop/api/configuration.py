"""Read how queues, agents, skills and reasons are set, their history, and what is wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from agent_desktop.api.configuration_shapes import (
    Between,
    Changed,
    Configured,
    ConfiguredList,
    Differences,
    Draft,
    DraftChecked,
    History,
    ProblemList,
    PromptNames,
    VersionShown,
)
from agent_desktop.api.judging import drafted, judge, judged, serving, shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.errors import NotFound
from agent_desktop.policy import requires
from crm_core import configuration
from crm_core.configuration import Kind, Version, difference

READ = requires("queue", "read")
PLURALS = {
    Kind.QUEUE: "queues",
    Kind.AGENT: "agents",
    Kind.SKILL: "skills",
    Kind.REASON: "reasons",
}


def _list(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask) -> ConfiguredList:
        async with ask.services.database.read() as session:
            found = await configuration.current(session, ask.visitor.scope, kind)
        return ConfiguredList(items=[Configured.model_validate(one) for one in found])

    return named(handler, f"list_configured_{PLURALS[kind]}", f"List how {PLURALS[kind]} are set.")


def _show(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *, key: str) -> Configured:
        async with ask.services.database.read() as session:
            found = await configuration.newest(session, ask.visitor.scope, kind, key)
        return Configured.model_validate(found)

    return named(handler, f"show_configured_{kind}", f"Show how one {kind} is set.")


def _history(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *, key: str) -> History:
        async with ask.services.database.read() as session:
            found = await configuration.history(session, ask.visitor.scope, kind, key)
        before = [*found[1:], None]
        return History(
            items=[_version(one, older) for one, older in zip(found, before, strict=True)]
        )

    return named(handler, f"list_{kind}_versions", f"List who set the {kind} how and when.")


def _difference(kind: Kind) -> Callable[..., Awaitable[Any]]:
    async def handler(ask: Ask, *, key: str, query: Between) -> Differences:
        async with ask.services.database.read() as session:
            found = await configuration.history(session, ask.visitor.scope, kind, key)
        known = {one.version: one.document for one in found}
        if not {query.before, query.after} <= known.keys():
            raise NotFound
        return Differences(items=_changes(known[query.before], known[query.after]))

    return named(
        handler, f"compare_{kind}_versions", f"Tell what two versions of a {kind} differ in."
    )


def named(
    handler: Callable[..., Awaitable[Any]], name: str, words: str
) -> Callable[..., Awaitable[Any]]:
    """Give a handler made for one kind the name and the words the documents show."""
    handler.__name__, handler.__doc__ = name, words
    return handler


def _version(version: Version, before: Version | None) -> VersionShown:
    changes = [] if before is None else _changes(before.document, version.document)
    seen = Configured.model_validate(version)
    return VersionShown(**dict(seen), changes=changes)


def _changes(before: configuration.Document, after: configuration.Document) -> list[Changed]:
    return [Changed.model_validate(one) for one in difference(before, after)]


async def check_configuration(ask: Ask) -> ProblemList:
    """Check everything that is in force."""
    async with ask.services.database.read() as session:
        found = await judged(ask, session)
    return ProblemList(items=[shown(one) for one in found])


async def check_draft(ask: Ask, *, body: Draft) -> DraftChecked:
    """Check everything as it would be with one thing changed; nothing is stored."""
    async with ask.services.database.read() as session:
        found = await configuration.in_force(session, ask.visitor.scope)
    before = set(judge(ask, found))
    draft = drafted(found, body)
    items = [shown(one, new=one not in before) for one in judge(ask, draft)]
    return DraftChecked(items=items, serving=serving(draft, body))


async def list_prompts(ask: Ask) -> PromptNames:
    """List the names of prompts that callers can be told."""
    return PromptNames(items=sorted(ask.services.prompts() or ()))


OPERATIONS = (
    *(
        Operation(
            method="GET",
            path=f"/configuration/{PLURALS[kind]}{path}",
            handler=make(kind),
            policy=READ,
        )
        for kind in Kind
        for path, make in (
            ("", _list),
            ("/{key}", _show),
            ("/{key}/versions", _history),
            ("/{key}/difference", _difference),
        )
    ),
    Operation(method="GET", path="/configuration/check", handler=check_configuration, policy=READ),
    Operation(method="GET", path="/configuration/prompts", handler=list_prompts, policy=READ),
    Operation(method="POST", path="/configuration/check", handler=check_draft, policy=READ),
)
