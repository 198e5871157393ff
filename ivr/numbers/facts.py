"""What a decision is made from: the request, and what is known at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from crm_core.phones import NumberKind, normalise
from ivr.numbers.hours import zone_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A call at our door; numbers as the switch gave them, the time aware."""

    caller: str
    did: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Who calls, as the look-up says."""

    known: bool = False
    vip: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueLoad:
    """How busy a queue is now; `expected_wait` in seconds, None when nobody can tell."""

    waiting: int = 0
    ready: int = 0
    expected_wait: float | None = None


def wait_expected(
    waiting: int, ready: int, oldest_since: datetime | None, now: datetime
) -> float | None:
    """Estimate what a new caller of a queue would wait, in seconds; None when nobody can tell.

    Nothing while an agent is free and nobody waits; else as long as the caller at the head of the
    line has waited so far (the head-of-line delay, a plain and sturdy predictor).
    """
    if not waiting:
        return 0.0 if ready else None
    return None if oldest_since is None else max(0.0, (now - oldest_since).total_seconds())


HOME_REGION = "CN"  # of numbers without a country, where no plan says another
NO_LOAD: Mapping[str, QueueLoad] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known; None means that nobody could say in time, and no condition on it holds."""

    customer: Customer | None = None
    calls_before: tuple[datetime, ...] | None = None  # of this caller, this call left out
    load: Mapping[str, QueueLoad] = field(default_factory=lambda: NO_LOAD)
    sites_down: frozenset[str] = frozenset()
    last_minute: int = 0  # calls of this caller within the last minute, this one included


class Situation:
    """One request with its facts, and what several conditions ask of it, worked out once."""

    __slots__ = ("_locals", "anonymous", "at", "caller", "facts", "shown")

    def __init__(self, request: Request, facts: Facts) -> None:
        self.caller, self.at, self.facts = request.caller, request.at, facts
        phone = normalise(request.caller)
        self.shown = phone.shown  # as block lists and counters keep the caller's number
        self.anonymous = phone.kind is NumberKind.ANONYMOUS  # the number is withheld
        self._locals: dict[str, datetime] = {}

    def local(self, zone: str) -> datetime:
        """Give the moment on the clocks of a zone."""
        found = self._locals.get(zone)
        if found is None:
            found = self._locals[zone] = self.at.astimezone(zone_of(zone))
        return found

    def number(self, region: str) -> str:
        """Give the caller's number as E.164 where it is one, else its digits."""
        return self.shown if region == HOME_REGION else normalise(self.caller, region).shown

    def calls_within(self, hours: int) -> int | None:
        """Count the caller's earlier calls of the last hours; None when nobody could say."""
        if self.facts.calls_before is None:
            return None
        since = self.at - timedelta(hours=hours)
        return sum(since <= call < self.at for call in self.facts.calls_before)


def shown_number(caller: str) -> str:
    """Give a caller's number as block lists and counters keep it."""
    return normalise(caller).shown


def facts_of(data: Mapping[str, Any]) -> Facts:
    """Build facts from plain values, as a simulator assumes them."""
    return Facts(**data)
