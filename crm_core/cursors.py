"""Places in a long list: a time and an id, as one word a caller hands back unread."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from crm_core.errors import InvalidValue


def cursor_of(at: datetime, row_id: UUID) -> str:
    """Return the word for the place after the row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{row_id}".encode()).decode()


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """Return the time and id of a cursor; raises InvalidValue for anything else."""
    try:
        at, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        found = datetime.fromisoformat(at), UUID(row_id)
    except (ValueError, binascii.Error):
        raise InvalidValue("the cursor is not one of ours", field="cursor") from None
    if found[0].tzinfo is None:
        raise InvalidValue("the cursor is not one of ours", field="cursor")
    return found
