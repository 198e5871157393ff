"""One-time tickets that carry a session from HTTP to the push socket; pure."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from agent_desktop.visitors import Visitor

TICKET_LIFE = timedelta(seconds=30)
MOST_TICKETS = 10_000  # unspent ones in all; the oldest go first


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket just issued."""

    text: str
    expires_at: datetime


class TicketOffice:
    """Issues and redeems the tickets of one process."""

    def __init__(self) -> None:
        self._unspent: OrderedDict[str, tuple[Visitor, datetime]] = OrderedDict()

    def issue(self, who: Visitor, *, now: datetime) -> Ticket:
        """Return a ticket for this visitor, good once within 30 s."""
        self._sweep(now)
        text = secrets.token_urlsafe(32)
        expires_at = now + TICKET_LIFE
        self._unspent[text] = (who, expires_at)
        return Ticket(text=text, expires_at=expires_at)

    def redeem(self, text: str, *, now: datetime) -> Visitor | None:
        """Return the visitor and spend the ticket; None for an unknown, old or spent one."""
        found = self._unspent.pop(text, None)
        if found is None or found[1] < now:
            return None
        return found[0]

    def drop_session(self, key: str) -> None:
        """Make the tickets of an ended session or token worthless."""
        gone = [text for text, (who, _) in self._unspent.items() if who.key == key]
        for text in gone:
            del self._unspent[text]

    def _sweep(self, now: datetime) -> None:
        while self._unspent:
            _, (_, expires_at) = next(iter(self._unspent.items()))
            if expires_at >= now and len(self._unspent) < MOST_TICKETS:
                return
            self._unspent.popitem(last=False)


TICKETS: web.AppKey[TicketOffice] = web.AppKey("tickets", TicketOffice)
