"""What tests need of the store: a fresh database, a customer, an ended call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from crm_core.calls.model import CallClosing, LegClosing
from crm_core.database import Database, Session
from crm_core.directory.customers import customer, save_customer
from crm_core.directory.model import Customer, CustomerEdit, PointDraft
from crm_core.directory.points import add_contact_point
from crm_core.people.log_in import authenticate, password_hash, try_password
from crm_core.people.model import User
from crm_core.tenancy import Scope

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)  # Tuesday 12:00 in Shanghai
CALLER = "+8613800138000"
DEVICE = "PJSIP/agent-1001"


async def fresh_database(folder: Path) -> Database:
    """Return a migrated SQLite database in `folder`; the caller closes it."""
    database = Database(f"sqlite+aiosqlite:///{folder}/test.sqlite3")
    await database.upgrade()
    return database


async def add_customer(
    session: Session, scope: Scope, name: str, *numbers: str, **parts: Any
) -> Customer:
    """Create a customer with these numbers; `parts` are those of CustomerEdit."""
    made = await save_customer(session, scope, CustomerEdit(name=name, **parts))
    for number in numbers:
        await add_contact_point(session, scope, made.contact_id, PointDraft(value=number))
    return await customer(session, scope, made.contact_id)


async def logged_in(
    database: Database, scope: Scope, username: str, password: str, *, at: datetime | None = None
) -> User | None:
    """Return the user who logs in with this password, or None."""
    async with database.read() as session:
        against = await password_hash(session, scope, username)
    tried = await try_password(password, against)
    async with database.transaction() as session:
        return await authenticate(session, scope, username, tried, at=at)


def ended_call(**parts: Any) -> CallClosing:
    """Return an inbound call answered by extension 1001, changed by `parts`."""
    return CallClosing(**{**_ANSWERED, "call_id": uuid4(), **parts})


def after(seconds: float) -> datetime:
    """Return the time so many seconds after NOON."""
    return NOON + timedelta(seconds=seconds)


_ANSWERED: dict[str, Any] = {
    "direction": "inbound",
    "started_at": NOON,
    "queued_at": after(10),
    "answered_at": after(18.25),
    "ended_at": after(88.5),
    "outcome": "answered",
    "hung_up_by": "caller",
    "caller_number": "13800138000",
    "caller_name": "张三",
    "dialled_number": "4000",
    "queue": "service",
    "queues": ("service",),
    "waited_seconds": 8.25,
    "talked_seconds": 70.25,
    "agents_rang": (DEVICE,),
    "agent_answered": DEVICE,
    "legs": (
        LegClosing(
            channel="PJSIP/trunk-00000001",
            uniqueid="1762142400.1",
            device="PJSIP/trunk",
            role="caller",
            started_at=NOON,
            ended_at=after(88.5),
            cause=16,
        ),
        LegClosing(
            channel="PJSIP/agent-1001-00000002",
            uniqueid="1762142400.2",
            role="agent",
            started_at=after(15),
            answered_at=after(18.25),
        ),
    ),
}
