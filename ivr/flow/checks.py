"""What must hold for a flow as a whole: every way leads on, and silence reaches an end."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.errors import Problem
from ivr.flow.model import (
    ErrorNode,
    Flow,
    HangUpNode,
    LanguageNode,
    MenuNode,
    OperatorNode,
    QueueNode,
    TextPart,
)


def problems_of(flow: Flow) -> tuple[Problem, ...]:
    """List every fault of a flow whose fields are well formed; empty when it may be played."""
    dangling = (*_dangling_targets(flow), *_dangling_prompts(flow), *_wrong_kinds(flow))
    # ways are only followed when all of them lead somewhere
    rest = () if dangling else (*_loops(flow), *_unreachable(flow), *_error_path(flow))
    return (*dangling, *_language_faults(flow), *rest)


def _dangling_targets(flow: Flow) -> Iterator[Problem]:
    ways = [("start", flow.start), ("operator", flow.operator), ("on_error", flow.on_error)]
    for node_id, node in flow.nodes.items():
        ways.extend((f"nodes.{node_id}.{field}", target) for field, target in node.targets())
    for place, target in ways:
        if target not in flow.nodes:
            yield Problem(place=place, reason=f"there is no node {target!r}")


def _dangling_prompts(flow: Flow) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        for field, name in node.prompts():
            if name not in flow.prompts:
                place = f"nodes.{node_id}.{field}"
                yield Problem(place=place, reason=f"there is no prompt {name!r}")


def _wrong_kinds(flow: Flow) -> Iterator[Problem]:
    operator, handler = flow.nodes.get(flow.operator), flow.nodes.get(flow.on_error)
    if operator and not isinstance(operator, OperatorNode):
        yield Problem(place="operator", reason=f"{flow.operator!r} is no operator node")
    if handler and not isinstance(handler, ErrorNode):
        yield Problem(place="on_error", reason=f"{flow.on_error!r} is no error node")


def _language_faults(flow: Flow) -> Iterator[Problem]:
    known = set(flow.languages)
    for node_id, node in flow.nodes.items():
        if isinstance(node, LanguageNode) and node.language not in known:
            place = f"nodes.{node_id}.language"
            yield Problem(place=place, reason=f"{node.language!r} is none of the flow's languages")
    for name, prompt in flow.prompts.items():
        for at, part in enumerate(prompt):
            if isinstance(part, TextPart):
                yield from _text_faults(f"prompts.{name}.{at}", part, known)


def _text_faults(place: str, part: TextPart, known: set[str]) -> Iterator[Problem]:
    wanted = {part.language} if part.language else known
    for language in sorted(wanted - set(part.text)):
        yield Problem(place=f"{place}.text", reason=f"has no words in {language!r}")
    for language in sorted(set(part.text) - wanted):
        yield Problem(place=f"{place}.text.{language}", reason="is never spoken")


def _loops(flow: Flow) -> Iterator[Problem]:
    """Find a way back to a node on which a silent caller would go round for ever."""
    cleared: set[str] = set()
    for start in flow.nodes:
        path: list[str] = []
        node_id: str | None = start
        # without a key there is at most one way out of a node, so a path needs no branches
        while node_id is not None and node_id not in cleared:
            if node_id in path:
                ring = " → ".join((*path[path.index(node_id) :], node_id))
                yield Problem(place=f"nodes.{node_id}", reason=f"loop without input: {ring}")
                break
            path.append(node_id)
            node_id = next((target for _, target in flow.nodes[node_id].silent_targets()), None)
        cleared.update(path)


def _unreachable(flow: Flow) -> Iterator[Problem]:
    reached: set[str] = set()
    todo = [flow.start, flow.on_error]
    if any(isinstance(node, MenuNode) for node in flow.nodes.values()):
        todo.append(flow.operator)
    while todo:
        node_id = todo.pop()
        if node_id not in reached:
            reached.add(node_id)
            todo.extend(target for _, target in flow.nodes[node_id].targets())
    for node_id in flow.nodes:
        if node_id not in reached and node_id != flow.operator:
            yield Problem(place=f"nodes.{node_id}", reason="no way leads here")


def _error_path(flow: Flow) -> Iterator[Problem]:
    """See that the error handler reaches an end without asking anything more of the caller."""
    seen: set[str] = set()
    node_id = flow.on_error
    while node_id not in seen:
        seen.add(node_id)
        node = flow.nodes[node_id]
        if isinstance(node, QueueNode | OperatorNode | HangUpNode):
            return
        if isinstance(node, MenuNode):
            yield Problem(place="on_error", reason=f"asks the caller again in {node_id!r}")
            return
        node_id = next(target for _, target in node.targets())
