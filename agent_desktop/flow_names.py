"""What a flow names that is not here: queues, extensions, skills, prompts people bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from acd.routing import RequirementError, parse_steps, unknown_skills
from agent_desktop.workshop import Fault, brought_prompts


@dataclass(frozen=True, kw_only=True, slots=True)
class InHouse:
    """The names there are."""

    queues: Set[str]
    extensions: Set[str]
    skills: Set[str]
    prompts: Set[str]


def unknown_names(document: Mapping[str, Any], house: InHouse) -> tuple[Fault, ...]:
    """Return a fault for each name of a flow that nobody knows; the document may be wrong."""
    return (*_unknown_prompts(document, house), *_unknown_places(document, house))


def _unknown_prompts(document: Mapping[str, Any], house: InHouse) -> Iterator[Fault]:
    for place, name in brought_prompts(document).items():
        if name not in house.prompts:
            yield Fault(place=place, reason=f"there is no prompt {name!r}")


def _unknown_places(document: Mapping[str, Any], house: InHouse) -> Iterator[Fault]:
    nodes = document.get("nodes")
    for node_id, node in nodes.items() if isinstance(nodes, dict) else ():
        if not isinstance(node, dict):
            continue
        queue, agent = node.get("queue"), node.get("agent")
        if isinstance(queue, str) and queue not in house.queues:
            yield Fault(place=f"nodes.{node_id}.queue", reason=f"there is no queue {queue!r}")
        if isinstance(agent, str) and agent not in house.extensions:
            reason = f"nobody has the extension {agent!r}"
            yield Fault(place=f"nodes.{node_id}.agent", reason=reason)
        if isinstance(wanted := node.get("requirements"), str) and wanted.strip():
            place = f"nodes.{node_id}.requirements"
            yield from (Fault(place=place, reason=why) for why in _unmet(wanted, house.skills))


def _unmet(requirements: str, skills: Set[str]) -> Iterator[str]:
    try:
        parse_steps(requirements)
    except RequirementError as error:
        yield str(error)
        return
    yield from (str(error) for error in unknown_skills(requirements, skills))
