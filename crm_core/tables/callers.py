"""Tables of what callers do by themselves: their PINs, scores of surveys, voice messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row


class CustomerPinRow(Identified, Row):
    """The number and PIN a customer logs in with on the telephone."""

    __tablename__ = "customer_pin"
    __table_args__ = (
        UniqueConstraint("tenant_id", "customer_number"),
        UniqueConstraint("tenant_id", "contact_id"),
    )

    customer_number: Mapped[str] = mapped_column(Words(20))  # digits
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"))
    pin_hash: Mapped[str] = mapped_column(Words(200))  # argon2id
    failures: Mapped[int] = mapped_column(default=0)  # wrong PINs in a row
    locked_until: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class SurveyScoreRow(Identified, Row):
    """A caller's answer to a question after the call; append-only."""

    __tablename__ = "survey_score"
    __table_args__ = (
        UniqueConstraint("tenant_id", "call_id", "question", "at"),
        Index(None, "tenant_id", "at"),
    )

    call_id: Mapped[UUID]
    at: Mapped[datetime]
    flow: Mapped[str] = mapped_column(Words(40))
    question: Mapped[str] = mapped_column(Words(40))
    score: Mapped[int]
    most: Mapped[int]
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))  # of a low score


class VoiceMessageRow(Identified, Row):
    """A message a caller left; somebody hears it and calls back."""

    __tablename__ = "voice_message"
    __table_args__ = (
        UniqueConstraint("tenant_id", "file"),
        Index(None, "tenant_id", "heard_at", "at"),
        Index(None, "tenant_id", "done_at", "at"),
    )

    call_id: Mapped[UUID]
    at: Mapped[datetime]
    queue: Mapped[str] = mapped_column(Words(40))
    number: Mapped[str] = mapped_column(Words(64), default="")
    language: Mapped[str] = mapped_column(Words(10), default="")
    file: Mapped[str] = mapped_column(Words(200))  # its name in the folder of recordings
    seconds: Mapped[float]
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("ticket.id"))
    heard_at: Mapped[datetime | None]
    heard_by: Mapped[UUID | None]
    done_at: Mapped[datetime | None]  # when somebody has called back, or need not
    done_by: Mapped[UUID | None]
