"""What the engine stands on: small protocols, so that tests can stand something else there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol
from uuid import UUID

from cti.events import Event
from cti.found import OpenCall
from cti.records import CallRecord, MissedCall


class Announcements(Protocol):
    """Prompts by name, as files the dialplan plays."""

    async def ready(self, language: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return those of the names that can be played now; what is missing is made, or left."""
        ...


class Feed(Protocol):
    """The ordered stream of telephone events, for one reader."""

    def events(self) -> AsyncIterator[Event]:
        """Yield every event once, in order."""
        ...

    def waiting(self) -> int:
        """Return how many events are there that were not yielded yet."""
        ...


class PhoneCredentials(Protocol):
    """Where Asterisk reads the digests of phones; blocking, so called in a thread."""

    def put(self, endpoint: str, ha1: str) -> None:
        """Let the phone register with MD5(user:realm:password)."""
        ...

    def remove(self, endpoint: str) -> None:
        """Let the phone register no more."""
        ...


class Tracker(Protocol):
    """The part of the call tracker that the engine speaks to."""

    def expect_transfer(self, call_id: UUID, *, by: str, to: str) -> None:
        """Say that the engine is about to move this call from one phone to another."""
        ...

    def restore(self, open_calls: Iterable[OpenCall], *, booted: str = "") -> None:
        """Know which calls were open, and under which boot of Asterisk, when we went down."""
        ...

    def records(self) -> list[CallRecord]:
        """Hand over the records of calls that ended since the last time."""
        ...

    def missed(self) -> list[MissedCall]:
        """Hand over what became known of calls nobody heard."""
        ...
