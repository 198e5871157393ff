"""What the tests of the store share: tenants, quick passwords, a database with the demo in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from crm_core import billing, calls, demo, directory, people, queues
from crm_core.database import Database
from crm_core.people import passwords
from crm_core.tenancy import Scope
from crm_core.testing import CALLER

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
        await demo.seed(
            session, Scope(), await people.hash_password(DEMO_PASSWORD), now=DEMO_NOW, days=3
        )
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
    monkeypatch.setattr(passwords, "_nobody", lambda: hasher.hash("nobody at all"))


@pytest.fixture
def scope() -> Scope:
    """The tenant of the tests."""
    return Scope()


@pytest.fixture
def stranger() -> Scope:
    """Another tenant, who must see and change nothing of ours."""
    return Scope(tenant_id=uuid4())


@pytest.fixture
async def agent(database: Database, scope: Scope) -> people.User:
    async with database.transaction() as session:
        await people.ensure_roles(session, scope)
        user = await people.create_user(
            session,
            scope,
            username="wangmin",
            display_name="王敏",
            hashed=await people.hash_password("canary-horse"),
            roles=["agent"],
            extension="1001",
        )
        await queues.create_queue(session, scope, name="service", title="服务热线")
        tariff = billing.Tariff(
            code="hotline",
            name="热线",
            direction="inbound",
            rates=(billing.Rate(price_per_minute=Decimal("0.15")),),
        )
        await billing.create_tariff(session, scope, tariff, is_default=True)
        for code in ("resolved", "ticket"):
            word = calls.Disposition(code=code, label=code, label_en=code)
            await calls.create_disposition(session, scope, word)
        return user


@pytest.fixture
async def customer(database: Database, scope: Scope) -> directory.Customer:
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="张三", account_name="上海盈硕标牌")
        made = await directory.save_customer(session, scope, edit)
        await directory.add_contact_point(
            session, scope, made.contact_id, directory.PointDraft(value=CALLER)
        )
        return made
