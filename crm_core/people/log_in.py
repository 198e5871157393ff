"""Checking who somebody is: passwords with a lock against guessing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.people.model import User
from crm_core.people.passwords import hashed, matches, needs_new_hash
from crm_core.people.users import user
from crm_core.tables.people import LoginAttemptsRow, UserRow
from crm_core.tenancy import Scope

MAX_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)


async def authenticate(
    session: AsyncSession,
    scope: Scope,
    username: str,
    password: str,
    *,
    at: datetime | None = None,
) -> User | None:
    """Return the user whose password this is, or None.

    The answer is None for an unknown name, a wrong password, a disabled or locked user alike, and
    takes as long. Ten failures lock the user for 15 minutes. The transaction must be kept also
    when the answer is None: it counts the failure.
    """
    now = in_utc(at)
    row = await session.scalar(
        select(UserRow).where(
            UserRow.tenant_id == scope.tenant_id, UserRow.username == username.strip().lower()[:80]
        )
    )
    fits = await matches(password, row.password_hash if row else "")
    if row is None or row.status != "active":
        return None
    attempts = await _attempts(session, scope, row)
    if attempts.locked_until is not None and attempts.locked_until > now:
        return None
    if not fits:
        _count_failure(attempts, now)
        await session.flush()
        return None
    attempts.failures, attempts.locked_until, attempts.last_login_at = 0, None, now
    if needs_new_hash(row.password_hash):
        row.password_hash = await hashed(password)
    await session.flush()
    return await user(session, scope, row.id)


async def unlock(session: AsyncSession, scope: Scope, username: str) -> None:
    """Forget the failures of a user, so that he may try again now."""
    row = await session.scalar(
        select(UserRow).where(
            UserRow.tenant_id == scope.tenant_id, UserRow.username == username.strip().lower()
        )
    )
    if row is not None:
        attempts = await _attempts(session, scope, row)
        attempts.failures, attempts.locked_until = 0, None
        await session.flush()


def _count_failure(attempts: LoginAttemptsRow, now: datetime) -> None:
    attempts.failures += 1
    attempts.locked_until = None
    if attempts.failures >= MAX_FAILURES:
        attempts.failures, attempts.locked_until = 0, now + LOCKED_FOR


async def _attempts(session: AsyncSession, scope: Scope, row: UserRow) -> LoginAttemptsRow:
    # Locked row: two guesses at once must count as two.
    found = await session.scalar(
        select(LoginAttemptsRow)
        .where(LoginAttemptsRow.tenant_id == scope.tenant_id, LoginAttemptsRow.user_id == row.id)
        .with_for_update()
    )
    if found is None:
        found = LoginAttemptsRow(tenant_id=scope.tenant_id, user_id=row.id, failures=0)
        session.add(found)
        await session.flush()
    return found
