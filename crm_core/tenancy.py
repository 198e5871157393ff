"""Whose rows a verb may touch, and who asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from crm_core.sentences import Translate, english

DEFAULT_TENANT = UUID(
    "00000000-0000-7000-8000-000000000001"
)  # the one tenant of the embedded shape


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenant that bounds every query, and the user who acts (None: the system itself).

    `words` are those of the tenant's language, for what the system writes by itself.
    """

    tenant_id: UUID = DEFAULT_TENANT
    user_id: UUID | None = None
    words: Translate = field(default=english, repr=False, compare=False)
