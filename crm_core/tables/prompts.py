"""The table of prompts people bring or record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Identified, Row


class PromptVersionRow(Identified, Row):
    """A prompt as it was brought or recorded; the newest is in force. Append-only."""

    __tablename__ = "prompt_version"
    __table_args__ = (UniqueConstraint("tenant_id", "name", "version"),)

    name: Mapped[str] = mapped_column(Words(40))  # a flow plays it as own/<name>
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Words(80))
    digest: Mapped[str] = mapped_column(Words(64))  # names its sound; empty: out of use
    seconds: Mapped[float]
    source: Mapped[str] = mapped_column(Words(20))  # file | microphone
    note: Mapped[str] = mapped_column(Words(200), default="")
    user_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
