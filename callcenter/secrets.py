"""Secrets of one installation: random, made when first asked for, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from callcenter.errors import CommandFailed

_BYTES = 32


def _make(path: Path) -> None:
    """Put a new secret in place whole, unless another process was quicker."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


class Secrets:
    """The secrets below `home/secrets`, one file each, mode 0600."""

    def __init__(self, home: Path) -> None:
        self._directory = home / "secrets"

    @property
    def ami_secret(self) -> str:
        """What our engine logs in to Asterisk with."""
        return self._read("ami")

    @property
    def session_key(self) -> str:
        """What the web server signs with."""
        return self._read("session-key")

    def _read(self, name: str) -> str:
        path = self._directory / name
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._directory.chmod(0o700)
            if not path.exists():
                _make(path)
            return path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise CommandFailed(
                f"cannot keep secrets in {self._directory}: {error.strerror}; "
                "free some space or set CALLCENTER_HOME to a directory you may write to"
            ) from error
