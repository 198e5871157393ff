"""Shapes of customers in the API."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, RootModel

from agent_desktop.api.parsing import Body, Line, Name, Paged, Prose, Query
from crm_core.directory import CallerCard


class CustomerItem(BaseModel):
    """A customer in a list."""

    contact_id: UUID
    name: str
    account_id: UUID | None
    account_name: str
    grade: str
    vip: bool
    numbers: list[str]
    tags: list[str]


class PointShown(BaseModel):
    """A number or address of a customer."""

    id: UUID
    kind: str
    value: str
    raw: str
    extension: str
    label: str
    is_primary: bool
    do_not_contact: bool


class AccountShown(BaseModel):
    """The account a customer belongs to."""

    account_id: UUID
    kind: str
    name: str
    grade: str
    vip_level: int
    industry: str
    region: str


class OpenTicket(BaseModel):
    """A ticket of the customer that is not closed."""

    ticket_id: UUID
    number: int
    subject: str
    status: str
    priority: str
    opened_at: str


class CustomerShown(CustomerItem):
    """A customer with all that his page needs; `row_version` guards against lost edits."""

    role: str
    language: str
    note: str
    owner: str  # the log-in name of who looks after him; empty: nobody
    owner_name: str
    account: AccountShown | None
    contact_points: list[PointShown]
    open_tickets: list[OpenTicket]
    unpaid_orders: list[str]
    row_version: int


class CustomerList(BaseModel):
    """Some customers by name."""

    items: list[CustomerItem]
    next_cursor: str | None


class PointWanted(Body):
    """A number or address as a person typed it."""

    kind: Literal["phone", "mail", "fax", "im"] = "phone"
    value: Line
    label: Line = ""
    is_primary: bool = False


Tags = Annotated[list[Name], Field(max_length=20)]


class CustomerChange(Body):
    """What to change; a part left out stays as it is. An empty account_name leaves the account.

    `owner` is the log-in name of who looks after the customer; empty: nobody.
    """

    name: Name | None = None
    role: Line | None = None
    language: Line | None = None
    vip: bool | None = None
    note: Prose | None = None
    tags: Tags | None = None
    account_id: UUID | None = None
    account_name: Line | None = None
    grade: Line | None = None
    owner: Line | None = None
    row_version: int | None = None


class CustomerWanted(Body):
    """A new customer with the numbers known so far."""

    name: Name
    role: Line = ""
    language: Line = ""
    vip: bool = False
    note: Prose = ""
    tags: Tags = Field(default_factory=list)
    account_id: UUID | None = None
    account_name: Line | None = None
    grade: Line | None = None
    contact_points: list[PointWanted] = Field(default_factory=list, max_length=20)


class CustomerSearch(Paged):
    """Words that all stand in the name, the account or a number."""

    q: Line = ""


class NumberAsked(Query):
    """A number as it came from the switch or a person."""

    number: Line


class CardShown(RootModel[CallerCard]):
    """The caller's card, as `screen_popped.card` has it."""
