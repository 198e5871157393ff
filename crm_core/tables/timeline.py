"""Tables of the timeline: each contact with a customer, on any channel, and what it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.columns import Words
from crm_core.schema import Identified, Row, Tenanted


class InteractionRow(Identified, Row):
    """One happening with a customer; `object_kind`, `object_id` name the record it tells of."""

    __tablename__ = "interaction"
    __table_args__ = (
        UniqueConstraint("tenant_id", "object_kind", "object_id"),
        Index(None, "tenant_id", "contact_id", "started_at"),
        Index(None, "tenant_id", "account_id", "started_at"),
        Index(None, "tenant_id", "contact_id", "status"),
        Index(None, "tenant_id", "account_id", "status"),
    )

    channel: Mapped[str] = mapped_column(
        Words(20)
    )  # call | ticket | order | mail | visit | note ...
    direction: Mapped[str] = mapped_column(Words(10), default="")  # inbound | outbound | internal
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    agent_id: Mapped[UUID | None]
    subject: Mapped[str] = mapped_column(Words(200))
    summary: Mapped[str] = mapped_column(Words(4000), default="")
    status: Mapped[str] = mapped_column(Words(20), default="")  # e.g. an order's `unpaid`
    object_kind: Mapped[str] = mapped_column(Words(20))
    object_id: Mapped[str] = mapped_column(Words(36))


class InteractionLinkRow(Tenanted, Row):
    """A further record that an interaction is about."""

    __tablename__ = "interaction_link"
    __table_args__ = (Index(None, "tenant_id", "object_kind", "object_id"),)

    interaction_id: Mapped[UUID] = mapped_column(ForeignKey("interaction.id"), primary_key=True)
    object_kind: Mapped[str] = mapped_column(Words(20), primary_key=True)
    object_id: Mapped[str] = mapped_column(Words(36), primary_key=True)
    role: Mapped[str] = mapped_column(Words(20), default="about")
