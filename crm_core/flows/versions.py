"""Flows with their versions: written as a draft, published, rolled back."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.flows.model import Draft, FlowState, InForce, Version
from crm_core.sentences import from_kept, sentence
from crm_core.tables.flows import FlowDraftRow, FlowInForceRow, FlowVersionRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope
from crm_core.words import optional

MOST_VERSIONS = 200  # shown of one flow
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


async def flow_states(session: AsyncSession, scope: Scope) -> list[FlowState]:
    """Return every flow that was published or is being written, by name."""
    forced = {held.name: held for held in await in_force(session, scope)}
    query = select(FlowDraftRow.name).where(FlowDraftRow.tenant_id == scope.tenant_id)
    drafted = set(await session.scalars(query))
    states = []
    for name in sorted(forced.keys() | drafted):
        held = forced.get(name)
        version = await version_of(session, scope, name, held.version) if held else None
        states.append(
            FlowState(
                name=name,
                in_force=held,
                published_at=version.at if version else None,
                published_by=version.user_name if version else "",
                has_draft=name in drafted,
            )
        )
    return states


async def in_force(session: AsyncSession, scope: Scope) -> list[InForce]:
    """Return what callers of each published flow get, by name."""
    query = (
        select(FlowInForceRow)
        .where(FlowInForceRow.tenant_id == scope.tenant_id)
        .order_by(FlowInForceRow.name)
    )
    return [shown(row) for row in await session.scalars(query)]


async def history(session: AsyncSession, scope: Scope, name: str) -> list[Version]:
    """Return the versions of a flow, newest first, two hundred at most."""
    query = _versions(scope, name).order_by(FlowVersionRow.version.desc()).limit(MOST_VERSIONS)
    return [_version(row, user) for row, user in await session.execute(query)]


async def version_of(session: AsyncSession, scope: Scope, name: str, version: int) -> Version:
    """Return one version; raises NotFound."""
    query = _versions(scope, name).where(FlowVersionRow.version == version)
    found = (await session.execute(query)).first()
    if found is None:
        raise NotFound(
            sentence("no_version", "there is no version {n} of {name}", n=version, name=name),
            field="version",
        )
    return _version(found[0], found[1])


async def publish(
    session: AsyncSession,
    scope: Scope,
    name: str,
    document: dict[str, Any],
    *,
    tests: str = "",
    note: str = "",
    expected: int | None = None,
    force: bool = True,
) -> Version:
    """Keep a document as the next version and, with `force`, let all callers get it.

    The caller has checked the document. `expected` is the newest version it was made from; raises
    EditedMeanwhile when there is a newer one. A flying canary ends.
    """
    number = await _newest_number(session, scope, name)
    if expected is not None and expected != number:
        raise EditedMeanwhile(
            sentence("published", "version {n} was published meanwhile", n=number),
            field="expected_version",
        )
    row = FlowVersionRow(
        tenant_id=scope.tenant_id,
        name=named(name),
        version=number + 1,
        document={**document, "version": number + 1},
        tests=tests,
        note=optional(note, 400, field="note"),
        user_id=scope.user_id,
    )
    session.add(row)
    await session.flush()
    await discard_draft(session, scope, name)
    if force:
        await put_in_force(session, scope, name, row.version)
    await _note(session, scope, "flow.publish", name, {"version": row.version, "note": row.note})
    return await version_of(session, scope, name, row.version)


async def roll_back(session: AsyncSession, scope: Scope, name: str, version: int) -> InForce:
    """Let callers get an earlier version again; raises NotFound."""
    await version_of(session, scope, name, version)
    await put_in_force(session, scope, name, version)
    await _note(session, scope, "flow.roll_back", name, {"version": version})
    return shown(await row_in_force(session, scope, name))


async def put_in_force(session: AsyncSession, scope: Scope, name: str, version: int) -> None:
    """Let all callers get this version."""
    row = await session.scalar(_in_force_row(scope, name))
    if row is None:
        row = FlowInForceRow(tenant_id=scope.tenant_id, name=name, version=version)
        session.add(row)
    row.version, row.canary_version, row.canary_since = version, None, None
    row.canary_share = row.canary_limit = InForce(name=name, version=version).canary_share
    await session.flush()


async def row_in_force(session: AsyncSession, scope: Scope, name: str) -> FlowInForceRow:
    """Return the row of a flow that was published; raises NotFound."""
    row: FlowInForceRow | None = await session.scalar(_in_force_row(scope, name))
    if row is None:
        raise NotFound(
            sentence("never_published", "the flow {name} was never published", name=name),
            field="name",
        )
    return row


async def draft_of(session: AsyncSession, scope: Scope, name: str) -> Draft | None:
    """Return the draft of a flow, or None."""
    query = (
        select(FlowDraftRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == FlowDraftRow.user_id)
        .where(FlowDraftRow.tenant_id == scope.tenant_id, FlowDraftRow.name == name)
    )
    found = (await session.execute(query)).first()
    return None if found is None else _draft(found[0], found[1])


async def save_draft(
    session: AsyncSession,
    scope: Scope,
    name: str,
    document: dict[str, Any],
    *,
    tests: str = "",
    row_version: int | None = None,
) -> Draft:
    """Keep a draft, of whatever quality; raises EditedMeanwhile when `row_version` is old."""
    row = await session.scalar(_draft_row(scope, name))
    if row is None:
        number = await _newest_number(session, scope, name)
        row = FlowDraftRow(tenant_id=scope.tenant_id, name=named(name), based_on=number)
        session.add(row)
    elif row_version is not None and row.row_version != row_version:
        raise EditedMeanwhile("somebody else changed this draft meanwhile", field="row_version")
    row.document, row.tests, row.user_id = document, tests, scope.user_id
    await session.flush()
    kept = await draft_of(session, scope, name)
    if kept is None:
        raise NotFound("the draft is gone")
    return kept


async def discard_draft(session: AsyncSession, scope: Scope, name: str) -> None:
    """Drop a draft; no fault when there is none."""
    row = await session.scalar(_draft_row(scope, name))
    if row is not None:
        await session.delete(row)
        await session.flush()


def named(name: str) -> str:
    """Return the name when a flow may have it; raises InvalidValue."""
    if not _NAME.fullmatch(name):
        raise InvalidValue("a flow's name is 1 to 40 of a-z, 0-9 and -", field="name")
    return name


def shown(row: FlowInForceRow) -> InForce:
    """Return what is in force as a plain value."""
    return InForce(
        name=row.name,
        version=row.version,
        canary_version=row.canary_version,
        canary_share=row.canary_share,
        canary_limit=row.canary_limit,
        canary_since=row.canary_since,
        told=from_kept(row.told),
        row_version=row.row_version,
    )


def _versions(scope: Scope, name: str) -> Select[FlowVersionRow, str]:
    return (
        select(FlowVersionRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == FlowVersionRow.user_id)
        .where(FlowVersionRow.tenant_id == scope.tenant_id, FlowVersionRow.name == name)
    )


def _in_force_row(scope: Scope, name: str) -> Select[FlowInForceRow]:
    return select(FlowInForceRow).where(
        FlowInForceRow.tenant_id == scope.tenant_id, FlowInForceRow.name == name
    )


def _draft_row(scope: Scope, name: str) -> Select[FlowDraftRow]:
    return select(FlowDraftRow).where(
        FlowDraftRow.tenant_id == scope.tenant_id, FlowDraftRow.name == name
    )


async def _newest_number(session: AsyncSession, scope: Scope, name: str) -> int:
    query = select(func.max(FlowVersionRow.version)).where(
        FlowVersionRow.tenant_id == scope.tenant_id, FlowVersionRow.name == name
    )
    return await session.scalar(query) or 0


async def _note(
    session: AsyncSession, scope: Scope, action: str, name: str, after: dict[str, Any]
) -> None:
    await audit.note(
        session, scope, action=action, object_kind="flow", object_id=name, after=after
    )


def _version(row: FlowVersionRow, user_name: str | None) -> Version:
    return Version(
        name=row.name,
        version=row.version,
        document=row.document,
        tests=row.tests,
        note=row.note,
        at=row.at,
        user_name=user_name or "",
    )


def _draft(row: FlowDraftRow, user_name: str | None) -> Draft:
    return Draft(
        name=row.name,
        document=row.document,
        tests=row.tests,
        based_on=row.based_on,
        updated_at=row.updated_at,
        user_name=user_name or "",
        row_version=row.row_version,
    )
