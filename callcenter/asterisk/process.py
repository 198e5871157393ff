"""A process known across our own restarts: its number and its birth in one file."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_POLL_SECONDS = 0.02
_BIRTH_FIELD = 19  # field 22 of /proc/PID/stat, counted after the ")" of the name
_STATE_FIELD = 0


def _stat_fields(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _has_threads(pid: int) -> bool:
    """Tell whether threads outlive the first one, which then looks like a zombie."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()) > 1
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class KnownProcess:
    """A process that cannot be mistaken for a later one of the same number."""

    pid: int
    birth: str  # clock ticks since boot

    @classmethod
    def of(cls, pid: int) -> KnownProcess | None:
        """Return the running process of this number, or None."""
        fields = _stat_fields(pid)
        return cls(pid, fields[_BIRTH_FIELD]) if fields else None

    @classmethod
    def read(cls, path: Path) -> KnownProcess | None:
        """Return what `write` stored, or None when there is nothing sensible."""
        try:
            pid, birth = path.read_text(encoding="ascii").split()
            return cls(int(pid), birth)
        except (OSError, ValueError):
            return None

    def write(self, path: Path) -> None:
        """Store it for a later command."""
        path.write_text(f"{self.pid} {self.birth}\n", encoding="ascii")

    def is_running(self) -> bool:
        """Tell whether this very process still runs (a zombie does not)."""
        fields = _stat_fields(self.pid)
        if fields is None or fields[_BIRTH_FIELD] != self.birth:
            return False
        return fields[_STATE_FIELD] != "Z" or _has_threads(self.pid)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal unless the process is gone."""
        if self.is_running():
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def wait(self, seconds: float) -> bool:
        """Wait until it ended; False when it still runs after `seconds`."""
        deadline = time.monotonic() + seconds
        while self.is_running():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True
