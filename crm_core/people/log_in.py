"""Checking who somebody is: passwords with a lock against guessing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import EditedMeanwhile
from crm_core.people.model import User
from crm_core.people.passwords import hash_password, matches, needs_new_hash
from crm_core.people.users import user
from crm_core.tables.people import LoginAttemptsRow, UserRow
from crm_core.tenancy import Scope

MAX_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedPassword:
    """Whether a password fits the hash that was kept when it was tried."""

    password_hash: str = field(repr=False)
    fits: bool
    anew: str = field(default="", repr=False)  # a hash by today's parameters, where one is due


async def password_hash(session: AsyncSession, scope: Scope, username: str) -> str:
    """Return the hash to try a password against; empty for a name nobody has."""
    row = await _named(session, scope, username)
    return row.password_hash if row else ""


async def try_password(password: str, against: str) -> TriedPassword:
    """Compare; an empty hash takes as long. It takes long: to be done outside a transaction."""
    fits = await matches(password, against)
    anew = await hash_password(password) if fits and needs_new_hash(against) else ""
    return TriedPassword(password_hash=against, fits=fits, anew=anew)


async def authenticate(
    session: AsyncSession,
    scope: Scope,
    username: str,
    tried: TriedPassword,
    *,
    at: datetime | None = None,
) -> User | None:
    """Return the user whose password was tried, or None.

    The answer is None for an unknown name, a wrong password, a disabled or locked user alike. Ten
    failures lock the user for 15 minutes, the right password too, however many were tried at
    once. The transaction must be kept also when the answer is None: it counts the failure.
    Raises EditedMeanwhile where another hash was kept since: try against that one.
    """
    now = in_utc(at)
    row = await _named(session, scope, username, lock=True)
    if row is None or row.status != "active":
        return None
    attempts = await _attempts(session, scope, row)
    if attempts.locked_until is not None and attempts.locked_until > now:
        return None
    if not tried.fits:
        _count_failure(attempts, now)
        await session.flush()
        return None
    if row.password_hash != tried.password_hash:
        raise EditedMeanwhile("the password was changed meanwhile")
    attempts.failures, attempts.locked_until, attempts.last_login_at = 0, None, now
    row.password_hash = tried.anew or row.password_hash
    await session.flush()
    return await user(session, scope, row.id)


async def unlock(session: AsyncSession, scope: Scope, username: str) -> None:
    """Forget the failures of a user, so that he may try again now."""
    row = await _named(session, scope, username, lock=True)
    if row is not None:
        attempts = await _attempts(session, scope, row)
        attempts.failures, attempts.locked_until = 0, None
        await session.flush()


def _count_failure(attempts: LoginAttemptsRow, now: datetime) -> None:
    attempts.failures += 1
    attempts.locked_until = None
    if attempts.failures >= MAX_FAILURES:
        attempts.failures, attempts.locked_until = 0, now + LOCKED_FOR


async def _named(
    session: AsyncSession, scope: Scope, username: str, *, lock: bool = False
) -> UserRow | None:
    query = select(UserRow).where(
        UserRow.tenant_id == scope.tenant_id, UserRow.username == username.strip().lower()[:80]
    )
    # Locked: two guesses at once must count as two, also the first ones.
    found: UserRow | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def _attempts(session: AsyncSession, scope: Scope, row: UserRow) -> LoginAttemptsRow:
    found = await session.scalar(
        select(LoginAttemptsRow).where(
            LoginAttemptsRow.tenant_id == scope.tenant_id, LoginAttemptsRow.user_id == row.id
        )
    )
    if found is None:
        found = LoginAttemptsRow(tenant_id=scope.tenant_id, user_id=row.id, failures=0)
        session.add(found)
        await session.flush()
    return found
