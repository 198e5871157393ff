"""Engines for the two databases, each set up so that both behave alike."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from crm_core.errors import DatabaseUnavailable
from crm_core.letting_go import LettingGo

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
CONNECT_SECONDS = 5.0


def database_url(text: str) -> URL:
    """Return the URL with the driver we use; raises DatabaseUnavailable when it cannot be one."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _not_understood("it is not a URL") from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise _not_understood(f"{url.drivername!r} is no database we know")
    if not url.database:
        raise _not_understood("it names no database")
    return url.set(drivername=driver)


def engine_for(url: URL, *, lock_seconds: float, idle_seconds: float | None = None) -> AsyncEngine:
    """Return an engine; nothing is connected yet.

    PostgreSQL ends a transaction in which nothing was asked for `idle_seconds`.
    """
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url, lock_seconds)
        return _postgresql(url, idle_seconds)
    except (ArgumentError, NoSuchModuleError, ValueError, TypeError) as error:
        raise _not_understood(str(error).splitlines()[0]) from error


def require_folder(url: URL) -> None:
    """Refuse a SQLite file whose folder is not there; raises DatabaseUnavailable.

    Told before opening: a failed opening leaves a thread behind for a moment.
    """
    folder = Path(url.database or "").parent
    if url.get_backend_name() == "sqlite" and not folder.is_dir():
        raise DatabaseUnavailable(
            f"the database file {url.database} cannot be made: there is no folder {folder}"
        )


def _not_understood(why: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"the database URL is not understood ({why}); use sqlite+aiosqlite:///FILE"
        " or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME"
    )


def _postgresql(url: URL, idle_seconds: float | None) -> AsyncEngine:
    settings = {"application_name": "callcenter", "timezone": "UTC"}
    if idle_seconds is not None:
        settings["idle_in_transaction_session_timeout"] = f"{int(idle_seconds * 1000)}ms"
    return create_async_engine(
        url,
        pool_pre_ping=True,  # a server restarted meanwhile costs nobody an error
        json_serializer=_as_json,
        connect_args={"timeout": CONNECT_SECONDS, "server_settings": settings},
    )


def _sqlite(url: URL, lock_seconds: float) -> AsyncEngine:
    engine = create_async_engine(
        url,
        json_serializer=_as_json,
        connect_args={"timeout": lock_seconds, "factory": LettingGo},
    )
    event.listen(engine.sync_engine, "connect", _sqlite_settings(lock_seconds))
    event.listen(engine.sync_engine, "begin", _sqlite_begin)
    return engine


def _sqlite_settings(lock_seconds: float) -> Callable[[Any, Any], None]:
    settings = (
        f"busy_timeout = {int(lock_seconds * 1000)}",
        # A killed process costs nothing, a power cut the last moments, neither the file.
        "synchronous = NORMAL",
        "foreign_keys = ON",
    )

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        try:
            for setting in settings:
                cursor.execute(f"PRAGMA {setting}")
            cursor.close()
        except sqlite3.Error:
            connection.close()  # the pool does not know it yet; its thread would live on
            raise

    return on_connect


def _sqlite_begin(connection: Connection) -> None:
    # A transaction that will write takes the lock at once: one that reads first and is
    # overtaken before its first write would fail instead of waiting.
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    if mode is not None:
        connection.exec_driver_sql(f"BEGIN {mode}")


async def keep_write_ahead_log(engine: AsyncEngine, *, seconds: float) -> None:
    """Let readers and the writer of a SQLite file not wait for each other; the file remembers.

    SQLite does not wait when two switch a new file at once, so this waits instead.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            async with engine.execution_options(sqlite_begin=None).connect() as connection:
                await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            if "locked" not in str(error) or asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            return


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
