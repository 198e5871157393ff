"""The database door: one transaction, all or nothing, and failures told in one line."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text

from crm_core import queues
from crm_core.database import Database
from crm_core.errors import AlreadyExists, DatabaseUnavailable, EditedMeanwhile
from crm_core.tables import QueueRow
from crm_core.tenancy import Scope
from crm_core.testing import fresh_database


async def test_a_transaction_that_fails_leaves_nothing(database: Database, scope: Scope) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await queues.create_queue(session, scope, name="service", title="服务热线")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    async with database.read() as session:
        assert await queues.queues(session, scope) == []


async def test_the_second_of_two_editors_is_told(database: Database, scope: Scope) -> None:
    async with database.transaction() as session:
        await queues.create_queue(session, scope, name="service", title="服务热线")
    async with database.read() as session:
        seen = (await session.scalars(select(QueueRow))).one()
    async with database.transaction() as session:
        row = (await session.scalars(select(QueueRow))).one()
        row.ring_seconds = 30

    async def save_what_was_seen() -> None:
        async with database.transaction() as session:
            session.add(seen)
            seen.ring_seconds = 40

    with pytest.raises(EditedMeanwhile):
        await save_what_was_seen()


async def test_a_broken_rule_of_the_database_is_told_in_one_line(
    database: Database, scope: Scope
) -> None:
    async def add_two() -> None:
        async with database.transaction() as session:
            for _ in range(2):
                row = QueueRow(tenant_id=scope.tenant_id, name="a", title="a", title_en="a")
                session.add(row)

    with pytest.raises(AlreadyExists) as refused:
        await add_two()
    assert "\n" not in refused.value.message


async def test_nothing_is_written_under_read(database: Database, scope: Scope) -> None:
    with pytest.raises(RuntimeError, match="under read"):
        async with database.read() as session:
            await queues.create_queue(session, scope, name="service", title="服务热线")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not understood"),
        ("nonsense", "not understood"),
        ("mysql://root@localhost/x", "no database we know"),
        ("sqlite://", "names no database"),
        ("postgresql://user:canary-secret@127.0.0.1:1/x", "Connect call failed"),
        ("sqlite:////nowhere/at/all/x.sqlite3", "there is no folder /nowhere/at/all"),
    ],
)
async def test_a_wrong_url_is_told_in_one_line(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=says) as failure:
        await Database(url).ping()
    assert "\n" not in failure.value.message
    assert "canary-secret" not in failure.value.message


async def test_a_database_without_tables_is_told_plainly(empty_url: str, scope: Scope) -> None:
    database = Database(empty_url)
    with pytest.raises(DatabaseUnavailable, match="upgrade it first"):
        async with database.read() as session:
            await queues.queues(session, scope)
    await database.close()


async def test_a_file_that_is_no_database_is_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_text("these are no tables" * 100)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        await Database(f"sqlite:///{path}").ping()


async def test_a_writer_waits_only_so_long_for_another(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    database = Database(f"sqlite:///{path}", lock_seconds=0.2)
    await database.upgrade()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked"):
        async with database.transaction():
            pass
    other.execute("ROLLBACK")
    other.close()
    async with database.transaction():
        with pytest.raises(DatabaseUnavailable, match="busy"):
            async with database.transaction():
                pass
    await database.close()


async def test_a_full_disk_is_told_plainly_and_nothing_is_half_written(
    tmp_path: Path, scope: Scope
) -> None:
    database = await fresh_database(tmp_path)

    async def write_much() -> None:
        async with database.transaction() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))
            for number in range(200):
                await queues.create_queue(session, scope, name=f"q{number}", title="长" * 80)

    with pytest.raises(DatabaseUnavailable, match="full"):
        await write_much()
    async with database.read() as session:
        assert await queues.queues(session, scope) == []
    await database.close()


async def test_a_writer_who_is_cancelled_leaves_nothing_and_hinders_nobody(
    database: Database, scope: Scope
) -> None:
    writing, waiting = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.transaction() as session:
            await queues.create_queue(session, scope, name="service", title="服务热线")
            writing.set()
            await asyncio.Event().wait()

    async def wait() -> None:
        waiting.set()
        async with database.transaction() as session:
            await queues.create_queue(session, scope, name="sales", title="销售专线")

    tasks = [asyncio.create_task(write())]
    await writing.wait()
    if database.is_sqlite:
        tasks.append(asyncio.create_task(wait()))
        await waiting.wait()
    for task in reversed(tasks):
        task.cancel()
    async with asyncio.timeout(10):
        await asyncio.gather(*tasks, return_exceptions=True)
        async with database.transaction() as session:
            assert await queues.queues(session, scope) == []


async def test_a_server_that_dropped_its_connections_costs_nobody_an_error(
    empty_url: str,
) -> None:
    database = Database(empty_url)
    await database.ping()
    if not database.is_sqlite:
        other = Database(empty_url)
        async with other.read() as session:
            await session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        await other.close()
    await database.ping()
    await database.close()


async def test_a_writer_who_is_cancelled_at_any_moment_lets_others_write_at_once(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/one.sqlite3")
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE t (a)"))

    async def write() -> None:
        async with database.transaction() as session:
            for _ in range(3):
                await session.execute(text("INSERT INTO t VALUES (1)"))
                (await session.execute(text("SELECT a FROM t"))).all()

    kept: list[BaseException] = []  # with the frames of who was cancelled, and what lives there
    for moment in range(40):
        writer = asyncio.create_task(write())
        await asyncio.wait({writer}, timeout=moment * 0.00015)
        writer.cancel()
        kept += [one for one in await asyncio.gather(writer, return_exceptions=True) if one]
        other = sqlite3.connect(tmp_path / "one.sqlite3", timeout=0.5, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.close()
    await database.close()
    assert kept
