"""Remembers under which boot of Asterisk we worked, across our own restarts."""

from __future__ import annotations

from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)


class BootMark:
    """One small file; without it a restart of Asterisk while we were down goes unnoticed."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "asterisk-booted"
        self._written = ""

    def read(self) -> str:
        """Return the boot written last, empty when there is none."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def write(self, booted: str) -> None:
        """Remember the boot; a disk that is full is told and stops nothing."""
        if not booted or booted == self._written:
            return
        try:
            self._path.write_text(booted, encoding="utf-8")
        except OSError as error:
            _log.error("boot_not_remembered", reason=str(error))
        self._written = booted
