"""Documents of number routing with their versions: written as a draft, then published."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.errors import EditedMeanwhile, NotFound
from crm_core.numbers.model import Draft, Version
from crm_core.sentences import sentence
from crm_core.tables.numbers import NumberDraftRow, NumberVersionRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope
from crm_core.words import optional

MOST_VERSIONS = 200  # shown of one document


async def in_force(session: AsyncSession, scope: Scope, kind: str) -> list[Version]:
    """Return the newest version of every document of a kind, by key."""
    newest = (
        select(NumberVersionRow.key, func.max(NumberVersionRow.version).label("version"))
        .where(NumberVersionRow.tenant_id == scope.tenant_id, NumberVersionRow.kind == kind)
        .group_by(NumberVersionRow.key)
        .subquery()
    )
    query = (
        _versions(scope, kind)
        .join(
            newest,
            (newest.c.key == NumberVersionRow.key)
            & (newest.c.version == NumberVersionRow.version),
        )
        .order_by(NumberVersionRow.key)
    )
    return [_version(row, name) for row, name in await session.execute(query)]


async def history(session: AsyncSession, scope: Scope, kind: str, key: str) -> list[Version]:
    """Return the versions of a document, newest first, two hundred at most."""
    query = (
        _versions(scope, kind)
        .where(NumberVersionRow.key == key)
        .order_by(NumberVersionRow.version.desc())
        .limit(MOST_VERSIONS)
    )
    return [_version(row, name) for row, name in await session.execute(query)]


async def newest(session: AsyncSession, scope: Scope, kind: str, key: str) -> Version | None:
    """Return the version in force, or None for a document never published."""
    query = (
        _versions(scope, kind)
        .where(NumberVersionRow.key == key)
        .order_by(NumberVersionRow.version.desc())
        .limit(1)
    )
    found = (await session.execute(query)).first()
    return None if found is None else _version(found[0], found[1])


async def version_of(
    session: AsyncSession, scope: Scope, kind: str, key: str, version: int
) -> Version:
    """Return one version; raises NotFound."""
    query = _versions(scope, kind).where(
        NumberVersionRow.key == key, NumberVersionRow.version == version
    )
    found = (await session.execute(query)).first()
    if found is None:
        raise NotFound(
            sentence("no_version", "there is no version {n} of {name}", n=version, name=key),
            field="version",
        )
    return _version(found[0], found[1])


async def publish(
    session: AsyncSession,
    scope: Scope,
    kind: str,
    key: str,
    document: dict[str, Any],
    *,
    note: str = "",
    expected: int | None = None,
) -> Version:
    """Put a document in force as the next version, and drop its draft.

    The caller has checked the document. `expected` is the version it was made from; raises
    EditedMeanwhile when another is in force, AlreadyExists for the second of two at once.
    """
    before = await newest(session, scope, kind, key)
    number = 0 if before is None else before.version
    if expected is not None and expected != number:
        who = before.user_name if before is not None else ""
        raise EditedMeanwhile(
            sentence(
                "published_by",
                "version {n} is in force, published by {who} meanwhile",
                n=number,
                who=who or sentence("system", "the system"),
            ),
            field="expected_version",
        )
    row = NumberVersionRow(
        tenant_id=scope.tenant_id,
        kind=kind,
        key=key,
        version=number + 1,
        document=document,
        note=optional(note, 400, field="note"),
        user_id=scope.user_id,
    )
    session.add(row)
    await session.flush()
    await discard_draft(session, scope, kind, key)
    await audit.note(
        session,
        scope,
        action=f"number.{kind}.publish",
        object_kind=f"number_{kind}",
        object_id=key,
        before={"version": number},
        after={"version": number + 1, "note": row.note},
    )
    return await version_of(session, scope, kind, key, number + 1)


async def draft_of(session: AsyncSession, scope: Scope, kind: str, key: str) -> Draft | None:
    """Return the draft of a document, or None."""
    query = (
        select(NumberDraftRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == NumberDraftRow.user_id)
        .where(
            NumberDraftRow.tenant_id == scope.tenant_id,
            NumberDraftRow.kind == kind,
            NumberDraftRow.key == key,
        )
    )
    found = (await session.execute(query)).first()
    if found is None:
        return None
    row, name = found
    return Draft(
        kind=row.kind,
        key=row.key,
        document=row.document,
        based_on=row.based_on,
        updated_at=row.updated_at,
        user_name=name or "",
        row_version=row.row_version,
    )


async def save_draft(
    session: AsyncSession,
    scope: Scope,
    kind: str,
    key: str,
    document: dict[str, Any],
    *,
    row_version: int | None = None,
) -> Draft:
    """Keep a draft, of whatever quality; raises EditedMeanwhile when `row_version` is old."""
    row = await _draft_row(session, scope, kind, key)
    if row is None:
        before = await newest(session, scope, kind, key)
        row = NumberDraftRow(
            tenant_id=scope.tenant_id,
            kind=kind,
            key=key,
            document=document,
            based_on=0 if before is None else before.version,
        )
        session.add(row)
    elif row_version is not None and row.row_version != row_version:
        raise EditedMeanwhile("somebody else changed this draft meanwhile", field="row_version")
    row.document = document
    row.user_id = scope.user_id
    await session.flush()
    kept = await draft_of(session, scope, kind, key)
    if kept is None:
        raise NotFound("the draft is gone")
    return kept


async def discard_draft(session: AsyncSession, scope: Scope, kind: str, key: str) -> None:
    """Drop a draft; no fault when there is none."""
    row = await _draft_row(session, scope, kind, key)
    if row is not None:
        await session.delete(row)
        await session.flush()


async def drafts(session: AsyncSession, scope: Scope, kind: str) -> set[str]:
    """Return the keys of all drafts of a kind."""
    query = select(NumberDraftRow.key).where(
        NumberDraftRow.tenant_id == scope.tenant_id, NumberDraftRow.kind == kind
    )
    return set(await session.scalars(query))


def _versions(scope: Scope, kind: str) -> Select[NumberVersionRow, str]:
    return (
        select(NumberVersionRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == NumberVersionRow.user_id)
        .where(NumberVersionRow.tenant_id == scope.tenant_id, NumberVersionRow.kind == kind)
    )


async def _draft_row(
    session: AsyncSession, scope: Scope, kind: str, key: str
) -> NumberDraftRow | None:
    found: NumberDraftRow | None = await session.scalar(
        select(NumberDraftRow).where(
            NumberDraftRow.tenant_id == scope.tenant_id,
            NumberDraftRow.kind == kind,
            NumberDraftRow.key == key,
        )
    )
    return found


def _version(row: NumberVersionRow, user_name: str | None) -> Version:
    return Version(
        kind=row.kind,
        key=row.key,
        version=row.version,
        document=row.document,
        note=row.note,
        at=row.at,
        user_id=row.user_id,
        user_name=user_name or "",
    )
