"""A phone's digest is there when it was given, and nobody's afterwards."""

import sqlite3
from pathlib import Path

from asterisk_conf.credentials import PhoneCredentials

RIGHT = "0" * 32


def rows(path: Path) -> dict[str, tuple[str, str, str, str]]:
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("SELECT id, auth_type, username, realm, md5_cred FROM ps_auths")
        return {row[0]: row[1:] for row in found}
    finally:
        connection.close()


def test_a_prepared_phone_has_a_digest_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "realtime.sqlite3"
    PhoneCredentials(path).prepare(["agent-1001", "agent-1002"])
    digests = {row[3] for row in rows(path).values()}
    assert len(digests) == 2
    assert all(len(digest) == 32 for digest in digests)


def test_preparing_again_keeps_what_was_given(tmp_path: Path) -> None:
    path = tmp_path / "realtime.sqlite3"
    credentials = PhoneCredentials(path)
    credentials.prepare(["agent-1001"])
    credentials.put("agent-1001", RIGHT)
    credentials.prepare(["agent-1001"])
    assert rows(path)["agent-1001"] == ("md5", "agent-1001", "callcenter", RIGHT)


def test_a_removed_phone_keeps_its_row_and_loses_its_secret(tmp_path: Path) -> None:
    path = tmp_path / "realtime.sqlite3"
    credentials = PhoneCredentials(path)
    credentials.prepare()
    credentials.put("agent-1001", RIGHT)
    credentials.remove("agent-1001")
    assert rows(path)["agent-1001"][3] != RIGHT
    assert len(rows(path)["agent-1001"][3]) == 32


def test_a_reader_is_not_blocked_by_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "realtime.sqlite3"
    PhoneCredentials(path).prepare(["agent-1001"])
    writer = sqlite3.connect(path, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        assert "agent-1001" in rows(path)
    finally:
        writer.close()
