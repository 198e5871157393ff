"""A statement that was begun holds no lock once its transaction is over."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_core.letting_go import LettingGo


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "one.sqlite3"
    first = sqlite3.connect(path, isolation_level=None)
    first.execute("CREATE TABLE t (a)")
    first.execute("INSERT INTO t VALUES (1), (2), (3)")
    first.close()
    yield path
    other = sqlite3.connect(path, timeout=0.0, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")  # nobody holds any lock by now
    other.close()


def opened(path: Path) -> LettingGo:
    return sqlite3.connect(path, isolation_level=None, factory=LettingGo)


@pytest.mark.parametrize("end", [LettingGo.rollback, LettingGo.close])
def test_a_select_that_was_begun_ends_with_it(
    file: Path, end: Callable[[LettingGo], None]
) -> None:
    connection = opened(file)
    connection.execute("BEGIN")
    kept = connection.cursor().execute("SELECT a FROM t")
    assert next(kept) == (1,)
    end(connection)
    other = sqlite3.connect(file, timeout=0.0, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    other.close()
    connection.close()


def test_what_was_written_is_undone(file: Path) -> None:
    connection = opened(file)
    connection.execute("BEGIN IMMEDIATE")
    kept = connection.cursor().execute("INSERT INTO t VALUES (4) RETURNING a")
    connection.close()
    other = sqlite3.connect(file, timeout=0.0, isolation_level=None)
    assert other.execute("SELECT count(*) FROM t").fetchone() == (3,)
    other.close()
    del kept


def test_to_close_it_twice_is_no_error(file: Path) -> None:
    connection = opened(file)
    connection.close()
    connection.close()
