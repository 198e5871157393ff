"""Verbs on users, units and roles."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.errors import AlreadyExists, InvalidValue, NotFound
from crm_core.ids import new_id
from crm_core.insert_once import insert_all_once, insert_once
from crm_core.people.model import Permission, Reach, User
from crm_core.people.roles import ROLE_NAMES, ROLE_PERMISSIONS
from crm_core.tables.people import (
    OrgUnitRow,
    RolePermissionRow,
    RoleRow,
    UserRoleRow,
    UserRow,
)
from crm_core.tenancy import Scope
from crm_core.words import optional, required


async def user(session: AsyncSession, scope: Scope, user_id: UUID) -> User | None:
    """Return the user with roles and permissions, or None."""
    found = await _users(session, scope, _of(scope).where(UserRow.id == user_id))
    return found[0] if found else None


async def users(session: AsyncSession, scope: Scope) -> list[User]:
    """Return every user by username."""
    return await _users(session, scope, _of(scope).order_by(UserRow.username))


async def user_named(session: AsyncSession, scope: Scope, username: str) -> User | None:
    """Return the user of that name (case does not matter), or None."""
    found = await _users(
        session, scope, _of(scope).where(UserRow.username == username.strip().lower())
    )
    return found[0] if found else None


async def create_user(
    session: AsyncSession,
    scope: Scope,
    *,
    username: str,
    display_name: str,
    hashed: str,
    roles: Sequence[str],
    extension: str | None = None,
    language: str = "zh_CN",
    position: str = "",
    unit_id: UUID | None = None,
) -> User:
    """Create a user with a password as `hash_password` made it.

    Raises AlreadyExists for a taken name or extension, InvalidValue else.
    """
    name = required(username, 80, field="username").lower()
    await _refuse_taken(session, scope, name, extension)
    row = UserRow(
        id=new_id(),
        tenant_id=scope.tenant_id,
        username=name,
        display_name=required(display_name, 80, field="display_name"),
        password_hash=hashed,
        extension=extension,
        language=language,
        position=optional(position, 80, field="position"),
        unit_id=unit_id,
    )
    session.add(row)
    await session.flush()
    await set_roles(session, scope, row.id, roles)
    return await _existing(session, scope, row.id)


async def set_roles(
    session: AsyncSession, scope: Scope, user_id: UUID, roles: Sequence[str]
) -> None:
    """Give the user exactly these roles."""
    known = await _role_ids(session, scope)
    unknown = sorted(set(roles) - set(known))
    if unknown:
        raise InvalidValue(f"there is no role {unknown[0]!r}", field="roles")
    await session.execute(
        delete(UserRoleRow).where(
            UserRoleRow.tenant_id == scope.tenant_id, UserRoleRow.user_id == user_id
        )
    )
    session.add_all(
        UserRoleRow(tenant_id=scope.tenant_id, user_id=user_id, role_id=known[code])
        for code in dict.fromkeys(roles)
    )
    await session.flush()


async def set_password(session: AsyncSession, scope: Scope, user_id: UUID, hashed: str) -> None:
    """Change the password to that of which `hash_password` made this; raises NotFound."""
    row = await _row(session, scope, user_id)
    row.password_hash = hashed
    await session.flush()


async def set_status(session: AsyncSession, scope: Scope, user_id: UUID, status: str) -> None:
    """Make the user `active` or `disabled`."""
    if status not in {"active", "disabled"}:
        raise InvalidValue("status is active or disabled", field="status")
    row = await _row(session, scope, user_id)
    row.status = status
    await session.flush()


async def change_person(
    session: AsyncSession,
    scope: Scope,
    user_id: UUID,
    *,
    display_name: str,
    extension: str,
    active: bool,
) -> None:
    """Name an agent and his phone; raises NotFound, InvalidValue, AlreadyExists."""
    row = await _row(session, scope, user_id)
    if row.extension != extension:
        await _refuse_extension(session, scope, extension)
    row.display_name = required(display_name, 80, field="name")
    row.extension = extension
    row.status = "active" if active else "disabled"
    await session.flush()


async def create_unit(
    session: AsyncSession, scope: Scope, name: str, *, parent_id: UUID | None = None
) -> UUID:
    """Create a unit of the organisation and return its id."""
    unit_id = new_id()
    above = ""
    if parent_id is not None:
        parent = await session.scalar(
            select(OrgUnitRow).where(
                OrgUnitRow.tenant_id == scope.tenant_id, OrgUnitRow.id == parent_id
            )
        )
        if parent is None:
            raise NotFound("there is no such unit", field="parent_id")
        above = parent.path
    session.add(
        OrgUnitRow(
            id=unit_id,
            tenant_id=scope.tenant_id,
            parent_id=parent_id,
            name=required(name, 80, field="name"),
            path=f"{above}/{unit_id}",
        )
    )
    await session.flush()
    return unit_id


async def ensure_roles(session: AsyncSession, scope: Scope) -> None:
    """Create the roles that ship with the product, and give them what came since; racers agree."""
    for code in ROLE_PERMISSIONS:
        await insert_once(
            session,
            RoleRow,
            id=new_id(),
            tenant_id=scope.tenant_id,
            code=code,
            name=ROLE_NAMES[code],
        )
    known = await _role_ids(session, scope)
    rights = [
        {
            "tenant_id": scope.tenant_id,
            "role_id": known[code],
            "object": held.object,
            "action": held.action,
            "reach": held.reach.value,
        }
        for code, permissions in ROLE_PERMISSIONS.items()
        for held in _widest(permissions)
    ]
    await insert_all_once(session, RolePermissionRow, rights)


def _widest(permissions: frozenset[Permission]) -> list[Permission]:
    rank = {Reach.OWN: 0, Reach.UNIT: 1, Reach.ALL: 2}
    ordered = sorted(permissions, key=lambda held: rank[held.reach])
    return list({(held.object, held.action): held for held in ordered}.values())


def _of(scope: Scope) -> Select[UserRow]:
    return select(UserRow).where(UserRow.tenant_id == scope.tenant_id)


async def _row(session: AsyncSession, scope: Scope, user_id: UUID) -> UserRow:
    row = await session.scalar(_of(scope).where(UserRow.id == user_id))
    if row is None:
        raise NotFound("there is no such user")
    return row


async def _existing(session: AsyncSession, scope: Scope, user_id: UUID) -> User:
    found = await user(session, scope, user_id)
    if found is None:
        raise NotFound("there is no such user")
    return found


async def _refuse_taken(
    session: AsyncSession, scope: Scope, username: str, extension: str | None
) -> None:
    if await session.scalar(_of(scope).where(UserRow.username == username)):
        raise AlreadyExists(f"there is a user {username!r} already", field="username")
    if extension is not None:
        await _refuse_extension(session, scope, extension)


async def _refuse_extension(session: AsyncSession, scope: Scope, extension: str) -> None:
    if not (extension.isascii() and extension.isdigit() and 2 <= len(extension) <= 8):  # noqa: PLR2004 - as endpoint names need
        raise InvalidValue("an extension has 2 to 8 digits", field="extension")
    if await session.scalar(_of(scope).where(UserRow.extension == extension)):
        raise AlreadyExists(f"extension {extension} is taken", field="extension")


async def _role_ids(session: AsyncSession, scope: Scope) -> dict[str, UUID]:
    rows = await session.execute(
        select(RoleRow.code, RoleRow.id).where(RoleRow.tenant_id == scope.tenant_id)
    )
    return {code: role_id for code, role_id in rows}  # noqa: C416 - mypy reads Row as no pair


async def _users(session: AsyncSession, scope: Scope, query: Select[UserRow]) -> list[User]:
    rows = (await session.scalars(query)).all()
    held = await _grants(session, scope, [row.id for row in rows])
    return [as_user(row, held.get(row.id, [])) for row in rows]


async def _grants(
    session: AsyncSession, scope: Scope, user_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[str, Permission]]]:
    rows = await session.execute(
        select(
            UserRoleRow.user_id,
            RoleRow.code,
            RolePermissionRow.object,
            RolePermissionRow.action,
            RolePermissionRow.reach,
        )
        .join(RoleRow, RoleRow.id == UserRoleRow.role_id)
        .join(RolePermissionRow, RolePermissionRow.role_id == RoleRow.id)
        .where(UserRoleRow.tenant_id == scope.tenant_id, UserRoleRow.user_id.in_(user_ids))
    )
    held: dict[UUID, list[tuple[str, Permission]]] = {}
    for user_id, role, name, action, reach in rows:
        held.setdefault(user_id, []).append((role, Permission(name, action, Reach(reach))))
    return held


def as_user(row: UserRow, grants: Sequence[tuple[str, Permission]]) -> User:
    """Return the value of a user's row with what his roles grant."""
    return User(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        extension=row.extension,
        language=row.language,
        unit_id=row.unit_id,
        position=row.position,
        status=row.status,
        roles=tuple(sorted({role for role, _ in grants})),
        permissions=frozenset(permission for _, permission in grants),
    )
