"""Reasons: writes down, with each decision, what was weighed; every part of it is bounded."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from acd.board.floor import Floor
from acd.board.model import Agent, Call, Moment
from acd.board.plan import Phase
from acd.board.rings import Ring, base_ring
from acd.board.settings import Strategy
from acd.notices import AgentState
from acd.routing import SHOWN, Candidate, Choice, PassedOver, Rule, WaitingCall
from acd.routing.order import Score

_LOOKED_AT = SHOWN + 2  # places of a bench looked at for a record: some have gone meanwhile


class Weighed(NamedTuple):
    """What differs between a call that picks an agent and an agent who picks a call."""

    rule: Rule
    candidates: tuple[Candidate, ...]
    rivals: tuple[WaitingCall, ...] = ()


def first_asked(floor: Floor, ring: Ring, call: Call, agent: Agent, now: Moment) -> Choice:
    """Say why the call's queue asks this agent before the other free ones."""
    candidates = tuple(
        _candidate(ring, entry[3], entry[0], now) for entry in sorted(ring.some(_LOOKED_AT))
    )
    rule = _OF_STRATEGY[ring.queue.settings.strategy]
    weighed = Weighed(rule, candidates[:SHOWN])
    return _choice(floor, ring, call, agent, weighed, now)


def first_in_line(floor: Floor, ring: Ring, call: Call, agent: Agent, now: Moment) -> Choice:
    """Say why the agent who came free takes this call before those of his other lines."""
    me = _candidate(ring, agent, ring.score_of(agent), now)
    weighed = Weighed(Rule.FIRST_IN_LINE, (me,), _rivals(agent, ring, now))
    return _choice(floor, ring, call, agent, weighed, now)


def _choice(  # noqa: PLR0917 - by position throughout: this is the path of every decision
    floor: Floor, ring: Ring, call: Call, agent: Agent, weighed: Weighed, now: Moment
) -> Choice:
    queue, stint = ring.queue, call.stint
    phase = stint.phases[stint.at] if stint else Phase(None)
    if phase.only:
        rule = Rule.OWNER if agent.agent_id == call.brief.owner else Rule.LAST_AGENT
    else:
        rule = weighed.rule
    counts = queue.counts
    return Choice(
        call.call_id,
        agent.agent_id,
        agent.settings.name,
        queue.settings.name,
        rule,
        str(queue.settings.strategy),
        stint.at + 1 if stint else 1,
        len(stint.phases) if stint else 1,
        phase.in_words() if phase.needs else "",
        now.clock - stint.clock if stint else 0.0,
        now.clock - agent.idle_clock,
        call.priority + call.brief.priority,
        counts.get(AgentState.READY, 0) - len(queue.unreachable),
        weighed.candidates,
        _passed_over(floor, ring),
        tuple([(str(s), n) for s, n in counts.items() if n and s not in _IDLE]),
        weighed.rivals,
    )


def _candidate(ring: Ring, agent: Agent, score: float, now: Moment) -> Candidate:
    if ring.score is Score.OCCUPANCY:
        score = 100.0 * agent.occupancy.share(now.clock)
    return Candidate(agent.agent_id, agent.settings.name, now.clock - agent.idle_clock, score)


def _rivals(agent: Agent, taken: Ring, now: Moment) -> tuple[WaitingCall, ...]:
    found: list[WaitingCall] = []
    for _, ring in agent.rings:
        if ring is taken or not ring.line.live:
            continue
        call = ring.line.first()
        if call is None or call.stint is None:
            continue
        stint, priority = call.stint, call.priority + call.brief.priority
        waited = now.clock - stint.clock
        found.append(WaitingCall(call.call_id, stint.queue, priority, waited, stint.rank))
        if len(found) == SHOWN:
            break
    return tuple(found)


def _passed_over(floor: Floor, ring: Ring) -> tuple[PassedOver, ...]:
    queue, everyone = ring.queue, base_ring(ring.queue)
    if everyone is ring and not queue.unreachable:
        return ()
    found = [
        PassedOver(agent_id, floor.agents[agent_id].settings.name, why)
        for agent_id, why in islice(queue.unreachable.items(), SHOWN)
    ]
    if everyone is ring or len(found) >= SHOWN:
        return tuple(found)
    for entry in sorted(everyone.some(_LOOKED_AT)):
        other = entry[3]
        if why := ring.why_not(other):
            found.append(PassedOver(other.agent_id, other.settings.name, why))
    return tuple(found[:SHOWN])


_IDLE = frozenset({AgentState.READY, AgentState.OFFLINE})
_OF_STRATEGY = {strategy: Rule(strategy.value) for strategy in Strategy}
