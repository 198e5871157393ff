"""The lead as a row of the database, watched by everybody with his own monotonic clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from acd.lead.lead import LeadLost
from acd.lead.lock import FileLock
from crm_core import lead
from crm_core.database import Database
from crm_core.errors import DatabaseUnavailable
from crm_core.lead import LeadSeen
from crm_core.tenancy import Scope

AWAY = (DatabaseUnavailable, TimeoutError)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadTimes:
    """All in seconds; `sure` + `answer` must be shorter than `patience`."""

    beat: float = 0.5  # between two signs of life of the leader
    answer: float = 0.9  # the database may take so long for one
    sure: float = 2.0  # a leader that was frozen for longer asks before it acts again
    patience: float = 3.0  # a leader silent for so long is taken for dead


BESIDE_A_LOCK = LeadTimes(beat=2.0, answer=30.0)  # the lock decides; beats are for people


class StoredLead:
    """Taken by comparing and setting a token in one transaction; no wall clock is asked.

    Whoever stands by takes over when the row has not changed for `patience` seconds of
    his own clock. With a `lock` (SQLite: all engines are on one machine) the lock alone
    says who may take it, so nobody waits for a dead process.
    """

    def __init__(
        self,
        database: Database,
        scope: Scope,
        *,
        holder: str,
        lock: FileLock | None = None,
        times: LeadTimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = 0
        self.took_over = False  # another one had it before us
        self._database, self._scope, self._holder = database, scope, holder
        self._lock = lock
        self._times = times or (BESIDE_A_LOCK if lock else LeadTimes())
        self._clock = clock
        self._awake = 0.0  # when we last asked, and were not told that another one leads
        self._watched: tuple[LeadSeen, float] | None = None

    async def take(self, *, standing_by: Callable[[], None] = lambda: None) -> int:
        """Wait until the lead is ours and return its token.

        `standing_by` is called once when another one has it.
        """
        told = False
        while not await self._try():
            if not told:
                told = self.took_over = True
                _log.info("standing_by", holder=self._holder, leader=self._leader())
                standing_by()
            await asyncio.sleep(self._times.beat if self._lock is None else 0.25)
        _log.info("leading", holder=self._holder, token=self.token)
        return self.token

    def sure(self) -> bool:
        """Tell whether the lead was ours a moment ago."""
        return self._lock is not None or self._clock() - self._awake < self._times.sure

    async def keep(self) -> None:
        """Give signs of life until cancelled; raises `LeadLost` when another engine leads.

        A database that is away costs nobody the lead: calls go on, and an engine that has
        taken over elsewhere is met at Asterisk.
        """
        away = False
        while True:
            await asyncio.sleep(self._times.beat)
            began = self._clock()
            try:
                await self._beat()
            except AWAY as error:
                if not away:
                    _log.warning("lead_not_confirmed", token=self.token, reason=str(error))
                away, began = True, self._clock()
            else:
                away = False
            self._awake = began

    async def give_back(self) -> None:
        """Let the next one take over at once; best effort."""
        token, self.token = self.token, 0
        try:
            async with (
                asyncio.timeout(self._times.answer),
                self._database.transaction() as session,
            ):
                await lead.give_back(session, self._scope, token)
        except AWAY as error:
            _log.info("lead_not_given_back", reason=str(error))
        finally:
            if self._lock is not None:
                self._lock.release()

    async def _beat(self) -> None:
        async with asyncio.timeout(self._times.answer), self._database.transaction() as session:
            ours = await lead.beat(session, self._scope, self.token)
        if not ours:
            raise LeadLost(f"engine {self.token} leads no more")

    async def _try(self) -> bool:
        if self._lock is not None and not self._lock.try_acquire():
            return False
        try:
            async with self._database.read() as session:
                seen = await lead.look(session, self._scope)
            if not self._may_take(seen):
                await self._tell_people()
                return False
            async with self._database.transaction() as session:
                token = await lead.take(session, self._scope, holder=self._holder, seen=seen)
        except DatabaseUnavailable as error:
            _log.warning("lead_not_read", reason=str(error))
            self._watched = None  # who could not look does not know for how long all was still
            return False
        if token is None:
            return False
        self.token, self._awake = token, self._clock()
        return True

    def _may_take(self, seen: LeadSeen) -> bool:
        if self._lock is not None or not seen.holder:
            return True
        before, since = self._watched or (None, 0.0)
        if before is None or (before.token, before.beats) != (seen.token, seen.beats):
            self._watched = (seen, self._clock())
            return False
        return self._clock() - since >= self._times.patience

    async def _tell_people(self) -> None:
        async with self._database.transaction() as session:
            await lead.stand_by(session, self._scope, holder=self._holder)

    def _leader(self) -> str:
        return self._watched[0].holder if self._watched else "a process of this machine"
