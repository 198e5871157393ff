"""Whether a configuration may be put in force: the check over what is stored, or over a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from acd.checking import Known, Problem, check, new_errors
from acd.roster import roster_of
from acd.routing.requirements import RequirementError, parse
from agent_desktop.api.configuration_shapes import Draft, ProblemShown
from agent_desktop.api.operation import Ask
from agent_desktop.errors import Invalid, refusal
from crm_core import configuration
from crm_core.configuration import AgentDocument, Configuration, Kind
from crm_core.configuration.shapes import SeatDocument
from crm_core.database import Session


def judge(ask: Ask, found: Configuration) -> list[Problem]:
    """Return every problem of a configuration."""
    known = Known(skills=frozenset(found.skills), prompts=ask.services.prompts())
    return check(roster_of(found), known)


async def judged(ask: Ask, session: Session) -> list[Problem]:
    """Return every problem of what is stored."""
    return judge(ask, await configuration.in_force(session, ask.visitor.scope))


def refuse_new(before: list[Problem], after: list[Problem], kind: str, key: str) -> None:
    """Refuse a change of one thing that brings in errors, naming the first one's field."""
    found = new_errors(before, after)
    found.sort(key=lambda one: (one.kind, one.key) != (kind, key))  # its own come first
    if not found:
        return
    first = found[0]
    message = refusal(f"{first.kind} {first.key}", first.message, len(found) - 1)
    raise Invalid(message, field=first.path or None, code=first.code)


def shown(problem: Problem, *, new: bool = False) -> ProblemShown:
    """Return the problem as the API tells it."""
    return ProblemShown(
        kind=problem.kind,
        key=problem.key,
        path=problem.path,
        code=problem.code,
        message=problem.message,
        severity=problem.severity,
        values=dict(problem.values),
        new=new,
    )


def drafted(found: Configuration, draft: Draft) -> Configuration:
    """Return the configuration as it would be with the draft; raises Invalid without its part."""
    parts: Mapping[Kind, tuple[str, Any]] = {
        Kind.QUEUE: ("queues", draft.queue),
        Kind.AGENT: ("agents", draft.agent),
        Kind.SKILL: ("skills", draft.skill),
        Kind.REASON: ("reasons", draft.reason),
    }
    name, document = parts[draft.kind]
    if document is None:
        raise Invalid("The part of this kind is missing.", field=draft.kind.value)
    whole = {**getattr(found, name), draft.key: document}
    part: dict[str, Any] = {name: whole}
    changed = replace(found, **part)
    if draft.kind is Kind.QUEUE and draft.agents is not None:
        return replace(changed, agents=seated(changed.agents, draft.key, set(draft.agents)))
    return changed


def seated(
    agents: Mapping[str, AgentDocument], queue: str, sitting: set[str]
) -> dict[str, AgentDocument]:
    """Return the agents with those of `sitting`, and no others, in the queue."""
    return {
        agent_id: in_queue(agent, queue, sits=agent_id in sitting)
        for agent_id, agent in agents.items()
    }


def in_queue(agent: AgentDocument, queue: str, *, sits: bool) -> AgentDocument:
    """Return the agent with or without a seat in the queue."""
    has = any(seat.queue == queue for seat in agent.seats)
    if has == sits:
        return agent
    others = [seat for seat in agent.seats if seat.queue != queue]
    return agent.model_copy(
        update={"seats": [*others, SeatDocument(queue=queue)] if sits else others}
    )


def serving(found: Configuration, draft: Draft) -> list[list[str]]:
    """Return for each step of a drafted queue the ids of its agents who fulfil it."""
    if draft.queue is None:
        return []
    sitting = {
        agent_id: agent.skills
        for agent_id, agent in found.agents.items()
        if any(seat.queue == draft.key for seat in agent.seats)
    }
    return [_fulfil(step.needs, sitting) for step in draft.queue.steps]


def _fulfil(needs: str, sitting: Mapping[str, Mapping[str, int]]) -> list[str]:
    if not needs.strip():
        return list(sitting)
    try:
        requirement = parse(needs)
    except RequirementError:
        return []
    return [agent_id for agent_id, skills in sitting.items() if requirement.meets(skills)]
