"""Verbs on queues, members, numbers and reasons."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import AlreadyExists, InvalidValue, NotFound
from crm_core.ids import uuid_of
from crm_core.queues.model import Did, NotReadyReason, Queue, QueueMember, RosterAgent
from crm_core.sentences import sentence
from crm_core.tables.people import UserRow
from crm_core.tables.queues import DidRow, NotReadyReasonRow, QueueMemberRow, QueueRow
from crm_core.tenancy import Scope
from crm_core.words import required

_SLUG = re.compile(r"[a-z0-9-]{1,40}")


async def queues(session: AsyncSession, scope: Scope) -> list[Queue]:
    """Return the active queues by name."""
    rows = await session.scalars(
        select(QueueRow)
        .where(QueueRow.tenant_id == scope.tenant_id, QueueRow.active)
        .order_by(QueueRow.name)
    )
    return [_queue(row) for row in rows]


async def queue_titles(session: AsyncSession, scope: Scope) -> dict[str, tuple[str, str]]:
    """Return the title of each queue by name, and the English one; also of those out of use."""
    rows = await session.execute(
        select(QueueRow.name, QueueRow.title, QueueRow.title_en).where(
            QueueRow.tenant_id == scope.tenant_id
        )
    )
    return {name: (title, title_en) for name, title, title_en in rows}


async def queue_members(
    session: AsyncSession, scope: Scope, queue: str | None = None
) -> list[QueueMember]:
    """Return the active members of one queue, or of all, by queue and extension."""
    query = (
        select(QueueRow.name, UserRow, QueueMemberRow.penalty)
        .join(QueueMemberRow, QueueMemberRow.queue_id == QueueRow.id)
        .join(UserRow, UserRow.id == QueueMemberRow.user_id)
        .where(
            QueueRow.tenant_id == scope.tenant_id,
            QueueRow.active,
            UserRow.status == "active",
        )
        .order_by(QueueRow.name, UserRow.extension)
    )
    if queue is not None:
        query = query.where(QueueRow.name == queue)
    return [
        QueueMember(
            queue=name,
            agent_id=str(user.id),
            name=user.display_name,
            extension=user.extension,
            penalty=penalty,
        )
        for name, user, penalty in await session.execute(query)
    ]


async def roster(session: AsyncSession, scope: Scope) -> list[RosterAgent]:
    """Return every active user with an extension and the queues he serves, by extension."""
    users = await session.scalars(
        select(UserRow)
        .where(
            UserRow.tenant_id == scope.tenant_id,
            UserRow.status == "active",
            UserRow.extension.is_not(None),
        )
        .order_by(UserRow.extension)
    )
    penalties: dict[str, dict[str, int]] = {}
    for member in await queue_members(session, scope):
        penalties.setdefault(member.agent_id, {})[member.queue] = member.penalty
    return [_roster_agent(user, penalties.get(str(user.id), {})) for user in users]


async def dids(session: AsyncSession, scope: Scope) -> list[Did]:
    """Return the active numbers that can be dialled."""
    rows = await session.scalars(
        select(DidRow)
        .where(DidRow.tenant_id == scope.tenant_id, DidRow.active)
        .order_by(DidRow.number)
    )
    return [Did(number=row.number, title=row.title, flow=row.flow) for row in rows]


async def not_ready_reasons(session: AsyncSession, scope: Scope) -> list[NotReadyReason]:
    """Return the active reasons in their order."""
    rows = await session.scalars(
        select(NotReadyReasonRow)
        .where(NotReadyReasonRow.tenant_id == scope.tenant_id, NotReadyReasonRow.active)
        .order_by(NotReadyReasonRow.sort, NotReadyReasonRow.code)
    )
    return [NotReadyReason(code=row.code, label=row.label, label_en=row.label_en) for row in rows]


async def create_queue(
    session: AsyncSession,
    scope: Scope,
    *,
    name: str,
    title: str,
    title_en: str = "",
    ring_seconds: int = 20,
    wrap_up_seconds: int = 30,
    target_seconds: int = 20,
    target_share: float = 0.8,
) -> Queue:
    """Create a queue; raises InvalidValue, AlreadyExists."""
    if not _SLUG.fullmatch(name):
        raise InvalidValue("a queue's name is 1 to 40 of a-z, 0-9 and -", field="name")
    if await _find(session, scope, name):
        raise AlreadyExists(
            sentence("queue_exists", "there is a queue '{name}' already", name=name), field="name"
        )
    row = QueueRow(
        tenant_id=scope.tenant_id,
        name=name,
        title=required(title, 80, field="title"),
        title_en=title_en or title,
        ring_seconds=ring_seconds,
        wrap_up_seconds=wrap_up_seconds,
        target_seconds=target_seconds,
        target_share=target_share,
    )
    session.add(row)
    await session.flush()
    return _queue(row)


async def add_member(
    session: AsyncSession, scope: Scope, *, queue: str, agent_id: str, penalty: int = 0
) -> None:
    """Let an agent serve a queue, or change his penalty; raises NotFound."""
    queue_row = await _find(session, scope, queue)
    user_id = await session.scalar(
        select(UserRow.id).where(
            UserRow.tenant_id == scope.tenant_id, UserRow.id == uuid_of(agent_id)
        )
    )
    if queue_row is None or user_id is None:
        raise NotFound("there is no such queue or agent")
    member = await _member(session, scope, queue_row, user_id)
    if member is None:
        member = QueueMemberRow(
            tenant_id=scope.tenant_id, queue_id=queue_row.id, user_id=user_id, penalty=penalty
        )
        session.add(member)
    member.penalty = penalty
    await session.flush()


async def remove_member(session: AsyncSession, scope: Scope, *, queue: str, agent_id: str) -> None:
    """Take an agent out of a queue; no fault when he was not in it."""
    queue_row, user_id = await _find(session, scope, queue), uuid_of(agent_id)
    if queue_row is None or user_id is None:
        return
    member = await _member(session, scope, queue_row, user_id)
    if member is not None:
        await session.delete(member)
        await session.flush()


async def _find(session: AsyncSession, scope: Scope, name: str) -> QueueRow | None:
    found: QueueRow | None = await session.scalar(
        select(QueueRow).where(QueueRow.tenant_id == scope.tenant_id, QueueRow.name == name)
    )
    return found


async def _member(
    session: AsyncSession, scope: Scope, queue: QueueRow, user_id: object
) -> QueueMemberRow | None:
    found: QueueMemberRow | None = await session.scalar(
        select(QueueMemberRow).where(
            QueueMemberRow.tenant_id == scope.tenant_id,
            QueueMemberRow.queue_id == queue.id,
            QueueMemberRow.user_id == user_id,
        )
    )
    return found


def _queue(row: QueueRow) -> Queue:
    return Queue(
        id=row.id,
        name=row.name,
        title=row.title,
        title_en=row.title_en,
        ring_seconds=row.ring_seconds,
        wrap_up_seconds=row.wrap_up_seconds,
        target_seconds=row.target_seconds,
        target_share=row.target_share,
        zone=row.zone,
        row_version=row.row_version,
    )


def _roster_agent(user: UserRow, penalties: dict[str, int]) -> RosterAgent:
    return RosterAgent(
        agent_id=str(user.id),
        name=user.display_name,
        extension=user.extension or "",
        language=user.language,
        queues=tuple(sorted(penalties)),
        penalties=penalties,
    )
