"""A file that has every job that waits in memory: a process that is killed loses none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import structlog

from acd.recorder.jobs import JOB, Job
from acd.recorder.spool import read_jobs

MOST_BYTES = 4_000_000  # then what is written already is left out

_log = structlog.get_logger(__name__)


class WriteAhead:
    """`ahead.jsonl`: written before a job waits for its batch, emptied when none waits.

    It is given to the kernel and not forced to the disk: SIGKILL costs nothing, and a
    power cut takes what the embedded database would lose as well.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = directory / "ahead.jsonl"
        self._file: int | None = None
        self._bytes = 0
        self._failed = False
        self._closed = False

    def left(self) -> list[Job]:
        """Return what a killed process had not written yet."""
        if not self._path.exists():
            return []
        self._bytes = self._path.stat().st_size
        return read_jobs(self._path)

    def add(self, jobs: Iterable[Job]) -> None:
        """Append jobs; a full disk is told once and stops nothing."""
        self._write(_lines(jobs))

    def written(self, waiting: Iterable[Job], *, all_of_them: bool) -> None:
        """Forget what is in the database: everything, or all but those `waiting`."""
        if not self._bytes or (not all_of_them and self._bytes < MOST_BYTES):
            return
        try:
            os.ftruncate(self._opened(), 0)
        except OSError as error:
            self._tell(error)
            return
        self._bytes = 0
        if not all_of_them:
            self._write(_lines(waiting))

    def close(self) -> None:
        """Let go of the file, and of the name too when nothing is in it."""
        if not self._bytes and self._file is not None:
            self._path.unlink(missing_ok=True)
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file as it is, for good: it is the next leader's now."""
        self._closed = True
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _write(self, lines: bytes) -> None:
        if self._closed:
            return
        try:
            self._bytes += os.write(self._opened(), lines)
            self._failed = False
        except OSError as error:
            self._tell(error)

    def _opened(self) -> int:
        if self._file is None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(self._path, flags, 0o600)
        return self._file

    def _tell(self, error: OSError) -> None:
        if not self._failed:
            _log.error("jobs_not_written_ahead", reason=str(error))
        self._failed = True


def _lines(jobs: Iterable[Job]) -> bytes:
    return b"".join(JOB.dump_json(job) + b"\n" for job in jobs)
