"""Orders about what an agent is doing: ready, not ready, done with the last call."""

from __future__ import annotations

from acd import commands as ask
from acd.board import wrapping
from acd.board.agent import Agent
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.orders.refusals import ACCEPTED, by_another, refuse, unknown_agent
from acd.board.settings import WrapUpKind
from acd.notices import AgentState


def set_ready(floor: Floor, command: ask.SetReady, now: Moment) -> ask.Reply:
    """Ready now, or after the call in hand; ends the wrap-up where that may be ended."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return _not_there(agent, command)
    _want(floor, agent, AgentState.READY, command, now)
    trouble = agent.trouble()
    if trouble:
        floor.tell(agent, trouble)
    return ACCEPTED


def set_not_ready(floor: Floor, command: ask.SetNotReady, now: Moment) -> ask.Reply:
    """Not ready now, or after the call in hand; ends the wrap-up where that may be ended."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wanted is AgentState.OFFLINE:
        return _not_there(agent, command)
    refusal = _not_allowed(floor, agent, command)
    if refusal is not None:
        return refusal
    _want(floor, agent, AgentState.NOT_READY, command, now)
    return ACCEPTED


def finish_wrap_up(floor: Floor, command: ask.FinishWrapUp, now: Moment) -> ask.Reply:
    """End the after-call work early, unless it is to last; a supervisor may always."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    if agent.wrap_up is None or agent.busy:
        return refuse("wrong_state", "There is no wrap-up to finish.")
    if agent.wrap_up.forced and not by_another(command, agent)[0]:
        left = max(1, round(agent.wrap_up.due - now.clock))
        return refuse("wrap_up_forced", f"This wrap-up lasts until its time is over: {left} s.")
    wrapping.finish(floor, agent, now)
    return ACCEPTED


def extend_wrap_up(floor: Floor, command: ask.ExtendWrapUp, now: Moment) -> ask.Reply:
    """Give the wrap-up more time, once, where its rule allows it."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    wrap_up = agent.wrap_up
    if wrap_up is None:
        return refuse("wrong_state", "There is no wrap-up to extend.")
    if not wrap_up.may_extend:
        why = "It was extended once." if wrap_up.extended else "It cannot be extended."
        return refuse("not_extendable", why)
    wrapping.extend(floor, agent, now)
    return ACCEPTED


def ask_wrap_up(floor: Floor, command: ask.AskWrapUp, now: Moment) -> ask.Reply:
    """Ask during the call for time after it, or take that back."""
    agent = floor.agents.get(command.agent_id)
    if agent is None:
        return unknown_agent(command.agent_id)
    calls = [floor.calls[call_id] for call_id in agent.talking if call_id in floor.calls]
    kinds = {wrapping.rule_for(floor, agent, call).kind for call in calls}
    if WrapUpKind.OPTIONAL not in kinds:
        return refuse("wrong_state", "There is no call after which time can be asked for.")
    agent.asked = command.wanted
    floor.settle(agent, now)
    return ACCEPTED


def _want(
    floor: Floor,
    agent: Agent,
    wanted: AgentState,
    command: ask.SetReady | ask.SetNotReady,
    now: Moment,
) -> None:
    reason = command.reason if isinstance(command, ask.SetNotReady) else ""
    kept = agent.wrap_up is not None and not _may_end(agent, command)
    agent.wanted, agent.reason, agent.chosen = wanted, reason, agent.busy or kept
    agent.set_by = by_another(command, agent)
    agent.missed = 0
    if agent.wrap_up is not None and not agent.busy and not kept:
        wrapping.drop(floor, agent)
    floor.settle(agent, now)
    if agent.set_by[0]:
        detail = {"by": agent.set_by[1], "state": str(wanted), "reason": reason}
        floor.tell(agent, "state_set_by", level="info", detail=detail)


def _may_end(agent: Agent, command: ask.SetReady | ask.SetNotReady) -> bool:
    """Say whether this wish ends the wrap-up, or is for after it."""
    if command.after_wrap_up:
        return False
    forced = agent.wrap_up is not None and agent.wrap_up.forced
    return not forced or bool(by_another(command, agent)[0])


def _not_allowed(floor: Floor, agent: Agent, command: ask.SetNotReady) -> ask.Refused | None:
    if not command.by or by_another(command, agent)[0]:
        return None  # a supervisor and the system know why
    reason = floor.reasons.get(command.reason)
    if reason is None:
        known = not floor.reasons
        return None if known else refuse("unknown_reason", f"There is no reason {command.reason}.")
    taken = agent.reasons_today.get(command.reason, 0)
    same = agent.shown == (AgentState.NOT_READY, command.reason)
    if reason.max_a_day is None or taken < reason.max_a_day or same:
        return None
    words = f"{command.reason} is used up for today: {taken} of {reason.max_a_day}."
    return refuse("reason_used_up", words)


def _not_there(agent: Agent, command: ask.SetReady | ask.SetNotReady) -> ask.Refused:
    if by_another(command, agent)[0]:
        return refuse("wrong_state", f"{agent.settings.name} is not signed in.")
    return refuse("wrong_state", "Sign in first.")
