"""The table that says which engine decides."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from crm_core.columns import Words
from crm_core.schema import Row


class LeadRow(Row):
    """One row a tenant; `token` only ever grows, `beats` counts within a token.

    The times are for people to read; nothing is decided by them.
    """

    __tablename__ = "lead"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str] = mapped_column(Words(80), default="")  # empty: given back
    beats: Mapped[int] = mapped_column(default=0)
    beaten_at: Mapped[datetime | None]
    standby: Mapped[str] = mapped_column(Words(80), default="")
    standby_at: Mapped[datetime | None]
