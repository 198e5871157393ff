"""Tables of IVR flows: published versions, drafts, and which version callers get."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row


class FlowVersionRow(Identified, Row):
    """A published version of a flow with its tests; append-only."""

    __tablename__ = "flow_version"
    __table_args__ = (UniqueConstraint("tenant_id", "name", "version"),)

    name: Mapped[str] = mapped_column(Words(40))
    version: Mapped[int]
    document: Mapped[dict[str, Any]]  # as `flow.schema.json` says
    tests: Mapped[str] = mapped_column(Words(100_000), default="")  # YAML
    note: Mapped[str] = mapped_column(Words(400), default="")
    user_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class FlowDraftRow(Edited, Row):
    """What is being written and serves nobody yet; one for each flow."""

    __tablename__ = "flow_draft"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(Words(40))
    document: Mapped[dict[str, Any]]
    tests: Mapped[str] = mapped_column(Words(100_000), default="")
    based_on: Mapped[int] = mapped_column(default=0)  # the version it began from
    user_id: Mapped[UUID | None]


class FlowInForceRow(Edited, Row):
    """Which version callers get, and which one a share of them tries."""

    __tablename__ = "flow_in_force"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(Words(40))
    version: Mapped[int]
    canary_version: Mapped[int | None]
    canary_share: Mapped[Decimal]  # 0 to 1, of the callers
    canary_limit: Mapped[Decimal]  # by how much the worse rate may rise, 0 to 1
    canary_since: Mapped[datetime | None]
    told: Mapped[str] = mapped_column(Words(400), default="")  # how the last canary ended
