"""Databases for the tests: SQLite in a temporary file and a PostgreSQL 15 of their own."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from argon2 import PasswordHasher

from crm_core import demo
from crm_core.database import Database
from crm_core.people import passwords
from crm_core.tenancy import Scope

POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
START_SECONDS = 60
DEMO_NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
DEMO_PASSWORD = "canary-password"


def _as_postgres(*command: str) -> None:
    """Run a PostgreSQL program, as its own user when we are root (it refuses root)."""
    lead = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
    subprocess.run(
        [*(lead if os.geteuid() == 0 else []), *command],
        check=True,
        timeout=START_SECONDS,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server started for this run, without a database's name."""
    folder = Path(tempfile.mkdtemp(prefix="crm-core-pg-"))
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", _free_port()
    control = str(POSTGRESQL / "pg_ctl")
    try:
        _as_postgres(
            str(POSTGRESQL / "initdb"),
            *("-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"),
        )
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        _as_postgres(
            control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"
        )
        try:
            yield f"postgresql+asyncpg://tests@127.0.0.1:{port}"
        finally:
            _as_postgres(control, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    asyncio.run(_upgrade(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str) -> str:
    """The name of a migrated PostgreSQL database, the template of each test's own."""
    asyncio.run(_execute(postgresql_server, "CREATE DATABASE migrated"))
    asyncio.run(_upgrade(f"{postgresql_server}/migrated"))
    return "migrated"


async def _upgrade(url: str) -> None:
    database = Database(url)
    await database.upgrade()
    await database.close()


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server.replace("+asyncpg", "") + "/postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgresql_server: str
) -> AsyncIterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"empty_{uuid4().hex}"
    await _execute(postgresql_server, f"CREATE DATABASE {name}")
    yield f"{postgresql_server}/{name}"
    await _execute(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    migrated_sqlite: Path,
    postgresql_server: str,
    migrated_postgresql: str,
) -> AsyncIterator[str]:
    """The URL of a migrated, empty database."""
    if request.param == "sqlite":
        shutil.copy(migrated_sqlite, tmp_path / "test.sqlite3")
        yield f"sqlite+aiosqlite:///{tmp_path}/test.sqlite3"
        return
    name = f"test_{uuid4().hex}"
    await _execute(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {migrated_postgresql}")
    yield f"{postgresql_server}/{name}"
    await _execute(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def seeded(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    postgresql_server: str,
    migrated_postgresql: str,
) -> str:
    """The URL of a database with the demo in it, to be read only: it is shared."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("seeded") / "demo.sqlite3"
        shutil.copy(migrated_sqlite, path)
        url = f"sqlite+aiosqlite:///{path}"
    else:
        create = f"CREATE DATABASE demo TEMPLATE {migrated_postgresql}"
        asyncio.run(_execute(postgresql_server, create))
        url = f"{postgresql_server}/demo"
    asyncio.run(_seed(url))
    return url


async def _seed(url: str) -> None:
    database = Database(url)
    async with database.transaction() as session:
        await demo.seed(session, Scope(), DEMO_PASSWORD, now=DEMO_NOW, days=3)
    await database.close()


@pytest.fixture
async def demo_database(seeded: str) -> AsyncIterator[Database]:
    """A database with the demo in it."""
    database = Database(seeded)
    yield database
    await database.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database."""
    database = Database(database_url, lock_seconds=10)
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with little work: the tests make hundreds."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    monkeypatch.setattr(passwords, "_NOBODY", hasher.hash("nobody at all"))


@pytest.fixture
def scope() -> Scope:
    """The tenant of the tests."""
    return Scope()


@pytest.fixture
def stranger() -> Scope:
    """Another tenant, who must see and change nothing of ours."""
    return Scope(tenant_id=uuid4())
