"""The database: the only place that begins, commits and rolls back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeAlias

import asyncpg  # type: ignore[import-untyped]  # ships no types; two names used
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from crm_core.engines import database_url, engine_for, keep_write_ahead_log, require_folder
from crm_core.errors import AlreadyExists, DatabaseUnavailable, EditedMeanwhile
from crm_core.migrations.run import upgrade_connection
from crm_core.write_guard import ReadOnly

Session: TypeAlias = AsyncSession  # what every verb takes first; opaque to the other packages

LOCK_SECONDS = 30.0  # how long one writer waits for another
_HINTS = (
    (
        re.compile(r"no such (table|column)|(relation|column) .* does not exist"),
        "; its tables are missing or of another version, upgrade it first",
    ),
    (re.compile(r"disk is full|No space left|disk I/O error"), "; free some space on its disk"),
    (re.compile(r"readonly database"), "; let this user write to it"),
)
NOT_CONNECTED = (OSError, SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Database:
    """A database by its URL; opens connections when first used.

    `async with database.transaction() as session` commits at its end, or nothing at all when the
    body raises; `database.read()` never writes. Raises DatabaseUnavailable with one line that
    says what is wrong. With `idle_seconds` the server itself ends a transaction whose holder
    says nothing for so long: what a frozen process has locked keeps nobody else waiting.
    """

    def __init__(
        self, url: str, *, lock_seconds: float = LOCK_SECONDS, idle_seconds: float | None = None
    ) -> None:
        self._url = database_url(url)
        self._engine: AsyncEngine = engine_for(
            self._url, lock_seconds=lock_seconds, idle_seconds=idle_seconds
        )
        self._lock_seconds = lock_seconds
        # SQLite has one writer: to queue here is fair and quick, its own waiting is neither.
        self._turn = asyncio.Lock() if self.is_sqlite else None
        writing = self._engine.execution_options(sqlite_begin="IMMEDIATE")
        self._write = async_sessionmaker(writing, expire_on_commit=False)
        self._read = async_sessionmaker(
            self._engine, expire_on_commit=False, sync_session_class=ReadOnly
        )

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self._url.get_backend_name() == "sqlite"

    @property
    def place(self) -> str:
        """The URL without its password, for people."""
        return self._url.render_as_string(hide_password=True)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """Open a session whose work is kept as a whole when the body ends well."""
        async with self._my_turn(), self._write() as session:
            await self._connect(session)
            with self._told_plainly():
                yield session
                await session.commit()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """Open a session that sees one state of the database and writes nothing."""
        async with self._read() as session:
            await self._connect(session)
            with self._told_plainly():
                yield session

    async def upgrade(self) -> None:
        """Bring the tables to this version; two processes may do so at once."""
        async with self._my_turn(), self._write() as session:
            if self.is_sqlite:
                require_folder(self._url)
                with self._told_plainly():
                    await keep_write_ahead_log(self._engine, seconds=self._lock_seconds)
            await self._connect(session)
            with self._told_plainly():
                connection = await session.connection()
                await connection.run_sync(upgrade_connection)
                await session.commit()

    async def ping(self) -> None:
        """Ask the database whether it answers; raises DatabaseUnavailable."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if self._turn is None:
            yield
            return
        try:
            async with asyncio.timeout(self._lock_seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise DatabaseUnavailable(
                f"the database is busy: another write held it for {self._lock_seconds:g} s"
            ) from None
        try:
            yield
        finally:
            self._turn.release()

    async def _connect(self, session: Session) -> None:
        require_folder(self._url)
        try:
            _ = await session.connection()
        except NOT_CONNECTED as error:
            raise DatabaseUnavailable(
                f"the database {self.place} cannot be opened: {_first_line(error)};"
                " check its URL and that it can be reached"
            ) from error

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except StaleDataError as error:
            raise EditedMeanwhile("somebody else changed this record meanwhile") from error
        except IntegrityError as error:
            raise AlreadyExists(f"the database refused it: {_first_line(error)}") from error
        except DBAPIError as error:
            raise DatabaseUnavailable(
                f"the database {self.place} fails: {_first_line(error)}{_hint(error)}"
            ) from error


def _hint(error: DBAPIError) -> str:
    return next((hint for words, hint in _HINTS if words.search(str(error.orig))), "")


def _first_line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).splitlines() or [type(cause).__name__]
    return lines[0][:300]
