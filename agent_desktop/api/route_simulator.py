"""The route simulator: where would this caller go, at that time, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent_desktop.api import plan_shapes as shapes
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.planning import (
    Around,
    around,
    as_finding,
    destination,
    judged,
    live_load,
    refuse_errors,
    shown,
)
from agent_desktop.policy import requires
from crm_core import directory, numbers
from crm_core.database import Session
from ivr.flows import load_flows
from ivr.numbers import (
    Customer,
    Facts,
    Number,
    PlanBook,
    PlanInvalid,
    QueueLoad,
    Request,
    SplitState,
    decide,
    read_plan,
)
from ivr.numbers.conditions import MOST_HOURS_BACK
from ivr.numbers.facts import shown_number
from ivr.numbers.split import read_state
from ivr.trace import trace_lines

_CUSTOMERS = {
    "unknown": Customer(),
    "known": Customer(known=True),
    "vip": Customer(known=True, vip=True),
    "late": None,
}


async def simulate_route(ask: Ask, *, body: shapes.Simulation) -> shapes.Simulated:
    """Lead a call that nobody makes, and tell every test; nothing is kept or counted."""
    at = body.at or ask.services.clock()
    async with ask.services.database.read() as session:
        what = await around(ask, session)
        book = _book(body, what)
        facts = await _facts(ask, session, body, what, at)
        states = _states(book, await numbers.read_counters(session, ask.visitor.scope))
    request = Request(caller=body.caller, did=body.number, at=at)
    decision = decide(book, request, facts, states)
    findings = judged(body.number, body.document, what) if body.document is not None else []
    return shapes.Simulated(
        **destination(decision).model_dump(),
        at=at,
        lines=trace_lines(decision),
        findings=shown(findings),
    )


def _book(body: shapes.Simulation, what: Around) -> PlanBook:
    """Compile what is in force, with the plan that is tried and the closing that is assumed."""
    own = next((one for one in what.stored.numbers if one.did == body.number), None)
    closed = own.closed if own is not None else False
    if body.assume.closed is not None:
        closed = body.assume.closed
    plan = own.plan if own is not None else None
    if body.document is not None:
        try:
            plan = read_plan(dict(body.document))
        except PlanInvalid as error:
            refuse_errors([as_finding(problem) for problem in error.problems])
            raise
    flow = own.flow if own is not None else ""
    instead = None
    if own is not None or plan is not None:
        version = own.version if own is not None and body.document is None else 0
        instead = Number(did=body.number, flow=flow, plan=plan, version=version, closed=closed)
    return what.stored.book(default_flow=next(iter(load_flows()), ""), instead=instead)


async def _facts(
    ask: Ask, session: Session, body: shapes.Simulation, what: Around, at: datetime
) -> Facts:
    assume, scope = body.assume, ask.visitor.scope
    if assume.customer is None:
        card = await directory.identify(session, scope, body.caller)
        vip = card.known and any(match.vip for match in card.matches)
        customer: Customer | None = Customer(known=card.known, vip=vip)
    else:
        customer = _CUSTOMERS[assume.customer]
    if assume.calls_before is None:
        since = at - timedelta(hours=MOST_HOURS_BACK)
        calls = await numbers.calls_before(session, scope, shown_number(body.caller), since=since)
    else:
        calls = tuple(at - timedelta(minutes=1 + one % 59) for one in range(assume.calls_before))
    load = live_load(ask) | {
        name: QueueLoad(waiting=one.waiting, ready=one.ready, expected_wait=one.expected_wait)
        for name, one in assume.load.items()
    }
    down = what.stored.sites_down
    return Facts(
        customer=customer,
        calls_before=calls,
        load=load,
        sites_down=down if assume.sites_down is None else frozenset(assume.sites_down),
        last_minute=assume.last_minute,
    )


def _states(book: PlanBook, kept: dict[str, dict[str, object]]) -> dict[str, SplitState]:
    found = {
        key: read_state(kept.get(key), len(split.weights)) for key, split in book.splits().items()
    }
    return {key: state for key, state in found.items() if state is not None}


OPERATIONS = (
    Operation(
        method="POST",
        path="/route-simulations",
        handler=simulate_route,
        policy=requires("number", "read"),
    ),
)
