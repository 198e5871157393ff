"""Decides for each call at our door where it goes, with facts gathered in a few milliseconds."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import structlog

from crm_core.directory.card import CallerCard
from ivr.arrival import Arrival
from ivr.numbers import Customer, Decision, Facts, PlanBook, QueueLoad, Request, SplitState, decide
from ivr.numbers.book import Needs
from ivr.numbers.facts import NO_LOAD, shown_number
from ivr.numbers.split import read_state

log = structlog.get_logger(__name__)

GRACE_SECONDS = 0.05  # the most a call is kept for facts about its caller
MOST_CALLERS = 20_000  # whose calls of the last minute are counted
_MINUTE = timedelta(minutes=1)


class CallHistory(Protocol):
    """Knows when callers called before."""

    async def calls_before(self, caller: str, since: datetime) -> tuple[datetime, ...]:
        """Give the times of this caller's calls since then, newest first."""
        ...


class LoadSource(Protocol):
    """Knows how busy queues are now; asked in process, never waits."""

    def load(self, queues: frozenset[str]) -> Mapping[str, QueueLoad]:
        """Give the load of these queues; one that nobody knows is left out."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Led:
    """A call and the decision on it; `counters` are those of the split that led it, if one did."""

    call_id: UUID
    caller: str
    did: str
    at: datetime
    decision: Decision


class Ledger(Protocol):
    """Keeps where calls were led and the counters of splits; never waits."""

    def put(self, led: Led) -> None:
        """Take a call that was led."""
        ...


class NoLoad:
    """Knows no queue."""

    def load(self, queues: frozenset[str]) -> Mapping[str, QueueLoad]:
        """Give nothing."""
        del queues
        return NO_LOAD


class Repeats:
    """Counts the calls of each number within the last minute; bounded."""

    def __init__(self, most: int = MOST_CALLERS) -> None:
        self._calls: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._most = most

    def count(self, caller: str, at: datetime) -> int:
        """Count a call and give how many there were within the minute, this one included."""
        calls = self._calls.setdefault(caller, deque(maxlen=1001))
        self._calls.move_to_end(caller)
        calls.append(at)
        while calls[0] <= at - _MINUTE:
            calls.popleft()
        while len(self._calls) > self._most:
            self._calls.popitem(last=False)
        return len(calls)


class Router:
    """Holds the plans in force and the counters of their splits, in one event loop."""

    def __init__(
        self,
        *,
        history: CallHistory,
        ledger: Ledger,
        load: LoadSource | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self.load = load or NoLoad()
        self._history, self._ledger, self._clock = history, ledger, clock
        self._grace = grace_seconds
        self._book = PlanBook()
        self._sites_down: frozenset[str] = frozenset()
        self._splits: dict[str, SplitState] = {}
        self._repeats = Repeats()
        self._asking: set[asyncio.Task[tuple[datetime, ...]]] = set()

    def put_in_force(self, book: PlanBook, sites_down: frozenset[str]) -> None:
        """Decide by these plans from the next call on; counters of splits go on."""
        year = self._clock().year
        book.warm(range(year - 1, year + 2))
        self._book, self._sites_down = book, sites_down

    def restore(self, counters: Mapping[str, Any]) -> None:
        """Go on with counters that were kept; those that fit no split are left out."""
        for key, split in self._book.splits().items():
            state = read_state(counters.get(key), len(split.weights))
            if state is not None:
                self._splits.setdefault(key, state)

    async def close(self) -> None:
        """End the questions that are still under way."""
        for task in self._asking:
            task.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def route(
        self, arrival: Arrival, lookup: asyncio.Task[None], card: Callable[[], CallerCard | None]
    ) -> Decision:
        """Decide for one call; `lookup` fills the card, and is waited for 50 ms at most."""
        at = self._clock()
        caller = shown_number(arrival.number)
        count = self._repeats.count(caller, at)
        needs = self._book.needs(arrival.did)
        calls = await self._ask(needs, caller, at, lookup)
        facts = Facts(
            customer=_customer(card() if needs.customer else None),
            calls_before=calls,
            load=self.load.load(needs.queues) if needs.queues else NO_LOAD,
            sites_down=self._sites_down,
            last_minute=count,
        )
        request = Request(caller=arrival.number, did=arrival.did, at=at)
        decision = decide(self._book, request, facts, self._splits)
        if decision.spent is not None:
            self._splits[decision.spent.key] = decision.spent.pick.state
        self._ledger.put(
            Led(call_id=arrival.call_id, caller=caller, did=arrival.did, at=at, decision=decision)
        )
        return decision

    async def _ask(
        self, needs: Needs, caller: str, at: datetime, lookup: asyncio.Task[None]
    ) -> tuple[datetime, ...] | None:
        """Wait for what the plan needs, together no longer than the grace."""
        asking = self._start_history(caller, at, needs.hours_back) if needs.hours_back else None
        wanted: set[asyncio.Task[Any]] = {lookup} if needs.customer else set()
        if asking is not None:
            wanted.add(asking)
        if not wanted:
            return None
        _, late = await asyncio.wait(wanted, timeout=self._grace)
        if late:
            log.warning("routed_without_facts", late=sorted(task.get_name() for task in late))
        if asking is None or not asking.done() or asking.cancelled():
            return None
        return None if asking.exception() else asking.result()

    def _start_history(
        self, caller: str, at: datetime, hours: int
    ) -> asyncio.Task[tuple[datetime, ...]]:
        question = self._history.calls_before(caller, at - timedelta(hours=hours))
        task = asyncio.ensure_future(question)
        task.set_name("caller-history")
        self._asking.add(task)
        task.add_done_callback(self._answered)
        return task

    def _answered(self, task: asyncio.Task[tuple[datetime, ...]]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("caller_history_failed", error=repr(error))


def _customer(card: CallerCard | None) -> Customer | None:
    if card is None:
        return None
    vip = card.known and any(match.vip for match in card.matches)
    return Customer(known=card.known, vip=vip)
