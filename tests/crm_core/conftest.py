"""What the tests of the store share: tenants, quick passwords, a database with the demo in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from crm_core import demo
from crm_core.database import Database
from crm_core.people import passwords
from crm_core.tenancy import Scope

DEMO_NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # Friday 16:00 in Shanghai
DEMO_PASSWORD = "canary-password"


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database with the demo in it, to be read only: it is shared."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("seeded") / "demo.sqlite3"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        url = f"sqlite+aiosqlite:///{path}"
    else:
        server = request.getfixturevalue("postgresql")
        url = server.url(server.create(template=request.getfixturevalue("migrated_postgresql")))
    with asyncio.Runner() as runner:
        runner.run(_seed(url))
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
