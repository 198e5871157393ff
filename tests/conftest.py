"""One PostgreSQL and one Redis a test process, started when first asked for; a database a test."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from crm_core.database import Database

sys.path.append(str(Path(__file__).parent))

from services import PostgresServer, RedisServer

settings.register_profile(  # speed belongs to the benchmarks
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

LONGEST = (  # files of a minute and more, which are dealt out whole
    "test_roles.py",
    "test_odd_callers.py",
    "test_pages_settings.py",
    "test_pages_accessible.py",
    "test_standby.py",
    "test_pages_desk.py",
    "test_agents_at_work.py",
    "test_waiting.py",
    "test_settings_obeyed.py",
    "test_ivr_flows.py",
    "test_faults.py",
    "test_strategies_ring.py",
    "test_two_nodes.py",
    "test_agents.py",
    "test_ivr_menu.py",
    "test_pages_large.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: one that came last would keep one process busy alone."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    _upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgresServer) -> str:
    """The name of a migrated PostgreSQL database, the template of each test's own."""
    name = postgresql.create(name="migrated")
    _upgrade(postgresql.url(name))
    return name


def _upgrade(url: str) -> None:
    async def upgrade() -> None:
        database = Database(url)
        await database.upgrade()
        await database.close()

    with asyncio.Runner() as runner:
        runner.run(upgrade())


@pytest.fixture
def empty_postgresql(postgresql: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database without tables."""
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of each kind."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.sqlite3"
    url: str = request.getfixturevalue("empty_postgresql")
    return url


@pytest.fixture
def postgresql_url(postgresql: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    name = postgresql.create(template=migrated_postgresql)
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated, empty database, of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.sqlite3")
        return f"sqlite+aiosqlite:///{tmp_path}/test.sqlite3"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database, of each kind."""
    database = Database(database_url, lock_seconds=10)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    server = RedisServer()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def own_redis(redis_server: RedisServer) -> RedisServer:
    """A Redis that runs and is empty; the test may stop it."""
    redis_server.start()
    redis_server.empty()
    return redis_server
