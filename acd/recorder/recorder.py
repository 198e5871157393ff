"""The recorder: writes what happened, in order and whole, off the ringing path."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from pathlib import Path
from uuid import UUID

import structlog

from acd.lead import LeadLost
from acd.recorder.ahead import WriteAhead
from acd.recorder.jobs import CloseCall, Job
from acd.recorder.spool import Spool
from crm_core.errors import DatabaseUnavailable, FencedOut

JOBS_IN_MEMORY = 10_000
BATCH = 50
LINGER_SECONDS = 0.05
AHEAD_SECONDS = 0.002  # all that SIGKILL can cost
AWAY = (DatabaseUnavailable, TimeoutError)
RETRY_FIRST, RETRY_MOST = 0.1, 5.0  # seconds between tries while the database is away
LAST_WORDS_SECONDS = 5.0  # to finish what waits when the engine stops

_log = structlog.get_logger(__name__)


class Recorder:
    """One writer for all jobs; nothing is lost while the database is away, or when killed.

    `perform` does the jobs given in one transaction and raises `DatabaseUnavailable`
    when they may be tried again, `FencedOut` when another engine leads: then `run` raises
    `LeadLost`. Anything else it raises sets the guilty job aside.
    `told` is called after a call is closed. Jobs wait `linger` seconds for company:
    writing is heavy, and must not stand between an event and the ring it leads to.
    """

    def __init__(
        self,
        perform: Callable[[Sequence[Job]], Awaitable[None]],
        *,
        spool: Path,
        told: Callable[[UUID], Awaitable[None]],
        limit: int = JOBS_IN_MEMORY,
        linger: float = LINGER_SECONDS,
    ) -> None:
        self._linger = linger
        self._perform = perform
        self._told = told
        self._spool = Spool(spool)
        self._limit = limit
        self._ahead = WriteAhead(spool)
        self._jobs: deque[Job] = deque(self._spool.interrupted())
        self._from_spool = len(self._jobs)
        self._jobs.extend(self._ahead.left())
        self._not_ahead: list[Job] = []
        self._ending = False
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()

    def add(self, *jobs: Job) -> None:
        """Take jobs to be written after those that wait; never waits itself."""
        if self._spool.holds_jobs or len(self._jobs) >= self._limit:
            self._put_on_disk(jobs)
        else:
            self._jobs.extend(jobs)
            self._write_ahead_soon(jobs)
        self._idle.clear()
        self._changed.set()

    async def catch_up(self) -> None:
        """Write, before `run`, what a killed process left: only then the store knows its calls.

        Raises `DatabaseUnavailable`, or `LeadLost`.
        """
        while self._jobs or self._refilled():
            batch = list(islice(self._jobs, BATCH))
            await self._try(batch)
            self._forget(len(batch))

    async def run(self) -> None:
        """Write until cancelled; then what still waits is written, or kept on disk."""
        try:
            while True:
                await self._next()
        finally:
            await asyncio.shield(self._finish())
            self._ahead.close()

    async def drained(self) -> None:
        """Wait until every job is written."""
        if self._jobs or self._spool.holds_jobs:
            await self._idle.wait()

    def _write_ahead_soon(self, jobs: tuple[Job, ...]) -> None:
        """Write in a moment: the phone that is to ring goes first."""
        if jobs and not self._not_ahead:
            asyncio.get_running_loop().call_later(AHEAD_SECONDS, self._write_ahead)
        self._not_ahead.extend(jobs)

    def _write_ahead(self) -> None:
        jobs, self._not_ahead = self._not_ahead, []
        if self._jobs and not self._ending:  # else they are in the database already, or soon
            self._ahead.add(jobs)

    def _put_on_disk(self, jobs: tuple[Job, ...]) -> None:
        try:
            self._spool.put(jobs)
        except OSError as error:  # a full disk must not end the calls
            _log.error("spool_not_written", reason=str(error), waiting=len(self._jobs))
            self._jobs.extend(jobs)

    async def _next(self) -> None:
        if not self._jobs:
            self._refill()
        if not self._jobs:
            self._idle.set()
            self._changed.clear()
            await self._changed.wait()
            await asyncio.sleep(self._linger)  # the phone that is to ring goes first
            return
        batch = list(islice(self._jobs, BATCH))
        await self._write(batch)
        self._forget(len(batch))

    def _refilled(self) -> bool:
        self._refill()
        return bool(self._jobs)

    def _refill(self) -> None:
        taken = self._spool.take()
        self._jobs.extend(taken)
        self._from_spool = len(taken)
        if taken:
            _log.info("spool_taken_up", jobs=len(taken))
        else:
            self._spool.done()

    def _forget(self, count: int) -> None:
        for _ in range(count):
            self._jobs.popleft()
        if self._from_spool:
            self._from_spool = max(0, self._from_spool - count)
            if not self._from_spool:
                self._spool.done()
        self._ahead.written(islice(self._jobs, self._from_spool, None), all_of_them=not self._jobs)

    async def _write(self, batch: list[Job]) -> None:
        pause = RETRY_FIRST
        while True:
            try:
                await self._try(batch)
            except AWAY as error:
                _log.warning("recorder_waits", reason=str(error), waiting=len(self._jobs))
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_MOST)
            else:
                return

    async def _try(self, batch: list[Job]) -> None:
        """Write a batch whole; a batch that is refused is written job by job."""
        try:
            await self._perform(batch)
        except AWAY:
            raise
        except FencedOut as error:
            raise LeadLost(str(error)) from error
        except Exception:  # noqa: BLE001 - kept for a person to look at; the others must go on
            if len(batch) > 1:
                for job in batch:
                    await self._try([job])
                return
            _log.exception("job_rejected", job=batch[0].type)
            self._spool.reject(batch[0])
            return
        for job in batch:
            if isinstance(job, CloseCall):
                await self._told(job.closing.call_id)

    async def _finish(self) -> None:
        """Write what waits if the database lets us, else leave it on disk."""
        self._ending = True
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                while self._jobs:
                    batch = list(islice(self._jobs, BATCH))
                    await self._try(batch)
                    self._forget(len(batch))
        except AWAY:
            self._spool.put(self._only_in_memory())
            self._ahead.written((), all_of_them=True)
            _log.warning("jobs_kept_on_disk", jobs=len(self._only_in_memory()))
        except LeadLost:
            self._spool.set_aside(self._only_in_memory())
            self._ahead.abandon()
            _log.warning("jobs_set_aside", jobs=len(self._only_in_memory()))

    def _only_in_memory(self) -> list[Job]:
        """Return the jobs that are not in the spool still."""
        return list(islice(self._jobs, self._from_spool, None))
