"""What is open with a customer and what happened last, in one look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from crm_core.directory.card import CardTicket, CardTimelineItem
from crm_core.tables.tickets import TicketRow
from crm_core.tables.timeline import InteractionRow
from crm_core.tenancy import Scope

TIMELINE_ITEMS = 10
OPEN_ITEMS = 20


@dataclass(frozen=True, slots=True)
class CardLists:
    """The lists of a card."""

    open_tickets: tuple[CardTicket, ...] = ()
    unpaid_orders: tuple[str, ...] = ()
    timeline: tuple[CardTimelineItem, ...] = ()


async def card_lists(
    session: AsyncSession, scope: Scope, *, account_id: UUID | None, contact_id: UUID | None
) -> CardLists:
    """Return the lists of the account, or of the contact when there is no account."""
    if account_id is None and contact_id is None:
        return CardLists()
    query = _OF_CONTACT if account_id is None else _OF_ACCOUNT
    rows = (
        await session.execute(
            query, {"tenant": scope.tenant_id, "party": account_id or contact_id}
        )
    ).all()
    return CardLists(
        open_tickets=tuple(_ticket(row) for row in rows if row.list == "ticket"),
        unpaid_orders=tuple(_order(row) for row in rows if row.list == "order"),
        timeline=tuple(_item(row) for row in rows if row.list == "timeline"),
    )


def _interactions(name: str, limit: int, *where: Any) -> Select[*tuple[Any, ...]]:
    newest = (
        select(
            literal(name).label("list"),
            InteractionRow.started_at.label("at"),
            InteractionRow.channel.label("channel"),
            InteractionRow.direction.label("direction"),
            InteractionRow.subject.label("subject"),
            InteractionRow.summary.label("summary"),
            InteractionRow.status.label("status"),
            InteractionRow.object_kind.label("object_kind"),
            InteractionRow.object_id.label("object_id"),
            cast(null(), Integer).label("number"),
        )
        .where(InteractionRow.tenant_id == bindparam("tenant"), *where)
        .order_by(InteractionRow.started_at.desc())
        .limit(limit)
        .subquery(f"newest_{name}")
    )
    return select(newest)


def _tickets(*where: Any) -> Select[*tuple[Any, ...]]:
    newest = (
        select(
            literal("ticket").label("list"),
            TicketRow.opened_at.label("at"),
            TicketRow.priority.label("channel"),
            literal("").label("direction"),
            TicketRow.subject.label("subject"),
            literal("").label("summary"),
            TicketRow.status.label("status"),
            literal("ticket").label("object_kind"),
            cast(TicketRow.id, String(36)).label("object_id"),
            TicketRow.number.label("number"),
        )
        .where(
            TicketRow.tenant_id == bindparam("tenant"),
            TicketRow.status.in_(("open", "pending")),
            *where,
        )
        .order_by(TicketRow.opened_at.desc())
        .limit(OPEN_ITEMS)
        .subquery("newest_tickets")
    )
    return select(newest)


def _lists(
    in_timeline: InstrumentedAttribute[UUID | None], of_ticket: InstrumentedAttribute[UUID | None]
) -> CompoundSelect[*tuple[Any, ...]]:
    party: BindParameter[UUID] = bindparam("party")
    return union_all(
        _tickets(of_ticket == party),
        _interactions(
            "order",
            OPEN_ITEMS,
            in_timeline == party,
            InteractionRow.status == "unpaid",
            InteractionRow.channel == "order",
        ),
        _interactions("timeline", TIMELINE_ITEMS, in_timeline == party),
    )


# Built once: SQLAlchemy then finds the compiled statement again at each call.
_OF_ACCOUNT = _lists(InteractionRow.account_id, TicketRow.account_id)
_OF_CONTACT = _lists(InteractionRow.contact_id, TicketRow.contact_id)


def _ticket(row: Any) -> CardTicket:
    return CardTicket(
        ticket_id=str(UUID(str(row.object_id))),
        number=row.number,
        subject=row.subject,
        status=row.status,
        priority=row.channel,
        opened_at=_iso(row.at),
    )


def _order(row: Any) -> str:
    return f"{row.subject} · {row.summary}" if row.summary else str(row.subject)


def _item(row: Any) -> CardTimelineItem:
    return CardTimelineItem(
        at=_iso(row.at),
        channel=row.channel,
        direction=row.direction,
        subject=row.subject,
        summary=row.summary,
        status=row.status,
        object_kind=row.object_kind,
        object_id=row.object_id,
    )


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
