"""Tables of accounts, contacts, their numbers, and numbers that may be theirs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row


class AccountRow(Edited, Row):
    """A customer: an organisation or a person who is billed."""

    __tablename__ = "account"
    __table_args__ = (Index(None, "tenant_id", "name"),)

    kind: Mapped[str] = mapped_column(Words(20), default="organisation")  # organisation | person
    name: Mapped[str] = mapped_column(Words(200))
    status: Mapped[str] = mapped_column(Words(20), default="active")
    grade: Mapped[str] = mapped_column(Words(20), default="")
    vip_level: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(Words(40), default="")
    industry: Mapped[str] = mapped_column(Words(40), default="")
    size: Mapped[str] = mapped_column(Words(20), default="")
    region: Mapped[str] = mapped_column(Words(80), default="")
    owner_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    credit_limit: Mapped[Decimal | None]
    tariff_id: Mapped[UUID | None]  # outbound tariff agreed with this account
    tags: Mapped[list[str]] = mapped_column(default=list)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deleted_at: Mapped[datetime | None]


class ContactRow(Edited, Row):
    """A person one can talk to, mostly of an account."""

    __tablename__ = "contact"
    __table_args__ = (Index(None, "tenant_id", "name"), Index(None, "tenant_id", "account_id"))

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(Words(120))
    role: Mapped[str] = mapped_column(Words(80), default="")
    language: Mapped[str] = mapped_column(Words(10), default="")
    preferred_channel: Mapped[str] = mapped_column(Words(20), default="")
    vip: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Words(4000), default="")
    owner_id: Mapped[UUID | None]
    unit_id: Mapped[UUID | None]
    tags: Mapped[list[str]] = mapped_column(default=list)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    deleted_at: Mapped[datetime | None]


class ContactPointRow(Identified, Row):
    """A number or address of a contact; one number may stand at several contacts."""

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind", "value", "extension"),
        Index(None, "tenant_id", "e164"),
        Index(None, "tenant_id", "value"),
        Index(None, "tenant_id", "tail"),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    kind: Mapped[str] = mapped_column(Words(10))  # phone | mail | fax | im
    value: Mapped[str] = mapped_column(Words(200))  # E.164, bare digits, or the address itself
    e164: Mapped[str | None] = mapped_column(Words(20))
    raw: Mapped[str] = mapped_column(Words(200))  # as it was given
    extension: Mapped[str] = mapped_column(Words(12), default="")
    tail: Mapped[str | None] = mapped_column(Words(8))  # last digits, for a short match
    label: Mapped[str] = mapped_column(Words(40), default="")
    is_primary: Mapped[bool] = mapped_column(default=False)
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class CallerMatchRow(Identified, Row):
    """A number that was seen with a contact but is not written at it."""

    __tablename__ = "caller_match"
    __table_args__ = (UniqueConstraint("tenant_id", "e164", "contact_id"),)

    e164: Mapped[str] = mapped_column(Words(20))
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    level: Mapped[str] = mapped_column(Words(10))  # known | maybe
    source: Mapped[str] = mapped_column(Words(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
