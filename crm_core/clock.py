"""The one place crm_core reads the clock when a caller gives no time."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present as an aware UTC time."""
    return datetime.now(UTC)


def in_utc(at: datetime | None) -> datetime:
    """Return `at` in UTC, or the present when it is None; refuses times without a zone."""
    if at is None:
        return utc_now()
    if at.tzinfo is None:
        raise ValueError("times must carry their zone")
    return at.astimezone(UTC)
