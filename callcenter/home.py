"""The one directory everything is written below."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile

from callcenter.errors import CommandFailed
from callcenter.settings import Settings

_ENOUGH_TO_START = 1024 * 1024  # bytes; about what a new database takes
_FULL = (errno.ENOSPC, errno.EDQUOT)


def make_home(settings: Settings) -> None:
    """Create it when missing, closed to others; CommandFailed when it cannot be written to."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _try_to_write(settings.home)
    except OSError as error:
        raise CommandFailed(_advice(settings.home, error)) from error


def _try_to_write(home: Path) -> None:
    with TemporaryFile(dir=home) as file:
        file.write(bytes(_ENOUGH_TO_START))
        file.flush()
        os.fsync(file.fileno())


def _advice(home: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"the disk of {home} is full: free some space or set CALLCENTER_HOME elsewhere"
    return (
        f"cannot write to the directory {home}: {error.strerror}; "
        "set CALLCENTER_HOME to one you may write to"
    )
