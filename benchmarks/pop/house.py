"""A center with many customers and some agents, for the benchmark of the screen pop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from crm_core.database import Database
from crm_core.ids import new_id
from crm_core.people import hash_password
from crm_core.people.users import create_user, ensure_roles
from crm_core.queues.verbs import add_member, create_queue
from crm_core.tables import AccountRow, ContactPointRow, ContactRow, InteractionRow
from crm_core.tenancy import DEFAULT_TENANT, Scope

PASSWORD = "benchmark-Password-1"  # noqa: S105 - of a database that is thrown away
SCOPE = Scope(tenant_id=DEFAULT_TENANT)


def number_of(customer: int) -> str:
    """Return the mobile number of the n-th customer."""
    return f"139{customer:08d}"


async def fill(url: str, *, customers: int, extensions: range) -> None:
    """Make agents, a queue and the customers with numbers, accounts and a history."""
    database = Database(url)
    await database.upgrade()
    hashed = await hash_password(PASSWORD)
    async with database.transaction() as session:
        await ensure_roles(session, SCOPE)
        await create_queue(session, SCOPE, name="service", title="service", wrap_up_seconds=0)
        for extension in extensions:
            name = f"agent{extension}"
            user = await create_user(
                session,
                SCOPE,
                username=name,
                display_name=name,
                hashed=hashed,
                roles=["agent"],
                extension=str(extension),
            )
            await add_member(session, SCOPE, queue="service", agent_id=user.agent_id)
    for first in range(0, customers, 5000):
        async with database.transaction() as session:
            for table, rows in customer_rows(range(first, min(first + 5000, customers))).items():
                await session.execute(insert(table), rows)
    await database.close()


def customer_rows(customers: range) -> dict[Any, list[dict[str, Any]]]:
    """Return the rows of these customers by table: each with an account and two happenings."""
    rows: dict[Any, list[dict[str, Any]]] = {
        AccountRow: [],
        ContactRow: [],
        ContactPointRow: [],
        InteractionRow: [],
    }
    for n in customers:
        account, contact, number = new_id(), new_id(), number_of(n)
        own = {"tenant_id": DEFAULT_TENANT}
        rows[AccountRow].append({**own, "id": account, "name": f"公司 {n}"})
        rows[ContactRow].append({**own, "id": contact, "name": f"客户 {n}", "account_id": account})
        rows[ContactPointRow].append(
            {
                **own,
                "id": new_id(),
                "contact_id": contact,
                "kind": "phone",
                "value": f"+86{number}",
                "e164": f"+86{number}",
                "raw": number,
                "tail": number[-8:],
            }
        )
        rows[InteractionRow] += [
            {
                **own,
                "id": new_id(),
                "channel": "note",
                "started_at": datetime.now(UTC) - timedelta(days=age),
                "contact_id": contact,
                "account_id": account,
                "subject": "asked for a quote",
                "object_kind": "note",
                "object_id": str(new_id()),
            }
            for age in (3, 40)
        ]
    return rows
