"""Tables of number routing: plans and schedules with their versions, switches, counters, calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row, Tenanted


class NumberVersionRow(Identified, Row):
    """A published version of a plan, a schedule or the screening; the newest is in force."""

    __tablename__ = "number_version"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "key", "version"),)

    kind: Mapped[str] = mapped_column(Words(20))  # plan | schedule | screening
    key: Mapped[str] = mapped_column(Words(40))  # the number, the schedule's name, or `default`
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Words(400), default="")
    user_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)


class NumberDraftRow(Edited, Row):
    """What is being written and serves nobody yet; one for each document."""

    __tablename__ = "number_draft"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "key"),)

    kind: Mapped[str] = mapped_column(Words(20))
    key: Mapped[str] = mapped_column(Words(40))
    document: Mapped[dict[str, Any]]
    based_on: Mapped[int] = mapped_column(default=0)  # the version it began from
    user_id: Mapped[UUID | None]


class NumberClosingRow(Tenanted, Row):
    """A number closed by emergency; the row goes when it opens again."""

    __tablename__ = "number_closing"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Words(32), primary_key=True)
    note: Mapped[str] = mapped_column(Words(200), default="")
    user_id: Mapped[UUID | None]
    since: Mapped[datetime] = mapped_column(default=utc_now)


class BlockedNumberRow(Identified, Row):
    """A caller's number, or with `*` at its end a beginning, that is refused."""

    __tablename__ = "blocked_number"
    __table_args__ = (UniqueConstraint("tenant_id", "number"),)

    number: Mapped[str] = mapped_column(Words(32))
    reason: Mapped[str] = mapped_column(Words(200), default="")
    until: Mapped[datetime | None]
    user_id: Mapped[UUID | None]
    since: Mapped[datetime] = mapped_column(default=utc_now)


class SiteRow(Identified, Row):
    """A place where calls are answered; while it is down its share goes elsewhere."""

    __tablename__ = "site"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(Words(40))
    title: Mapped[str] = mapped_column(Words(80))
    up: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Words(200), default="")
    user_id: Mapped[UUID | None]
    since: Mapped[datetime] = mapped_column(default=utc_now)


class SplitCounterRow(Tenanted, Row):
    """The counters of a percentage split, so that a restart goes on with them."""

    __tablename__ = "split_counter"

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words(100), primary_key=True)
    state: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class RoutedCallRow(Tenanted, Row):
    """Where a call was led and by which tests; append-only, once a call."""

    __tablename__ = "routed_call"
    __table_args__ = (
        Index(None, "tenant_id", "at"),
        Index(None, "tenant_id", "caller", "at"),
        Index(None, "tenant_id", "number", "at"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    caller: Mapped[str] = mapped_column(Words(64))
    number: Mapped[str] = mapped_column(Words(64))
    version: Mapped[int]
    why: Mapped[str] = mapped_column(Words(20))
    rule: Mapped[str] = mapped_column(Words(40), default="")
    place: Mapped[str] = mapped_column(Words(120), default="")
    target_kind: Mapped[str] = mapped_column(Words(20))
    target: Mapped[str] = mapped_column(Words(80), default="")
    split_key: Mapped[str] = mapped_column(Words(100), default="")
    share: Mapped[int | None]  # which of the split served it
    booked: Mapped[int | None]  # which of the split it was booked to
    trace: Mapped[list[Any]] = mapped_column(default=list)
