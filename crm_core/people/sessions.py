"""Verbs on sessions of people and tokens of programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.people.model import ApiToken, OpenedSession, Permission, Reach, SignedIn, User
from crm_core.people.passwords import new_secret, secret_hash
from crm_core.people.users import user
from crm_core.tables.people import ApiTokenRow, RolePermissionRow, RoleRow, UserSessionRow
from crm_core.tenancy import Scope
from crm_core.words import clean, required

LIFETIME = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)  # how exactly `last_seen_at` is kept


async def open_session(
    session: AsyncSession,
    scope: Scope,
    user_id: UUID,
    *,
    address: str = "",
    lifetime: timedelta = LIFETIME,
    at: datetime | None = None,
) -> OpenedSession:
    """Open a session of the user; its secret is returned here once and only its hash stored."""
    now, secret, session_id = in_utc(at), new_secret(), new_id()
    session.add(
        UserSessionRow(
            id=session_id,
            tenant_id=scope.tenant_id,
            user_id=user_id,
            secret_hash=secret_hash(secret),
            opened_at=now,
            last_seen_at=now,
            expires_at=now + lifetime,
            address=clean(address, 64),
        )
    )
    await session.flush()
    return OpenedSession(session_id=session_id, secret=secret, expires_at=now + lifetime)


async def session_user(
    session: AsyncSession, scope: Scope, secret: str, *, at: datetime | None = None
) -> SignedIn | None:
    """Return who holds this secret, or None when closed, over or disabled; reads only."""
    now = in_utc(at)
    row = await session.scalar(
        select(UserSessionRow).where(
            UserSessionRow.tenant_id == scope.tenant_id,
            UserSessionRow.secret_hash == secret_hash(secret),
            UserSessionRow.closed_at.is_(None),
            UserSessionRow.expires_at > now,
        )
    )
    held_by = await user(session, scope, row.user_id) if row else None
    if row is None or held_by is None or held_by.status != "active":
        return None
    return SignedIn(
        user=held_by,
        session_id=row.id,
        opened_at=row.opened_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
    )


async def touch_session(
    session: AsyncSession, scope: Scope, session_id: UUID, *, at: datetime | None = None
) -> None:
    """Remember that the session was used; writes once a minute at most."""
    now = in_utc(at)
    await session.execute(
        update(UserSessionRow)
        .where(
            UserSessionRow.tenant_id == scope.tenant_id,
            UserSessionRow.id == session_id,
            UserSessionRow.last_seen_at < now - SEEN_EVERY,
        )
        .values(last_seen_at=now)
    )


async def close_session(
    session: AsyncSession, scope: Scope, session_id: UUID, *, at: datetime | None = None
) -> None:
    """End a session for good; closing twice is the same as once."""
    await session.execute(
        update(UserSessionRow)
        .where(
            UserSessionRow.tenant_id == scope.tenant_id,
            UserSessionRow.id == session_id,
            UserSessionRow.closed_at.is_(None),
        )
        .values(closed_at=in_utc(at))
    )


async def close_sessions_of(
    session: AsyncSession, scope: Scope, user_id: UUID, *, at: datetime | None = None
) -> None:
    """End every session of a user."""
    await session.execute(
        update(UserSessionRow)
        .where(
            UserSessionRow.tenant_id == scope.tenant_id,
            UserSessionRow.user_id == user_id,
            UserSessionRow.closed_at.is_(None),
        )
        .values(closed_at=in_utc(at))
    )


async def create_token(
    session: AsyncSession,
    scope: Scope,
    *,
    role: str,
    name: str = "token",
    expires_at: datetime | None = None,
) -> str:
    """Create a program's token with the rights of `role` and return its secret, once."""
    role_id = await session.scalar(
        select(RoleRow.id).where(RoleRow.tenant_id == scope.tenant_id, RoleRow.code == role)
    )
    if role_id is None:
        raise InvalidValue(f"there is no role {role!r}", field="role")
    secret = new_secret()
    session.add(
        ApiTokenRow(
            tenant_id=scope.tenant_id,
            name=required(name, 80, field="name"),
            role_id=role_id,
            secret_hash=secret_hash(secret),
            created_by=scope.user_id,
            expires_at=expires_at,
        )
    )
    await session.flush()
    return secret


async def token_user(
    session: AsyncSession, scope: Scope, secret: str, *, at: datetime | None = None
) -> User | None:
    """Return the program that holds this token as a user with its role's rights, or None."""
    found = (
        await session.execute(
            select(ApiTokenRow, RoleRow.code)
            .join(RoleRow, RoleRow.id == ApiTokenRow.role_id)
            .where(
                ApiTokenRow.tenant_id == scope.tenant_id,
                ApiTokenRow.secret_hash == secret_hash(secret),
                ApiTokenRow.revoked_at.is_(None),
            )
        )
    ).first()
    if found is None:
        return None
    token, role = found
    if token.expires_at is not None and token.expires_at <= in_utc(at):
        return None
    return User(
        id=token.id,
        username=f"token:{token.name}",
        display_name=token.name,
        roles=(role,),
        permissions=await _permissions(session, scope, token.role_id),
        is_token=True,
    )


async def tokens(session: AsyncSession, scope: Scope) -> list[ApiToken]:
    """Return every token, newest first, without secrets."""
    rows = await session.execute(
        select(ApiTokenRow, RoleRow.code)
        .join(RoleRow, RoleRow.id == ApiTokenRow.role_id)
        .where(ApiTokenRow.tenant_id == scope.tenant_id)
        .order_by(ApiTokenRow.id.desc())
    )
    return [
        ApiToken(
            id=token.id,
            name=token.name,
            role=role,
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
        )
        for token, role in rows
    ]


async def revoke_token(
    session: AsyncSession, scope: Scope, token_id: UUID, *, at: datetime | None = None
) -> None:
    """Make a token useless for good; raises NotFound."""
    row = await session.scalar(
        select(ApiTokenRow).where(
            ApiTokenRow.tenant_id == scope.tenant_id, ApiTokenRow.id == token_id
        )
    )
    if row is None:
        raise NotFound("there is no such token")
    row.revoked_at = row.revoked_at or in_utc(at)
    await session.flush()


async def _permissions(
    session: AsyncSession, scope: Scope, role_id: UUID
) -> frozenset[Permission]:
    rows = await session.scalars(
        select(RolePermissionRow).where(
            RolePermissionRow.tenant_id == scope.tenant_id, RolePermissionRow.role_id == role_id
        )
    )
    return frozenset(Permission(row.object, row.action, Reach(row.reach)) for row in rows)
