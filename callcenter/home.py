"""The one directory everything is written below."""

from __future__ import annotations

from callcenter.errors import CommandFailed
from callcenter.settings import Settings


def make_home(settings: Settings) -> None:
    """Create it when missing, closed to others; CommandFailed when that cannot be."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CommandFailed(
            f"cannot make the directory {settings.home}: {error.strerror}; "
            "set CALLCENTER_HOME to one you may write to"
        ) from error
