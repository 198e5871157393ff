"""Able: which agent may, and which one must be let take a call, by the queue's rules."""

from __future__ import annotations

from acd.board import QueueSettings
from acd.board.settings import RequirementStep
from acd.routing import parse
from acd.simulation.heard import Desk, HeardCall, Place


def place_of(call: HeardCall, rules: QueueSettings | None, began: float, number: int) -> Place:
    """Return the call's place; with ageing a priority is worth so much waiting."""
    priority = call.priority + call.brief.priority + (rules.priority if rules else 0)
    if rules is not None and rules.ageing_seconds:
        return 0.0, began - priority * rules.ageing_seconds, number
    return -float(priority), began, number


def may(desk: Desk, call: HeardCall, rules: QueueSettings, clock: float) -> bool:
    """Tell whether the agent could be asked by then: the widest reading of the rules."""
    waited = clock - call.began
    if desk.agent_id in {call.brief.owner, call.brief.last_agent} - {""}:
        return True
    if desk.settings.seat(call.queue).delay_seconds > waited:
        return False
    return _meets(desk, _steps(call, rules), waited + _kept(call, rules))


def must(
    desk: Desk, call: HeardCall, rules: QueueSettings, clock: float, *, awaited: bool
) -> bool:
    """Tell whether nothing could keep the call from the agent any more: the narrowest reading.

    `awaited`: the customer's own agent may come to be had; else nobody keeps the call for him,
    though how far its steps have come depends on when that was known.
    """
    waited = clock - call.began
    if call.doubt or call.by_hours or desk.settings.seat(call.queue).delay_seconds > waited:
        return False
    own = desk.agent_id in {call.brief.owner, call.brief.last_agent} - {""}
    waited -= _kept(call, rules)
    if not awaited and not own:
        waited = max(waited, 0.0)
    return waited >= 0 and _meets(desk, _steps(call, rules), waited)


def _kept(call: HeardCall, rules: QueueSettings) -> float:
    """Return how long the call may be kept for one agent alone."""
    owner = rules.owner_seconds if call.brief.owner else 0
    last = rules.last_agent_seconds if call.brief.last_agent else 0
    return float(owner + last)


def _steps(call: HeardCall, rules: QueueSettings) -> tuple[RequirementStep, ...]:
    return call.brief.steps or rules.steps


def _meets(desk: Desk, steps: tuple[RequirementStep, ...], waited: float) -> bool:
    """Tell whether he meets a step that has begun; what he met before he meets still."""
    begun = 0.0
    for step in steps:
        if begun > waited:
            return False
        if not step.needs or parse(step.needs).meets(desk.settings.skills):
            return True
        if step.seconds is None:
            return False
        begun += step.seconds
    return True
