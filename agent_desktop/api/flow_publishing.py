"""Flows: keep a draft, publish, roll back, let a share of callers try a version."""

from __future__ import annotations

from acd.commands import ReloadConfiguration
from agent_desktop.api import flow_shapes as shapes
from agent_desktop.api.flows import (
    judged,
    judgement_shown,
    library_of,
    opened,
    show_flow,
    workshop,
)
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.errors import Invalid, NotFound
from agent_desktop.policy import requires
from agent_desktop.workshop import Judgement
from crm_core import flows
from crm_core.database import Session
from crm_core.sentences import sentence

WRITE = requires("flow", "write")


async def save_flow_draft(ask: Ask, *, name: str, body: shapes.DraftWanted) -> shapes.Drafted:
    """Keep a draft, of whatever quality, and say how it stands."""
    document = {**body.document, "name": name}
    async with ask.services.database.transaction() as session:
        kept = await flows.save_draft(
            session,
            ask.visitor.scope,
            name,
            document,
            tests=body.tests,
            row_version=body.row_version,
        )
        library = await library_of(ask, session)
    judgement = await judged(ask, document, body.tests, library)
    return shapes.Drafted(row_version=kept.row_version, judgement=judgement_shown(judgement))


async def drop_flow_draft(ask: Ask, *, name: str) -> None:
    """Throw the draft away; what is in force stays."""
    async with ask.services.database.transaction() as session:
        await flows.discard_draft(session, ask.visitor.scope, name)


async def publish_flow(ask: Ask, *, name: str, body: shapes.Publishing) -> shapes.FlowShown:
    """Publish the draft; refused with the first fault while one is left, or a test fails."""
    scope = ask.visitor.scope
    async with ask.services.database.read() as session:
        document, tests, draft = await opened(ask, session, name)
        library = await library_of(ask, session)
    if draft is None:
        raise NotFound("There is no draft to publish.")
    _refuse(await judged(ask, document, tests, library))
    async with ask.services.database.transaction() as session:
        expected = await _keep_shipped(ask, session, name, body.expected_version)
        forced = {held.name for held in await flows.in_force(session, scope)}
        canary = body.canary_share if name in forced else None
        made = await flows.publish(
            session,
            scope,
            name,
            document,
            tests=tests,
            note=body.note,
            expected=expected,
            force=canary is None,
        )
        if canary is not None:
            await flows.start_canary(
                session, scope, name, made.version, share=canary, limit=body.canary_limit
            )
    return await _applied(ask, name)


async def roll_back_flow(ask: Ask, *, name: str, body: shapes.RollBack) -> shapes.FlowShown:
    """Let callers get an earlier version again; refused when it names what is gone by now."""
    async with ask.services.database.read() as session:
        earlier = await flows.version_of(session, ask.visitor.scope, name, body.version)
        library = await library_of(ask, session)
    found = await judged(ask, earlier.document, "", library)
    if found.faults:
        _refuse(found)
    async with ask.services.database.transaction() as session:
        await flows.roll_back(session, ask.visitor.scope, name, body.version)
    return await _applied(ask, name)


async def promote_flow_canary(ask: Ask, *, name: str) -> shapes.FlowShown:
    """Let all callers get the version that a share of them tries."""
    async with ask.services.database.transaction() as session:
        await flows.promote_canary(session, ask.visitor.scope, name)
    return await _applied(ask, name)


async def end_flow_canary(ask: Ask, *, name: str) -> shapes.FlowShown:
    """Give all callers the version in force again."""
    async with ask.services.database.transaction() as session:
        who = ask.visitor.user.display_name
        told = sentence("canary_back_by", "taken back by {name}", name=who)
        await flows.end_canary(session, ask.visitor.scope, name, told=told)
    return await _applied(ask, name)


def _refuse(judgement: Judgement) -> None:
    """Refuse to publish, naming the first thing that speaks against it."""
    if judgement.ok:
        return
    if judgement.faults:
        fault = judgement.faults[0]
        told = sentence(
            "flow_invalid", "{place}: {reason}.", place=fault.place, reason=fault.reason
        )
        raise Invalid(told, field=fault.place, code="flow_invalid")
    failed = next((trial for trial in judgement.trials if not trial.passed), None)
    if failed is not None:
        told = sentence(
            "flow_test_failed",
            "The test “{name}” fails: {reason}.",
            name=failed.name,
            reason=failed.reason,
        )
        raise Invalid(told, field=failed.place, code="flow_test_failed")
    if judgement.dead_ends:
        end = judgement.dead_ends[0]
        told = sentence(
            "flow_dead_end", "{place}: {reason}.", place=" → ".join(end.path), reason=end.reason
        )
        raise Invalid(told, field="nodes", code="flow_dead_end")
    told = sentence(
        "flow_not_covered",
        "The tests take {coverage} of the branches; the bar is {bar}.",
        coverage=f"{judgement.coverage:.0%}",
        bar=f"{judgement.bar:.0%}",
    )
    raise Invalid(told, field="coverage", code="flow_not_covered")


async def _keep_shipped(ask: Ask, session: Session, name: str, expected: int) -> int:
    """Keep the shipped flow as version 1 before the first of ours, so that one can go back."""
    shipped = workshop(ask).shipped().get(name)
    if shipped is None or await flows.history(session, ask.visitor.scope, name):
        return expected
    draft = await flows.draft_of(session, ask.visitor.scope, name)
    document, tests = shipped
    made = await flows.publish(
        session,
        ask.visitor.scope,
        name,
        document,
        tests=tests,
        note=str(sentence("shipped", "as it was shipped")),
    )
    if draft is not None:
        await flows.save_draft(session, ask.visitor.scope, name, draft.document, tests=draft.tests)
    return made.version if expected == 0 else expected


async def _applied(ask: Ask, name: str) -> shapes.FlowShown:
    """Have the engine play what is in force now; one that is away reads it when it starts."""
    await ask.services.bus.request(ReloadConfiguration(by=ask.visitor.agent_id))
    return await show_flow(ask, name=name)


OPERATIONS = (
    Operation(method="PUT", path="/flows/{name}/draft", handler=save_flow_draft, policy=WRITE),
    Operation(
        method="DELETE",
        path="/flows/{name}/draft",
        handler=drop_flow_draft,
        policy=WRITE,
        status=204,
    ),
    Operation(method="POST", path="/flows/{name}/publish", handler=publish_flow, policy=WRITE),
    Operation(method="POST", path="/flows/{name}/roll-back", handler=roll_back_flow, policy=WRITE),
    Operation(
        method="POST",
        path="/flows/{name}/canary/promote",
        handler=promote_flow_canary,
        policy=WRITE,
    ),
    Operation(method="DELETE", path="/flows/{name}/canary", handler=end_flow_canary, policy=WRITE),
)
