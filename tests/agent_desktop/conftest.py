from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from acd.bus.memory import InProcessBus
from agent_desktop.security import csrf_token_of
from agent_desktop.server import run_desktop
from agent_desktop.services import Services
from agent_desktop.sessions import COOKIE
from agent_desktop.testing import FakeEngine, agent, queue
from callcenter.workshop import IvrWorkshop
from crm_core.database import Database
from crm_core.people import hash_password
from crm_core.people.model import User
from crm_core.people.sessions import create_token, open_session
from crm_core.people.users import create_user, ensure_roles
from crm_core.queues import create_queue
from crm_core.tenancy import DEFAULT_TENANT, Scope
from ivr.shelf import PromptShelf

sys.path.append(str(Path(__file__).parent))  # what these tests share is found by name

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """The present moment, which a test may move on."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class House:
    """A running desktop with its database, its bus and the engine's twin."""

    services: Services
    engine: FakeEngine
    clock: Clock
    url: str
    users: dict[str, User]
    serving: asyncio.Task[None]
    _open: AsyncExitStack

    @property
    def scope(self) -> Scope:
        return Scope(tenant_id=DEFAULT_TENANT)

    async def browser(self, username: str | None = None) -> Browser:
        """Return a browser of its own cookies, signed in when a name is given.

        The session is opened in the store: to prove the password takes long, on purpose.
        """
        jar = aiohttp.CookieJar(unsafe=True)
        client = await self._open.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        browser = Browser(client, self.url, {"Origin": self.url})
        if username is None:
            return browser
        async with self.services.database.transaction() as session:
            opened = await open_session(session, self.scope, self.users[username].id)
        jar.update_cookies({COOKIE: opened.secret}, URL(self.url))
        token = csrf_token_of(self.services.session_key, opened.session_id)
        browser.headers["X-CSRF-Token"] = token
        return browser

    async def program(self, role: str) -> Browser:
        """Return a client with a bearer token of this role."""
        async with self.services.database.transaction() as session:
            secret = await create_token(session, self.scope, role=role)
        client = await self._open.enter_async_context(aiohttp.ClientSession())
        return Browser(client, self.url, {"Authorization": f"Bearer {secret}"})

    async def stop(self) -> None:
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)

    def id_of(self, username: str) -> str:
        return self.users[username].agent_id


@dataclass
class Told:
    """An answer: its status, JSON body (or text) and headers."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass
class Browser:
    """Asks under /api/v1 with the headers a page of ours sends."""

    client: aiohttp.ClientSession
    url: str
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **query: str) -> Told:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, body: Any = None) -> Told:
        return await self.ask("POST", path, json={} if body is None else body)

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> Told:
        if not path.startswith("/api") and path != "/healthz":
            path = "/api/v1" + path
        sent = self.headers if headers is None else headers
        async with self.client.request(
            method, self.url + path, headers=sent, allow_redirects=False, **more
        ) as answer:
            is_json = answer.content_type == "application/json"
            body = await (answer.json() if is_json and answer.status != 204 else answer.text())
            return Told(answer.status, body, dict(answer.headers))


def listen() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def origin(listener: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, User]]:
    """A database with its people, made once; each test works on a copy."""
    path = tmp_path_factory.mktemp("furnished") / "desk.sqlite3"

    async def furnish() -> dict[str, User]:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await database.upgrade()
        users = await _people(database)
        await database.close()
        return users

    with asyncio.Runner() as runner:
        return path, runner.run(furnish())


@pytest.fixture
async def database(
    tmp_path: Path, furnished: tuple[Path, dict[str, User]]
) -> AsyncIterator[Database]:
    shutil.copy(furnished[0], tmp_path / "desk.sqlite3")
    found = Database(f"sqlite+aiosqlite:///{tmp_path}/desk.sqlite3")
    yield found
    await found.close()


@pytest.fixture
async def house(
    database: Database, tmp_path: Path, furnished: tuple[Path, dict[str, User]]
) -> AsyncIterator[House]:
    """A desktop with agents anna (1001) and bo (1002), supervisor sue and admin ada."""
    users = furnished[1]
    bus, clock = InProcessBus(), Clock()
    engine = FakeEngine(bus)
    engine.start()
    for user in users.values():
        if user.extension is not None:
            await engine.tell(agent(user.agent_id, extension=user.extension))
    await engine.tell(queue())
    http, push = listen(), listen()
    services = Services(
        database=database,
        bus=bus,
        session_key=b"k" * 32,
        origins=frozenset({origin(http)}),
        push_url=origin(push, "ws") + "/feed",
        phone_url="ws://127.0.0.1:8088/ws",
        demo=True,
        clock=clock,
        workshop=IvrWorkshop(),
        shelf=PromptShelf(tmp_path / "prompts"),
        recordings=tmp_path / "spool",
    )
    ready = asyncio.Event()
    serving = asyncio.create_task(run_desktop(services, http=http, push=push, ready=ready.set))
    async with AsyncExitStack() as stack:
        await asyncio.wait_for(ready.wait(), 10)
        house = House(services, engine, clock, origin(http), users, serving, stack)
        yield house
    await house.stop()
    await engine.stop()
    await bus.close()


@pytest.fixture
async def served(house: House) -> None:
    """The queues that shipped flows lead to."""
    async with house.services.database.transaction() as session:
        for name in ("service", "sales"):
            await create_queue(session, house.scope, name=name, title=name)


async def _people(database: Database) -> dict[str, User]:
    scope = Scope(tenant_id=DEFAULT_TENANT)
    async with database.transaction() as session:
        await ensure_roles(session, scope)
        made = [
            await create_user(
                session,
                scope,
                username=name,
                display_name=name.title(),
                hashed=await hash_password(PASSWORD),
                roles=[role],
                extension=extension,
            )
            for name, role, extension in (
                ("anna", "agent", "1001"),
                ("bo", "agent", "1002"),
                ("sue", "supervisor", None),
                ("ada", "admin", None),
            )
        ]
    return {user.username: user for user in made}


@pytest.fixture
def services(database: Database) -> Services:
    """What an application needs to be built, without anything that runs."""
    return Services(
        database=database,
        bus=InProcessBus(),
        session_key=b"k" * 32,
        origins=frozenset({"http://127.0.0.1:8080"}),
        push_url="ws://127.0.0.1:8081/feed",
        phone_url="ws://127.0.0.1:8088/ws",
    )
