"""What a flow names that is not here: queues, extensions, skills, prompts people bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from acd.routing import RequirementError, parse_steps, unknown_in_steps
from agent_desktop.workshop import Fault, brought_prompts
from crm_core.sentences import sentence, words_of


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
            yield Fault(
                place=place,
                reason=sentence("no_prompt", "there is no prompt '{prompt}'", prompt=name),
            )


def _unknown_places(document: Mapping[str, Any], house: InHouse) -> Iterator[Fault]:
    nodes = document.get("nodes")
    for node_id, node in nodes.items() if isinstance(nodes, dict) else ():
        if not isinstance(node, dict):
            continue
        queue, agent = node.get("queue"), node.get("agent")
        if isinstance(queue, str) and queue not in house.queues:
            reason = sentence("no_queue", "there is no queue '{queue}'", queue=queue)
            yield Fault(place=f"nodes.{node_id}.queue", reason=reason)
        if isinstance(agent, str) and agent not in house.extensions:
            reason = sentence(
                "no_extension", "nobody has the extension '{extension}'", extension=agent
            )
            yield Fault(place=f"nodes.{node_id}.agent", reason=reason)
        if isinstance(wanted := node.get("requirements"), str) and wanted.strip():
            place = f"nodes.{node_id}.requirements"
            yield from (Fault(place=place, reason=why) for why in _unmet(wanted, house.skills))


def _unmet(requirements: str, skills: Set[str]) -> Iterator[str]:
    try:
        parse_steps(requirements)
    except RequirementError as error:
        yield words_of(error)
        return
    yield from (words_of(error) for error in unknown_in_steps(requirements, skills))
