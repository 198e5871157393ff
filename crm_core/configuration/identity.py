"""The rows that other tables point at: what they say of a thing, and how they follow it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.configuration.model import Change, Kind
from crm_core.configuration.shapes import (
    AgentDocument,
    Document,
    OpenHours,
    QueueDocument,
    ReasonDocument,
    SeatDocument,
    WrapUp,
    WrapUpKind,
)
from crm_core.errors import InvalidValue, NotFound
from crm_core.ids import new_id, uuid_of
from crm_core.people.users import change_person
from crm_core.schema import Row
from crm_core.sentences import sentence
from crm_core.tables.people import UserRow
from crm_core.tables.queues import NotReadyReasonRow, QueueMemberRow, QueueRow
from crm_core.tenancy import Scope

Identities = dict[tuple[Kind, str], tuple[Document, bool]]  # document as the rows say, archived
MANDATORY_SECONDS = -1  # how the column of old says "until the agent clicks"
_Row = TypeVar("_Row", bound=Row)


async def identities(session: AsyncSession, scope: Scope, kind: Kind | None) -> Identities:
    """Return what the rows alone say of every thing of that kind, or of all."""
    found: Identities = {}
    for one, read in _READERS.items():
        if kind in {None, one}:
            found |= {(one, key): said for key, said in (await read(session, scope)).items()}
    return found


async def follow(session: AsyncSession, scope: Scope, change: Change) -> None:
    """Make or change the rows of a thing so that they say what its document says."""
    match change.document:
        case QueueDocument() as queue:
            await _follow_queue(session, scope, change, queue)
        case AgentDocument() as agent:
            await _follow_agent(session, scope, change, agent)
        case ReasonDocument() as reason:
            await _follow_reason(session, scope, change, reason)
        case _:
            return  # a skill has no other row


def merged(stored: Document, rows: Document) -> Document:
    """Return the stored document with what the rows know better: names and places in queues."""
    if not (isinstance(stored, AgentDocument) and isinstance(rows, AgentDocument)):
        return stored
    seats = {seat.queue: seat for seat in stored.seats}
    kept = [seats.get(seat.queue, seat) for seat in rows.seats]
    return stored.model_copy(
        update={"name": rows.name, "extension": rows.extension, "seats": kept}
    )


async def _queues(session: AsyncSession, scope: Scope) -> Mapping[str, tuple[Document, bool]]:
    rows = await _all(session, scope, QueueRow)
    return {row.name: (_queue_document(row), not row.active) for row in rows}


def _queue_document(row: QueueRow) -> QueueDocument:
    return QueueDocument(
        title=row.title,
        title_en=row.title_en,
        ring_seconds=row.ring_seconds,
        wrap_up=_wrap_up(row.wrap_up_seconds),
        target_seconds=row.target_seconds,
        target_share=row.target_share,
        hours=OpenHours(zone=row.zone),
    )


def _wrap_up(seconds: int) -> WrapUp:
    if seconds == 0:
        return WrapUp()
    kind = WrapUpKind.TIMED if seconds > 0 else WrapUpKind.MANDATORY
    return WrapUp(kind=kind, seconds=max(seconds, 0))


async def _agents(session: AsyncSession, scope: Scope) -> Mapping[str, tuple[Document, bool]]:
    people = [row for row in await _all(session, scope, UserRow) if row.extension is not None]
    seats: dict[UUID, list[SeatDocument]] = {}
    for user_id, queue, penalty in await session.execute(
        select(QueueMemberRow.user_id, QueueRow.name, QueueMemberRow.penalty)
        .join(QueueRow, QueueRow.id == QueueMemberRow.queue_id)
        .where(QueueMemberRow.tenant_id == scope.tenant_id, QueueRow.active)
        .order_by(QueueRow.name)
    ):
        seats.setdefault(user_id, []).append(SeatDocument(queue=queue, tier=penalty + 1))
    return {
        str(row.id): (
            AgentDocument(
                name=row.display_name, extension=row.extension or "", seats=seats.get(row.id, [])
            ),
            row.status != "active",
        )
        for row in people
    }


async def _reasons(session: AsyncSession, scope: Scope) -> Mapping[str, tuple[Document, bool]]:
    return {
        row.code: (
            ReasonDocument(label=row.label, label_en=row.label_en, sort=row.sort),
            not row.active,
        )
        for row in await _all(session, scope, NotReadyReasonRow)
    }


_Reader = Callable[[AsyncSession, Scope], Awaitable[Mapping[str, tuple[Document, bool]]]]
_READERS: dict[Kind, _Reader] = {
    Kind.QUEUE: _queues,
    Kind.AGENT: _agents,
    Kind.REASON: _reasons,
}


async def _follow_queue(
    session: AsyncSession, scope: Scope, change: Change, queue: QueueDocument
) -> None:
    row = await _one(session, scope, QueueRow, name=change.key)
    if row is None:
        row = QueueRow(id=new_id(), tenant_id=scope.tenant_id, name=change.key)
        session.add(row)
    row.title, row.title_en = queue.title, queue.title_en or queue.title
    row.ring_seconds = queue.ring_seconds
    row.wrap_up_seconds = _column_of(queue.wrap_up)
    row.target_seconds, row.target_share = queue.target_seconds, queue.target_share
    row.zone, row.active = queue.hours.zone, not change.archived
    await session.flush()


def _column_of(rule: WrapUp) -> int:
    if rule.kind is WrapUpKind.NONE:
        return 0
    return MANDATORY_SECONDS if rule.kind is WrapUpKind.MANDATORY else rule.seconds


async def _follow_agent(
    session: AsyncSession, scope: Scope, change: Change, agent: AgentDocument
) -> None:
    user_id = uuid_of(change.key)
    if user_id is None:
        raise NotFound("there is no such agent")
    await change_person(
        session,
        scope,
        user_id,
        display_name=agent.name,
        extension=agent.extension,
        active=not change.archived,
    )
    await _take_seats(session, scope, user_id, agent)


async def _take_seats(
    session: AsyncSession, scope: Scope, user_id: UUID, agent: AgentDocument
) -> None:
    found = await session.execute(
        select(QueueRow.name, QueueRow.id).where(
            QueueRow.tenant_id == scope.tenant_id, QueueRow.active
        )
    )
    known = {str(name): queue_id for name, queue_id in found}
    wanted: dict[UUID, SeatDocument] = {}
    for seat in agent.seats:
        if seat.queue not in known:
            raise InvalidValue(
                sentence("no_queue", "there is no queue '{name}'", name=seat.queue),
                field=f"seats.{seat.queue}",
            )
        wanted[known[seat.queue]] = seat
    rows = await session.scalars(
        select(QueueMemberRow).where(
            QueueMemberRow.tenant_id == scope.tenant_id, QueueMemberRow.user_id == user_id
        )
    )
    for row in rows.all():
        if row.queue_id in wanted:
            row.penalty = max(wanted.pop(row.queue_id).tier - 1, 0)
        elif row.queue_id in known.values():  # places in archived queues are kept for their return
            await session.delete(row)
    session.add_all(
        QueueMemberRow(
            tenant_id=scope.tenant_id,
            queue_id=queue_id,
            user_id=user_id,
            penalty=max(seat.tier - 1, 0),
        )
        for queue_id, seat in wanted.items()
    )
    await session.flush()


async def _follow_reason(
    session: AsyncSession, scope: Scope, change: Change, reason: ReasonDocument
) -> None:
    row = await _one(session, scope, NotReadyReasonRow, code=change.key)
    if row is None:
        row = NotReadyReasonRow(id=new_id(), tenant_id=scope.tenant_id, code=change.key)
        session.add(row)
    row.label, row.label_en = reason.label, reason.label_en or reason.label
    row.sort, row.active = reason.sort, not change.archived
    await session.flush()


async def _all(session: AsyncSession, scope: Scope, table: type[_Row]) -> list[_Row]:
    of_tenant = cast("Any", table).tenant_id == scope.tenant_id
    return list(await session.scalars(select(table).where(of_tenant)))


async def _one(
    session: AsyncSession, scope: Scope, table: type[_Row], **named: str
) -> _Row | None:
    of_tenant = cast("Any", table).tenant_id == scope.tenant_id
    query = select(table).where(of_tenant).filter_by(**named)
    found: _Row | None = await session.scalar(query)
    return found
