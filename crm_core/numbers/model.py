"""Number routing as it is kept: versions, drafts, switches and what became of calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

Kind: TypeAlias = Literal["plan", "schedule", "screening"]
DEFAULT_KEY = "default"  # of the screening, of which there is one


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A published version, with who and when; the newest is in force."""

    kind: str
    key: str
    version: int
    document: dict[str, Any]
    note: str
    at: datetime
    user_id: UUID | None
    user_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What is being written; `based_on` is the version it began from, 0 for none."""

    kind: str
    key: str
    document: dict[str, Any]
    based_on: int
    updated_at: datetime
    user_name: str
    row_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Closing:
    """An emergency closing: since when, by whom, why."""

    number: str
    since: datetime
    note: str
    user_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockedNumber:
    """A number, or a beginning with `*`, that is refused; `until` None is for ever."""

    id: UUID
    number: str
    reason: str
    until: datetime | None
    since: datetime
    user_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A place where calls are answered."""

    name: str
    title: str
    up: bool
    note: str
    since: datetime
    user_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoutedCall:
    """Where a call was led; `trace` is every test as plain data."""

    call_id: UUID
    at: datetime
    caller: str
    number: str
    version: int
    why: str
    rule: str
    place: str
    target_kind: str
    target: str
    split_key: str = ""
    share: int | None = None
    booked: int | None = None
    trace: list[Any] = field(default_factory=list)
