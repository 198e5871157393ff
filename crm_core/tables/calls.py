"""Tables of calls: legs, queue visits, events, data that travels, dispositions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row, Tenanted

GIVEN_UP_IN_MENU, ENDED_IN_MENU = "abandoned_in_menu", "ended_in_menu"  # outcomes


class CallRow(Tenanted, Row):
    """A call from its first channel to its last; durations in seconds."""

    __tablename__ = "call"
    __table_args__ = (
        Index(None, "tenant_id", "started_at", "call_id"),
        Index(None, "tenant_id", "state"),
        Index(None, "tenant_id", "contact_id", "started_at"),
        Index(None, "tenant_id", "account_id", "started_at"),
        Index(None, "tenant_id", "caller_e164"),
        Index(None, "tenant_id", "agent_id", "started_at"),
        Index(None, "tenant_id", "queue", "started_at"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Words(10), default="open")  # open | closed
    direction: Mapped[str] = mapped_column(Words(10))
    caller_number: Mapped[str] = mapped_column(Words(64), default="")
    caller_e164: Mapped[str | None] = mapped_column(Words(20))
    caller_name: Mapped[str] = mapped_column(Words(120), default="")
    dialled_number: Mapped[str] = mapped_column(Words(64), default="")
    dialled_e164: Mapped[str | None] = mapped_column(Words(20))
    contact_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]  # the user who answered first
    agent_device: Mapped[str] = mapped_column(Words(80), default="")
    queue: Mapped[str] = mapped_column(Words(40), default="")  # the last one
    queues: Mapped[list[str]] = mapped_column(default=list)
    started_at: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    zone: Mapped[str] = mapped_column(Words(40), default="Asia/Shanghai")
    waited_seconds: Mapped[float] = mapped_column(default=0.0)
    talked_seconds: Mapped[float] = mapped_column(default=0.0)
    held_seconds: Mapped[float] = mapped_column(default=0.0)
    wrap_up_seconds: Mapped[float] = mapped_column(default=0.0)
    outcome: Mapped[str] = mapped_column(Words(30), default="")
    hung_up_by: Mapped[str] = mapped_column(Words(10), default="")
    cause: Mapped[int] = mapped_column(default=0)  # Q.850
    agents_rang: Mapped[list[str]] = mapped_column(default=list)
    transfers: Mapped[list[Any]] = mapped_column(default=list)
    unique_ids: Mapped[list[str]] = mapped_column(default=list)
    linked_ids: Mapped[list[str]] = mapped_column(default=list)
    incomplete: Mapped[bool] = mapped_column(default=False)
    disposition: Mapped[str] = mapped_column(Words(40), default="")  # the latest; history beside


class CallLegRow(Identified, Row):
    """One channel of a call."""

    __tablename__ = "call_leg"
    __table_args__ = (
        UniqueConstraint("tenant_id", "call_id", "uniqueid"),
        ForeignKeyConstraint(["tenant_id", "call_id"], ["call.tenant_id", "call.call_id"]),
    )

    call_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(Words(120))
    uniqueid: Mapped[str] = mapped_column(Words(120))
    device: Mapped[str] = mapped_column(Words(80), default="")
    role: Mapped[str] = mapped_column(Words(10))  # caller | agent | callee | other
    agent_id: Mapped[UUID | None]
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cause: Mapped[int] = mapped_column(default=0)


class QueueVisitRow(Identified, Row):
    """One stay of a call in a queue: the fact queue reports count."""

    __tablename__ = "queue_visit"
    __table_args__ = (
        UniqueConstraint("tenant_id", "call_id", "position"),
        Index(None, "tenant_id", "queue", "entered_at"),
        Index(None, "tenant_id", "entered_at"),
        ForeignKeyConstraint(["tenant_id", "call_id"], ["call.tenant_id", "call.call_id"]),
    )

    call_id: Mapped[UUID]
    position: Mapped[int]  # 0, 1, ... in the order of the visits
    queue: Mapped[str] = mapped_column(Words(40))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime]
    waited_seconds: Mapped[float]
    outcome: Mapped[str] = mapped_column(Words(20))  # answered | abandoned | moved
    agent_id: Mapped[UUID | None]
    talked_seconds: Mapped[float] = mapped_column(default=0.0)
    wrap_up_seconds: Mapped[float] = mapped_column(default=0.0)
    # What the call came with: priority, steps, owner, last_agent; null: it was not kept yet
    brought: Mapped[dict[str, Any] | None]


class CallEventRow(Identified, Row):
    """Something that happened in a call; append-only, and kept even before its call's row."""

    __tablename__ = "call_event"
    __table_args__ = (UniqueConstraint("tenant_id", "call_id", "kind", "at"),)

    call_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Words(40))
    at: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recorded_at: Mapped[datetime] = mapped_column(default=utc_now)


class CallDataRow(Tenanted, Row):
    """A word that travels with the call: an IVR answer, a note for the next agent."""

    __tablename__ = "call_data"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words(80), primary_key=True)
    value: Mapped[str] = mapped_column(Words(4000))
    at: Mapped[datetime] = mapped_column(default=utc_now)
    user_id: Mapped[UUID | None]


class DispositionRow(Identified, Row):
    """A word of the dictionary an agent closes a call with."""

    __tablename__ = "disposition"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(Words(40))
    label: Mapped[str] = mapped_column(Words(80))
    label_en: Mapped[str] = mapped_column(Words(80))
    sort: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class CallDispositionRow(Identified, Row):
    """A disposition given to a call; append-only, the latest counts."""

    __tablename__ = "call_disposition"
    __table_args__ = (
        Index(None, "tenant_id", "call_id"),
        ForeignKeyConstraint(["tenant_id", "call_id"], ["call.tenant_id", "call.call_id"]),
    )

    call_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(Words(40))
    note: Mapped[str] = mapped_column(Words(4000), default="")
    user_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
