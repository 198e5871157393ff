"""Every query names its tenant: what the demo's every verb sends to the database is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import event

from crm_core import audit, billing, calls, demo, directory, people, queues, tickets, timeline
from crm_core.database import Database
from crm_core.tables import METADATA
from crm_core.tenancy import Scope

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
_TABLES = "|".join(table.name for table in METADATA.sorted_tables)
_READS = re.compile(rf"\b(?:FROM|UPDATE|JOIN) ({_TABLES})\b")
# A row that was read under its tenant is written back by its own key.
_WRITES_BACK = re.compile(
    r"^(UPDATE|DELETE FROM) \w+ .*WHERE \w+\.(id|user_id|queue_id|call_id) = "
)


def _unbounded(statement: str) -> bool:
    flat = " ".join(statement.split())
    if not _READS.search(flat) or _WRITES_BACK.search(flat):
        return False
    return re.search(r"WHERE .*tenant_id = ", flat) is None


def _listener(seen: list[str]) -> Callable[..., None]:
    def listen(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    return listen


async def test_no_query_forgets_its_tenant(database: Database, scope: Scope) -> None:
    seen: list[str] = []
    listener = _listener(seen)
    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", listener)
    hashed = await people.hash_password("canary-password")
    async with database.transaction() as session:
        await demo.seed(session, scope, hashed, now=NOW, days=1)
        against = await people.password_hash(session, scope, "admin")
        tried = await people.try_password("canary-password", against)
        user = await people.authenticate(session, scope, "admin", tried)
        assert user is not None
        opened = await people.open_session(session, scope, user.id)
        await people.session_user(session, scope, opened.secret)
        await people.touch_session(session, scope, opened.session_id)
        await people.close_sessions_of(session, scope, user.id)
        token = await people.create_token(session, scope, role="agent")
        await people.token_user(session, scope, token)
        await people.users(session, scope)
        await people.tokens(session, scope)
        await queues.roster(session, scope)
        await queues.dids(session, scope)
        await queues.not_ready_reasons(session, scope)
        await directory.identify(session, scope, "13800138000")
        found = (await directory.search_customers(session, scope, "张 138")).customers[0]
        await directory.card(session, scope, found.contact_id)
        listed = (await calls.calls(session, scope)).calls
        await calls.call_detail(session, scope, listed[0].call_id)
        await calls.open_calls(session, scope)
        await calls.queue_figures_today(session, scope, at=NOW)
        await tickets.tickets(session, scope, tickets.TicketFilters(call_id=listed[0].call_id))
        await timeline.timeline(session, scope, contact_id=found.contact_id)
        for statement in await billing.statements(session, scope):
            await billing.issue_statement(session, scope, statement.id)
        await billing.rate_again(session, scope, listed[0].call_id, reason="x")
        await billing.tariffs(session, scope)
        await audit.entries(session, scope)
    event.remove(engine, "before_cursor_execute", listener)
    assert len(seen) > 500
    assert sorted({statement for statement in seen if _unbounded(statement)}) == []
