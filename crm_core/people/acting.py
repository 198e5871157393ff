"""Who acts: the name of the user a scope stands for."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.tables.people import UserRow
from crm_core.tenancy import Scope


async def name_of(session: AsyncSession, scope: Scope) -> str | None:
    """Return his name; None when a program acts."""
    found: str | None = await session.scalar(
        select(UserRow.display_name).where(
            UserRow.tenant_id == scope.tenant_id, UserRow.id == scope.user_id
        )
    )
    return found
