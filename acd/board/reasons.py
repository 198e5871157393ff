"""Reasons: writes down, with each decision, what was weighed; every part of it is bounded."""

from __future__ import annotations

from itertools import islice

from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.plan import ANYONE
from acd.board.rings import Ring, base_ring
from acd.board.settings import Strategy
from acd.notices import AgentState
from acd.routing import SHOWN, Choice, PassedOver, Rule, WaitingCall, Weighed
from acd.routing.occupancy import idle_share

_LOOKED_AT = SHOWN + 2  # places of a bench looked at for a record: some have gone meanwhile


def first_asked(floor: Floor, ring: Ring, call: Call, agent: Agent, now: Moment) -> Choice:
    """Say why the call's queue asks this agent before the other free ones."""
    rule = _OF_STRATEGY[ring.queue.settings.strategy]
    return _choice(floor, ring, call, agent, rule, _candidates(ring, now.clock), (), now.clock)


def first_in_line(floor: Floor, ring: Ring, call: Call, agent: Agent, now: Moment) -> Choice:
    """Say why the agent who came free takes this call before those of his other lines."""
    clock = now.clock
    score = 100.0 * agent.occupancy.share(clock) if ring.by_occupancy else ring.score_of(agent)
    me = (score, agent.idle_clock, 0, agent.slot, agent.agent_id, agent.settings.name)
    rivals = _rivals(floor, agent, ring)
    return _choice(floor, ring, call, agent, Rule.FIRST_IN_LINE, (me,), rivals, clock)


def _choice(  # noqa: PLR0917 - by position throughout: this is the path of every decision
    floor: Floor,
    ring: Ring,
    call: Call,
    agent: Agent,
    rule: Rule,
    candidates: tuple[Weighed, ...],
    rivals: tuple[WaitingCall, ...],
    clock: float,
) -> Choice:
    queue, stint = ring.queue, call.stint
    phase = stint.phases[stint.at] if stint else ANYONE[0]
    if phase.only:
        rule = Rule.OWNER if agent.agent_id == call.brief.owner else Rule.LAST_AGENT
    counts, settings = floor.counts_of(queue), queue.settings
    alone = ring.for_all and not queue.unreachable
    return _new(
        Choice,
        (
            call.call_id,
            agent.agent_id,
            agent.settings.name,
            settings.name,
            rule,
            settings.strategy,
            stint.at + 1 if stint else 1,
            len(stint.phases) if stint else 1,
            phase.words,
            clock - stint.clock if stint else 0.0,
            clock - agent.idle_clock,
            call.priority + call.brief.priority,
            counts.get(AgentState.READY, 0) - len(queue.unreachable),
            candidates,
            () if alone else _passed_over(floor, ring),
            tuple([each for each in counts.items() if each[1] and each[0] not in _IDLE]),
            rivals,
            (),
            "",
            "",
            clock,
        ),
    )


def _candidates(ring: Ring, clock: float) -> tuple[Weighed, ...]:
    found = ring.candidates(_LOOKED_AT)[:SHOWN]
    if ring.by_occupancy:
        found = [(100.0 * idle_share(each[0], clock), *each[1:]) for each in found]
    return tuple(found)


def _rivals(floor: Floor, agent: Agent, taken: Ring) -> tuple[WaitingCall, ...]:
    tickets, own = floor.heads.tickets, taken.slot
    found: list[WaitingCall] = []
    for slots in agent.lines:
        for slot in slots:
            ticket = tickets[slot]
            if ticket is not None and slot != own:
                found.append(ticket)
                if len(found) == SHOWN:
                    return tuple(found)
    return tuple(found)


def _passed_over(floor: Floor, ring: Ring) -> tuple[PassedOver, ...]:
    queue, everyone = ring.queue, base_ring(ring.queue)
    found = [
        PassedOver(agent_id, floor.agents[agent_id].settings.name, why)
        for agent_id, why in islice(queue.unreachable.items(), SHOWN)
    ]
    if everyone is ring or len(found) >= SHOWN:
        return tuple(found)
    found += [
        PassedOver(agent_id, name, why)
        for *_, agent_id, name in everyone.candidates(_LOOKED_AT)
        if (why := ring.why_not(agent_id))
    ]
    return tuple(found[:SHOWN])


_new = tuple.__new__  # of a named tuple, without the call in between
_IDLE = frozenset({AgentState.READY, AgentState.OFFLINE})
_OF_STRATEGY = {strategy: Rule(strategy.value) for strategy in Strategy}
