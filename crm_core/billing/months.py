"""Months of accounting: which one a time falls in, and where one begins and ends."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm_core.errors import InvalidValue

BILLING_ZONE = "Asia/Shanghai"

_MONTH = re.compile(r"(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])")


def month_of(at: datetime, zone: str = BILLING_ZONE) -> str:
    """Return the local month of a time as YYYY-MM."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m")


def next_month(month: str) -> str:
    """Return the month after."""
    year, number = _parts(month)
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def bounds(month: str, zone: str = BILLING_ZONE) -> tuple[datetime, datetime]:
    """Return the month's first instant and the first one after it, in UTC; raises InvalidValue."""
    return _begin(month, zone), _begin(next_month(month), zone)


def _begin(month: str, zone: str) -> datetime:
    year, number = _parts(month)
    return datetime(year, number, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _parts(month: str) -> tuple[int, int]:
    found = _MONTH.fullmatch(month)
    if found is None:
        raise InvalidValue("a month is written YYYY-MM", field="month")
    return int(found["year"]), int(found["month"])
