"""Tables of units, users, roles, sessions and tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.clock import utc_now
from crm_core.columns import Words
from crm_core.schema import Edited, Identified, Row, Tenanted


class OrgUnitRow(Edited, Row):
    """A unit of the organisation; `path` names its ancestors' ids and itself, `/`-joined."""

    __tablename__ = "org_unit"
    __table_args__ = (Index(None, "tenant_id", "path"),)

    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    name: Mapped[str] = mapped_column(Words(80))
    path: Mapped[str] = mapped_column(Words(1000))


class UserRow(Edited, Row):
    """A person who logs in; an agent when he has an extension."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "username"),
        UniqueConstraint("tenant_id", "extension"),
    )

    username: Mapped[str] = mapped_column(Words(80))  # lower case
    display_name: Mapped[str] = mapped_column(Words(80))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("org_unit.id"))
    position: Mapped[str] = mapped_column(Words(80), default="")
    extension: Mapped[str | None] = mapped_column(Words(8))
    language: Mapped[str] = mapped_column(Words(10), default="zh_CN")
    status: Mapped[str] = mapped_column(Words(10), default="active")  # active | disabled
    password_hash: Mapped[str] = mapped_column(Words(200), default="")  # empty: cannot log in


class LoginAttemptsRow(Tenanted, Row):
    """Failed log-ins since the last good one, apart from the edited user record."""

    __tablename__ = "login_attempts"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]


class RoleRow(Identified, Row):
    """A named group of permissions."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(Words(40))
    name: Mapped[str] = mapped_column(Words(80))


class RolePermissionRow(Tenanted, Row):
    """A role may do `action` on `object` as far as `reach` goes (own, unit, all)."""

    __tablename__ = "role_permission"

    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"), primary_key=True)
    object: Mapped[str] = mapped_column(Words(40), primary_key=True)
    action: Mapped[str] = mapped_column(Words(40), primary_key=True)
    reach: Mapped[str] = mapped_column(Words(10), default="all")


class UserRoleRow(Tenanted, Row):
    """A user has a role."""

    __tablename__ = "user_role"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"), primary_key=True)


class UserSessionRow(Identified, Row):
    """A log-in; only a hash of its secret is kept."""

    __tablename__ = "user_session"
    __table_args__ = (
        UniqueConstraint("tenant_id", "secret_hash"),
        Index(None, "tenant_id", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    secret_hash: Mapped[str] = mapped_column(Words(64))
    opened_at: Mapped[datetime] = mapped_column(default=utc_now)
    last_seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(Words(64), default="")


class ApiTokenRow(Identified, Row):
    """A bearer token of a program; only a hash of its secret is kept."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("tenant_id", "secret_hash"),)

    name: Mapped[str] = mapped_column(Words(80))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("role.id"))
    secret_hash: Mapped[str] = mapped_column(Words(64))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
