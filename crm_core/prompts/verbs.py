"""Putting a prompt in force, going back to an earlier one, taking it out of use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.errors import EditedMeanwhile, InvalidValue, NotFound
from crm_core.sentences import sentence
from crm_core.tables.people import UserRow
from crm_core.tables.prompts import PromptVersionRow
from crm_core.tenancy import Scope
from crm_core.words import optional, required

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")  # without _, which parts names in a dialplan


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A sound to put in force: the digest that names it, and its length in seconds."""

    title: str
    digest: str
    seconds: float
    source: str  # file | microphone
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A prompt as it was put in force, by whom and when; without a digest it is out of use."""

    name: str
    version: int
    title: str
    digest: str
    seconds: float
    source: str
    note: str
    at: datetime
    user_name: str

    @property
    def removed(self) -> bool:
        """Whether this version took the prompt out of use."""
        return not self.digest


async def in_force(session: AsyncSession, scope: Scope) -> list[Version]:
    """Return the newest version of every prompt in use, by name."""
    newest = (
        select(PromptVersionRow.name, func.max(PromptVersionRow.version).label("version"))
        .where(PromptVersionRow.tenant_id == scope.tenant_id)
        .group_by(PromptVersionRow.name)
        .subquery()
    )
    query = (
        _versions(scope)
        .join(
            newest,
            (newest.c.name == PromptVersionRow.name)
            & (newest.c.version == PromptVersionRow.version),
        )
        .where(PromptVersionRow.digest != "")
        .order_by(PromptVersionRow.name)
    )
    return [_version(row, user) for row, user in await session.execute(query)]


async def history(session: AsyncSession, scope: Scope, name: str) -> list[Version]:
    """Return the versions of a prompt, newest first; raises NotFound when it has none."""
    query = _versions(scope).where(PromptVersionRow.name == name)
    rows = await session.execute(query.order_by(PromptVersionRow.version.desc()))
    found = [_version(row, user) for row, user in rows]
    if not found:
        raise NotFound("there is no such prompt")
    return found


async def version_of(
    session: AsyncSession, scope: Scope, name: str, version: int | None = None
) -> Version:
    """Return a version, or the newest; raises NotFound, also for one out of use."""
    found = next(
        (
            one
            for one in await history(session, scope, name)
            if version is None or one.version == version
        ),
        None,
    )
    if found is None or not found.digest:
        raise NotFound("there is no such prompt")
    return found


async def put(
    session: AsyncSession,
    scope: Scope,
    name: str,
    draft: Draft,
    *,
    expected: int | None = None,
) -> Version:
    """Put a sound in force as the prompt's next version; audited.

    `expected` is the version it replaces, 0 for a new name. Raises InvalidValue naming the
    field, EditedMeanwhile when another is in force.
    """
    if not _NAME.fullmatch(name):
        raise InvalidValue("a prompt's name is 1 to 40 of a-z, 0-9 and -", field="name")
    title = required(draft.title, 80, field="title")
    return await _add(session, scope, name, draft, title=title, expected=expected)


async def take_out(
    session: AsyncSession, scope: Scope, name: str, *, expected: int | None = None
) -> None:
    """Take a prompt out of use; its versions stay. Audited. Raises as `put`, and NotFound."""
    held = await version_of(session, scope, name)
    gone = Draft(title=held.title, digest="", seconds=0.0, source=held.source)
    await _add(session, scope, name, gone, title=held.title, expected=expected)


async def _add(
    session: AsyncSession,
    scope: Scope,
    name: str,
    draft: Draft,
    *,
    title: str,
    expected: int | None,
) -> Version:
    query = _versions(scope).where(PromptVersionRow.name == name)
    newest = (await session.execute(query.order_by(PromptVersionRow.version.desc()))).first()
    before = 0 if newest is None else newest[0].version
    in_use = 0 if newest is None or not newest[0].digest else before
    if expected is not None and expected != in_use:
        who = "" if newest is None else newest[1]
        raise EditedMeanwhile(
            sentence(
                "in_force",
                "version {n} is in force, by {who}",
                n=before,
                who=who or sentence("system", "the system"),
            ),
            field="expected_version",
        )
    row = PromptVersionRow(
        tenant_id=scope.tenant_id,
        name=name,
        version=before + 1,
        title=title,
        digest=draft.digest,
        seconds=draft.seconds,
        source=draft.source,
        note=optional(draft.note, 200, field="note"),
        user_id=scope.user_id,
    )
    session.add(row)
    await session.flush()
    await audit.note(
        session,
        scope,
        action="prompt.put" if draft.digest else "prompt.take_out",
        object_kind="prompt",
        object_id=name,
        before={"version": before},
        after={"version": before + 1, "seconds": draft.seconds, "note": row.note},
    )
    return (await history(session, scope, name))[0]


def _versions(scope: Scope) -> Select[PromptVersionRow, str]:
    return (
        select(PromptVersionRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == PromptVersionRow.user_id)
        .where(PromptVersionRow.tenant_id == scope.tenant_id)
    )


def _version(row: PromptVersionRow, user_name: str | None) -> Version:
    return Version(
        name=row.name,
        version=row.version,
        title=row.title,
        digest=row.digest,
        seconds=row.seconds,
        source=row.source,
        note=row.note,
        at=row.at,
        user_name=user_name or "",
    )
