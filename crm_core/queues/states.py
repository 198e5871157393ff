"""The history of what agents did, for occupancy and hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import InvalidValue
from crm_core.ids import new_id, uuid_of
from crm_core.insert_once import insert_once
from crm_core.queues.model import AgentHistory
from crm_core.tables.calls import CallRow
from crm_core.tables.queues import AgentStateRow
from crm_core.tenancy import Scope
from crm_core.words import clean


async def record_agent_state(
    session: AsyncSession,
    scope: Scope,
    agent_id: str,
    *,
    state: str,
    at: datetime,
    reason: str = "",
    call_id: UUID | None = None,
    set_by: UUID | None = None,
) -> bool:
    """Write that an agent entered a state; the same again changes nothing. Return whether new.

    `set_by` is the user who set the state for him.
    """
    user_id = uuid_of(agent_id)
    if user_id is None:
        raise InvalidValue("an agent's id is a UUID", field="agent_id")
    return await insert_once(
        session,
        AgentStateRow,
        id=new_id(),
        tenant_id=scope.tenant_id,
        agent_id=user_id,
        state=clean(state, 20),
        reason=clean(reason, 40),
        call_id=call_id,
        set_by=set_by,
        at=in_utc(at),
    )


async def agents_since(
    session: AsyncSession, scope: Scope, since: datetime
) -> dict[str, AgentHistory]:
    """Return by agent what the rows since then tell; who has none is not in it."""
    rows = await session.execute(
        select(AgentStateRow, CallRow.queue)
        .outerjoin(
            CallRow,
            (CallRow.call_id == AgentStateRow.call_id)
            & (CallRow.tenant_id == AgentStateRow.tenant_id),
        )
        .where(AgentStateRow.tenant_id == scope.tenant_id, AgentStateRow.at >= in_utc(since))
        .order_by(AgentStateRow.at, AgentStateRow.id)
    )
    found: dict[str, AgentHistory] = {}
    for row, queue in rows:
        agent_id = str(row.agent_id)
        before = found.get(agent_id)
        counted = dict(before.reasons) if before else {}
        if row.state == "not_ready" and row.reason:
            counted[row.reason] = counted.get(row.reason, 0) + 1
        found[agent_id] = AgentHistory(
            agent_id=agent_id,
            reasons=counted,
            state=row.state,
            reason=row.reason,
            since=row.at,
            call_id=row.call_id,
            queue=queue or "",
        )
    return found
