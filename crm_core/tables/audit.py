"""The audit table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row


class AuditEntryRow(Identified, Row):
    """Who did what to which record; append-only, written with the deed itself."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "tenant_id", "at"),
        Index(None, "tenant_id", "object_kind", "object_id"),
    )

    at: Mapped[datetime] = mapped_column(default=utc_now)
    user_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Words(80))
    object_kind: Mapped[str] = mapped_column(Words(40))
    object_id: Mapped[str] = mapped_column(Words(80))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    request_id: Mapped[str] = mapped_column(Words(64), default="")
    address: Mapped[str] = mapped_column(Words(64), default="")
