"""Tables of queues, who serves them, which number leads where, and what agents did when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row, Tenanted


class QueueRow(Edited, Row):
    """A queue; times in seconds."""

    __tablename__ = "queue"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(Words(40))  # slug
    title: Mapped[str] = mapped_column(Words(80))
    title_en: Mapped[str] = mapped_column(Words(80))
    ring_seconds: Mapped[int] = mapped_column(default=20)
    wrap_up_seconds: Mapped[int] = mapped_column(default=30)
    target_seconds: Mapped[int] = mapped_column(default=20)
    target_share: Mapped[float] = mapped_column(default=0.8)
    zone: Mapped[str] = mapped_column(Words(40), default="Asia/Shanghai")
    active: Mapped[bool] = mapped_column(default=True)


class QueueMemberRow(Tenanted, Row):
    """A user serves a queue; the lower penalty is asked first."""

    __tablename__ = "queue_member"

    queue_id: Mapped[UUID] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    penalty: Mapped[int] = mapped_column(default=0)


class DidRow(Edited, Row):
    """A number that can be dialled, and the flow that answers it."""

    __tablename__ = "did"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    number: Mapped[str] = mapped_column(Words(32))
    title: Mapped[str] = mapped_column(Words(80))
    flow: Mapped[str] = mapped_column(Words(40))
    active: Mapped[bool] = mapped_column(default=True)


class NotReadyReasonRow(Identified, Row):
    """Why an agent takes no calls."""

    __tablename__ = "not_ready_reason"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(Words(40))
    label: Mapped[str] = mapped_column(Words(80))
    label_en: Mapped[str] = mapped_column(Words(80))
    sort: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class AgentStateRow(Identified, Row):
    """An agent entered a state; it lasts until the agent's next row. Append-only."""

    __tablename__ = "agent_state"
    __table_args__ = (
        UniqueConstraint("tenant_id", "agent_id", "at", "state"),
        Index(None, "tenant_id", "at"),
    )

    agent_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Words(20))
    reason: Mapped[str] = mapped_column(Words(40), default="")
    call_id: Mapped[UUID | None]
    set_by: Mapped[UUID | None]  # the user who set it for him; null: he himself, or a rule
    at: Mapped[datetime]
