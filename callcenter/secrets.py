"""Secrets of one installation: random, made when first asked for, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from callcenter.errors import CommandFailed

_BYTES = 32
_BYTES_TO_TYPE = 9  # twelve characters


def _write(path: Path, secret: str, *, replace: bool) -> None:
    """Put a secret in place whole; without `replace` the one of a quicker process stays."""
    with NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        draft = Path(file.name)  # mode 0600 from the first moment
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    try:
        if replace:
            draft.replace(path)
        else:
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

    @property
    def demo_password(self) -> str:
        """What everybody in the demo logs in with; short enough to type."""
        return self._read("demo-password", _BYTES_TO_TYPE)

    def keep_demo_password(self, password: str) -> None:
        """Remember the one a person chose."""
        with self._advice():
            self._prepare()
            _write(self._directory / "demo-password", password, replace=True)

    def _prepare(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._directory.chmod(0o700)

    def _read(self, name: str, size: int = _BYTES) -> str:
        path = self._directory / name
        with self._advice():
            self._prepare()
            if not path.exists():
                _write(path, secrets.token_urlsafe(size), replace=False)
            return path.read_text(encoding="utf-8").strip()

    @contextmanager
    def _advice(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise CommandFailed(
                f"cannot keep secrets in {self._directory}: {error.strerror}; "
                "free some space or set CALLCENTER_HOME to a directory you may write to"
            ) from error
