"""Matching: brings free agents and waiting calls together, and writes down why."""

from __future__ import annotations

from acd.board.floor import Floor
from acd.board.model import Agent, Call, Moment, Queue
from acd.board.offers import hold_out
from acd.notices import AgentState
from acd.routing import (
    SHOWN,
    Candidate,
    Choice,
    PassedOver,
    Rule,
    WaitingCall,
    first_in_line,
    longest_idle,
)


def match(floor: Floor, now: Moment) -> None:
    """Bring together, in this step, who came free and who came to wait."""
    if floor.stale_since is not None:
        floor.lined.clear()
        floor.freed.clear()
        return
    while floor.lined:
        name = next(iter(floor.lined))
        del floor.lined[name]
        _serve_line(floor, floor.queue(name), now)
    while floor.freed:
        agent_id = next(iter(floor.freed))
        del floor.freed[agent_id]
        _serve_agent(floor, floor.agents.get(agent_id), now)


def _serve_line(floor: Floor, queue: Queue, now: Moment) -> None:
    while (call_id := queue.line.first()) is not None:
        if queue.free.first() is None:
            return
        call = floor.calls[call_id]
        choice = _choose_agent(floor, queue, call, now)
        hold_out(floor, call=call, agent=floor.agents[choice.agent_id], choice=choice, now=now)


def _serve_agent(floor: Floor, agent: Agent | None, now: Moment) -> None:
    if agent is None or not agent.free:
        return
    heads = [head for name in agent.settings.queues if (head := _head(floor, name, now))]
    if heads:
        chosen = first_in_line(heads)
        choice = _choose_call(floor, agent, chosen, heads, now)
        call = floor.calls[chosen.call_id]
        hold_out(floor, call=call, agent=agent, choice=choice, now=now)


def _head(floor: Floor, name: str, now: Moment) -> WaitingCall | None:
    line = floor.queue(name).line
    call_id, rank = line.first(), line.first_rank()
    if call_id is None or rank is None:
        return None
    return WaitingCall(
        call_id=call_id,
        queue=name,
        priority=-int(rank[0]),
        waited_seconds=now.clock - rank[1],
        rank=rank,
    )


def _choose_agent(floor: Floor, queue: Queue, call: Call, now: Moment) -> Choice:
    candidates = tuple(_candidate(floor, agent_id, now) for agent_id in queue.free.leading(SHOWN))
    chosen = longest_idle(candidates)
    return Choice(
        call_id=call.call_id,
        agent_id=chosen.agent_id,
        agent_name=chosen.name,
        queue=queue.settings.name,
        rule=Rule.LONGEST_IDLE,
        waited_seconds=_waited(call, now),
        idle_seconds=chosen.idle_seconds,
        free_agents=len(queue.free),
        candidates=candidates,
        passed_over=_passed_over(floor, queue),
        busy=_busy(queue),
    )


def _choose_call(
    floor: Floor, agent: Agent, chosen: WaitingCall, heads: list[WaitingCall], now: Moment
) -> Choice:
    queue = floor.queue(chosen.queue)
    me = _candidate(floor, agent.agent_id, now)
    return Choice(
        call_id=chosen.call_id,
        agent_id=agent.agent_id,
        agent_name=agent.settings.name,
        queue=chosen.queue,
        rule=Rule.FIRST_IN_LINE,
        waited_seconds=chosen.waited_seconds,
        idle_seconds=me.idle_seconds,
        candidates=(me,),
        passed_over=_passed_over(floor, queue),
        busy=_busy(queue),
        rivals=tuple(head for head in heads if head is not chosen)[:SHOWN],
    )


def _candidate(floor: Floor, agent_id: str, now: Moment) -> Candidate:
    agent = floor.agents[agent_id]
    return Candidate(
        agent_id=agent_id, name=agent.settings.name, idle_seconds=now.clock - agent.idle_clock
    )


def _passed_over(floor: Floor, queue: Queue) -> tuple[PassedOver, ...]:
    found = []
    for agent_id, why in queue.unreachable.items():
        name = floor.agents[agent_id].settings.name
        found.append(PassedOver(agent_id=agent_id, name=name, why=why))
        if len(found) == SHOWN:
            break
    return tuple(found)


def _busy(queue: Queue) -> tuple[tuple[str, int], ...]:
    idle = (AgentState.READY, AgentState.OFFLINE)
    return tuple((str(s), n) for s, n in queue.counts.items() if n and s not in idle)


def _waited(call: Call, now: Moment) -> float:
    return now.clock - call.stint.clock if call.stint else 0.0
