"""Run the platform: all of it in one process, or one role of many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import structlog

from acd.bus import Bus
from acd.bus.memory import InProcessBus
from acd.bus.redis import RedisBus
from callcenter.desk import run_web
from callcenter.engine import run_engine
from callcenter.errors import CommandFailed
from callcenter.home import make_home
from callcenter.memory import hold_in_huge_pages, keep_out_of_rounds
from callcenter.settings import Settings
from callcenter.stopping import asked_to_stop
from crm_core.database import Database
from crm_core.ending import within
from crm_core.people import ensure_roles
from crm_core.tenancy import DEFAULT_TENANT, Scope

log = structlog.get_logger(__name__)

CLOSING_SECONDS = 5.0  # for the bus, and for the database
IDLE_SECONDS = 5.0  # what a frozen process has locked is free soon after its lead is over

Part: TypeAlias = Callable[
    [Settings, Database, Bus, Callable[[], None]], Coroutine[Any, Any, None]
]
_PARTS: dict[str, Part] = {"engine": run_engine, "web": run_web}


def open_bus(settings: Settings, roles: Collection[str]) -> Bus:
    """Return the bus: Redis when one is set, else the process's own, which must then be whole."""
    if settings.redis_url:
        try:
            return RedisBus(settings.redis_url, tenant=DEFAULT_TENANT)
        except ValueError as error:
            raise CommandFailed(
                f"CALLCENTER_REDIS_URL is not understood ({error}); use redis://HOST:PORT/0"
            ) from error
    if not {"engine", "web"} <= set(roles):
        raise CommandFailed("a role of its own needs a bus: set CALLCENTER_REDIS_URL")
    return InProcessBus()


async def run(
    settings: Settings,
    roles: Collection[str],
    *,
    ready: Callable[[], None] = lambda: None,
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Run until asked to stop, then call `stopping`; one part that dies stops all, loudly."""
    async with _opened(settings, roles) as (database, bus), asyncio.TaskGroup() as group:
        waiting = set(roles)

        def telling(role: str) -> Callable[[], None]:
            def tell() -> None:
                log.info("role_ready", role=role)
                waiting.discard(role)
                if not waiting:
                    keep_out_of_rounds()
                    ready()
                    group.create_task(asyncio.to_thread(hold_in_huge_pages))

            return tell

        tasks = [
            group.create_task(_PARTS[role](settings, database, bus, telling(role)), name=role)
            for role in roles
        ]
        await asked_to_stop()
        log.info("stopping")
        stopping()
        for task in tasks:
            task.cancel()


async def _require_answer(bus: Bus) -> None:
    """Later a Redis may go and come; one that was never there is a wrong setting."""
    if not isinstance(bus, RedisBus):
        return
    try:
        await bus.ping()
    except ConnectionError as error:
        raise CommandFailed(f"{error}: is it running? See CALLCENTER_REDIS_URL") from error


@asynccontextmanager
async def _opened(
    settings: Settings, roles: Collection[str]
) -> AsyncIterator[tuple[Database, Bus]]:
    make_home(settings)
    bus = open_bus(settings, roles)
    database = Database(settings.database, idle_seconds=IDLE_SECONDS)
    try:
        await _require_answer(bus)
        await database.upgrade()
        async with database.transaction() as session:
            await ensure_roles(session, Scope())  # with the rights of this version
        yield database, bus
    finally:
        await within(CLOSING_SECONDS, "bus", bus.close())
        await within(CLOSING_SECONDS, "database", database.close())
