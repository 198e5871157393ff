"""Number routing at work beside the engine: plans in force, facts, and what is kept of calls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from acd.notices import QueueRow
from crm_core import numbers
from crm_core.clock import utc_now
from crm_core.database import Database
from crm_core.numbers import RoutedCall
from crm_core.tenancy import Scope
from ivr.errors import VoiceFailed
from ivr.leading import announcements
from ivr.numbers import QueueLoad
from ivr.numbers.facts import wait_expected
from ivr.numbers.targets import named
from ivr.plan_store import Stored, read_stored
from ivr.prompts import PromptStore, words_of
from ivr.router import Led, Router
from ivr.trace import trace_data

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 0.5  # counters and calls are written together at most this often
_MOST_WAITING = 20_000  # calls kept while the database is away; the oldest go first


class StoredHistory:
    """Earlier calls of a caller, read from the database."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database, self._scope = database, scope

    async def calls_before(self, caller: str, since: datetime) -> tuple[datetime, ...]:
        """Give the times of this caller's calls since then, newest first."""
        async with self._database.read() as session:
            return await numbers.calls_before(session, self._scope, caller, since=since)


class BoardLoad:
    """The board's live rows as loads of queues; empty until the engine is there."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self.rows: Callable[[], list[QueueRow]] = list

    def load(self, queues: frozenset[str]) -> Mapping[str, QueueLoad]:
        """Give the load of these queues."""
        now = self._clock()
        return {row.name: _load(row, now) for row in self.rows() if row.name in queues}


def _load(row: QueueRow, now: datetime) -> QueueLoad:
    expected = wait_expected(row.waiting, row.ready, row.oldest_since, now)
    return QueueLoad(waiting=row.waiting, ready=row.ready, expected_wait=expected)


class StoredLedger:
    """Writes led calls and counters in batches, off the way of the calls."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database, self._scope = database, scope
        self._calls: deque[Led] = deque()
        self._arrived = asyncio.Event()

    def put(self, led: Led) -> None:
        """Take a call that was led; never waits."""
        if len(self._calls) >= _MOST_WAITING:
            self._calls.popleft()
        self._calls.append(led)
        self._arrived.set()

    async def run(self) -> None:
        """Write what comes, until cancelled; `flush` afterwards for the last calls."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            await asyncio.sleep(FLUSH_SECONDS)  # more calls share the transaction
            if not await self.flush():
                self._arrived.set()

    async def flush(self) -> bool:
        """Write everything in one transaction; False when that failed, and all is kept."""
        batch = list(self._calls)
        if not batch:
            return True
        counters = {led.decision.spent.key: led for led in batch if led.decision.spent}
        try:
            async with self._database.transaction() as session:
                await numbers.keep_routed(session, self._scope, [_routed(led) for led in batch])
                kept = {key: _counters(led) for key, led in counters.items()}
                await numbers.keep_counters(session, self._scope, kept, batch[-1].at)
        except Exception as error:  # noqa: BLE001 - whatever the database says, calls go on
            log.warning("led_calls_not_kept", calls=len(batch), error=repr(error))
            return False
        for _ in batch:
            self._calls.popleft()
        return True


def _counters(led: Led) -> dict[str, Any]:
    spent = led.decision.spent
    return {} if spent is None else spent.pick.state.as_json()


def _routed(led: Led) -> RoutedCall:
    decision = led.decision
    target, spent = decision.target, decision.spent
    return RoutedCall(
        call_id=led.call_id,
        at=led.at,
        caller=led.caller,
        number=led.did,
        version=decision.version,
        why=decision.why,
        rule=decision.rule,
        place=decision.place,
        target_kind="" if target is None else target.kind,
        target="" if target is None else named(target),
        split_key="" if spent is None else spent.key,
        share=None if spent is None else spent.pick.share,
        booked=None if spent is None else spent.pick.booked,
        trace=trace_data(decision.trace),
    )


class NumberRouting:
    """The router with everything it needs from the database; reloaded without a restart."""

    def __init__(
        self, database: Database, scope: Scope, prompts: PromptStore, *, default_flow: str
    ) -> None:
        self._database, self._scope, self._prompts = database, scope, prompts
        self._default_flow = default_flow
        self.load = BoardLoad()
        self.ledger = StoredLedger(database, scope)
        self.router = Router(
            history=StoredHistory(database, scope), ledger=self.ledger, load=self.load
        )

    async def start(self) -> None:
        """Read plans and counters; raises DatabaseUnavailable."""
        await self.reload()
        async with self._database.read() as session:
            self.router.restore(await numbers.read_counters(session, self._scope))

    async def reload(self) -> None:
        """Put in force what the database holds now; calls decided meanwhile go by the old."""
        async with self._database.read() as session:
            stored = await read_stored(session, self._scope)
        await self._speak(stored)
        book = stored.book(default_flow=self._default_flow)
        self.router.put_in_force(book, stored.sites_down)
        log.info("plans_in_force", numbers=len(book), plans=len(stored.plans))

    async def close(self) -> None:
        """Write the last calls; nothing is decided afterwards."""
        await self.router.close()
        await self.ledger.flush()

    async def _speak(self, stored: Stored) -> None:
        """Make what announcements say before a caller waits for it."""
        for phrase in sorted(announcements(stored.plans, stored.screening), key=repr):
            try:
                _ = await self._prompts.make(phrase)
            except (VoiceFailed, OSError) as error:
                log.warning("announcement_not_made", text=words_of(phrase), reason=str(error))
