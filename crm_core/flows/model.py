"""A flow's versions, its draft and what is in force, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A published version, with who and when."""

    name: str
    version: int
    document: dict[str, Any]
    tests: str
    note: str
    at: datetime
    user_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What is being written; `based_on` is the version it began from, 0 for none."""

    name: str
    document: dict[str, Any]
    tests: str
    based_on: int
    updated_at: datetime
    user_name: str
    row_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class InForce:
    """The version callers get; while a canary flies, `canary_share` of them get that one."""

    name: str
    version: int
    canary_version: int | None = None
    canary_share: Decimal = Decimal(0)
    canary_limit: Decimal = Decimal(0)
    canary_since: datetime | None = None
    told: str = ""
    row_version: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowState:
    """One flow in a list."""

    name: str
    in_force: InForce | None
    published_at: datetime | None
    published_by: str
    has_draft: bool
