"""Reads plans, schedules, screening and block list from the database into one plan book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from crm_core import flows as stored_flows
from crm_core import numbers, queues
from crm_core.database import Session
from crm_core.numbers import DEFAULT_KEY
from crm_core.tenancy import Scope
from ivr.flows import load_flows
from ivr.numbers import (
    Blocked,
    BlockList,
    Number,
    Plan,
    PlanBook,
    PlanInvalid,
    Schedule,
    Screening,
    read_plan,
    read_schedule,
    read_screening,
)
from ivr.numbers.lint import Known

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """Everything that is in force, as read at one moment."""

    numbers: tuple[Number, ...]
    schedules: Mapping[str, Schedule]
    screening: Screening | None
    blocked: tuple[Blocked, ...]
    sites: Mapping[str, bool]  # name -> up

    def book(self, *, default_flow: str = "", instead: Number | None = None) -> PlanBook:
        """Compile it; `instead` stands in place of the number of its name, to try a draft."""
        others = [one for one in self.numbers if instead is None or one.did != instead.did]
        return PlanBook(
            [*others, instead] if instead is not None else others,
            schedules=self.schedules,
            screening=self.screening,
            blocked=BlockList(self.blocked),
            default_flow=default_flow,
        )

    @property
    def sites_down(self) -> frozenset[str]:
        """The sites that are switched off."""
        return frozenset(name for name, up in self.sites.items() if not up)

    @property
    def plans(self) -> list[Plan]:
        """The plans in force."""
        return [number.plan for number in self.numbers if number.plan is not None]


async def read_stored(session: Session, scope: Scope, *, at: datetime | None = None) -> Stored:
    """Read what is in force; a document that cannot be read any more is told and left out."""
    closed = {one.number: one for one in await numbers.closings(session, scope)}
    plans = {one.key: one for one in await numbers.in_force(session, scope, "plan")}
    found = []
    for did in await queues.dids(session, scope):
        version, closing = plans.get(did.number), closed.get(did.number)
        found.append(
            Number(
                did=did.number,
                flow=did.flow,
                plan=None if version is None else _plan(version),
                version=0 if version is None else version.version,
                closed=closing is not None,
                closed_note="" if closing is None else closing.note,
            )
        )
    return Stored(
        numbers=tuple(found),
        schedules=await read_schedules(session, scope),
        screening=await _screening(session, scope),
        blocked=tuple(
            Blocked(number=one.number, reason=one.reason, until=one.until)
            for one in await numbers.blocked_numbers(session, scope, at=at)
        ),
        sites={site.name: site.up for site in await numbers.sites(session, scope)},
    )


async def read_schedules(session: Session, scope: Scope) -> dict[str, Schedule]:
    """Read the schedules in force by their names."""
    schedules = {}
    for version in await numbers.in_force(session, scope, "schedule"):
        try:
            schedules[version.key] = read_schedule(version.document, name=version.key)
        except PlanInvalid as error:
            log.warning("stored_schedule_invalid", name=version.key, reason=str(error))
    return schedules


async def known_around(
    session: Session, scope: Scope, stored: Stored, *, flows: frozenset[str] | None
) -> Known:
    """Tell the linter what there is."""
    return Known(
        flows=flows,
        queues=frozenset(queue.name for queue in await queues.queues(session, scope)),
        agents=frozenset(agent.extension for agent in await queues.roster(session, scope)),
        sites=frozenset(stored.sites),
        schedules=stored.schedules,
        plans={number.did: number.plan for number in stored.numbers},
    )


def _plan(version: numbers.Version) -> Plan | None:
    try:
        return read_plan(version.document, name=version.key)
    except PlanInvalid as error:
        log.warning("stored_plan_invalid", number=version.key, reason=str(error))
        return None


async def _screening(session: Session, scope: Scope) -> Screening | None:
    version = await numbers.newest(session, scope, "screening", DEFAULT_KEY)
    if version is None:
        return DEFAULT_SCREENING
    try:
        return read_screening(version.document)
    except PlanInvalid as error:
        log.warning("stored_screening_invalid", reason=str(error))
        return DEFAULT_SCREENING


DEFAULT_SCREENING = read_screening(
    {"format": 1, "blocked": {"kind": "busy"}, "repeats": {"kind": "busy"}}
)


async def flow_titles(session: Session, scope: Scope) -> dict[str, str]:
    """Return the titles of the flows a number may lead to: those shipped and those published."""
    titles = {name: flow.title for name, flow in load_flows().items()}
    for held in await stored_flows.in_force(session, scope):
        version = await stored_flows.version_of(session, scope, held.name, held.version)
        titles[held.name] = str(version.document.get("title", held.name))
    return titles
