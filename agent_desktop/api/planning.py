"""Plans in the API: judged as a whole, shown with what they do now, told to the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from acd.commands import Accepted, ReloadConfiguration
from agent_desktop.api.operation import Ask
from agent_desktop.api.plan_shapes import Destination, Document, FindingShown, TestedShown
from agent_desktop.errors import Invalid, refusal
from agent_desktop.feed import FEED
from crm_core.database import Session
from ivr.errors import Problem
from ivr.numbers import (
    Customer,
    Decision,
    Facts,
    Plan,
    PlanBook,
    PlanInvalid,
    QueueLoad,
    Request,
    as_data,
    decide,
    read_plan,
)
from ivr.numbers.facts import wait_expected
from ivr.numbers.lint import Known, lint, lint_plan
from ivr.numbers.lint_rules import Finding
from ivr.plan_store import Stored, flow_titles, known_around, read_stored
from ivr.trace import trace_data

STRANGER = Customer()


@dataclass(frozen=True, slots=True)
class Around:
    """What is in force, and what there is beside it, read in one transaction."""

    stored: Stored
    known: Known


async def around(ask: Ask, session: Session) -> Around:
    """Read everything plans are judged by."""
    scope = ask.visitor.scope
    stored = await read_stored(session, scope, at=ask.services.clock())
    flows = frozenset(await flow_titles(session, scope))
    return Around(stored, await known_around(session, scope, stored, flows=flows))


def judged(number: str, document: Mapping[str, Any], what: Around) -> list[Finding]:
    """Return every fault of a document as the plan of a number."""
    try:
        plan = read_plan(dict(document))
    except PlanInvalid as error:
        return [as_finding(problem, number) for problem in error.problems]
    return list(lint_plan(number, plan, what.known))


def as_finding(problem: Problem, number: str = "") -> Finding:
    """Return a fault that keeps a document from being read as a finding."""
    return Finding("error", "invalid", problem.place, problem.reason, number)


def shown(findings: Iterable[Finding]) -> list[FindingShown]:
    """Return findings as the API tells them."""
    return [FindingShown.model_validate(one) for one in findings]


def refuse_errors(findings: Iterable[Finding]) -> None:
    """Refuse to publish while there is an error, naming the first one's place."""
    errors = [one for one in findings if one.severity == "error"]
    if errors:
        words = refusal(errors[0].place, errors[0].reason, len(errors) - 1)
        raise Invalid(words, field=f"document.{errors[0].place}"[:200], code="plan_invalid")


def checked_plan(number: str, document: Mapping[str, Any], what: Around) -> Plan:
    """Return the plan when it may be published; raises Invalid with the place and the reason."""
    refuse_errors(judged(number, document, what))
    return read_plan(dict(document))


def refuse_new_errors(before: Known, after: Known) -> None:
    """Refuse a change of something plans share that would break one of them."""
    old = {(one.number, one.place, one.code) for one in lint(before)}
    refuse_errors(one for one in lint(after) if (one.number, one.place, one.code) not in old)


async def tell_engine(ask: Ask) -> bool:
    """Have the engine lead the very next call by what is stored; False when it is away."""
    reply = await ask.services.bus.request(ReloadConfiguration(by=ask.visitor.agent_id))
    return isinstance(reply, Accepted)


def live_load(ask: Ask) -> dict[str, QueueLoad]:
    """Return how busy the queues are now, as this process last heard."""
    rows, now = ask.request.app[FEED].mirror.queues.values(), ask.services.clock()
    return {
        row.name: QueueLoad(
            waiting=row.waiting,
            ready=row.ready,
            expected_wait=wait_expected(row.waiting, row.ready, row.oldest_since, now),
        )
        for row in rows
    }


def destination_now(ask: Ask, number: str, what: Around, book: PlanBook) -> Destination:
    """Return what happens right now to a caller nobody knows."""
    facts = Facts(
        customer=STRANGER,
        calls_before=(),
        load=live_load(ask),
        sites_down=what.stored.sites_down,
        last_minute=1,
    )
    request = Request(caller="+8613900000000", did=number, at=ask.services.clock())
    decision = decide(book, request, facts)
    return destination(decision).model_copy(update={"trace": []})


def destination(decision: Decision) -> Destination:
    """Return a decision as the API tells it."""
    return Destination(
        target=target_data(decision),
        why=decision.why,
        place=decision.place,
        rule=decision.rule,
        version=decision.version,
        trace=[TestedShown(**test) for test in trace_data(decision.trace)],
    )


def target_data(decision: Decision) -> Document | None:
    """Return the target as plain data."""
    return None if decision.target is None else as_data(decision.target)


def with_schedule(known: Known, name: str, schedule: Any) -> Known:
    """Return what there is as if a schedule were published."""
    return replace(known, schedules={**known.schedules, name: schedule})
