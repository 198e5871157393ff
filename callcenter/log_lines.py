"""How a running process writes its log: one JSON line for each fact."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import TextIO

import structlog
from typing_extensions import override


def open_log(home: Path) -> TextIO:
    """Open `home/log/callcenter.log` to append; readable by its owner alone."""
    path = home / "log" / "callcenter.log"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("a", encoding="utf-8", buffering=1)


class HeldLines(io.StringIO):
    """Keeps what is written until `release`: a start that is refused tells its one line alone."""

    def __init__(self, to: TextIO) -> None:
        super().__init__()
        self._to = to
        self._open = False

    @override
    def write(self, text: str) -> int:
        return self._to.write(text) if self._open else super().write(text)

    @override
    def flush(self) -> None:
        self._to.flush()

    def release(self) -> None:
        """Write what was kept, and everything from now on at once."""
        self._open = True
        self._to.write(self.getvalue())
        self._to.flush()
        self.truncate(0)


def write_log_lines(to: TextIO, level: int = logging.INFO) -> None:
    """Send structlog and the libraries' own warnings there as JSON lines."""
    logging.basicConfig(level=logging.WARNING, stream=to, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(to),
        cache_logger_on_first_use=True,
    )
