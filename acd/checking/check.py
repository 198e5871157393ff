"""The check of a whole configuration, and what a change may not bring in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from acd.board.settings import (
    AgentSettings,
    OverflowKind,
    OverflowReason,
    QueueSettings,
    Roster,
)
from acd.checking.agents import check_agent, check_reason, check_skills
from acd.checking.problems import Known, Place, Problem, Severity
from acd.checking.queues import check_queue
from acd.routing.requirements import RequirementError, parse, unknown_skills


def check(roster: Roster, known: Known) -> list[Problem]:
    """Return every problem, errors first; pure, so that a draft can be checked as well."""
    return sorted(_all(roster, known), key=_rank)


def new_errors(before: Iterable[Problem], after: Iterable[Problem]) -> list[Problem]:
    """Return the errors a change would bring in; those that were there refuse nothing."""
    old = {_mark(one) for one in before}
    return [one for one in after if one.severity is Severity.ERROR and _mark(one) not in old]


def _mark(problem: Problem) -> tuple[object, ...]:
    # An agent without a queue becomes an error by the first queue, which is not to blame.
    severity = "" if problem.code == "in_no_queue" else problem.severity
    return (severity, problem.kind, problem.key, problem.path, problem.code, problem.values)


def _rank(problem: Problem) -> tuple[bool, str, str]:
    return (problem.severity is not Severity.ERROR, problem.kind, problem.key)


def _all(roster: Roster, known: Known) -> Iterator[Problem]:
    queues = {queue.name: queue for queue in roster.queues}
    members: dict[str, list[AgentSettings]] = {}
    for agent in roster.agents:
        for name in agent.queues:
            members.setdefault(name, []).append(agent)
    for queue in roster.queues:
        yield from check_queue(queue, known)
        yield from _served(queue, members.get(queue.name, []), known)
        yield from _rings(queue, queues)
    names = frozenset(queues)
    for agent in roster.agents:
        yield from check_agent(agent, names, known)
    for reason in roster.reasons:
        yield from check_reason(reason)
    yield from check_skills(roster, known)


def _served(queue: QueueSettings, agents: list[AgentSettings], known: Known) -> Iterator[Problem]:
    """Refuse a queue whose calls nobody could ever take, unless they are led elsewhere."""
    place = Place(kind="queue", key=queue.name)
    last = queue.steps[-1].needs if queue.steps else ""
    try:
        told_already = bool(unknown_skills(last, known.skills))
        meets = parse(last).meets if last.strip() else None
    except RequirementError:
        return
    if told_already or any(meets is None or meets(agent.skills) for agent in agents):
        return
    led = any(OverflowReason.NOBODY in link.reasons for link in queue.overflow)
    make = place.warning if led else place.error
    if agents:
        path = f"steps.{len(queue.steps) - 1}.needs"
        yield make(
            path,
            "nobody_fulfils",
            "none of its {agents} agents fulfils the last step: {needs}",
            agents=len(agents),
            needs=last,
        )
    else:
        yield make("agents", "nobody_serves", "no agent is in this queue")


def _rings(queue: QueueSettings, queues: Mapping[str, QueueSettings]) -> Iterator[Problem]:
    """Refuse links that lead back to where they come from, and name the ring."""
    place = Place(kind="queue", key=queue.name)
    for position, link in enumerate(queue.overflow):
        if link.kind is not OverflowKind.QUEUE:
            continue
        path = f"overflow.{position}.target"
        if link.target not in queues:
            yield place.error(
                path, "unknown_queue", "there is no queue '{queue}'", queue=link.target
            )
        elif (way := _way(queues, link.target, queue.name)) is not None:
            ring = " → ".join((queue.name, *way))
            yield place.error(path, "overflow_ring", "calls would go round: {ring}", ring=ring)


def _way(queues: Mapping[str, QueueSettings], since: str, until: str) -> list[str] | None:
    """Return the shortest way over overflows, both ends named; None when there is none."""
    came: dict[str, str] = {since: ""}
    edge = [since]
    while edge and until not in came:
        edge = _further(queues, edge, came)
    if until not in came:
        return None
    way = [until]
    while came[way[-1]]:
        way.append(came[way[-1]])
    return way[::-1]


def _further(
    queues: Mapping[str, QueueSettings], edge: list[str], came: dict[str, str]
) -> list[str]:
    found: list[str] = []
    for name in edge:
        for link in queues[name].overflow if name in queues else ():
            if link.kind is OverflowKind.QUEUE and link.target not in came:
                came[link.target] = name
                found.append(link.target)
    return found
