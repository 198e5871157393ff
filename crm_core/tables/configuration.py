"""The table of what was configured, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row


class ConfigurationVersionRow(Identified, Row):
    """How a queue, an agent, a skill or a reason is set from then on; append-only."""

    __tablename__ = "configuration_version"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "object_key", "version"),
        Index(None, "tenant_id", "changed_at"),
    )

    kind: Mapped[str] = mapped_column(Words(10))  # queue | agent | skill | reason
    object_key: Mapped[str] = mapped_column(Words(64))  # name, user id, skill or code
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    archived: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(Words(500), default="")
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    changed_by: Mapped[UUID | None]  # None: the system itself
