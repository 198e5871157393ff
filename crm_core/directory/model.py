"""Customers as pure values: what is read, and what an edit brings."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactPoint:
    """A number or address of a contact."""

    id: UUID
    kind: str  # phone | mail | fax | im
    value: str
    e164: str | None
    raw: str
    extension: str
    label: str
    is_primary: bool
    do_not_contact: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A customer who is billed."""

    id: UUID
    kind: str  # organisation | person
    name: str
    status: str
    grade: str
    vip_level: int
    source: str
    industry: str
    size: str
    region: str
    tags: tuple[str, ...]
    owner_id: UUID | None
    row_version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """A contact with the account he belongs to and his numbers."""

    contact_id: UUID
    name: str
    role: str
    language: str
    preferred_channel: str
    vip: bool
    note: str
    tags: tuple[str, ...]
    owner_id: UUID | None
    row_version: int
    account: Account | None
    points: tuple[ContactPoint, ...]

    @property
    def phone(self) -> str:
        """The number to show first; empty when there is none."""
        numbers = sorted(
            (point for point in self.points if point.kind == "phone"),
            key=lambda point: not point.is_primary,
        )
        return numbers[0].value if numbers else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerEdit:
    """What to change at a customer; None leaves a part as it is.

    `account_name` finds the account of that name or makes one; an empty text takes the contact
    out of its account. `grade`, `industry`, `region` and `vip_level` go to the account. With
    `no_owner` nobody looks after the customer any more.
    """

    name: str | None = None
    role: str | None = None
    language: str | None = None
    preferred_channel: str | None = None
    vip: bool | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    owner_id: UUID | None = None
    no_owner: bool = False
    account_id: UUID | None = None
    account_name: str | None = None
    account_kind: str | None = None
    grade: str | None = None
    vip_level: int | None = None
    industry: str | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PointDraft:
    """A number or address to add, as a person typed it."""

    value: str
    kind: str = "phone"
    label: str = ""
    is_primary: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomerPage:
    """Some customers, and where the next ones begin (None: no more)."""

    customers: tuple[Customer, ...] = field(default=())
    next_cursor: str | None = None
