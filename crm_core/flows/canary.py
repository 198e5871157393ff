"""Canaries: a share of callers gets a new version until it is promoted or taken back."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import audit
from crm_core.clock import utc_now
from crm_core.errors import InvalidValue
from crm_core.flows.model import InForce
from crm_core.flows.versions import put_in_force, row_in_force, shown, version_of
from crm_core.sentences import as_kept
from crm_core.tenancy import Scope
from crm_core.words import clean


async def start_canary(
    session: AsyncSession,
    scope: Scope,
    name: str,
    version: int,
    *,
    share: Decimal,
    limit: Decimal,
) -> InForce:
    """Let `share` of the callers get this version; raises NotFound, InvalidValue.

    `limit` is by how much the share of callers who give up or ask for a person may rise above
    that of the version in force, e.g. 0.05 for five points.
    """
    if not 0 < share < 1:
        raise InvalidValue("a canary's share is above 0 and below 1", field="share")
    if not 0 < limit < 1:
        raise InvalidValue("a canary's limit is above 0 and below 1", field="limit")
    await version_of(session, scope, name, version)
    row = await row_in_force(session, scope, name)
    if row.version == version:
        raise InvalidValue("this version is in force already", field="version")
    row.canary_version, row.canary_share, row.canary_limit = version, share, limit
    row.canary_since, row.told = utc_now(), ""
    await session.flush()
    await _note(session, scope, "flow.canary", row.name, f"version {version}, share {share}")
    return shown(row)


async def promote_canary(session: AsyncSession, scope: Scope, name: str) -> InForce:
    """Let all callers get the canary's version; raises NotFound, InvalidValue."""
    row = await row_in_force(session, scope, name)
    if row.canary_version is None:
        raise InvalidValue("no canary of this flow flies", field="name")
    version = row.canary_version
    await put_in_force(session, scope, name, version)
    await _note(session, scope, "flow.promote", name, f"version {version}")
    return shown(row)


async def end_canary(session: AsyncSession, scope: Scope, name: str, *, told: str) -> InForce:
    """Give all callers the version in force again, and keep why; nothing flies, nothing done."""
    row = await row_in_force(session, scope, name)
    if row.canary_version is None:
        return shown(row)
    version = row.canary_version
    await put_in_force(session, scope, name, row.version)
    row.told = clean(as_kept(told), 400)
    await session.flush()
    await _note(session, scope, "flow.canary_back", name, f"version {version}: {told}")
    return shown(row)


async def _note(session: AsyncSession, scope: Scope, action: str, name: str, told: str) -> None:
    await audit.note(
        session, scope, action=action, object_kind="flow", object_id=name, after={"told": told}
    )
