"""What is wrong with plans as a whole: each finding with its number, place and reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crm_core.phones import normalise
from crm_core.sentences import Sentence, sentence
from ivr.numbers.hours import Schedule
from ivr.numbers.lint_hours import hours_findings
from ivr.numbers.lint_rules import Finding, error, rule_findings, warning
from ivr.numbers.model import Plan, Screening, placed_rules, placed_targets
from ivr.numbers.targets import (
    AgentTarget,
    FlowTarget,
    NumberTarget,
    QueueTarget,
    Target,
    VoicemailTarget,
    named,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What there is for plans to lead to and to ask about; None where that cannot be told."""

    flows: frozenset[str] | None = None
    queues: frozenset[str] | None = None
    agents: frozenset[str] | None = None
    sites: frozenset[str] | None = None
    schedules: Mapping[str, Schedule] = field(default_factory=dict)
    plans: Mapping[str, Plan | None] = field(default_factory=dict)  # every number of ours


def lint(known: Known, screening: Screening | None = None) -> tuple[Finding, ...]:
    """Judge every plan and the screening; errors first."""
    found = [
        one for did, plan in known.plans.items() if plan for one in lint_plan(did, plan, known)
    ]
    if screening is not None:
        found.extend(_screening(screening, known))
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def lint_plan(did: str, plan: Plan, known: Known) -> tuple[Finding, ...]:
    """Judge the plan of one number as if it were published; errors first."""
    whole = Known(
        flows=known.flows,
        queues=known.queues,
        agents=known.agents,
        sites=known.sites,
        schedules=known.schedules,
        plans={**known.plans, did: plan},
    )
    found = [
        *(one for place, target in placed_targets(plan) for one in _target(place, target, whole)),
        *_named_by_conditions(plan, whole),
        *_own_numbers(did, plan, whole),
        *rule_findings(plan, whole.schedules),
        *hours_findings(plan),
    ]
    told = [Finding(one.severity, one.code, one.place, one.reason, did) for one in found]
    return tuple(sorted(told, key=lambda one: one.severity != "error"))


def _target(place: str, target: Target, known: Known) -> Iterator[Finding]:
    field_name, names = _names_for(target, known)
    if names is not None and named(target) not in names:
        reason = _missing("unknown_target", field_name, named(target))
        yield error(f"{place}.{field_name}", reason)


def _missing(code: str, what: str, name: str) -> Sentence:
    """Say that something named is not there."""
    match what:
        case "flow":
            return sentence(code, "there is no flow '{name}'", name=name)
        case "agent":
            return sentence(code, "there is no agent '{name}'", name=name)
        case "site":
            return sentence(code, "there is no site '{name}'", name=name)
        case "schedule":
            return sentence(code, "there is no schedule '{name}'", name=name)
        case _:
            return sentence(code, "there is no queue '{name}'", name=name)


def _names_for(target: Target, known: Known) -> tuple[str, frozenset[str] | None]:
    match target:
        case FlowTarget():
            return "flow", known.flows
        case QueueTarget():
            return "queue", known.queues
        case VoicemailTarget():
            return "box", known.queues
        case AgentTarget():
            return "agent", known.agents
        case _:
            return "", None


def _named_by_conditions(plan: Plan, known: Known) -> Iterator[Finding]:
    lists = {
        "schedule": frozenset(known.schedules),
        "queue": known.queues,
        "site": known.sites,
    }
    for place, rule in placed_rules(plan.rules):
        for index, condition in enumerate(rule.when):
            for what, names in lists.items():
                name = getattr(condition, what, None)
                if name is not None and names is not None and name not in names:
                    where = f"{place}.when.{index}.{what}"
                    yield error(where, _missing(f"unknown_{what}", what, name))
        for index, share in enumerate(rule.split or ()):
            for part, what, name in (
                ("site", "site", share.site),
                ("hours", "schedule", share.hours),
            ):
                names = lists[what]
                if name is not None and names is not None and name not in names:
                    where = f"{place}.split.{index}.{part}"
                    yield error(where, _missing(f"unknown_{what}", what, name))


def _own_numbers(did: str, plan: Plan, known: Known) -> Iterator[Finding]:
    """Find calls that come back to us: in a ring they would never end."""
    for place, target in placed_targets(plan):
        own = _own(target, known)
        if own is None:
            continue
        ring = _way_back(own, did, known, (did,))
        if ring:
            reason = sentence(
                "loop", "calls would go round for ever: {ring}", ring=" → ".join(ring)
            )
            yield error(f"{place}.number", reason)
        else:
            reason = sentence(
                "own_number",
                "{number} is a number of ours: the call would leave and come in again",
                number=own,
            )
            yield warning(f"{place}.number", reason)


def _way_back(at: str, home: str, known: Known, way: tuple[str, ...]) -> tuple[str, ...]:
    """Give the numbers a call passes until it is home again; empty when it never is."""
    here = (*way, at)
    if at == home:
        return here
    if at in way:
        return ()
    plan = known.plans.get(at)
    for _, target in placed_targets(plan) if plan else ():
        onward = _own(target, known)
        ring = _way_back(onward, home, known, here) if onward else ()
        if ring:
            return ring
    return ()


def _own(target: Target, known: Known) -> str | None:
    """Give the number of ours that a target dials, as we write it."""
    if not isinstance(target, NumberTarget):
        return None
    if target.number in known.plans:
        return target.number
    dialled = normalise(target.number).shown
    return next((did for did in known.plans if normalise(did).shown == dialled), None)


def _screening(screening: Screening, known: Known) -> Iterator[Finding]:
    for place in ("blocked", "anonymous", "repeats"):
        target: Target | None = getattr(screening, place)
        if target is not None:
            yield from _target(f"screening.{place}", target, known)
