"""Inserting a row that may be there already: the second time is the same as the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.schema import Row


async def insert_once(session: AsyncSession, table: type[Row], **values: Any) -> bool:
    """Insert a row unless a unique key of it is taken; return whether it was new."""
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    statement = insert(table).values(values).on_conflict_do_nothing()
    keys = list(table.__table__.primary_key)
    return (await session.execute(statement.returning(*keys))).first() is not None


async def insert_all_once(
    session: AsyncSession, table: type[Row], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows, all with the same columns, but those whose unique keys are taken."""
    if rows:
        insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
        statement = insert(_table(table)).on_conflict_do_nothing()
        _ = await session.execute(statement, [dict(row) for row in rows])


async def insert_or_set(
    session: AsyncSession,
    table: type[Row],
    rows: Sequence[Mapping[str, Any]],
    *,
    changed: tuple[str, ...],
) -> None:
    """Insert rows, or set the columns `changed` of those whose primary key is taken."""
    if not rows:
        return
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    statement = insert(_table(table))
    _ = await session.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.__table__.primary_key),
            set_={name: statement.excluded[name] for name in changed},
        ),
        [dict(row) for row in rows],
    )


async def next_number(session: AsyncSession, table: type[Row], **key: Any) -> int:
    """Count `last` of the row with this key up by one and return it; racers wait, none skips."""
    insert = sqlite.insert if _is_sqlite(session) else postgresql.insert
    statement = (
        insert(table)
        .values(**key, last=1)
        .on_conflict_do_update(
            index_elements=list(table.__table__.primary_key),
            set_={"last": table.__table__.c.last + 1},
        )
        .returning(table.__table__.c.last)
    )
    return int((await session.execute(statement)).scalar_one())


def _table(table: type[Row]) -> Table:
    return cast("Table", table.__table__)


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
