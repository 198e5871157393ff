"""Tables of callbacks: promises to call somebody back, and each attempt to keep one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row


class CallbackRow(Identified, Row):
    """A caller who keeps his place in a queue and has hung up; `waits_since` is that place."""

    __tablename__ = "callback"
    __table_args__ = (
        Index(None, "tenant_id", "state", "waits_since"),
        Index(None, "tenant_id", "requested_at"),
    )

    queue: Mapped[str] = mapped_column(Words(40))
    number: Mapped[str] = mapped_column(Words(40))
    caller_name: Mapped[str] = mapped_column(Words(200), default="")
    origin_call_id: Mapped[UUID | None]
    waits_since: Mapped[datetime]
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Words(20), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)  # begun
    tries: Mapped[int] = mapped_column(default=0)  # that may have rung the customer
    not_before: Mapped[datetime | None]
    agent_id: Mapped[UUID | None]  # of the last attempt
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]


class CallbackAttemptRow(Identified, Row):
    """One attempt, written down before anybody is dialled: it is never made a second time."""

    __tablename__ = "callback_attempt"
    __table_args__ = (UniqueConstraint("tenant_id", "callback_id", "number"),)

    callback_id: Mapped[UUID] = mapped_column(ForeignKey("callback.id"))
    number: Mapped[int]
    call_id: Mapped[UUID]  # of the call that is made
    uniqueid: Mapped[str] = mapped_column(Words(120))
    agent_id: Mapped[UUID | None]
    reserved_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Words(20), default="")
