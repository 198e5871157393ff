"""Our numbers and their plans: listed, written as drafts, judged, published, rolled back."""

from __future__ import annotations

from agent_desktop.api import plan_shapes as shapes
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Nothing
from agent_desktop.api.planning import (
    Around,
    around,
    checked_plan,
    destination_now,
    judged,
    shown,
    tell_engine,
)
from agent_desktop.errors import Invalid, NotFound, refusal
from agent_desktop.policy import requires
from crm_core import numbers, queues
from crm_core.database import Session
from crm_core.numbers import Version
from crm_core.queues import Did
from crm_core.sentences import sentence, whole
from ivr.numbers import PlanBook, PlanInvalid, as_data, as_yaml, read_plan
from ivr.numbers.model import Plan
from ivr.numbers.reading import schema_of
from ivr.plan_store import flow_titles

PLAN = "plan"


async def list_numbers(ask: Ask) -> shapes.NumberList:
    """List our numbers with what happens right now to a caller nobody knows."""
    async with ask.services.database.read() as session:
        what = await around(ask, session)
        dids = await queues.dids(session, ask.visitor.scope)
        found = await _Details.read(ask, session, what)
    return shapes.NumberList(items=[found.item(did) for did in dids])


async def add_number(ask: Ask, *, body: shapes.NumberWanted) -> shapes.Switched:
    """Let a number be ours."""
    async with ask.services.database.transaction() as session:
        await _require_flow(ask, session, body.flow)
        await numbers.add_did(
            session, ask.visitor.scope, body.number, title=body.title, flow=body.flow
        )
    return shapes.Switched(applied=await tell_engine(ask))


async def change_number(ask: Ask, *, number: str, body: shapes.NumberChange) -> shapes.Switched:
    """Change the title of a number, or the flow it has without a plan."""
    async with ask.services.database.transaction() as session:
        await _require_flow(ask, session, body.flow)
        await numbers.change_did(
            session, ask.visitor.scope, number, title=body.title, flow=body.flow
        )
    return shapes.Switched(applied=await tell_engine(ask))


async def _require_flow(ask: Ask, session: Session, name: str) -> None:
    if name not in await flow_titles(session, ask.visitor.scope):
        reason = sentence("no_flow", "there is no flow '{flow}'", flow=name)
        raise Invalid(whole(reason), field="flow")


async def remove_number(ask: Ask, *, number: str) -> shapes.Switched:
    """Let a number be ours no more; its plans are kept."""
    async with ask.services.database.transaction() as session:
        await numbers.remove_did(session, ask.visitor.scope, number)
    return shapes.Switched(applied=await tell_engine(ask))


async def show_number(ask: Ask, *, number: str) -> shapes.NumberShown:
    """Show a number with its plan in force and its draft, and what is wrong with the newer."""
    scope = ask.visitor.scope
    async with ask.services.database.read() as session:
        did = await _did(ask, session, number)
        what = await around(ask, session)
        found = await _Details.read(ask, session, what)
        draft = await numbers.draft_of(session, scope, PLAN, number)
    version = found.versions.get(number)
    newer = draft.document if draft else version.document if version else None
    return shapes.NumberShown(
        **found.item(did).model_dump(),
        document=None if version is None else version.document,
        draft=None if draft is None else shapes.DraftShown.model_validate(draft),
        findings=shown(judged(number, newer, what)) if newer is not None else [],
    )


async def save_draft(ask: Ask, *, number: str, body: shapes.DraftWanted) -> shapes.DraftSaved:
    """Keep a draft of a plan, of whatever quality; it serves nobody."""
    async with ask.services.database.transaction() as session:
        _ = await _did(ask, session, number)
        draft = await numbers.save_draft(
            session,
            ask.visitor.scope,
            PLAN,
            number,
            dict(body.document),
            row_version=body.row_version,
        )
        findings = judged(number, draft.document, await around(ask, session))
    return shapes.DraftSaved(
        draft=shapes.DraftShown.model_validate(draft), findings=shown(findings)
    )


async def drop_draft(ask: Ask, *, number: str) -> None:
    """Throw the draft of a plan away."""
    async with ask.services.database.transaction() as session:
        await numbers.discard_draft(session, ask.visitor.scope, PLAN, number)


async def judge_plan(ask: Ask, *, body: shapes.PlanToJudge) -> shapes.Judged:
    """Say what is wrong with a plan, and keep nothing."""
    async with ask.services.database.read() as session:
        what = await around(ask, session)
    return shapes.Judged(findings=shown(judged(body.number, body.document, what)))


async def publish_plan(ask: Ask, *, number: str, body: shapes.Publication) -> shapes.Published:
    """Put a plan in force for the very next call; refused while it has an error."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        _ = await _did(ask, session, number)
        document = body.document
        if document is None:
            draft = await numbers.draft_of(session, scope, PLAN, number)
            if draft is None:
                raise Invalid("There is no draft to publish.", code="no_draft")
            document = draft.document
        plan = checked_plan(number, document, await around(ask, session))
        made = await numbers.publish(
            session,
            scope,
            PLAN,
            number,
            as_data(plan),
            note=body.note,
            expected=body.expected_version,
        )
    return await _published(ask, made)


async def roll_back(ask: Ask, *, number: str, body: shapes.RollBack) -> shapes.Published:
    """Put an older version in force again, as a new one; refused when it has an error by now."""
    scope = ask.visitor.scope
    async with ask.services.database.transaction() as session:
        _ = await _did(ask, session, number)
        old = await numbers.version_of(session, scope, PLAN, number, body.version)
        plan = checked_plan(number, old.document, await around(ask, session))
        note = body.note or f"back to version {body.version}"
        made = await numbers.publish(session, scope, PLAN, number, as_data(plan), note=note)
    return await _published(ask, made)


async def list_versions(ask: Ask, *, number: str) -> shapes.VersionList:
    """List the published versions of a plan, newest first."""
    async with ask.services.database.read() as session:
        found = await numbers.history(session, ask.visitor.scope, PLAN, number)
    return shapes.VersionList(items=[shapes.VersionShown.model_validate(one) for one in found])


async def close_number(ask: Ask, *, number: str, body: shapes.Reason) -> shapes.Switched:
    """Close a number at once: every call goes to its plan's closed target."""
    async with ask.services.database.transaction() as session:
        await numbers.close_number(session, ask.visitor.scope, number, note=body.note)
    return shapes.Switched(applied=await tell_engine(ask))


async def open_number(ask: Ask, *, number: str, body: Nothing) -> shapes.Switched:
    """End an emergency closing."""
    del body
    async with ask.services.database.transaction() as session:
        await numbers.open_number(session, ask.visitor.scope, number)
    return shapes.Switched(applied=await tell_engine(ask))


async def read_text(ask: Ask, *, body: shapes.PlanText) -> shapes.PlanRead:
    """Read a plan from YAML or JSON text."""
    del ask
    try:
        plan = read_plan(body.text)
    except PlanInvalid as error:
        first = error.problems[0]
        raise Invalid(
            refusal(first.place, first.reason, 0), field=first.place[:200], code="plan_invalid"
        ) from None
    return shapes.PlanRead(document=as_data(plan), yaml=as_yaml(plan))


async def show_schema(ask: Ask) -> shapes.PlanSchema:
    """Describe a plan as a JSON schema."""
    del ask
    return shapes.PlanSchema(document=schema_of(Plan))


async def _published(ask: Ask, made: Version) -> shapes.Published:
    version = shapes.VersionShown.model_validate(made)
    return shapes.Published(version=version, applied=await tell_engine(ask))


async def _did(ask: Ask, session: Session, number: str) -> Did:
    found = [one for one in await queues.dids(session, ask.visitor.scope) if one.number == number]
    if not found:
        raise NotFound
    return found[0]


class _Details:
    """What is told of every number beside its name, read once for all of them."""

    def __init__(self, ask: Ask, what: Around, book: PlanBook) -> None:
        self._ask, self._what, self._book = ask, what, book
        self.versions: dict[str, Version] = {}
        self._drafts: set[str] = set()
        self._closings: dict[str, numbers.Closing] = {}

    @classmethod
    async def read(cls, ask: Ask, session: Session, what: Around) -> _Details:
        """Read versions, drafts and closings."""
        details, scope = cls(ask, what, what.stored.book()), ask.visitor.scope
        in_force = await numbers.in_force(session, scope, PLAN)
        details.versions = {one.key: one for one in in_force}
        details._drafts = await numbers.drafts(session, scope, PLAN)
        details._closings = {one.number: one for one in await numbers.closings(session, scope)}
        return details

    def item(self, did: Did) -> shapes.NumberItem:
        """Tell of one number."""
        version, closing = self.versions.get(did.number), self._closings.get(did.number)
        found = judged(did.number, version.document, self._what) if version else []
        errors = sum(one.severity == "error" for one in found)
        return shapes.NumberItem(
            number=did.number,
            title=did.title,
            flow=did.flow,
            version=0 if version is None else version.version,
            published_at=None if version is None else version.at,
            published_by="" if version is None else version.user_name,
            has_draft=did.number in self._drafts,
            closing=None if closing is None else shapes.ClosingShown.model_validate(closing),
            now=destination_now(self._ask, did.number, self._what, self._book),
            errors=errors,
            warnings=len(found) - errors,
        )


_READ, _WRITE = requires("number", "read"), requires("number", "write")
_CLOSE = requires("number", "close")
_ONE = "/numbers/{number}"

OPERATIONS = (
    Operation(method="GET", path="/numbers", handler=list_numbers, policy=_READ),
    Operation(
        method="POST",
        path="/numbers",
        handler=add_number,
        policy=_WRITE,
        status=201,
        refusals=(409,),
    ),
    Operation(method="GET", path="/plan-schema", handler=show_schema, policy=_READ),
    Operation(method="POST", path="/plan-check", handler=judge_plan, policy=_READ),
    Operation(method="POST", path="/plan-text", handler=read_text, policy=_READ),
    Operation(method="GET", path=_ONE, handler=show_number, policy=_READ),
    Operation(method="PUT", path=_ONE, handler=change_number, policy=_WRITE),
    Operation(method="DELETE", path=_ONE, handler=remove_number, policy=_WRITE),
    Operation(
        method="PUT",
        path=f"{_ONE}/draft",
        handler=save_draft,
        policy=_WRITE,
        refusals=(409,),
    ),
    Operation(
        method="DELETE", path=f"{_ONE}/draft", handler=drop_draft, policy=_WRITE, status=204
    ),
    Operation(
        method="POST",
        path=f"{_ONE}/publish",
        handler=publish_plan,
        policy=_WRITE,
        refusals=(409,),
    ),
    Operation(method="POST", path=f"{_ONE}/roll-back", handler=roll_back, policy=_WRITE),
    Operation(method="GET", path=f"{_ONE}/versions", handler=list_versions, policy=_READ),
    Operation(method="POST", path=f"{_ONE}/close", handler=close_number, policy=_CLOSE),
    Operation(method="POST", path=f"{_ONE}/open", handler=open_number, policy=_CLOSE),
)
