"""The phones' digests, written where Asterisk reads them at each REGISTER."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
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
_PUT_NEW = """
INSERT INTO ps_auths (id, auth_type, username, realm, md5_cred) VALUES (?, 'md5', ?, ?, ?)
ON CONFLICT (id) DO NOTHING
"""
_DIGEST_BYTES = 16


def _row(endpoint: str, ha1: str) -> tuple[str, str, str, str]:
    return (endpoint, endpoint, REALM, ha1)


def _nobodys_digest() -> str:
    return secrets.token_hex(_DIGEST_BYTES)


class PhoneCredentials:
    """Digests in `realtime.sqlite3`; blocking, so async callers use a thread.

    Asterisk looks here at each REGISTER and INVITE, so a change takes effect at once. A phone
    without a password has a digest nobody knows: with no row at all Asterisk answers 500.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self, endpoints: Iterable[str] = ()) -> None:
        """Create the file, its table and a row for each endpoint when missing."""
        with self._connection() as connection:
            connection.execute(_TABLE)
            rows = [_row(endpoint, _nobodys_digest()) for endpoint in endpoints]
            connection.executemany(_PUT_NEW, rows)

    def put(self, endpoint: str, ha1: str) -> None:
        """Let `endpoint` register with `ha1` = MD5 of `endpoint:callcenter:password`, hex."""
        with self._connection() as connection:
            connection.execute(_PUT, _row(endpoint, ha1))

    def remove(self, endpoint: str) -> None:
        """Refuse `endpoint` from now on."""
        self.put(endpoint, _nobodys_digest())

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=5)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            with connection:
                yield connection
        finally:
            connection.close()
