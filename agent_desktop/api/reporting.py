"""What every report shares: the period that is asked for, counting it, its file and its routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import AwareDatetime, Field, StringConstraints

from agent_desktop.api import deeds
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Code, Day, Query
from agent_desktop.errors import Invalid
from agent_desktop.policy import requires
from crm_core.database import Session
from crm_core.sentences import whole, words_of
from crm_core.tenancy import Scope
from reports.csv import Table, to_csv
from reports.errors import BadPeriod
from reports.intervals import Interval, zone_named

LONGEST = timedelta(days=3 * 366)
FILES_A_MINUTE = 20
_Report_co = TypeVar("_Report_co", covariant=True)


class Counting(Protocol[_Report_co]):
    """Counts a period, as the reports do."""

    async def __call__(
        self,
        session: Session,
        scope: Scope,
        *,
        start: datetime,
        end: datetime,
        interval: Interval,
        zone: str,
        queue: str | None,
    ) -> _Report_co:
        """Return the report; raises `reports.errors.BadPeriod`."""
        ...


class ReportAsked(Query):
    """What to count: from (inclusive) to (exclusive), today by default; dates are of `zone`."""

    since: AwareDatetime | Day | None = Field(default=None, alias="from")
    until: AwareDatetime | Day | None = Field(default=None, alias="to")
    interval: Interval = Interval.HOUR
    zone: Annotated[str, StringConstraints(max_length=60, pattern=r"^[A-Za-z0-9_+/-]+$")] = (
        "Asia/Shanghai"
    )
    queue: Code | None = None


async def counted(ask: Ask, query: ReportAsked, count: Counting[_Report_co]) -> _Report_co:
    """Return a report of the period asked for; raises Invalid where it cannot be."""
    with _told_plainly():
        start, end = _period_of(query, ask.services.clock())
        async with ask.services.database.read() as session:
            return await count(
                session,
                ask.visitor.scope,
                start=start,
                end=end,
                interval=query.interval,
                zone=query.zone,
                queue=query.queue,
            )


async def csv_of(ask: Ask, report: Table, name: str) -> web.Response:
    """Give a report as a file, and note in the audit who took it."""
    async with ask.services.database.transaction() as session:
        asked = {"query": ask.request.query_string[:1000]}
        await deeds.note(ask, session, "export", about=("report", name), after=asked)
    return web.Response(
        body=to_csv(report, bom=True).encode(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def operations(
    name: str,
    show: Callable[..., Awaitable[Any]],
    export: Callable[..., Awaitable[Any]],
    *,
    own: bool = False,
) -> tuple[Operation, Operation]:
    """Return the routes of a report and of its file; with `own` agents may ask for their part."""
    return (
        Operation(
            method="GET",
            path=f"/reports/{name}",
            handler=show,
            policy=requires("report", "read", whole=not own),
        ),
        Operation(
            method="GET",
            path=f"/reports/{name}.csv",
            handler=export,
            policy=requires("report", "export", whole=True),
            most_a_minute=FILES_A_MINUTE,
            media_type="text/csv",
        ),
    )


def _period_of(query: ReportAsked, now: datetime) -> tuple[datetime, datetime]:
    """Return the moments a report goes from and to; raises Invalid."""
    zone = zone_named(query.zone)
    today = now.astimezone(zone).date()
    try:
        start = _moment(query.since or today, zone)
        end = _moment(query.until or _moment_after(query.since, today), zone)
        too_long = end - start > LONGEST
    except (OverflowError, ValueError):
        raise Invalid("This time is beyond the calendar.", field="from") from None
    if too_long:
        raise Invalid("A report covers three years at most.", field="to")
    return start, end


def _moment_after(since: datetime | date | None, today: date) -> datetime | date:
    """Without an end: to the end of the day that began, or of today."""
    if since is None:
        return today + timedelta(days=1)
    return since + timedelta(days=1)


def _moment(given: datetime | date, zone: ZoneInfo) -> datetime:
    if isinstance(given, datetime):
        return given.astimezone(UTC)
    return datetime.combine(given, time(), zone).astimezone(UTC)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn a period that cannot be into a refusal that names the field."""
    try:
        yield
    except BadPeriod as error:
        raise Invalid(whole(words_of(error)), field=error.field) from None
