"""The split report: what each share of a percentage split was to have, and what it had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.clock import in_utc
from crm_core.tables.numbers import NumberVersionRow, RoutedCallRow
from crm_core.tenancy import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareFigures:
    """One share; `percent` as planned, `off` how many bookings above (or below) the plan."""

    share: int
    percent: float
    target: str  # its label, empty without one
    to: dict[str, Any]  # as the plan says
    served: int
    booked: int
    actual_percent: float
    off: float


@dataclass(frozen=True, kw_only=True, slots=True)
class SplitFigures:
    """One split in one period; `worst_off` the largest deviation of bookings, in calls."""

    number: str
    rule: str
    version: int
    calls: int
    first_at: datetime
    last_at: datetime
    worst_off: float
    shares: tuple[ShareFigures, ...]


Counted: TypeAlias = dict[int, int]


async def split_report(
    session: AsyncSession, scope: Scope, *, since: datetime, until: datetime
) -> list[SplitFigures]:
    """Count the calls of every split in the period, the most calls first.

    Served are the calls a share had; booked those it was to have: what others served for it while
    it was closed counts here, what it served for others does not. Within any stretch of calls
    that begins with a split's first, bookings are less than one call off.
    """
    rows = await _counts(session, scope, since, until)
    splits: dict[tuple[str, str, int], list[Any]] = defaultdict(list)
    for row in rows:
        splits[row.number, row.rule, row.version].append(row)
    documents = await _documents(session, scope, {(key[0], key[2]) for key in splits})
    found = [
        _figures(key, counted, _shares(documents.get((key[0], key[2]), {}), key[1]))
        for key, counted in splits.items()
    ]
    return sorted(found, key=lambda one: -one.calls)


async def _counts(
    session: AsyncSession, scope: Scope, since: datetime, until: datetime
) -> list[Any]:
    columns = (
        RoutedCallRow.number,
        RoutedCallRow.rule,
        RoutedCallRow.version,
        RoutedCallRow.share,
        RoutedCallRow.booked,
    )
    query = (
        select(
            *columns,
            func.count().label("calls"),
            func.min(RoutedCallRow.at).label("first_at"),
            func.max(RoutedCallRow.at).label("last_at"),
        )
        .where(
            RoutedCallRow.tenant_id == scope.tenant_id,
            RoutedCallRow.at >= in_utc(since),
            RoutedCallRow.at < in_utc(until),
            RoutedCallRow.split_key != "",
        )
        .group_by(*columns)
    )
    return list((await session.execute(query)).all())


async def _documents(
    session: AsyncSession, scope: Scope, wanted: set[tuple[str, int]]
) -> dict[tuple[str, int], dict[str, Any]]:
    query = select(NumberVersionRow).where(
        NumberVersionRow.tenant_id == scope.tenant_id,
        NumberVersionRow.kind == "plan",
        NumberVersionRow.key.in_({number for number, _ in wanted}),
    )
    return {
        (row.key, row.version): row.document
        for row in await session.scalars(query)
        if (row.key, row.version) in wanted
    }


def _shares(document: Mapping[str, Any], rule: str) -> list[Mapping[str, Any]]:
    """Find the shares of a rule, however deep it lies."""
    for one in document.get("rules", ()):
        if one.get("id") == rule:
            return list(one.get("split") or ())
        inner = _shares(one, rule)
        if inner:
            return inner
    return []


def _figures(
    key: tuple[str, str, int], rows: Iterable[Any], planned: list[Mapping[str, Any]]
) -> SplitFigures:
    counted = list(rows)
    calls = sum(row.calls for row in counted)
    served: Counted = defaultdict(int)
    booked: Counted = defaultdict(int)
    for row in counted:
        served[row.share] += row.calls
        booked[row.booked] += row.calls
    shares = tuple(
        _share(index, share, served[index], booked[index], calls)
        for index, share in enumerate(planned)
    )
    return SplitFigures(
        number=key[0],
        rule=key[1],
        version=key[2],
        calls=calls,
        first_at=min(row.first_at for row in counted),
        last_at=max(row.last_at for row in counted),
        worst_off=max((abs(share.off) for share in shares), default=0.0),
        shares=shares,
    )


def _share(
    index: int, share: Mapping[str, Any], served: int, booked: int, calls: int
) -> ShareFigures:
    percent = float(share.get("percent", 0))
    return ShareFigures(
        share=index,
        percent=percent,
        target=share.get("label", ""),
        to=dict(share.get("to", {})),
        served=served,
        booked=booked,
        actual_percent=round(100 * served / calls, 2) if calls else 0.0,
        off=round(booked - calls * percent / 100, 3),
    )
