"""Wrapping up: when the work after a call begins, how long it lasts, and who may end it."""

from __future__ import annotations

from datetime import timedelta

from acd.board.agent import Agent, WrapUp
from acd.board.floor import Floor
from acd.board.model import Call, Moment
from acd.board.settings import WrapUpKind, WrapUpRule
from acd.notices import AgentState
from cti.events import Direction

NO_WRAP_UP = WrapUpRule()
_TIMED = frozenset({WrapUpKind.TIMED, WrapUpKind.TIMED_FORCED})


def rule_for(floor: Floor, agent: Agent, call: Call) -> WrapUpRule:
    """Return the rule for this agent after this call: his own, else the queue's."""
    queue = floor.queues.get(call.queue)
    called_back = call.serves is not None and call.answered_at is not None
    if queue is None or not (call.direction is Direction.INBOUND or called_back):
        return NO_WRAP_UP
    return agent.settings.wrap_up or queue.settings.wrap_up


def call_left(floor: Floor, agent: Agent, call: Call, now: Moment) -> None:
    """Owe the call its wrap-up; it begins when nothing else is in the agent's hands."""
    if wanted(floor, agent, call):
        agent.owed = WrapUp(call_id=call.call_id, rule=rule_for(floor, agent, call))
    if not agent.talking:
        agent.asked = False
        _begin_owed(floor, agent, now)


def wanted(floor: Floor, agent: Agent, call: Call) -> bool:
    """Tell whether there will be a wrap-up after the call."""
    kind = rule_for(floor, agent, call).kind
    if kind is WrapUpKind.NONE or agent.wanted is AgentState.OFFLINE:
        return False
    return kind is not WrapUpKind.OPTIONAL or agent.asked


def extend(floor: Floor, agent: Agent, now: Moment) -> None:
    """Give the wrap-up its one extension, counted from when it would have ended."""
    wrap_up = agent.wrap_up
    if wrap_up is None or wrap_up.ends_at is None:
        return
    more = wrap_up.rule.extension_seconds
    wrap_up.extended = True
    wrap_up.due += more
    wrap_up.ends_at += timedelta(seconds=more)
    floor.timers.put(("wrap_up", agent.agent_id), (wrap_up.due,))
    floor.settle(agent, now)


def finish(floor: Floor, agent: Agent, now: Moment) -> None:
    """After-call work is done: the agent is what he wanted to be."""
    agent.wrap_up = None
    floor.timers.drop(("wrap_up", agent.agent_id))
    floor.settle(agent, now)


def drop(floor: Floor, agent: Agent) -> None:
    """Forget the after-call work; the caller of this settles the agent."""
    agent.wrap_up = agent.owed = None
    floor.timers.drop(("wrap_up", agent.agent_id))


def begin(floor: Floor, agent: Agent, wrap_up: WrapUp, *, seconds: float, now: Moment) -> None:
    """Let the wrap-up run from now on; 0 seconds: until it is ended."""
    agent.wrap_up = wrap_up
    floor.timers.drop(("wrap_up", agent.agent_id))
    if seconds > 0:
        wrap_up.due = now.clock + seconds
        wrap_up.ends_at = now.at + timedelta(seconds=seconds)
        floor.timers.put(("wrap_up", agent.agent_id), (wrap_up.due,))


def _begin_owed(floor: Floor, agent: Agent, now: Moment) -> None:
    wrap_up, agent.owed = agent.owed, None
    if wrap_up is None:
        return
    rule = wrap_up.rule
    if rule.kind in _TIMED and rule.seconds <= 0:
        return
    seconds = 0 if rule.kind is WrapUpKind.MANDATORY else rule.seconds
    begin(floor, agent, wrap_up, seconds=seconds, now=now)
