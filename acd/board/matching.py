"""Matching: brings free agents and waiting calls together."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from acd.board import reasons
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.heads import Heads
from acd.board.model import Moment
from acd.board.offers import hold_out
from acd.board.rings import Ring
from acd.board.seats import count_turn
from acd.board.settings import Strategy
from acd.routing.order import Score

EXTENSIONS_ROOM = 60  # characters of what the dialplan can take in one go


def match(floor: Floor, now: Moment) -> None:
    """Bring together, in this step, who came free and who came to wait.

    After it no agent is free who could take a call that waits. An agent who came free takes
    the best call of all his lines; a call that came takes the agent its queue's strategy asks
    first. Where both happened at once, the best call of each agent picks its best agent.
    """
    if floor.stale_since is not None:
        floor.lined.clear()
        floor.freed.clear()
        return
    if floor.freed:
        _serve_freed(floor, now)
    if floor.lined:
        _serve_lined(floor, now)


def serve_again(floor: Floor) -> None:
    """Let every free agent look at the lines anew, the longest idle first."""
    free = [agent for agent in floor.agents.values() if agent.free]
    floor.lined.clear()
    floor.freed = {a.agent_id: None for a in sorted(free, key=lambda a: a.idle_clock)}


def _serve_freed(floor: Floor, now: Moment) -> None:
    freed = [floor.agents[agent_id] for agent_id in floor.freed if agent_id in floor.agents]
    floor.freed.clear()
    if len(freed) == 1 and not floor.lined:
        _serve_agent(floor, freed[0], now)
        return
    for agent in freed:
        if agent.free:
            floor.bench(agent)
    _serve_by_rank(floor, freed, now)


def _serve_by_rank(floor: Floor, freed: list[Agent], now: Moment) -> None:
    """Let the best call of all go first, as each agent's queues are urgent to him."""
    waiting = [
        (rank, place, agent) for place, agent in enumerate(freed) if (rank := _best(floor, agent))
    ]
    heapify(waiting)
    while waiting:
        rank, place, agent = heappop(waiting)
        best = _best(floor, agent)
        if best is None:
            continue
        if best == rank and (ring := best_line(floor.heads, agent)) is not None:
            asked = ring.first()
            # Whom the strategy asks may have a better call of his own: then it is not his turn.
            other = asked is None or best_line(floor.heads, asked) is not ring
            _serve_first(floor, ring, now, rivals_of=agent, taker=agent if other else None)
            best = _best(floor, agent)
        if best is not None:
            heappush(waiting, (best, place, agent))


def _best(floor: Floor, agent: Agent) -> tuple[float, ...] | None:
    """Return how urgent the call is that the agent would take, if he is free and there is one."""
    ring = best_line(floor.heads, agent) if agent.free else None
    ticket = None if ring is None else ring.head
    if ring is None or ticket is None:
        return None
    return (-agent.places[ring.queue.settings.name].priority, *ticket.rank)


def _serve_agent(floor: Floor, agent: Agent, now: Moment) -> None:
    """Let an agent who alone came free take his best call; nobody else could have it."""
    if not agent.free:
        return
    ring = best_line(floor.heads, agent)
    call = ring.leader if ring is not None else None
    if ring is None or call is None:
        floor.bench(agent)
        return
    choice = reasons.first_in_line(floor, ring, call, agent, now)
    if ring.score is Score.TURN:
        count_turn(ring.queue, agent)
    hold_out(floor, call=call, agent=agent, choice=choice, now=now)


def _serve_lined(floor: Floor, now: Moment) -> None:
    lined, floor.lined = list(floor.lined), {}
    if len(lined) > 1:
        lined = [ring for ring in lined if ring.leader is not None and ring.first()]
    while lined:
        ring = lined[0] if len(lined) == 1 else min(lined, key=_rank)
        asked = None if ring.leader is None else ring.first()
        if asked is None:
            lined.remove(ring)
        else:
            _serve_first(floor, ring, now, taker=asked)


def best_line(heads: Heads, agent: Agent) -> Ring | None:
    """Return the ring whose first call the agent takes: his urgent queues first, then by rank."""
    return heads.rings[heads.best(agent.lines)]


def _serve_first(
    floor: Floor,
    ring: Ring,
    now: Moment,
    *,
    rivals_of: Agent | None = None,
    taker: Agent | None = None,
) -> None:
    call, agent = ring.leader, taker or ring.first()
    if call is None or agent is None:
        return
    if rivals_of is agent:
        choice = reasons.first_in_line(floor, ring, call, agent, now)
    else:
        choice = reasons.first_asked(floor, ring, call, agent, now)
    beside = _ringing_too(floor, ring, agent)
    if beside:
        choice = choice._replace(together=tuple(other.settings.name for other in beside))
    if ring.score is Score.TURN:
        count_turn(ring.queue, agent)
    hold_out(floor, call=call, agent=agent, choice=choice, now=now, beside=beside)


def _ringing_too(floor: Floor, ring: Ring, agent: Agent) -> list[Agent]:
    settings = ring.queue.settings
    if settings.strategy is not Strategy.RING_ALL:
        return []
    leading = ring.leading(settings.ring_all_limit)
    # Whoever has a better call of his own takes that one.
    others = [each for each in leading if each is not agent]
    others = [each for each in others if best_line(floor.heads, each) is ring]
    others = others[: settings.ring_all_limit - 1]
    room = EXTENSIONS_ROOM - len(agent.settings.extension)
    for place, other in enumerate(others):
        room -= 1 + len(other.settings.extension)
        if room < 0:
            return others[:place]
    return others


def _rank(ring: Ring) -> tuple[float, ...]:
    return ring.head.rank if ring.head is not None else ()
