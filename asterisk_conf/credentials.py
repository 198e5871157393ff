"""The phones' digests, written where Asterisk reads them at each REGISTER."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REALM = "callcenter"

_TABLE = """
CREATE TABLE IF NOT EXISTS ps_auths (
    id TEXT PRIMARY KEY,
    auth_type TEXT NOT NULL,
    username TEXT NOT NULL,
    realm TEXT NOT NULL,
    md5_cred TEXT NOT NULL,
    password TEXT
)
"""
_PUT = """
INSERT INTO ps_auths (id, auth_type, username, realm, md5_cred) VALUES (?, 'md5', ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET md5_cred = excluded.md5_cred
"""


class PhoneCredentials:
    """Digests in `realtime.sqlite3`; blocking, so async callers use a thread.

    Asterisk looks here at each REGISTER and INVITE, so a change takes effect at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self) -> None:
        """Create the file and its table when missing."""
        with self._connection() as connection:
            connection.execute(_TABLE)

    def put(self, endpoint: str, ha1: str) -> None:
        """Let `endpoint` register with `ha1` = MD5 of `endpoint:callcenter:password`, hex."""
        with self._connection() as connection:
            connection.execute(_PUT, (endpoint, endpoint, REALM, ha1))

    def remove(self, endpoint: str) -> None:
        """Refuse `endpoint` from now on; unknown ones are no error."""
        with self._connection() as connection:
            connection.execute("DELETE FROM ps_auths WHERE id = ?", (endpoint,))

    def endpoints(self) -> list[str]:
        """Return the endpoints that may register now."""
        with self._connection() as connection:
            rows = connection.execute("SELECT id FROM ps_auths ORDER BY id").fetchall()
        return [str(row[0]) for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=5)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            with connection:
                yield connection
        finally:
            connection.close()
