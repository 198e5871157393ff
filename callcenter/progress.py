"""Tell a waiting person what is being done: one line that changes, or some lines in a log."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

_SECONDS_BETWEEN_LINES = 5.0
_WIDEST = 100


class Progress:
    """Shows the latest line of a long work; on a terminal it replaces the one before."""

    def __init__(self, title: str, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._shown_at = 0.0
        self._started = time.monotonic()
        self._stream.write(f"{title}\n")
        self._stream.flush()

    def show(self, line: str) -> None:
        """Show the line, unless in a log the last one is only just written."""
        now = time.monotonic()
        if not self._terminal and now - self._shown_at < _SECONDS_BETWEEN_LINES:
            return
        self._shown_at = now
        width = min(_WIDEST, shutil.get_terminal_size().columns) - 1
        text = f"  {now - self._started:4.0f} s  {line.strip()}"[:width]
        self._stream.write(f"\r{text:<{width}}" if self._terminal else f"{text}\n")
        self._stream.flush()

    def done(self) -> None:
        """Clear the line and say how long it took."""
        text = f"  done in {time.monotonic() - self._started:.0f} s"
        self._stream.write(f"\r{text:<{_WIDEST - 1}}\n" if self._terminal else f"{text}\n")
        self._stream.flush()


def run_shown(
    command: list[str],
    *,
    progress: Progress,
    log: Path,
    environment: Mapping[str, str] | None = None,
    shown: Callable[[str], bool] = bool,
) -> int:
    """Run a command, show its lines, keep all of them in `log`; return its exit status."""
    with (
        log.open("a", encoding="utf-8") as kept,
        subprocess.Popen(  # noqa: S603 - the commands are ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            errors="replace",
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                kept.write(line)
                if shown(line):
                    progress.show(line)
        except BaseException:
            process.kill()
            raise
    return process.returncode


def last_complaint(log: Path, marks: tuple[str, ...]) -> str:
    """Return the last line of a log that begins with one of `marks`, or where to read it."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    said = [line.strip() for line in lines if line.startswith(marks)]
    return f"{said[-1]} (all of it: {log})" if said else f"see {log}"
