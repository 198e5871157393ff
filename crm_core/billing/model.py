"""Charges and statements as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from crm_core.billing.rating import Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """The charge in force of a call, with its explanation."""

    id: UUID
    call_id: UUID
    sequence: int
    state: str  # rated | unrated
    amount: Decimal
    currency: str
    answered_seconds: Decimal
    billed_seconds: int
    tariff_id: UUID | None
    rate_id: UUID | None
    steps: tuple[Step, ...]
    reason: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementLine:
    """One charge on a statement."""

    rated_call_id: UUID
    call_id: UUID
    called_at: datetime
    direction: str
    number: str
    contact_name: str
    kind: str  # rated | reversal
    answered_seconds: Decimal
    billed_seconds: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What an account (None: unknown callers) owes for the calls of a month.

    A draft is worked out when asked for; an issued one is frozen. `month` is YYYY-MM in `zone`;
    `unrated` counts calls of the month that have no price yet. `lines` is empty in lists.
    """

    id: UUID
    account_id: UUID | None
    account_name: str
    month: str
    zone: str
    currency: str
    state: str  # draft | issued
    number: int | None
    issued_at: datetime | None
    total: Decimal
    line_count: int
    unrated: int = 0
    lines: tuple[StatementLine, ...] = ()
