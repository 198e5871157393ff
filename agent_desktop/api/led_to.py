"""What still leads callers to a queue that is to be taken out of use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent_desktop.api.flows import library_of
from agent_desktop.api.operation import Ask
from agent_desktop.api.planning import around
from agent_desktop.errors import DesktopError
from crm_core import flows
from crm_core.database import Session
from crm_core.sentences import sentence, whole
from ivr.numbers import Number
from ivr.numbers.model import placed_targets
from ivr.numbers.targets import FlowTarget, QueueTarget


class LedTo(DesktopError):  # noqa: N818 - a refusal, not a fault
    """A plan or a flow still leads callers there."""

    status = 409
    code = "in_use"


async def refuse_while_led_to(ask: Ask, session: Session, queue: str) -> None:
    """Raise LedTo while the plan of a number, or a flow that callers get, names the queue."""
    numbers = (await around(ask, session)).stored.numbers
    for number in numbers:
        for place in _places_in_plan(number, queue):
            reason = sentence(
                "plan_leads", "the plan of {number} leads there, at {place}",
                number=number.did, place=place,
            )  # fmt: skip
            raise LedTo(whole(reason))
    library = await library_of(ask, session)
    published = [held.name for held in await flows.in_force(session, ask.visitor.scope)]
    for name in _played({*published, *_flows_of(numbers)}, library):
        for place in _places_in_flow(library[name], queue):
            reason = sentence(
                "flow_leads", "the flow '{flow}' leads there, at {place}", flow=name, place=place
            )
            raise LedTo(whole(reason))


def _places_in_plan(number: Number, queue: str) -> Iterator[str]:
    if number.plan is not None:
        for place, target in placed_targets(number.plan):
            if isinstance(target, QueueTarget) and target.queue == queue:
                yield place


def _flows_of(numbers: tuple[Number, ...]) -> Iterator[str]:
    """Give the flows that numbers lead to; a plan's own go before the number's."""
    for number in numbers:
        if number.plan is None:
            yield number.flow
        else:
            targets = (target for _, target in placed_targets(number.plan))
            yield from (target.flow for target in targets if isinstance(target, FlowTarget))


def _played(names: set[str], library: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Give those flows and all they call, by name."""
    seen: set[str] = set()
    todo = [name for name in names if name in library]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            called = (node.get("flow") for node in library[name].get("nodes", {}).values())
            todo.extend(one for one in called if one in library)
    return sorted(seen)


def _places_in_flow(document: Mapping[str, Any], queue: str) -> Iterator[str]:
    for node_id, node in document.get("nodes", {}).items():
        if node.get("queue") == queue:
            yield f"nodes.{node_id}.queue"
