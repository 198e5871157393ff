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
from crm_core.tables.calls import CallRow
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
    last_agent_id: str = ""


async def card_lists(
    session: AsyncSession, scope: Scope, *, account_id: UUID | None, contact_id: UUID | None
) -> CardLists:
    """Return the lists of the account, or of the contact when there is no account."""
    if account_id is None and contact_id is None:
        return CardLists()
    known = {
        "tenant": scope.tenant_id,
        "party": account_id or contact_id,
        "caller": contact_id or account_id,
    }
    query = _QUERIES[account_id is None, contact_id is None]
    rows = (await session.execute(query, known)).all()
    return CardLists(
        open_tickets=tuple(_ticket(row) for row in rows if row.list == "ticket"),
        unpaid_orders=tuple(_order(row) for row in rows if row.list == "order"),
        timeline=tuple(_item(row) for row in rows if row.list == "timeline"),
        last_agent_id=next((_id(row) for row in rows if row.list == "agent"), ""),
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


def _last_agent(*where: Any) -> Select[*tuple[Any, ...]]:
    newest = (
        select(
            literal("agent").label("list"),
            CallRow.started_at.label("at"),
            literal("").label("channel"),
            literal("").label("direction"),
            literal("").label("subject"),
            literal("").label("summary"),
            literal("").label("status"),
            literal("agent").label("object_kind"),
            cast(CallRow.agent_id, String(36)).label("object_id"),
            cast(null(), Integer).label("number"),
        )
        .where(
            CallRow.tenant_id == bindparam("tenant"),
            CallRow.answered_at.is_not(None),
            CallRow.agent_id.is_not(None),
            *where,
        )
        .order_by(CallRow.started_at.desc())
        .limit(1)
        .subquery("last_call")
    )
    return select(newest)


def _lists(
    in_timeline: InstrumentedAttribute[UUID | None],
    of_ticket: InstrumentedAttribute[UUID | None],
    of_call: InstrumentedAttribute[UUID | None],
) -> CompoundSelect[*tuple[Any, ...]]:
    party: BindParameter[UUID] = bindparam("party")
    caller: BindParameter[UUID] = bindparam("caller")
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
        _last_agent(of_call == caller),
    )


# Built once: SQLAlchemy then finds the compiled statement again at each call. The keys: there
# is no account, there is no contact.
_QUERIES = {
    (False, False): _lists(InteractionRow.account_id, TicketRow.account_id, CallRow.contact_id),
    (False, True): _lists(InteractionRow.account_id, TicketRow.account_id, CallRow.account_id),
    (True, False): _lists(InteractionRow.contact_id, TicketRow.contact_id, CallRow.contact_id),
}


def _ticket(row: Any) -> CardTicket:
    return CardTicket(
        ticket_id=_id(row),
        number=row.number,
        subject=row.subject,
        status=row.status,
        priority=row.channel,
        opened_at=_iso(row.at),
    )


def _id(row: Any) -> str:
    return str(UUID(str(row.object_id)))


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
