"""The log that Asterisk writes of its calls: read when an engine begins, and kept short."""

from __future__ import annotations

import asyncio
import csv
import io
from pathlib import Path

import structlog

from cti.cel import Row, row_of

KEPT_SECONDS = 60.0  # at least, and at most twice that, while an engine runs
MOST_BYTES = 64_000_000  # of the end that is read; more than a day without an engine

_log = structlog.get_logger(__name__)


class CallLog:
    """The newest lines and those before them; Asterisk opens the file anew for each line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._before = path.with_suffix(".before.csv")

    def rows(self) -> list[Row]:
        """Return what the log holds, oldest first; a log that is not there holds nothing."""
        text = "".join(_tail(path) for path in (self._before, self._path))
        cells = csv.reader(io.StringIO(text, newline=""))
        return [row for row in map(row_of, cells) if row is not None]

    def trim(self) -> None:
        """Let go of the lines that were old the last time."""
        try:
            self._path.replace(self._before)
        except FileNotFoundError:
            return
        except OSError as error:
            _log.warning("call_log_not_trimmed", reason=str(error))

    async def keep_short(self) -> None:
        """Trim it now and then, until cancelled."""
        while True:
            await asyncio.sleep(KEPT_SECONDS)
            await asyncio.to_thread(self.trim)


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - MOST_BYTES))
            return file.read().decode("utf-8", "replace").replace("\0", "")
    except FileNotFoundError:
        return ""
