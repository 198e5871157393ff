"""Tables of tickets, their append-only events, their calls, and running numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row, Tenanted


class TicketRow(Edited, Row):
    """A case of a customer, from opening to closing."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        Index(None, "tenant_id", "contact_id", "status"),
        Index(None, "tenant_id", "account_id", "status"),
        Index(None, "tenant_id", "status", "opened_at"),
    )

    number: Mapped[int]
    subject: Mapped[str] = mapped_column(Words(200))
    body: Mapped[str] = mapped_column(Words(20000), default="")
    type: Mapped[str] = mapped_column(Words(40), default="request")
    status: Mapped[str] = mapped_column(Words(20), default="open")  # open | pending | closed
    priority: Mapped[str] = mapped_column(Words(10), default="normal")
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    owner_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    opened_by: Mapped[UUID | None]
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    closed_at: Mapped[datetime | None]


class TicketEventRow(Identified, Row):
    """What was done to a ticket; append-only, numbered within it."""

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("tenant_id", "ticket_id", "position"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(
        Words(20)
    )  # opened | commented | changed | closed | reopened
    at: Mapped[datetime] = mapped_column(default=utc_now)
    user_id: Mapped[UUID | None]
    body: Mapped[str] = mapped_column(Words(20000), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # field -> [before, after]


class TicketCallRow(Tenanted, Row):
    """A call that belongs to a ticket."""

    __tablename__ = "ticket_call"
    __table_args__ = (Index(None, "tenant_id", "call_id"),)

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    call_id: Mapped[UUID] = mapped_column(primary_key=True)


class RunningNumberRow(Row):
    """The last number given out of a series; taking the next one locks the row."""

    __tablename__ = "running_number"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(Words(40), primary_key=True)
    last: Mapped[int]
