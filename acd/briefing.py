"""The brief of a call: what the card and the words that travel with it mean for its queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from acd.board import Brief
from acd.board.settings import NO_BRIEF, RequirementStep
from acd.routing import RequirementError, parse_steps
from crm_core.contexts import CallContext
from crm_core.directory import CallerCard

REQUIREMENTS, PRIORITY = "requirements", "priority"  # keys of the call's data
MOST_PRIORITY = 100

_log = structlog.get_logger(__name__)


def brief_of(context: CallContext | None, *, queued_with: int) -> Brief:
    """Return the brief of a call that comes to wait with the dialplan's priority; all from memory.

    The priority among the call's data is the call's own: told by the dialplan too, it counts
    once.
    """
    if context is None:
        return NO_BRIEF
    return brief_from(context.card, context.data, queued_with=queued_with)


def brief_from(card: CallerCard | None, data: Mapping[str, str], *, queued_with: int) -> Brief:
    """Return the brief of a caller with this card, known or not, and these words."""
    vip_level = card.vip_level if card else 0
    own = max(_priority(data) - queued_with, 0)
    return Brief(
        steps=_steps(data.get(REQUIREMENTS, "")),
        priority=vip_level + own,
        owner=card.owner_agent_id if card else "",
        last_agent=card.last_agent_id if card else "",
        do_not_call=card.do_not_call if card else False,
    )


def brought_by(brief: Brief, *, queued_with: int) -> dict[str, Any]:
    """Return what a call brought to its queue, plain and short, as its record keeps it."""
    steps = [[step.needs, step.seconds] for step in brief.steps]
    brought = {
        "priority": brief.priority + queued_with,
        "steps": steps,
        "owner": brief.owner,
        "last_agent": brief.last_agent,
    }
    return {name: value for name, value in brought.items() if value}


def brief_brought(kept: Mapping[str, Any]) -> Brief:
    """Return what a record keeps of a call as the brief of one that brings the same."""
    steps = kept.get("steps", ())
    return Brief(
        steps=tuple(RequirementStep(needs=needs, seconds=seconds) for needs, seconds in steps),
        priority=kept.get("priority", 0),
        owner=kept.get("owner", ""),
        last_agent=kept.get("last_agent", ""),
    )


def _priority(data: Mapping[str, str]) -> int:
    text = data.get(PRIORITY, "").strip()
    if not text:
        return 0
    try:
        return max(-MOST_PRIORITY, min(MOST_PRIORITY, int(text)))
    except ValueError:
        _log.warning("priority_not_understood", priority=text[:40])
        return 0


def _steps(text: str) -> tuple[RequirementStep, ...]:
    """Read the steps; what cannot be read is told and leaves the call to its queue's own."""
    if not text.strip():
        return ()
    try:
        steps = parse_steps(text)
    except RequirementError as error:
        _log.warning("requirements_not_understood", place=error.place, reason=error.reason)
        return ()
    return tuple(RequirementStep(needs=step.needs, seconds=step.seconds) for step in steps)
