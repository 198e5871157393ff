"""Time-ordered ids for rows."""

from __future__ import annotations

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7; ids made later sort later."""
    return uuid7()


def uuid_of(text: object) -> UUID | None:
    """Return the UUID that `text` spells, or None; never raises."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
