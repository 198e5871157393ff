"""The history of what agents did, for occupancy and hours."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.errors import InvalidValue
from crm_core.ids import new_id, uuid_of
from crm_core.insert_once import insert_once
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
) -> bool:
    """Write that an agent entered a state; the same again changes nothing. Return whether new."""
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
        at=in_utc(at),
    )
