"""The recorder: writes what happened, in order, one transaction each, off the ringing path."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import structlog

from acd.recorder.jobs import CloseCall, Job
from acd.recorder.spool import Spool
from crm_core.errors import DatabaseUnavailable

JOBS_IN_MEMORY = 10_000
RETRY_FIRST, RETRY_MOST = 0.1, 5.0  # seconds between tries while the database is away
LAST_WORDS_SECONDS = 5.0  # to finish what waits when the engine stops

_log = structlog.get_logger(__name__)


class Recorder:
    """One writer for all jobs; nothing is lost while the database is away.

    `perform` does one job in one transaction and raises `DatabaseUnavailable` when it
    may be tried again; anything else it raises sets the job aside. `told` is called
    after a call is closed.
    """

    def __init__(
        self,
        perform: Callable[[Job], Awaitable[None]],
        *,
        spool: Path,
        told: Callable[[UUID], Awaitable[None]],
        limit: int = JOBS_IN_MEMORY,
    ) -> None:
        self._perform = perform
        self._told = told
        self._spool = Spool(spool)
        self._limit = limit
        self._jobs: deque[Job] = deque()
        self._from_spool = 0
        self._changed = asyncio.Event()
        self._idle = asyncio.Event()

    def add(self, *jobs: Job) -> None:
        """Take jobs to be written after those that wait; never waits itself."""
        if self._spool.holds_jobs or len(self._jobs) >= self._limit:
            self._put_on_disk(jobs)
        else:
            self._jobs.extend(jobs)
        self._idle.clear()
        self._changed.set()

    async def run(self) -> None:
        """Write until cancelled; then what still waits is written, or kept on disk."""
        try:
            while True:
                await self._next()
        finally:
            await asyncio.shield(self._finish())

    async def drained(self) -> None:
        """Wait until every job is written."""
        if self._jobs or self._spool.holds_jobs:
            await self._idle.wait()

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
            return
        await self._write(self._jobs[0])
        self._jobs.popleft()
        self._count_down()

    def _refill(self) -> None:
        taken = self._spool.take()
        self._jobs.extend(taken)
        self._from_spool = len(taken)
        if taken:
            _log.info("spool_taken_up", jobs=len(taken))
        else:
            self._spool.done()

    def _count_down(self) -> None:
        if self._from_spool:
            self._from_spool -= 1
            if not self._from_spool:
                self._spool.done()

    async def _write(self, job: Job) -> None:
        pause = RETRY_FIRST
        while True:
            try:
                await self._try(job)
            except DatabaseUnavailable as error:
                _log.warning("recorder_waits", reason=str(error), waiting=len(self._jobs))
                await asyncio.sleep(pause)
                pause = min(pause * 2, RETRY_MOST)
            else:
                return

    async def _try(self, job: Job) -> None:
        try:
            await self._perform(job)
        except (DatabaseUnavailable, TimeoutError):
            raise
        except Exception:  # noqa: BLE001 - kept for a person to look at; the others must go on
            _log.exception("job_rejected", job=job.type)
            self._spool.reject(job)
            return
        if isinstance(job, CloseCall):
            await self._told(job.closing.call_id)

    async def _finish(self) -> None:
        """Write what waits if the database lets us, else leave it on disk."""
        try:
            async with asyncio.timeout(LAST_WORDS_SECONDS):
                while self._jobs:
                    await self._try(self._jobs[0])
                    self._jobs.popleft()
                    self._count_down()
        except (DatabaseUnavailable, TimeoutError):
            kept = list(self._jobs)[self._from_spool :]  # the others lie on disk still
            self._spool.put(kept)
            _log.warning("jobs_kept_on_disk", jobs=len(kept))
