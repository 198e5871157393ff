"""Write privileged acts to the audit, with where they came from."""

from __future__ import annotations

from uuid import UUID

from agent_desktop.api.operation import Ask
from agent_desktop.errors import TRACE_ID
from crm_core import audit
from crm_core.database import Session
from crm_core.tenancy import Scope


async def note(
    ask: Ask,
    session: Session,
    action: str,
    *,
    about: tuple[str, UUID | str],
    after: dict[str, object] | None = None,
    scope: Scope | None = None,
) -> None:
    """Note within the deed's own transaction who did `action` to `about` (kind, id)."""
    object_kind, object_id = about
    await audit.note(
        session,
        scope or ask.visitor.scope,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        after=after,
        request_id=ask.request[TRACE_ID],
        address=ask.request.remote or "",
    )
