"""The numbers that are ours, and the flow each has while no plan says otherwise."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.errors import AlreadyExists, InvalidValue, NotFound
from crm_core.queues.model import Did
from crm_core.sentences import sentence
from crm_core.tables.queues import DidRow
from crm_core.tenancy import Scope
from crm_core.words import required

_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_FLOW = re.compile(r"[a-z][a-z0-9-]{0,39}")


async def add_did(
    session: AsyncSession, scope: Scope, number: str, *, title: str, flow: str
) -> Did:
    """Let a number be ours; raises InvalidValue, AlreadyExists."""
    if not _NUMBER.fullmatch(number):
        raise InvalidValue("a number is 2 to 20 digits, maybe with + in front", field="number")
    words = _words(title, flow)
    row = await _row(session, scope, number)
    if row is not None and row.active:
        raise AlreadyExists(
            sentence("ours", "{number} is ours already", number=number), field="number"
        )
    if row is None:
        row = DidRow(tenant_id=scope.tenant_id, number=number)
        session.add(row)
    row.active = True
    return await _kept(session, scope, row, words, action="number.add")


async def change_did(
    session: AsyncSession, scope: Scope, number: str, *, title: str, flow: str
) -> Did:
    """Change the title and the flow of a number; raises NotFound, InvalidValue."""
    words = _words(title, flow)
    row = await _active(session, scope, number)
    return await _kept(session, scope, row, words, action="number.change")


async def remove_did(session: AsyncSession, scope: Scope, number: str) -> None:
    """Let a number be ours no more; its history stays. Raises NotFound."""
    row = await _active(session, scope, number)
    row.active = False
    await session.flush()
    await audit.note(
        session, scope, action="number.remove", object_kind="number", object_id=number
    )


def _words(title: str, flow: str) -> tuple[str, str]:
    if not _FLOW.fullmatch(flow):
        raise InvalidValue("a flow's name is 1 to 40 of a-z, 0-9 and -", field="flow")
    return required(title, 80, field="title"), flow


async def _kept(
    session: AsyncSession, scope: Scope, row: DidRow, words: tuple[str, str], *, action: str
) -> Did:
    before = {"title": row.title, "flow": row.flow} if row.flow else None
    row.title, row.flow = words
    await session.flush()
    after = {"title": row.title, "flow": row.flow}
    await audit.note(
        session,
        scope,
        action=action,
        object_kind="number",
        object_id=row.number,
        before=before,
        after=after,
    )
    return Did(number=row.number, title=row.title, flow=row.flow)


async def _active(session: AsyncSession, scope: Scope, number: str) -> DidRow:
    row = await _row(session, scope, number)
    if row is None or not row.active:
        raise NotFound(sentence("no_number", "there is no number {number}", number=number))
    return row


async def _row(session: AsyncSession, scope: Scope, number: str) -> DidRow | None:
    found: DidRow | None = await session.scalar(
        select(DidRow).where(DidRow.tenant_id == scope.tenant_id, DidRow.number == number)
    )
    return found
