"""A file that holds jobs while the database is away and memory is full."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import structlog
from pydantic import ValidationError

from acd.recorder.jobs import JOB, Job

_log = structlog.get_logger(__name__)


class Spool:
    """Jobs on disk, one JSON object a line, oldest first.

    `waiting.jsonl` grows; `take` moves it aside to `taken.jsonl`, which stays until
    `done`: after a crash the same jobs come again, and every verb is idempotent.
    `rejected.jsonl` keeps what the database refused, for a person to look at, and
    `fenced.jsonl` what this engine had not written when another one took the lead.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._waiting = directory / "waiting.jsonl"
        self._taken = directory / "taken.jsonl"
        self._rejected = directory / "rejected.jsonl"
        self._fenced = directory / "fenced.jsonl"
        self.holds_jobs = self._waiting.exists()  # on disk, that nobody has taken

    def put(self, jobs: Iterable[Job]) -> None:
        """Append jobs, and see them on the disk."""
        try:
            _append(self._waiting, jobs)
        finally:
            self.holds_jobs = self._waiting.exists()

    def reject(self, job: Job) -> None:
        """Keep a job that can never be done."""
        _append(self._rejected, [job])

    def set_aside(self, jobs: Iterable[Job]) -> None:
        """Keep jobs that are another engine's to do now."""
        _append(self._fenced, jobs)

    def interrupted(self) -> list[Job]:
        """Return the jobs that were taken before a crash and perhaps not done."""
        return read_jobs(self._taken) if self._taken.exists() else []

    def take(self) -> list[Job]:
        """Return the jobs of a crash before, else those that wait."""
        if not self._taken.exists():
            if not self.holds_jobs:
                return []
            self._waiting.rename(self._taken)
            self.holds_jobs = False
        return read_jobs(self._taken)

    def done(self) -> None:
        """Forget the jobs taken last."""
        self._taken.unlink(missing_ok=True)


def _append(path: Path, jobs: Iterable[Job]) -> None:
    with path.open("ab") as file:
        for job in jobs:
            file.write(JOB.dump_json(job) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_jobs(path: Path) -> list[Job]:
    """Return the jobs in the file; a line that was cut by a crash is told and left out."""
    jobs: list[Job] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            jobs.append(JOB.validate_json(line))
        except ValidationError:
            _log.warning("spool_line_unreadable", file=path.name, line=number)
    return jobs
