"""Tables of tariffs, rates, charges (append-only) and statements."""

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


class TariffRow(Edited, Row):
    """A price list for one direction of calls; its time bands are read in `zone`."""

    __tablename__ = "tariff"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(Words(40))
    name: Mapped[str] = mapped_column(Words(80))
    direction: Mapped[str] = mapped_column(Words(10))  # inbound | outbound
    currency: Mapped[str] = mapped_column(Words(3), default="CNY")
    zone: Mapped[str] = mapped_column(Words(40), default="Asia/Shanghai")
    is_default: Mapped[bool] = mapped_column(default=False)  # for accounts without their own
    active: Mapped[bool] = mapped_column(default=True)


class RateRow(Identified, Row):
    """A price within a tariff; never edited: a new price is a new row with its own validity."""

    __tablename__ = "rate"
    __table_args__ = (Index(None, "tenant_id", "tariff_id", "prefix"),)

    tariff_id: Mapped[UUID] = mapped_column(ForeignKey("tariff.id"))
    prefix: Mapped[str] = mapped_column(
        Words(20), default=""
    )  # of E.164 with +, or of a short code
    label: Mapped[str] = mapped_column(Words(80), default="")
    connect_fee: Mapped[Decimal] = mapped_column(default=Decimal(0))
    price_per_minute: Mapped[Decimal]
    initial_block: Mapped[int] = mapped_column(default=60)  # seconds charged at least
    increment: Mapped[int] = mapped_column(default=60)  # seconds of each further step
    minimum: Mapped[Decimal] = mapped_column(default=Decimal(0))
    places: Mapped[int] = mapped_column(default=2)  # decimals of the charge
    rounding: Mapped[str] = mapped_column(Words(10), default="half_up")
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]  # exclusive
    weekdays: Mapped[str] = mapped_column(Words(7), default="1234567")  # ISO, Monday is 1
    starts: Mapped[str] = mapped_column(Words(5), default="00:00")  # local HH:MM
    ends: Mapped[str] = mapped_column(Words(5), default="24:00")  # exclusive; may pass midnight


class RatedCallRow(Identified, Row):
    """A charge; append-only: rating again writes a reversal and a new row."""

    __tablename__ = "rated_call"
    __table_args__ = (
        UniqueConstraint("tenant_id", "call_id", "sequence"),
        Index(None, "tenant_id", "at"),
    )

    call_id: Mapped[UUID]
    sequence: Mapped[int]  # 1, 2, ... within the call
    state: Mapped[str] = mapped_column(Words(10))  # rated | unrated | reversal
    amount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    currency: Mapped[str] = mapped_column(Words(3))
    answered_seconds: Mapped[Decimal] = mapped_column(default=Decimal(0))
    billed_seconds: Mapped[int] = mapped_column(default=0)
    tariff_id: Mapped[UUID | None]
    rate_id: Mapped[UUID | None]
    steps: Mapped[list[Any]] = mapped_column(default=list)  # [{code, detail, amount, figures}]
    reason: Mapped[str] = mapped_column(Words(200), default="")  # why unrated or rated again
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("rated_call.id"))
    called_at: Mapped[datetime]  # start of the call: the month it is billed in
    at: Mapped[datetime] = mapped_column(default=utc_now)


class StatementRow(Edited, Row):
    """What an account (or nobody known) owes for the calls of a month."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("tenant_id", "party", "month", "currency"),
        Index(None, "tenant_id", "month"),
    )

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    party: Mapped[str] = mapped_column(Words(36))  # the account's id, or empty: unknown callers
    month: Mapped[str] = mapped_column(Words(7))  # YYYY-MM in `zone`
    zone: Mapped[str] = mapped_column(Words(40), default="Asia/Shanghai")
    currency: Mapped[str] = mapped_column(Words(3))
    state: Mapped[str] = mapped_column(Words(10), default="draft")  # draft | issued
    number: Mapped[int | None]  # given when issued, without gaps
    total: Mapped[Decimal] = mapped_column(default=Decimal(0))  # of an issued statement
    issued_at: Mapped[datetime | None]


class StatementLineRow(Identified, Row):
    """A line of an issued statement, frozen; a charge stands on one statement at most."""

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("tenant_id", "rated_call_id"),
        Index(None, "tenant_id", "statement_id", "position"),
    )

    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"))
    position: Mapped[int]
    rated_call_id: Mapped[UUID] = mapped_column(ForeignKey("rated_call.id"))
    call_id: Mapped[UUID]
    called_at: Mapped[datetime]
    direction: Mapped[str] = mapped_column(Words(10))
    number: Mapped[str] = mapped_column(Words(64))  # of the other side
    contact_name: Mapped[str] = mapped_column(Words(120), default="")
    kind: Mapped[str] = mapped_column(Words(10))  # rated | reversal
    answered_seconds: Mapped[Decimal]
    billed_seconds: Mapped[int]
    amount: Mapped[Decimal]
