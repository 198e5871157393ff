"""The tables: one history leads to them on both databases, and rules every one keeps."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text

import crm_core
from crm_core import audit
from crm_core.database import Database
from crm_core.errors import AlreadyExists, DatabaseUnavailable
from crm_core.tables import APPEND_ONLY, METADATA, QueueRow, RatedCallRow, Row
from crm_core.tenancy import Scope

UPGRADE = """
import asyncio, sys
from crm_core.database import Database
async def upgrade():
    database = Database(sys.argv[1])
    await database.upgrade()
    await database.close()
asyncio.run(upgrade())
"""


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, METADATA))


async def test_the_migrations_lead_to_the_tables_of_the_code(database: Database) -> None:
    async with database.read() as session:
        connection = await session.connection()
        assert await connection.run_sync(_differences) == []


async def test_upgrading_twice_is_the_same_as_once(database: Database) -> None:
    await database.upgrade()
    await database.ping()


async def test_two_processes_may_upgrade_at_once(empty_url: str) -> None:
    racers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", UPGRADE, empty_url)
        for _ in range(2)
    ]
    async with asyncio.timeout(60):
        assert [await racer.wait() for racer in racers] == [0, 0]
    database = Database(empty_url)
    async with database.read() as session:
        assert (await session.execute(select(QueueRow))).all() == []
    await database.close()


@pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.__tablename__)
async def test_the_database_refuses_to_change_history(
    database: Database, table: type[Row]
) -> None:
    async with database.read() as session:
        query = (
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
            if database.is_sqlite
            else "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:name AS regclass)"
            " AND tgname LIKE '%append_only'"
        )
        found = await session.scalar(text(query), {"name": table.__tablename__})
    assert found == (2 if database.is_sqlite else 1)


@pytest.mark.parametrize(
    "deed", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"]
)
async def test_an_audit_entry_stays_as_written(
    database: Database, scope: Scope, deed: str
) -> None:
    async with database.transaction() as session:
        await audit.note(session, scope, action="token.create", object_kind="token", object_id="1")
    with pytest.raises((AlreadyExists, DatabaseUnavailable), match="append-only"):
        async with database.transaction() as session:
            await session.execute(text(deed))


async def test_money_is_exact_in_rows_and_in_sums(database: Database, scope: Scope) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    amounts = [Decimal("0.1"), Decimal("0.2"), Decimal("99999999.999999"), Decimal("-0.000001")]
    async with database.transaction() as session:
        for number, amount in enumerate(amounts):
            session.add(
                RatedCallRow(
                    tenant_id=scope.tenant_id,
                    call_id=scope.tenant_id,
                    sequence=number,
                    state="rated",
                    amount=amount,
                    currency="CNY",
                    called_at=at,
                )
            )
    async with database.read() as session:
        rows = (await session.scalars(select(RatedCallRow).order_by(RatedCallRow.sequence))).all()
    assert [row.amount for row in rows] == amounts
    assert rows[0].called_at == at
    assert rows[0].called_at.tzinfo is not None


def test_only_the_database_door_commits() -> None:
    folder = Path(crm_core.__file__).parent
    committing = [
        path.name for path in folder.rglob("*.py") if ".commit(" in path.read_text("utf-8")
    ]
    assert committing == ["database.py"]


def test_every_table_names_its_tenant() -> None:
    without = [table.name for table in METADATA.sorted_tables if "tenant_id" not in table.c]
    assert without == []


def test_relations_never_load_quietly() -> None:
    loading = [
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Row.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise"
    ]
    assert loading == []


def test_every_constraint_has_a_name_a_migration_can_use() -> None:
    unnamed = [
        (table.name, constraint)
        for table in METADATA.sorted_tables
        for constraint in table.constraints
        if not re.match(r"(pk|uq|fk|ck)_", str(constraint.name))
    ]
    assert unnamed == []
