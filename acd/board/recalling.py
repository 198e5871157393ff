"""Recalling: what the board takes up of an agent's day after the engine was down."""

from __future__ import annotations

from acd.board import wrapping
from acd.board.agent import WrapUp
from acd.board.floor import Floor
from acd.board.known import KnownAgent
from acd.board.model import Moment
from acd.board.settings import WrapUpKind
from acd.notices import AgentState

BELIEVED_SECONDS = 3600.0  # what has no end of its own and began before that is not taken up


def recall(floor: Floor, known: KnownAgent, now: Moment) -> None:
    """Take up an agent's counts, and the wrap-up he was in unless its time is over."""
    agent = floor.agents.get(known.agent_id)
    if agent is None:
        return
    agent.reasons_today = dict(known.reasons_today)
    agent.reason_before = known.reason
    if known.wrapping_call is None or known.since is None or agent.busy:
        return
    queue = floor.queues.get(known.wrapping_queue)
    rule = agent.settings.wrap_up or (queue.settings.wrap_up if queue else wrapping.NO_WRAP_UP)
    spent = max(0.0, (now.at - known.since).total_seconds())
    endless = rule.kind is WrapUpKind.MANDATORY or not rule.seconds
    lasts = BELIEVED_SECONDS if endless else rule.seconds + known.extended_seconds
    left = lasts - spent
    if rule.kind is WrapUpKind.NONE or left <= 0:
        return
    extended = known.extended_seconds > 0
    wrap_up = WrapUp(call_id=known.wrapping_call, rule=rule, extended=extended)
    wrapping.begin(floor, agent, wrap_up, seconds=0 if endless else left, now=now)
    floor.settle(agent, now)
    agent.since = known.since  # it began then, and is stored already


def take_up_next(floor: Floor, known: KnownAgent, now: Moment) -> None:
    """Let who has come back be, now or after his call, what he chose in it before."""
    agent, kept = floor.agents.get(known.agent_id), known.next_state
    if agent is None or kept is None or agent.wanted is AgentState.OFFLINE:
        return
    fresh = known.since is not None and (now.at - known.since).total_seconds() < BELIEVED_SECONDS
    if not (agent.busy or agent.wrap_up is not None or fresh):
        return
    agent.wanted, agent.reason, agent.set_by = AgentState(kept.state), kept.reason, kept.set_by
    agent.chosen = agent.busy or agent.wrap_up is not None
    floor.settle(agent, now)
