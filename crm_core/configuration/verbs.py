"""Verbs on the configuration: what is in force, its history, and a change of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import utc_now
from crm_core.configuration.identity import Identities, follow, identities, merged
from crm_core.configuration.model import SHAPES, Change, Configuration, Kind, Version
from crm_core.configuration.shapes import Document
from crm_core.errors import AlreadyExists, EditedMeanwhile, NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_once
from crm_core.sentences import Sentence, sentence
from crm_core.tables.configuration import ConfigurationVersionRow as VersionRow
from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope
from crm_core.words import optional

FIRST = 1  # the version of a thing that was made and never changed
LONGEST_NOTE = 500


async def in_force(session: AsyncSession, scope: Scope) -> Configuration:
    """Return everything that is in force now."""
    found: dict[Kind, dict[str, Any]] = {kind: {} for kind in Kind}
    for version in await current(session, scope):
        if not version.archived:
            found[version.kind][version.key] = version.document
    return Configuration(
        version=await changes(session, scope),
        queues=found[Kind.QUEUE],
        agents=found[Kind.AGENT],
        skills=found[Kind.SKILL],
        reasons=found[Kind.REASON],
    )


async def changes(session: AsyncSession, scope: Scope) -> int:
    """Return how many changes were made; it grows with each."""
    query = select(func.count()).where(VersionRow.tenant_id == scope.tenant_id)
    return int(await session.scalar(query) or 0)


async def current(session: AsyncSession, scope: Scope, kind: Kind | None = None) -> list[Version]:
    """Return the newest version of every thing of that kind, or of all, archived ones too."""
    newest = (
        select(VersionRow.kind, VersionRow.object_key, func.max(VersionRow.version).label("top"))
        .where(VersionRow.tenant_id == scope.tenant_id)
        .group_by(VersionRow.kind, VersionRow.object_key)
        .subquery()
    )
    query = (
        select(VersionRow, UserRow.display_name)
        .join(
            newest,
            (VersionRow.kind == newest.c.kind)
            & (VersionRow.object_key == newest.c.object_key)
            & (VersionRow.version == newest.c.top),
        )
        .outerjoin(UserRow, UserRow.id == VersionRow.changed_by)
        .where(VersionRow.tenant_id == scope.tenant_id)
        .order_by(VersionRow.kind, VersionRow.object_key)
    )
    if kind is not None:
        query = query.where(VersionRow.kind == kind.value)
    stored = [_version(row, name) for row, name in await session.execute(query)]
    return _completed(stored, await identities(session, scope, kind))


async def newest(session: AsyncSession, scope: Scope, kind: Kind, key: str) -> Version:
    """Return the version in force of one thing; raises NotFound."""
    for version in await current(session, scope, kind):
        if version.key == key:
            return version
    raise NotFound(sentence("none", "there is no {kind} '{name}'", kind=kind.value, name=key))


async def history(session: AsyncSession, scope: Scope, kind: Kind, key: str) -> list[Version]:
    """Return every version of one thing, newest first; raises NotFound."""
    query = (
        select(VersionRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == VersionRow.changed_by)
        .where(
            VersionRow.tenant_id == scope.tenant_id,
            VersionRow.kind == kind.value,
            VersionRow.object_key == key,
        )
        .order_by(VersionRow.version.desc())
    )
    stored = [_version(row, name) for row, name in await session.execute(query)]
    return stored or [await newest(session, scope, kind, key)]


async def save(session: AsyncSession, scope: Scope, change: Change) -> Version:
    """Make the document the one in force; return its version.

    Raises EditedMeanwhile, with who did it, when the newest version is not the expected one;
    `expected` 0 makes a new thing and raises AlreadyExists for one that is there.
    """
    before = await _before(session, scope, change)
    if before is not None and before.changed_at is None:
        await _add(session, scope, before, by_system=True)  # or nothing could be rolled back to it
    return await _write(session, scope, change, FIRST if before is None else before.version + 1)


async def begin(session: AsyncSession, scope: Scope, change: Change) -> Version:
    """Write the first version of a thing whose row was made just now; raises AlreadyExists."""
    if (await newest(session, scope, change.kind, change.key)).changed_at is not None:
        raise AlreadyExists(_is_there(change), field="key")
    return await _write(session, scope, change, FIRST)


async def roll_back(
    session: AsyncSession, scope: Scope, change: Change, *, to_version: int
) -> Version:
    """Set a thing as it was in an older version, by a new one; `change` tells what is expected.

    The document of `change` is not looked at.
    """
    for version in await history(session, scope, change.kind, change.key):
        if version.version == to_version:
            again = Change(
                kind=change.kind,
                key=change.key,
                document=version.document,
                expected=change.expected,
                note=change.note,
            )
            return await save(session, scope, again)
    raise NotFound(
        sentence("no_version", "there is no version {n} of it", n=to_version), field="version"
    )


async def _write(session: AsyncSession, scope: Scope, change: Change, number: int) -> Version:
    made = Version(
        kind=change.kind,
        key=change.key,
        version=number,
        document=change.document,
        archived=change.archived,
        note=optional(change.note, LONGEST_NOTE, field="note"),
        changed_at=utc_now(),
        changed_by=scope.user_id,
    )
    if not await _add(session, scope, made):
        raise EditedMeanwhile("somebody else changed it at the same moment")
    await follow(session, scope, change)
    return made


async def _before(session: AsyncSession, scope: Scope, change: Change) -> Version | None:
    try:
        before = await newest(session, scope, change.kind, change.key)
    except NotFound:
        if change.expected:
            raise
        return None
    if change.expected == 0:
        raise AlreadyExists(_is_there(change), field="key")
    if before.version != change.expected:
        who = before.changed_by_name or "somebody"
        raise EditedMeanwhile(
            sentence(
                "changed_meanwhile",
                "{who} changed it meanwhile: it is in version {now} now, you saw {seen}",
                who=who,
                now=before.version,
                seen=change.expected,
            )
        )
    return before


def _completed(stored: Sequence[Version], rows: Identities) -> list[Version]:
    """Add what has rows but no version yet, and let the rows say what they know better."""
    known = {(version.kind, version.key): version for version in stored}
    made: list[Version] = []
    for (kind, key), (document, archived) in sorted(rows.items()):
        version = known.pop((kind, key), None)
        made.append(
            Version(kind=kind, key=key, version=FIRST, document=document, archived=archived)
            if version is None
            else _with(version, merged(version.document, document), archived=archived)
        )
    return [*made, *(version for version in known.values() if version.kind is Kind.SKILL)]


def _with(version: Version, document: Document, *, archived: bool) -> Version:
    return Version(
        kind=version.kind,
        key=version.key,
        version=version.version,
        document=document,
        archived=archived,
        note=version.note,
        changed_at=version.changed_at,
        changed_by=version.changed_by,
        changed_by_name=version.changed_by_name,
    )


async def _add(
    session: AsyncSession, scope: Scope, version: Version, *, by_system: bool = False
) -> bool:
    """Write the version; False when somebody else wrote one of this number first."""
    return await insert_once(
        session,
        VersionRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        kind=version.kind.value,
        object_key=version.key,
        version=version.version,
        document=version.document.model_dump(mode="json"),
        archived=version.archived,
        note=version.note,
        changed_at=version.changed_at or utc_now(),
        changed_by=None if by_system else scope.user_id,
    )


def _version(row: VersionRow, name: str | None) -> Version:
    kind = Kind(row.kind)
    return Version(
        kind=kind,
        key=row.object_key,
        version=row.version,
        document=SHAPES[kind].model_validate(row.document),
        archived=row.archived,
        note=row.note,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
        changed_by_name=name or "",
    )


def _is_there(change: Change) -> Sentence:
    return sentence(
        "exists", "there is a {kind} '{name}' already", kind=change.kind.value, name=change.key
    )
