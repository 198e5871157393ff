"""People: log-in that cannot be guessed, sessions that can be ended, rights as far as they go."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, text

from crm_core import people
from crm_core.database import Database
from crm_core.errors import AlreadyExists, EditedMeanwhile, InvalidValue, NotFound
from crm_core.people import passwords
from crm_core.people.log_in import LOCKED_FOR, MAX_FAILURES
from crm_core.tables.people import RolePermissionRow
from crm_core.tenancy import Scope
from crm_core.testing import logged_in

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
PASSWORD = "canary-horse-battery"


@pytest.fixture
async def agent(database: Database, scope: Scope) -> people.User:
    async with database.transaction() as session:
        await people.ensure_roles(session, scope)
        unit_id = await people.create_unit(session, scope, "服务组")
        return await people.create_user(
            session,
            scope,
            username="WangMin",
            display_name="王敏",
            hashed=await people.hash_password(PASSWORD),
            roles=[people.AGENT],
            extension="1001",
            unit_id=unit_id,
        )


async def _authenticate(
    database: Database, scope: Scope, password: str, *, at: datetime = NOW, name: str = "wangmin"
) -> people.User | None:
    return await logged_in(database, scope, name, password, at=at)


async def test_the_right_password_opens(
    database: Database, scope: Scope, agent: people.User
) -> None:
    user = await _authenticate(database, scope, PASSWORD, name=" WANGMIN ")
    assert user == agent
    assert (user.extension, user.roles, user.agent_id) == ("1001", ("agent",), str(agent.id))


async def test_nothing_else_opens(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    assert await _authenticate(database, scope, "wrong") is None
    assert await _authenticate(database, scope, "") is None
    assert await _authenticate(database, scope, PASSWORD * 100_000) is None
    assert await _authenticate(database, scope, "\ud800\x00") is None
    assert await _authenticate(database, scope, PASSWORD, name="nobody\x00") is None
    assert await _authenticate(database, stranger, PASSWORD) is None
    assert agent.status == "active"


async def test_ten_failures_lock_and_time_opens_again(
    database: Database, scope: Scope, agent: people.User
) -> None:
    for _ in range(MAX_FAILURES):
        assert await _authenticate(database, scope, "wrong") is None
    assert await _authenticate(database, scope, PASSWORD) is None
    later = NOW + LOCKED_FOR + timedelta(seconds=1)
    assert await _authenticate(database, scope, PASSWORD, at=later) == agent


async def test_a_hash_made_with_less_work_is_made_anew_at_the_next_log_in(
    database: Database, scope: Scope, agent: people.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert await _authenticate(database, scope, PASSWORD) == agent
    async with database.read() as session:
        stored = await session.scalar(text("SELECT password_hash FROM user_account"))
    assert "m=65536" in str(stored)
    assert await _authenticate(database, scope, PASSWORD) == agent


async def test_passwords_tried_at_once_count_one_by_one_and_the_right_one_is_locked_too(
    database: Database, scope: Scope, agent: people.User
) -> None:
    wrong = [_authenticate(database, scope, f"guess-{n}") for n in range(MAX_FAILURES)]
    assert await asyncio.gather(*wrong) == [None] * MAX_FAILURES
    assert await _authenticate(database, scope, PASSWORD) is None
    later = NOW + LOCKED_FOR + timedelta(seconds=1)
    assert await _authenticate(database, scope, PASSWORD, at=later) == agent


async def test_a_password_that_was_changed_while_it_was_tried_opens_nothing(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.read() as session:
        against = await people.password_hash(session, scope, "wangmin")
    tried = await people.try_password(PASSWORD, against)
    another = await people.hash_password("another-canary")
    async with database.transaction() as session:
        await people.set_password(session, scope, agent.id, another)
    with pytest.raises(EditedMeanwhile):
        async with database.transaction() as session:
            await people.authenticate(session, scope, "wangmin", tried, at=NOW)
    assert await _authenticate(database, scope, "another-canary") == agent


async def test_comparing_a_password_holds_nothing_that_others_wait_for(
    database: Database, scope: Scope, agent: people.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, written = threading.Event(), threading.Event()

    def slow(*_: str) -> bool:
        begun.set()
        return written.wait(10)

    monkeypatch.setattr(passwords, "_matches", slow)
    trying = asyncio.create_task(_authenticate(database, scope, PASSWORD))
    assert await asyncio.to_thread(begun.wait, 10)
    async with database.transaction() as session:
        await people.set_status(session, scope, agent.id, "active")
    written.set()
    assert await trying == agent


async def test_an_administrator_may_unlock(
    database: Database, scope: Scope, agent: people.User
) -> None:
    for _ in range(MAX_FAILURES):
        await _authenticate(database, scope, "wrong")
    async with database.transaction() as session:
        await people.unlock(session, scope, "wangmin")
    assert await _authenticate(database, scope, PASSWORD) == agent


async def test_a_good_log_in_forgets_the_failures_before(
    database: Database, scope: Scope, agent: people.User
) -> None:
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            await _authenticate(database, scope, "wrong")
        assert await _authenticate(database, scope, PASSWORD) == agent


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    database: Database, scope: Scope, agent: people.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # the work a real installation does
    usual = await people.hash_password(PASSWORD)
    async with database.transaction() as session:
        await people.set_password(session, scope, agent.id, usual)
    known, unknown = [], []
    for _ in range(5):
        for name, times in ((agent.username, known), ("nobody", unknown)):
            begun = time.thread_time() + time.process_time()
            assert await _authenticate(database, scope, "wrong", name=name) is None
            times.append(time.thread_time() + time.process_time() - begun)
    assert median(unknown) > median(known) / 2


async def test_a_disabled_user_cannot_log_in_and_loses_his_sessions(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        opened = await people.open_session(session, scope, agent.id, at=NOW)
        await people.set_status(session, scope, agent.id, "disabled")
    assert await _authenticate(database, scope, PASSWORD) is None
    async with database.read() as session:
        assert await people.session_user(session, scope, opened.secret, at=NOW) is None


async def test_a_session_lasts_until_it_is_closed_or_over(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    async with database.transaction() as session:
        first = await people.open_session(session, scope, agent.id, at=NOW, address="127.0.0.1")
        second = await people.open_session(session, scope, agent.id, at=NOW)
    async with database.transaction() as session:
        signed_in = await people.session_user(session, scope, first.secret, at=NOW)
        assert signed_in is not None
        assert signed_in.user == agent
        assert await people.session_user(session, stranger, first.secret, at=NOW) is None
        assert await people.session_user(session, scope, "guess", at=NOW) is None
        over = first.expires_at
        assert await people.session_user(session, scope, first.secret, at=over) is None
        await people.close_session(session, scope, signed_in.session_id, at=NOW)
        await people.close_session(session, scope, signed_in.session_id, at=NOW)
        assert await people.session_user(session, scope, first.secret, at=NOW) is None
        assert await people.session_user(session, scope, second.secret, at=NOW) is not None
        await people.close_sessions_of(session, scope, agent.id, at=NOW)
        assert await people.session_user(session, scope, second.secret, at=NOW) is None


async def test_a_used_session_is_remembered_once_a_minute(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        opened = await people.open_session(session, scope, agent.id, at=NOW)
        for seconds in (30, 61, 90):
            at = NOW + timedelta(seconds=seconds)
            await people.touch_session(session, scope, opened.session_id, at=at)
        found = await people.session_user(session, scope, opened.secret, at=NOW)
    assert found is not None
    assert found.last_seen_at == NOW + timedelta(seconds=61)


async def test_a_token_has_the_rights_of_its_role_until_revoked(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    async with database.transaction() as session:
        secret = await people.create_token(session, scope, role="supervisor", name="reports")
        brief = await people.create_token(
            session, scope, role="agent", name="brief", expires_at=NOW
        )
    async with database.transaction() as session:
        program = await people.token_user(session, scope, secret, at=NOW)
        assert program is not None
        assert program.is_token
        assert people.can(program, "report", "export")
        assert not people.can(program, "user", "write")
        assert await people.token_user(session, scope, brief, at=NOW) is None
        assert await people.token_user(session, stranger, secret, at=NOW) is None
        told = await people.tokens(session, scope)
        assert [token.name for token in told] == ["brief", "reports"]
        await people.revoke_token(session, scope, program.id, at=NOW)
        assert await people.token_user(session, scope, secret, at=NOW) is None
    with pytest.raises(InvalidValue, match="no role"):
        async with database.transaction() as session:
            await people.create_token(session, scope, role="king")
    assert not agent.is_token


async def test_no_secret_is_stored_as_it_is(
    database: Database, scope: Scope, agent: people.User
) -> None:
    async with database.transaction() as session:
        opened = await people.open_session(session, scope, agent.id)
        token = await people.create_token(session, scope, role="admin")
    async with database.read() as session:
        stored = []
        for table in ("user_account", "user_session", "api_token"):
            rows = await session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - our names
            stored.append(str(rows.all()))
    for secret in (PASSWORD, opened.secret, token):
        assert secret not in "".join(stored)
    assert "$argon2id$" in stored[0]


async def test_a_name_or_extension_is_taken_once(
    database: Database, scope: Scope, agent: people.User, stranger: Scope
) -> None:
    for name, extension, field in (("WANGMIN", "1009", "username"), ("b", "1001", "extension")):
        with pytest.raises(AlreadyExists) as refused:
            async with database.transaction() as session:
                await people.create_user(
                    session,
                    scope,
                    username=name,
                    display_name="x",
                    hashed=await people.hash_password(PASSWORD),
                    roles=[],
                    extension=extension,
                )
        assert refused.value.field == field
    async with database.transaction() as session:
        await people.ensure_roles(session, stranger)
        twin = await people.create_user(
            session,
            stranger,
            username="wangmin",
            display_name="王敏",
            hashed=await people.hash_password(PASSWORD),
            roles=["agent"],
            extension=agent.extension,
        )
    assert twin.id != agent.id


@pytest.mark.parametrize(
    ("field", "parts"),
    [
        ("username", {"username": "  "}),
        ("display_name", {"display_name": "x" * 81}),
        ("roles", {"roles": ["king"]}),
        ("extension", {"extension": "10a1"}),
    ],
)
async def test_a_user_that_cannot_be_is_refused(
    database: Database, scope: Scope, field: str, parts: dict[str, object]
) -> None:
    wanted: dict[str, object] = {
        "username": "a",
        "display_name": "A",
        "hashed": "",
        "roles": [],
        **parts,
    }
    with pytest.raises(InvalidValue) as refused:
        async with database.transaction() as session:
            await people.create_user(session, scope, **wanted)  # type: ignore[arg-type]
    assert refused.value.field == field


@pytest.mark.parametrize("password", ["short", "x" * 257])
async def test_a_password_too_short_or_long_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        await people.hash_password(password)
    assert refused.value.field == "password"


async def test_a_new_password_replaces_the_old(
    database: Database, scope: Scope, agent: people.User
) -> None:
    another = await people.hash_password("another-canary")
    async with database.transaction() as session:
        await people.set_password(session, scope, agent.id, another)
    assert await _authenticate(database, scope, PASSWORD) is None
    assert await _authenticate(database, scope, "another-canary") == agent
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await people.set_password(session, scope, uuid4(), another)


async def test_a_role_that_ships_is_given_the_rights_of_a_newer_version(
    database: Database, scope: Scope, agent: people.User
) -> None:
    everything = await _rights(database, scope)
    async with database.transaction() as session:
        await session.execute(delete(RolePermissionRow).where(RolePermissionRow.object == "call"))
    assert await _rights(database, scope) != everything

    async def start() -> None:
        async with database.transaction() as session:
            await people.ensure_roles(session, scope)

    await asyncio.gather(start(), start())
    assert await _rights(database, scope) == everything
    assert agent.roles == ("agent",)


async def _rights(database: Database, scope: Scope) -> set[tuple[str, str, str]]:
    async with database.read() as session:
        rows = await session.scalars(
            select(RolePermissionRow).where(RolePermissionRow.tenant_id == scope.tenant_id)
        )
        return {(str(row.role_id), row.object, row.action) for row in rows}
