"""What plans share: schedules, screening, block list, sites; and what became of calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

import holidays

from agent_desktop.api import plan_part_shapes as parts
from agent_desktop.api import plan_shapes as shapes
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.planning import (
    around,
    refuse_errors,
    refuse_new_errors,
    tell_engine,
    with_schedule,
)
from agent_desktop.api.planning import as_finding as finding_of
from agent_desktop.errors import Invalid, NotFound
from agent_desktop.policy import requires
from crm_core import numbers, queues
from crm_core.numbers import DEFAULT_KEY
from ivr.numbers import PlanInvalid, Schedule, as_data, read_schedule, read_screening
from ivr.numbers.lint import lint
from ivr.numbers.model import Plan, placed_rules
from ivr.plan_store import DEFAULT_SCREENING, flow_titles
from reports.splits import split_report

SCHEDULE, SCREENING = "schedule", "screening"
WEEK = timedelta(days=7)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


async def list_schedules(ask: Ask) -> parts.ScheduleList:
    """List the schedules with whether they are open now."""
    scope, now = ask.visitor.scope, ask.services.clock()
    async with ask.services.database.read() as session:
        what = await around(ask, session)
        found = await numbers.in_force(session, scope, SCHEDULE)
    book = what.stored.book()
    users = {one.key: _used_by(one.key, what.known.plans) for one in found}
    return parts.ScheduleList(
        items=[
            parts.ScheduleShown(
                name=one.key,
                version=one.version,
                at=one.at,
                user_name=one.user_name,
                document=one.document,
                open=book.opening(one.key, now),
                used_by=users[one.key],
            )
            for one in found
        ]
    )


def _used_by(name: str, plans: Mapping[str, Plan | None]) -> list[str]:
    return [number for number, plan in plans.items() if plan is not None and _asks(plan, name)]


def _asks(plan: Plan, name: str) -> bool:
    for _, rule in placed_rules(plan.rules):
        if any(getattr(one, "schedule", None) == name for one in rule.when):
            return True
        if any(share.hours == name for share in rule.split or ()):
            return True
    return False


async def put_schedule(ask: Ask, *, name: str, body: parts.ScheduleWanted) -> shapes.Published:
    """Put a schedule in force; refused when it cannot be, or would break a plan."""
    schedule = _schedule(body.document)
    if not _SLUG.fullmatch(name):
        raise Invalid("A schedule's name is 1 to 40 of a-z, 0-9 and -.", field="name")
    async with ask.services.database.transaction() as session:
        what = await around(ask, session)
        refuse_new_errors(what.known, with_schedule(what.known, name, schedule))
        made = await numbers.publish(
            session,
            ask.visitor.scope,
            SCHEDULE,
            name,
            as_data(schedule),
            note=body.note,
            expected=body.expected_version,
        )
    version = shapes.VersionShown.model_validate(made)
    return shapes.Published(version=version, applied=await tell_engine(ask))


async def list_schedule_versions(ask: Ask, *, name: str) -> shapes.VersionList:
    """List the versions of a schedule, newest first."""
    async with ask.services.database.read() as session:
        found = await numbers.history(session, ask.visitor.scope, SCHEDULE, name)
    return shapes.VersionList(items=[shapes.VersionShown.model_validate(one) for one in found])


async def show_screening(ask: Ask) -> parts.ScreeningShown:
    """Show what is refused before any plan."""
    async with ask.services.database.read() as session:
        found = await numbers.newest(session, ask.visitor.scope, SCREENING, DEFAULT_KEY)
    if found is None:
        return parts.ScreeningShown(version=0, document=as_data(DEFAULT_SCREENING))
    return parts.ScreeningShown(version=found.version, document=found.document)


async def put_screening(ask: Ask, *, body: parts.ScheduleWanted) -> shapes.Published:
    """Change what is refused before any plan."""
    try:
        screening = read_screening(dict(body.document))
    except PlanInvalid as error:
        refuse_errors([finding_of(problem) for problem in error.problems])
        raise
    async with ask.services.database.transaction() as session:
        what = await around(ask, session)
        refuse_errors(one for one in lint(what.known, screening) if not one.number)
        made = await numbers.publish(
            session,
            ask.visitor.scope,
            SCREENING,
            DEFAULT_KEY,
            as_data(screening),
            note=body.note,
            expected=body.expected_version,
        )
    version = shapes.VersionShown.model_validate(made)
    return shapes.Published(version=version, applied=await tell_engine(ask))


async def list_blocked(ask: Ask) -> parts.BlockedList:
    """List the numbers that are refused, newest first."""
    async with ask.services.database.read() as session:
        found = await numbers.blocked_numbers(session, ask.visitor.scope, at=ask.services.clock())
    return parts.BlockedList(items=[parts.BlockedShown.model_validate(one) for one in found])


async def block(ask: Ask, *, body: parts.BlockWanted) -> parts.BlockedShown:
    """Refuse a number from the very next call on."""
    async with ask.services.database.transaction() as session:
        made = await numbers.block_number(
            session, ask.visitor.scope, body.number, reason=body.reason, until=body.until
        )
    await tell_engine(ask)
    return parts.BlockedShown.model_validate(made)


async def unblock(ask: Ask, *, entry_id: UUID) -> shapes.Switched:
    """Take an entry off the block list."""
    async with ask.services.database.transaction() as session:
        await numbers.unblock_number(session, ask.visitor.scope, entry_id)
    return shapes.Switched(applied=await tell_engine(ask))


async def list_sites(ask: Ask) -> parts.SiteList:
    """List the sites and whether they are up."""
    async with ask.services.database.read() as session:
        found = await numbers.sites(session, ask.visitor.scope)
    return parts.SiteList(items=[parts.SiteShown.model_validate(one) for one in found])


async def put_site(ask: Ask, *, name: str, body: parts.SiteWanted) -> parts.SiteShown:
    """Make a site, change it, or switch it up or down."""
    async with ask.services.database.transaction() as session:
        made = await numbers.save_site(
            session, ask.visitor.scope, name, title=body.title, up=body.up, note=body.note
        )
    await tell_engine(ask)
    return parts.SiteShown.model_validate(made)


async def remove_site(ask: Ask, *, name: str) -> shapes.Switched:
    """Forget a site; refused while a plan names it."""
    async with ask.services.database.transaction() as session:
        what = await around(ask, session)
        fewer = replace(what.known, sites=frozenset(what.stored.sites) - {name})
        refuse_new_errors(what.known, fewer)
        await numbers.remove_site(session, ask.visitor.scope, name)
    return shapes.Switched(applied=await tell_engine(ask))


async def show_route(ask: Ask, *, call_id: UUID) -> parts.RouteShown:
    """Show where a call was led, with every test that was made."""
    async with ask.services.database.read() as session:
        found = await numbers.routed_call(session, ask.visitor.scope, call_id)
    if found is None:
        raise NotFound
    names = parts.RouteShown.model_fields
    return parts.RouteShown.model_validate({name: getattr(found, name) for name in names})


async def report_splits(ask: Ask, *, query: parts.SplitsAsked) -> parts.SplitReportShown:
    """Count what each share of a percentage split was to have and had."""
    until = query.until or ask.services.clock()
    since = query.since or until - WEEK
    if since >= until:
        raise Invalid("The end must lie after the beginning.", field="to")
    async with ask.services.database.read() as session:
        found = await split_report(session, ask.visitor.scope, since=since, until=until)
    items = [parts.SplitShown.model_validate(one) for one in found]
    return parts.SplitReportShown(since=since, until=until, items=items)


async def list_choices(ask: Ask) -> parts.Choices:
    """List all that plans can name."""
    scope = ask.visitor.scope
    async with ask.services.database.read() as session:
        found_queues = await queues.queues(session, scope)
        agents = await queues.roster(session, scope)
        schedules = await numbers.in_force(session, scope, SCHEDULE)
        sites = await numbers.sites(session, scope)
        titles = await flow_titles(session, scope)
    item = parts.ChoiceItem
    return parts.Choices(
        flows=[item(name=name, title=title) for name, title in sorted(titles.items())],
        queues=[item(name=q.name, title=q.title, title_en=q.title_en) for q in found_queues],
        agents=[item(name=a.extension, title=a.name) for a in agents],
        schedules=[item(name=s.key, title=str(s.document.get("title", ""))) for s in schedules],
        sites=[item(name=s.name, title=s.title) for s in sites],
        countries=sorted(holidays.list_supported_countries()),
        zones=sorted(available_timezones()),
    )


def _schedule(document: Mapping[str, Any]) -> Schedule:
    try:
        return read_schedule(dict(document))
    except PlanInvalid as error:
        refuse_errors([finding_of(problem) for problem in error.problems])
        raise


_READ, _WRITE = requires("number", "read"), requires("number", "write")
_CLOSE = requires("number", "close")

OPERATIONS = (
    Operation(method="GET", path="/plan-choices", handler=list_choices, policy=_READ),
    Operation(method="GET", path="/schedules", handler=list_schedules, policy=_READ),
    Operation(
        method="PUT",
        path="/schedules/{name}",
        handler=put_schedule,
        policy=_WRITE,
        refusals=(409,),
    ),
    Operation(
        method="GET",
        path="/schedules/{name}/versions",
        handler=list_schedule_versions,
        policy=_READ,
    ),
    Operation(method="GET", path="/screening", handler=show_screening, policy=_READ),
    Operation(
        method="PUT", path="/screening", handler=put_screening, policy=_WRITE, refusals=(409,)
    ),
    Operation(method="GET", path="/blocked-numbers", handler=list_blocked, policy=_READ),
    Operation(method="POST", path="/blocked-numbers", handler=block, policy=_WRITE, status=201),
    Operation(method="DELETE", path="/blocked-numbers/{entry_id}", handler=unblock, policy=_WRITE),
    Operation(method="GET", path="/sites", handler=list_sites, policy=_READ),
    Operation(method="PUT", path="/sites/{name}", handler=put_site, policy=_CLOSE),
    Operation(method="DELETE", path="/sites/{name}", handler=remove_site, policy=_WRITE),
    Operation(
        method="GET",
        path="/calls/{call_id}/route",
        handler=show_route,
        policy=_READ,
    ),
    Operation(
        method="GET",
        path="/reports/splits",
        handler=report_splits,
        policy=requires("report", "read", whole=True),
    ),
)
