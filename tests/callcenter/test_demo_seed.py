"""The demo fills an empty installation and leaves any other alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callcenter.demo.seed import seed_when_empty
from callcenter.demo.show import greeting
from callcenter.secrets import Secrets
from callcenter.settings import Settings, load_settings
from crm_core.database import Database
from crm_core.people import ADMIN, create_user, ensure_roles, hash_password, users
from crm_core.tenancy import Scope
from crm_core.testing import logged_in
from ivr.numbers import Customer, Facts, Request, decide
from ivr.numbers.lint import lint
from ivr.numbers.targets import FlowTarget
from ivr.plan_store import flow_titles, known_around, read_stored


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
        name = seeded.accounts[0].username
        assert name in shown
        assert await logged_in(database, Scope(), name, password) is not None
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
                hashed=await hash_password("a-long-Password-1"),
                roles=[ADMIN],
            )
        assert await seed_when_empty(settings) is None
        async with database.read() as session:
            assert [user.username for user in await users(session, Scope())] == ["owner"]
    finally:
        await database.close()
    assert "people of its own" in greeting(settings, None)


async def test_its_numbers_have_plans_without_a_fault(settings: Settings) -> None:
    await seed_when_empty(settings)
    database = Database(settings.database)
    try:
        async with database.read() as session:
            stored = await read_stored(session, Scope())
            flows = frozenset(await flow_titles(session, Scope()))
            known = await known_around(session, Scope(), stored, flows=flows)
            assert {number for number, plan in known.plans.items() if plan} == {"4000", "4006"}
            assert list(lint(known, stored.screening)) == []
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("at", "vip", "place"),
    [
        ("2026-11-25T10:00:00+08:00", False, "rules.3.split.0.to"),
        ("2026-11-25T10:00:00+08:00", True, "rules.2.to"),
        ("2026-11-25T20:00:00+08:00", True, "rules.1.to"),
        ("2027-01-01T10:00:00+08:00", False, "rules.0.to"),
    ],
)
async def test_its_sales_line_knows_hours_holidays_vips_and_sites(
    settings: Settings, at: str, vip: bool, place: str
) -> None:
    await seed_when_empty(settings)
    database = Database(settings.database)
    try:
        async with database.read() as session:
            book = (await read_stored(session, Scope())).book()
    finally:
        await database.close()
    asked = Request(caller="13800138000", did="4006", at=datetime.fromisoformat(at))
    facts = Facts(customer=Customer(known=True, vip=vip), load={})
    assert decide(book, asked, facts).place == place


async def test_its_hotline_is_served_by_its_flow_at_any_hour(settings: Settings) -> None:
    await seed_when_empty(settings)
    database = Database(settings.database)
    try:
        async with database.read() as session:
            book = (await read_stored(session, Scope())).book()
    finally:
        await database.close()
    now = datetime.now(UTC)
    for hours in range(7 * 24):
        asked = Request(caller="13800138000", did="4000", at=now + timedelta(hours=hours))
        target = decide(book, asked, Facts(load={})).target
        assert isinstance(target, FlowTarget)
        assert target.flow == "hotline"
