"""Write privileged acts to the audit, with where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from agent_desktop.api.operation import Ask
from agent_desktop.errors import TRACE_ID
from agent_desktop.sessions import visitor
from crm_core import audit
from crm_core.database import Session
from crm_core.tenancy import Scope


async def note(
    ask: Ask,
    session: Session,
    action: str,
    *,
    about: tuple[str, UUID | str],
    after: Mapping[str, object] | None = None,
    scope: Scope | None = None,
) -> None:
    """Note within the deed's own transaction who did `action` to `about` (kind, id)."""
    object_kind, object_id = about
    who = visitor(ask.request)
    if who is not None and who.user.is_token:
        after = {**(after or {}), "by": who.user.username}  # a program is no user of the tenant
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
