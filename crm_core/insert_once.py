"""Inserting rows that may be there already: the second time is the same as the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.schema import Row


async def insert_once(session: AsyncSession, table: type[Row], **values: Any) -> bool:
    """Insert a row unless a unique key of it is taken; return whether it was new."""
    statement = _insert_unless_taken(table, _is_sqlite(session), returning=True)
    return (await session.execute(statement, values)).first() is not None


async def insert_all_once(
    session: AsyncSession, table: type[Row], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, all with the same columns, but those whose unique keys are taken."""
    if rows:
        statement = _insert_unless_taken(table, _is_sqlite(session), returning=False)
        _ = await session.execute(statement, [dict(row) for row in rows])


async def insert_or_set(
    session: AsyncSession,
    table: type[Row],
    rows: Sequence[Mapping[str, Any]],
    *,
    changed: tuple[str, ...],
) -> None:
    """Insert rows, or set the columns `changed` of those whose primary key is taken."""
    if rows:
        statement = _insert_or_set(table, _is_sqlite(session), changed)
        _ = await session.execute(statement, [dict(row) for row in rows])


async def next_number(session: AsyncSession, table: type[Row], **key: Any) -> int:
    """Count `last` of the row with this key up by one and return it; racers wait, none skips."""
    statement = _count_up(table, _is_sqlite(session))
    return int((await session.execute(statement, {**key, "last": 1})).scalar_one())


# Statements are built once for each table and database; building costs more than running them.


@lru_cache(maxsize=128)
def _insert_unless_taken(table: type[Row], on_sqlite: bool, *, returning: bool) -> Executable:
    statement = _insert(table, on_sqlite).on_conflict_do_nothing()
    return statement.returning(*_table(table).primary_key) if returning else statement


@lru_cache(maxsize=128)
def _insert_or_set(table: type[Row], on_sqlite: bool, changed: tuple[str, ...]) -> Executable:
    statement = _insert(table, on_sqlite)
    return statement.on_conflict_do_update(
        index_elements=list(_table(table).primary_key),
        set_={name: statement.excluded[name] for name in changed},
    )


@lru_cache(maxsize=128)
def _count_up(table: type[Row], on_sqlite: bool) -> Executable:
    last = _table(table).c.last
    return (
        _insert(table, on_sqlite)
        .on_conflict_do_update(
            index_elements=list(_table(table).primary_key), set_={"last": last + 1}
        )
        .returning(last)
    )


def _insert(table: type[Row], on_sqlite: bool) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(_table(table)) if on_sqlite else postgresql.insert(_table(table))


def _table(table: type[Row]) -> Table:
    return cast("Table", table.__table__)


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
