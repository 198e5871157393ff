"""The demo fills an empty installation and leaves any other alone."""

from pathlib import Path

import pytest

from callcenter.demo.seed import seed_when_empty
from callcenter.demo.show import greeting
from callcenter.secrets import Secrets
from callcenter.settings import Settings, load_settings
from crm_core.database import Database
from crm_core.people import ADMIN, authenticate, create_user, ensure_roles, users
from crm_core.tenancy import Scope


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CALLCENTER_HOME", str(tmp_path))
    return load_settings()


async def test_its_people_log_in_with_the_password_that_the_greeting_shows(
    settings: Settings,
) -> None:
    seeded = await seed_when_empty(settings)
    assert seeded is not None
    password = Secrets(settings.home).demo_password
    shown = greeting(settings, seeded)
    assert password in shown
    assert f"http://127.0.0.1:{settings.http_port}/" in shown
    database = Database(settings.database)
    try:
        async with database.transaction() as session:
            name = seeded.accounts[0].username
            assert name in shown
            assert await authenticate(session, Scope(), name, password) is not None
    finally:
        await database.close()
    again = await seed_when_empty(settings, "another-Password-1")
    assert again is not None
    assert not again.created
    assert Secrets(settings.home).demo_password == password


async def test_a_database_with_people_of_its_own_gets_no_demo_accounts(settings: Settings) -> None:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.transaction() as session:
            await ensure_roles(session, Scope())
            await create_user(
                session,
                Scope(),
                username="owner",
                display_name="Owner",
                password="a-long-Password-1",
                roles=[ADMIN],
            )
        assert await seed_when_empty(settings) is None
        async with database.read() as session:
            assert [user.username for user in await users(session, Scope())] == ["owner"]
    finally:
        await database.close()
    assert "people of its own" in greeting(settings, None)
