"""The card of a caller: who it may be and what is open with them, ready to be sent as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class CardMatch:
    """A contact the number may be; `level` is known (written there) or maybe."""

    contact_id: str
    account_id: str | None
    name: str
    account_name: str
    grade: str
    vip: bool
    level: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardTimelineItem:
    """Something that happened with the customer; `at` is ISO 8601 in UTC."""

    at: str
    channel: str
    direction: str
    subject: str
    summary: str
    status: str
    object_kind: str
    object_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardTicket:
    """A ticket that is not closed."""

    ticket_id: str
    number: int
    subject: str
    status: str
    priority: str
    opened_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardAccount:
    """The account in short."""

    account_id: str
    name: str
    kind: str
    grade: str
    vip_level: int
    industry: str
    region: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallerCard:
    """Who calls, as far as is known; ids and times are text, so that `as_json` is plain JSON.

    `known` says that the number is written at one contact or more; with several matches nobody
    is guessed and the lists below stay empty until one is chosen (`directory.card`).
    """

    number: str
    raw_number: str
    kind: str  # crm_core.phones.NumberKind
    known: bool = False
    matches: tuple[CardMatch, ...] = ()
    account: CardAccount | None = None
    language: str = ""
    note: str = ""
    open_tickets: tuple[CardTicket, ...] = ()
    unpaid_orders: tuple[str, ...] = ()
    timeline: tuple[CardTimelineItem, ...] = ()
    tags: tuple[str, ...] = ()
    owner_agent_id: str = ""  # who looks after the customer
    last_agent_id: str = ""  # who answered the customer's latest answered call
    do_not_call: bool = False  # the number is marked so at one of those it is written at

    @property
    def vip_level(self) -> int:
        """The account's level, at least 1 for a contact marked VIP; 0 for all others."""
        of_account = self.account.vip_level if self.account else 0
        marked = self.known and len(self.matches) == 1 and self.matches[0].vip
        return max(of_account, int(marked), 0)

    @property
    def contact_id(self) -> str | None:
        """The contact when there is exactly one known match."""
        return self.matches[0].contact_id if self.known and len(self.matches) == 1 else None

    @property
    def account_id(self) -> str | None:
        """The account when every known match belongs to the same one."""
        accounts = {match.account_id for match in self.matches}
        return accounts.pop() if self.known and len(accounts) == 1 else None

    @property
    def customer(self) -> str:
        """A short name for boards; empty when nobody is known."""
        if not self.known:
            return ""
        first = self.matches[0]
        return first.name if len(self.matches) == 1 else first.account_name

    def as_json(self) -> dict[str, object]:
        """Return the card as plain JSON values."""
        return asdict(self)
