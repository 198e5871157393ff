"""Drawing rules: queues and agents with settings of every kind, decided by a seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from random import Random

from acd.board import AgentSettings, Brief, QueueSettings, Roster, WrapUpKind, WrapUpRule
from acd.board.settings import (
    CallbackOrder,
    CallbackRule,
    Comfort,
    Hours,
    Limits,
    Overflow,
    OverflowKind,
    OverflowReason,
    Period,
    RequirementStep,
    Seat,
    Strategy,
)

_STRATEGIES = tuple(Strategy)
_WIDENING = (
    RequirementStep(needs="language:zh>=4 and tech>=3", seconds=6),
    RequirementStep(needs="tech>=2 or language:zh>=3", seconds=10),
    RequirementStep(),
)
_ONE = (RequirementStep(needs="language:zh>=2", seconds=15), RequirementStep())
_KINDS = tuple(WrapUpKind)
_ENDS = (OverflowKind.HANG_UP, OverflowKind.VOICEMAIL, OverflowKind.MESSAGE, OverflowKind.NUMBER)
_TARGETS = {OverflowKind.MESSAGE: "closed", OverflowKind.NUMBER: "13900139000"}


def ruled(roster: Roster, chance: Random) -> Roster:
    """Return the roster with settings drawn for each queue and agent."""
    names = [queue.name for queue in roster.queues]
    return replace(
        roster,
        queues=tuple(_queue(queue, names, chance) for queue in roster.queues),
        agents=tuple(_agent(agent, chance) for agent in roster.agents),
    )


def redrawn(roster: Roster, chance: Random) -> Roster:
    """Return the roster with one queue, or one agent and the queues he sits in, set otherwise."""
    names = [queue.name for queue in roster.queues]
    if chance.random() < 0.5:  # noqa: PLR2004 - a coin
        name = chance.choice(names)
        queues = tuple(
            _queue(queue, names, chance) if queue.name == name else queue
            for queue in roster.queues
        )
        return replace(roster, queues=queues)
    one = chance.choice(roster.agents).agent_id
    sits = tuple(chance.sample(names, chance.randint(1, min(len(names), 3))))
    agents = tuple(
        _agent(replace(agent, queues=sits), chance) if agent.agent_id == one else agent
        for agent in roster.agents
    )
    return replace(roster, agents=agents)


def _queue(queue: QueueSettings, names: list[str], chance: Random) -> QueueSettings:
    return replace(
        queue,
        ring_seconds=chance.choice((5, 10, 20)),
        wrap_up=_wrap_up(chance),
        priority=chance.choice((0, 0, 0, 1)),
        limits=_limits(chance),
        hours=_hours(chance),
        overflow=_overflow(queue.name, names, chance),
        strategy=chance.choice(_STRATEGIES),
        steps=_steps(chance),
        ageing_seconds=chance.choice((0, 0, 30, 120)),
        owner_seconds=chance.choice((0, 0, 10)),
        last_agent_seconds=chance.choice((0, 0, 5)),
        ring_all_limit=chance.choice((2, 4, 8)),
        comfort=_comfort(chance),
        callback=_callback(chance),
    )


def _agent(agent: AgentSettings, chance: Random) -> AgentSettings:
    return replace(
        agent,
        skills={"language:zh": chance.randint(1, 5), "tech": chance.randint(0, 4) or 1},
        seats=tuple(_seat(name, chance) for name in agent.queues),
        missed_limit=chance.choice((1, 1, 2, 3)),
        blended=chance.random() < 0.3,  # noqa: PLR2004 - a share
        wrap_up=_wrap_up(chance) if chance.random() < 0.1 else None,  # noqa: PLR2004 - a share
    )


def _comfort(chance: Random) -> Comfort:
    return Comfort(
        messages=chance.choice(((), ("please-wait",), ("please-wait", "our-hours"))),
        every_seconds=chance.choice((5, 15, 30)),
        say_position=chance.random() < 0.5,  # noqa: PLR2004 - a coin
        say_wait=chance.random() < 0.5,  # noqa: PLR2004 - a coin
    )


def _callback(chance: Random) -> CallbackRule:
    return CallbackRule(
        offered=chance.random() < 0.5,  # noqa: PLR2004 - a coin
        after_seconds=chance.choice((0, 10)),
        order=chance.choice(tuple(CallbackOrder)),
        tries=chance.choice((1, 2, 3)),
        retry_seconds=chance.choice((20, 60, 300)),
        expires_seconds=chance.choice((120, 600, 1800)),
    )


def drawn_brief(roster: Roster, chance: Random) -> Brief:
    """Return what may be known of a caller."""
    return Brief(
        steps=_steps(chance),
        priority=chance.choice((0, 0, 3)),
        owner=chance.choice(roster.agents).agent_id if chance.random() < 0.3 else "",  # noqa: PLR2004 - a share
        last_agent=chance.choice(roster.agents).agent_id if chance.random() < 0.3 else "",  # noqa: PLR2004 - a share
        do_not_call=chance.random() < 0.1,  # noqa: PLR2004 - a share
    )


def _steps(chance: Random) -> tuple[RequirementStep, ...]:
    return chance.choice(((), (), _WIDENING, _ONE))


def _seat(queue: str, chance: Random) -> Seat:
    return Seat(
        queue=queue,
        tier=chance.randint(1, 3),
        weight=chance.randint(1, 3),
        delay_seconds=chance.choice((0, 0, 0, 5, 15)),
        priority=chance.choice((0, 0, 1)),
    )


def _wrap_up(chance: Random) -> WrapUpRule:
    kind = chance.choice(_KINDS)
    timed = kind is not WrapUpKind.MANDATORY
    return WrapUpRule(
        kind=kind,
        seconds=chance.choice((3, 10, 30)) if timed else 0,
        extension_seconds=chance.choice((0, 10)) if timed else 0,
    )


def _limits(chance: Random) -> Limits:
    return Limits(
        max_waiting=chance.choice((None, None, 3, 20)),
        max_wait_seconds=chance.choice((None, None, 15, 60)),
        max_per_ready_agent=chance.choice((None, None, None, 1.5)),
    )


def _hours(chance: Random) -> Hours:
    """Return hours with breaks, so that a simulated morning sees a few closings."""
    if chance.random() < 0.7:  # noqa: PLR2004 - a share
        return Hours()
    spans = [(time(h, 0), time(h, chance.choice((20, 40, 55)))) for h in range(24)]
    days = range(7)
    return Hours(
        periods=tuple(Period(weekday=d, since=a, until=b) for d in days for a, b in spans)
    )


def _overflow(own: str, names: list[str], chance: Random) -> tuple[Overflow, ...]:
    links = []
    for reason in OverflowReason:
        if chance.random() < 0.3:  # noqa: PLR2004 - a share
            continue
        other = chance.choice(names)
        if other != own:
            links.append(_link(reason, OverflowKind.QUEUE, other, chance))
        if chance.random() < 0.3:  # noqa: PLR2004 - a share
            links.append(_link(reason, OverflowKind.CALLBACK, "", chance))
        kind = chance.choice(_ENDS)
        links.append(_link(reason, kind, _TARGETS.get(kind, ""), chance))
    return tuple(links)


def _link(reason: OverflowReason, kind: OverflowKind, target: str, chance: Random) -> Overflow:
    priority = chance.choice((0, 1)) if kind is OverflowKind.QUEUE else 0
    return Overflow(reasons=frozenset({reason}), kind=kind, target=target, priority=priority)


def drawn_target(roster: Roster, chance: Random) -> dict[str, str]:
    """Return to whom a call is handed on: `target_kind` and `target`, as the command has them."""
    kind = chance.choice(("agent", "queue", "queue", "number"))
    targets = {
        "agent": chance.choice(roster.agents).agent_id,
        "queue": chance.choice(roster.queues).name,
        "number": "13900139000",
    }
    return {"target_kind": kind, "target": targets[kind]}
