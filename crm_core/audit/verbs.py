"""Verbs on the audit: written with the deed, read by who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.cursors import cursor_of, place_of
from crm_core.tables.audit import AuditEntryRow
from crm_core.tenancy import Scope
from crm_core.words import clean, clean_json

MAX_PAGE = 200
SECRETS = frozenset({"password", "secret", "token", "password_hash", "secret_hash"})


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """Who did what to which record."""

    id: UUID
    at: datetime
    user_id: UUID | None
    action: str
    object_kind: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditPage:
    """Some entries, newest first, and where the next ones begin (None: no more)."""

    entries: tuple[AuditEntry, ...]
    next_cursor: str | None = None


async def note(
    session: AsyncSession,
    scope: Scope,
    *,
    action: str,
    object_kind: str,
    object_id: object,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    request_id: str = "",
    address: str = "",
    at: datetime | None = None,
) -> None:
    """Write down a privileged act, in the transaction of the act itself; secrets are left out."""
    session.add(
        AuditEntryRow(
            tenant_id=scope.tenant_id,
            at=in_utc(at),
            user_id=scope.user_id,
            action=clean(action, 80),
            object_kind=clean(object_kind, 40),
            object_id=clean(object_id, 80),
            before=_told(before),
            after=_told(after),
            request_id=clean(request_id, 64),
            address=clean(address, 64),
        )
    )
    await session.flush()


async def entries(
    session: AsyncSession,
    scope: Scope,
    *,
    object_kind: str | None = None,
    object_id: str | None = None,
    user_id: UUID | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> AuditPage:
    """Return entries, newest first, of one record, one user, or all."""
    size = min(max(limit, 1), MAX_PAGE)
    asked = {"object_kind": object_kind, "object_id": object_id, "user_id": user_id}
    query = (
        select(AuditEntryRow)
        .where(AuditEntryRow.tenant_id == scope.tenant_id)
        .order_by(AuditEntryRow.at.desc(), AuditEntryRow.id.desc())
        .limit(size + 1)
    )
    for name, value in asked.items():
        if value is not None:
            query = query.where(getattr(AuditEntryRow, name) == value)
    if cursor is not None:
        at, row_id = place_of(cursor)
        query = query.where(
            or_(AuditEntryRow.at < at, (AuditEntryRow.at == at) & (AuditEntryRow.id < row_id))
        )
    rows = list(await session.scalars(query))
    more = cursor_of(rows[size - 1].at, rows[size - 1].id) if len(rows) > size else None
    return AuditPage(entries=tuple(_entry(row) for row in rows[:size]), next_cursor=more)


def _told(values: Mapping[str, object] | None) -> object:
    if values is None:
        return None
    return clean_json({key: value for key, value in values.items() if key not in SECRETS})


def _entry(row: AuditEntryRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        user_id=row.user_id,
        action=row.action,
        object_kind=row.object_kind,
        object_id=row.object_id,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        address=row.address,
    )
