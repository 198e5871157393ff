"""Verbs on dispositions: the dictionary, and the word an agent gives a call."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.calls.model import Disposition, GivenDisposition
from crm_core.clock import in_utc
from crm_core.errors import InvalidValue, NotFound
from crm_core.sentences import sentence
from crm_core.tables.calls import CallDispositionRow, CallRow, DispositionRow
from crm_core.tenancy import Scope
from crm_core.words import optional


async def dispositions(session: AsyncSession, scope: Scope) -> list[Disposition]:
    """Return the active words of the dictionary in their order."""
    rows = await session.scalars(
        select(DispositionRow)
        .where(DispositionRow.tenant_id == scope.tenant_id, DispositionRow.active)
        .order_by(DispositionRow.sort, DispositionRow.code)
    )
    return [Disposition(code=row.code, label=row.label, label_en=row.label_en) for row in rows]


async def set_disposition(
    session: AsyncSession,
    scope: Scope,
    call_id: UUID,
    *,
    code: str,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Give a call a disposition, at any time; the earlier ones stay in its history.

    Raises InvalidValue for a code that is not in the dictionary, NotFound.
    """
    known = await session.scalar(
        select(DispositionRow.id).where(
            DispositionRow.tenant_id == scope.tenant_id, DispositionRow.code == code
        )
    )
    if known is None:
        raise InvalidValue(
            sentence("no_disposition", "there is no disposition '{code}'", code=code), field="code"
        )
    changed = await session.execute(
        update(CallRow)
        .where(CallRow.tenant_id == scope.tenant_id, CallRow.call_id == call_id)
        .values(disposition=code)
        .returning(CallRow.call_id)
    )
    if changed.first() is None:
        raise NotFound("there is no such call")
    session.add(
        CallDispositionRow(
            tenant_id=scope.tenant_id,
            call_id=call_id,
            code=code,
            note=optional(note, 4000, field="note"),
            user_id=scope.user_id,
            at=in_utc(at),
        )
    )
    await session.flush()


async def given_dispositions(
    session: AsyncSession, scope: Scope, call_id: UUID
) -> tuple[GivenDisposition, ...]:
    """Return the dispositions a call was given, newest first."""
    rows = await session.execute(
        select(CallDispositionRow, DispositionRow.label, DispositionRow.label_en)
        .outerjoin(
            DispositionRow,
            (DispositionRow.tenant_id == CallDispositionRow.tenant_id)
            & (DispositionRow.code == CallDispositionRow.code),
        )
        .where(
            CallDispositionRow.tenant_id == scope.tenant_id,
            CallDispositionRow.call_id == call_id,
        )
        .order_by(CallDispositionRow.at.desc(), CallDispositionRow.id.desc())
    )
    return tuple(
        GivenDisposition(
            code=row.code,
            label=label or row.code,
            label_en=label_en or row.code,
            note=row.note,
            user_id=row.user_id,
            at=row.at,
        )
        for row, label, label_en in rows
    )


async def create_disposition(
    session: AsyncSession, scope: Scope, word: Disposition, *, sort: int = 0
) -> None:
    """Add a word to the dictionary."""
    session.add(
        DispositionRow(
            tenant_id=scope.tenant_id,
            code=word.code,
            label=word.label,
            label_en=word.label_en,
            sort=sort,
        )
    )
    await session.flush()
