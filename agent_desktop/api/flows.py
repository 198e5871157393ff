"""Flows: list, read, compare, judge, hear."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from aiohttp import web

from agent_desktop.api import flow_shapes as shapes
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.errors import NotFound
from agent_desktop.flow_names import InHouse, unknown_names
from agent_desktop.policy import requires
from agent_desktop.workshop import (
    CannotSpeak,
    Document,
    FlowWorkshop,
    Judgement,
)
from crm_core import configuration, flows, prompts, queues
from crm_core.configuration import Kind
from crm_core.database import Session
from crm_core.flows import Draft, Version
from crm_core.tenancy import Scope

READ = requires("flow", "read")
HEARD_A_MINUTE = 60
JUDGED_A_MINUTE = 240


async def list_flows(ask: Ask) -> shapes.FlowList:
    """List the flows callers get and those being written."""
    shipped = workshop(ask).shipped()
    async with ask.services.database.read() as session:
        states = {state.name: state for state in await _states(ask, session)}
        documents = {name: document for name, (document, _) in shipped.items()}
        for name in states:
            documents[name] = (await opened(ask, session, name))[0]
    items = []
    for name in sorted(documents):
        state = states.get(name)
        items.append(
            shapes.FlowItem(
                **_summary(name, documents[name]),
                in_force=_in_force(state.in_force if state else None),
                published_at=state.published_at if state else None,
                published_by=state.published_by if state else "",
                has_draft=state.has_draft if state else False,
                shipped=name in shipped,
            )
        )
    return shapes.FlowList(items=items)


async def show_flow(ask: Ask, *, name: str) -> shapes.FlowShown:
    """Show a flow as the editor opens it."""
    async with ask.services.database.read() as session:
        document, tests, draft = await opened(ask, session, name)
        versions = await flows.history(session, ask.visitor.scope, name)
        held = {one.name: one for one in await flows.in_force(session, ask.visitor.scope)}
    return shapes.FlowShown(
        name=name,
        document=document,
        tests=tests,
        row_version=draft.row_version if draft else None,
        based_on=draft.based_on if draft else (versions[0].version if versions else 0),
        newest=versions[0].version if versions else 0,
        in_force=_in_force(held.get(name)),
        versions=[shapes.VersionItem.model_validate(one) for one in versions],
    )


async def show_flow_version(ask: Ask, *, name: str, version: str) -> shapes.VersionShown:
    """Show one published version."""
    if not version.isdecimal():
        raise NotFound
    async with ask.services.database.read() as session:
        found = await flows.version_of(session, ask.visitor.scope, name, int(version))
    return shapes.VersionShown.model_validate(found)


async def compare_flow_versions(
    ask: Ask, *, name: str, query: shapes.Compared
) -> shapes.Differences:
    """Show what two versions of a flow do not share."""
    async with ask.services.database.read() as session:
        before = await flows.version_of(session, ask.visitor.scope, name, query.before)
        after = await flows.version_of(session, ask.visitor.scope, name, query.after)
    return shapes.Differences(items=list(_differences(before, after)))


async def judge_flow(ask: Ask, *, body: shapes.FlowWritten) -> shapes.JudgementShown:
    """Check a flow as it is being written: its faults, its tests, its dead ends."""
    async with ask.services.database.read() as session:
        library = await library_of(ask, session)
    return judgement_shown(await judged(ask, body.document, body.tests, library))


async def try_flow(ask: Ask, *, body: shapes.Script) -> shapes.TriedCallShown:
    """Play a call through a flow as it is being written."""
    async with ask.services.database.read() as session:
        library = await library_of(ask, session)
    told = await asyncio.to_thread(workshop(ask).try_call, body.document, body.script, library)
    return shapes.TriedCallShown.model_validate(told)


async def show_flow_schema(ask: Ask) -> web.Response:
    """Give the JSON schema of flows."""
    return web.json_response(workshop(ask).schema())


async def write_flow_text(ask: Ask, *, body: shapes.FlowWritten) -> shapes.FlowText:
    """Write a flow as YAML, to be kept in a file."""
    return shapes.FlowText(text=workshop(ask).as_yaml(body.document))


async def read_flow_text(ask: Ask, *, body: shapes.TextGiven) -> shapes.FlowWritten:
    """Read a flow from YAML or JSON; nothing is kept."""
    return shapes.FlowWritten(document=workshop(ask).from_text(body.text))


async def speak_words(ask: Ask, *, body: shapes.Words) -> web.Response:
    """Let words be heard as a caller would hear them."""
    sound = await workshop(ask).speak(body.text, language=body.language)
    return web.Response(body=sound, content_type="audio/wav")


def workshop(ask: Ask) -> FlowWorkshop:
    """Return what judges and speaks flows; raises CannotSpeak where none was wired."""
    found = ask.services.workshop
    if found is None:
        raise CannotSpeak("Flows are not edited in this process.")
    return found


async def opened(ask: Ask, session: Session, name: str) -> tuple[Document, str, Draft | None]:
    """Return the draft, else what is in force, else what was shipped; raises NotFound."""
    scope = ask.visitor.scope
    draft = await flows.draft_of(session, scope, name)
    if draft is not None:
        return draft.document, draft.tests, draft
    held = {one.name: one for one in await flows.in_force(session, scope)}
    if name in held:
        version = await flows.version_of(session, scope, name, held[name].version)
        return version.document, version.tests, None
    shipped = workshop(ask).shipped().get(name)
    if shipped is None:
        raise NotFound
    return *shipped, None


async def library_of(ask: Ask, session: Session) -> dict[str, Document]:
    """Return the documents a flow may call: those in force over those shipped."""
    library = {name: document for name, (document, _) in workshop(ask).shipped().items()}
    for held in await flows.in_force(session, ask.visitor.scope):
        version = await flows.version_of(session, ask.visitor.scope, held.name, held.version)
        library[held.name] = version.document
    return library


async def judged(
    ask: Ask, document: Document, tests: str, library: dict[str, Document]
) -> Judgement:
    """Judge a flow, and what it names here; in a thread, as a large one takes a while."""
    judgement = await asyncio.to_thread(workshop(ask).judge, document, tests, library)
    async with ask.services.database.read() as session:
        house = await _in_house(session, ask.visitor.scope)
    missing = unknown_names(document, house)
    return replace(judgement, ok=judgement.ok and not missing, faults=judgement.faults + missing)


async def _in_house(session: Session, scope: Scope) -> InHouse:
    skills = await configuration.current(session, scope, Kind.SKILL)
    return InHouse(
        queues={queue.name for queue in await queues.queues(session, scope)},
        extensions={agent.extension for agent in await queues.roster(session, scope)},
        skills={skill.key for skill in skills if not skill.archived},
        prompts={one.name for one in await prompts.in_force(session, scope)},
    )


def judgement_shown(judgement: Judgement) -> shapes.JudgementShown:
    """Return a judgement as the API tells it."""
    return shapes.JudgementShown.model_validate(judgement)


async def _states(ask: Ask, session: Session) -> list[flows.FlowState]:
    return await flows.flow_states(session, ask.visitor.scope)


def _in_force(held: flows.InForce | None) -> shapes.InForceShown | None:
    return None if held is None else shapes.InForceShown.model_validate(held)


def _summary(name: str, document: Document) -> dict[str, Any]:
    """Return what a list shows of a document that may be wrong in every way."""
    title, languages, nodes = (document.get(key) for key in ("title", "languages", "nodes"))
    return {
        "name": name,
        "title": title if isinstance(title, str) else name,
        "languages": [str(one) for one in languages] if isinstance(languages, list) else [],
        "nodes": len(nodes) if isinstance(nodes, dict) else 0,
    }


def _differences(before: Version, after: Version) -> Iterator[shapes.DifferenceShown]:
    sides = [
        dict(_leaves({**one.document, "version": None, "tests": one.tests}))
        for one in (before, after)
    ]
    old, new = sides
    for path in [*new, *(path for path in old if path not in new)]:
        if old.get(path) != new.get(path):
            yield shapes.DifferenceShown(path=path, before=old.get(path), after=new.get(path))


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from _leaves(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for at, item in enumerate(value):
            yield from _leaves(item, f"{path}.{at}")
    else:
        yield path, value


OPERATIONS = (
    Operation(method="GET", path="/flows", handler=list_flows, policy=READ),
    Operation(method="GET", path="/flows/schema", handler=show_flow_schema, policy=READ),
    Operation(
        method="POST",
        path="/flows/judge",
        handler=judge_flow,
        policy=READ,
        most_a_minute=JUDGED_A_MINUTE,
    ),
    Operation(
        method="POST",
        path="/flows/speak",
        handler=speak_words,
        policy=READ,
        media_type="audio/wav",
        most_a_minute=HEARD_A_MINUTE,
    ),
    Operation(
        method="POST",
        path="/flows/try",
        handler=try_flow,
        policy=READ,
        most_a_minute=JUDGED_A_MINUTE,
    ),
    Operation(method="POST", path="/flows/as-yaml", handler=write_flow_text, policy=READ),
    Operation(method="POST", path="/flows/from-text", handler=read_flow_text, policy=READ),
    Operation(method="GET", path="/flows/{name}", handler=show_flow, policy=READ),
    Operation(
        method="GET", path="/flows/{name}/differences", handler=compare_flow_versions, policy=READ
    ),
    Operation(
        method="GET",
        path="/flows/{name}/versions/{version}",
        handler=show_flow_version,
        policy=READ,
    ),
)
