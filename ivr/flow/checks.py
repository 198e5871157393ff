"""What must hold for a flow as a whole: every way leads on, and silence reaches an end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date

from crm_core.sentences import sentence
from ivr.errors import Problem
from ivr.flow.asking import DipNode, LogInNode, LookUpNode
from ivr.flow.deciding import BranchNode, HoursNode, SetNode
from ivr.flow.ending import CallbackNode, ErrorNode, OperatorNode, Recording, SubFlowNode
from ivr.flow.expressions import names_in
from ivr.flow.hours import opens_in_a_year
from ivr.flow.model import Flow
from ivr.flow.pieces import Node, Question, TextPart, ValuePart
from ivr.flow.talking import CollectNode, LanguageNode, MenuNode, SayNode

_ANY_DAY = date(2026, 1, 1)  # any year has the days an opening can have


def problems_of(flow: Flow, library: Mapping[str, Flow] | None = None) -> tuple[Problem, ...]:
    """List every fault of a flow whose fields are well formed; empty when it may be played.

    With a `library` (all flows by name) the calls of other flows are checked too.
    """
    dangling = (*_dangling_targets(flow), *_dangling_prompts(flow), *_wrong_kinds(flow))
    # ways are only followed when all of them lead somewhere
    rest = () if dangling else (*_loops(flow), *_unreachable(flow), *_error_path(flow))
    calls = () if library is None else tuple(_call_faults(flow, library))
    return (*dangling, *_language_faults(flow), *_secret_faults(flow), *rest, *calls)


def _dangling_targets(flow: Flow) -> Iterator[Problem]:
    ways = [("start", flow.start), ("operator", flow.operator), ("on_error", flow.on_error)]
    for node_id, node in flow.nodes.items():
        ways.extend((f"nodes.{node_id}.{field}", target) for field, target in node.targets())
    for place, target in ways:
        if target not in flow.nodes:
            reason = sentence("no_node", "there is no node '{node}'", node=target)
            yield Problem(place=place, reason=reason)


def _dangling_prompts(flow: Flow) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        for field, name in node.prompts():
            if name not in flow.prompts:
                place = f"nodes.{node_id}.{field}"
                reason = sentence("no_prompt", "there is no prompt '{prompt}'", prompt=name)
                yield Problem(place=place, reason=reason)


def _wrong_kinds(flow: Flow) -> Iterator[Problem]:
    operator, handler = flow.nodes.get(flow.operator), flow.nodes.get(flow.on_error)
    if operator and not isinstance(operator, OperatorNode):
        reason = sentence("no_operator", "'{node}' is no operator node", node=flow.operator)
        yield Problem(place="operator", reason=reason)
    if handler and not isinstance(handler, ErrorNode):
        reason = sentence("no_error_node", "'{node}' is no error node", node=flow.on_error)
        yield Problem(place="on_error", reason=reason)


def _language_faults(flow: Flow) -> Iterator[Problem]:
    known = set(flow.languages)
    for at, language in enumerate(flow.languages):
        if language in flow.languages[:at]:
            reason = sentence("twice", "'{name}' stands twice", name=language)
            yield Problem(place=f"languages.{at}", reason=reason)
    for node_id, node in flow.nodes.items():
        if isinstance(node, LanguageNode) and node.language not in known:
            reason = sentence(
                "no_language",
                "'{language}' is none of the flow's languages",
                language=node.language,
            )
            yield Problem(place=f"nodes.{node_id}.language", reason=reason)
    for name, prompt in flow.prompts.items():
        for at, part in enumerate(prompt):
            if isinstance(part, TextPart):
                yield from _text_faults(f"prompts.{name}.{at}", part, known)


def _text_faults(place: str, part: TextPart, known: set[str]) -> Iterator[Problem]:
    wanted = {part.language} if part.language else known
    for language in sorted(wanted - set(part.text)):
        reason = sentence("no_words", "has no words in '{language}'", language=language)
        yield Problem(place=f"{place}.text", reason=reason)
    for language in sorted(set(part.text) - wanted):
        reason = sentence("never_spoken", "is never spoken")
        yield Problem(place=f"{place}.text.{language}", reason=reason)


def _secret_faults(flow: Flow) -> Iterator[Problem]:
    """See that a secret is collected masked, and that nothing but `log_in` asks for it."""
    nodes = flow.nodes.items()
    masked = {node.into for _, node in nodes if isinstance(node, CollectNode) and node.masked}
    open_ = {node.into for _, node in nodes if isinstance(node, CollectNode) and not node.masked}
    for node_id, node in nodes:
        match node:
            case LogInNode() if node.pin not in masked:
                reason = sentence(
                    "pin_not_masked", "'{name}' is collected by no masked node", name=node.pin
                )
                yield Problem(place=f"nodes.{node_id}.pin", reason=reason)
            case CollectNode() if node.masked and node.into in open_:
                reason = sentence(
                    "also_unmasked", "'{name}' is collected unmasked elsewhere", name=node.into
                )
                yield Problem(place=f"nodes.{node_id}.into", reason=reason)
            case HoursNode() if not opens_in_a_year(node, _ANY_DAY):
                reason = sentence("never_open", "is never open")
                yield Problem(place=f"nodes.{node_id}.week", reason=reason)
    yield from _read_secrets(flow, masked)


def _read_secrets(flow: Flow, masked: Set[str]) -> Iterator[Problem]:
    """Find every place that would read a secret: it is in no data, so nothing would be there."""
    places = [
        (f"nodes.{node_id}.{field}", names)
        for node_id, node in flow.nodes.items()
        for field, names in _names_read(node)
    ]
    places += [
        (f"prompts.{name}.{at}.value", {part.value})
        for name, prompt in flow.prompts.items()
        for at, part in enumerate(prompt)
        if isinstance(part, ValuePart)
    ]
    for place, names in places:
        for name in sorted(names & masked):
            reason = sentence("secret", "'{name}' is a secret: log_in alone sees it", name=name)
            yield Problem(place=place, reason=reason)


def _names_read(node: Node) -> Iterator[tuple[str, Set[str]]]:
    """Give the fields of a node that read the call's data, and the names they read."""
    match node:
        case SetNode():
            yield from ((f"compute.{key}", names_in(text)) for key, text in node.compute.items())
        case BranchNode():
            yield from ((f"cases.{at}.when", names_in(c.when)) for at, c in enumerate(node.cases))
        case SayNode():
            yield "value", {node.value}
        case LogInNode():
            yield "account", {node.account}
        case LookUpNode() | CallbackNode():
            yield "number", {node.number or ""}
        case DipNode():
            yield "url", set(node.names)
            yield from ((f"send.{key}", {name}) for key, name in node.send.items())
        case _:
            pass


def _loops(flow: Flow) -> Iterator[Problem]:
    """Find a way back to a node on which a silent caller would go round for ever."""
    cleared: set[str] = set()
    for start in flow.nodes:
        if start not in cleared:
            yield from _ring_from(flow, start, cleared)


def _ring_from(flow: Flow, start: str, cleared: set[str]) -> Iterator[Problem]:
    """Follow all silent ways from a node, deepest first, without recursion."""
    path: list[str] = []
    todo: list[tuple[str, bool]] = [(start, False)]
    while todo:
        node_id, left = todo.pop()
        if left:
            path.pop()
            cleared.add(node_id)
        elif node_id in path:
            ring = " → ".join((*path[path.index(node_id) :], node_id))
            reason = sentence("loop", "loop without input: {ring}", ring=ring)
            yield Problem(place=f"nodes.{node_id}", reason=reason)
        elif node_id not in cleared:
            path.append(node_id)
            todo.append((node_id, True))
            todo.extend((target, False) for _, target in flow.nodes[node_id].silent_targets())


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
            reason = sentence("unreachable", "no way leads here")
            yield Problem(place=f"nodes.{node_id}", reason=reason)


def _error_path(flow: Flow) -> Iterator[Problem]:
    """See that the error handler reaches an end without asking anything more of the caller."""
    seen: set[str] = set()
    todo = [flow.on_error]
    while todo:
        node_id = todo.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        node = flow.nodes[node_id]
        if isinstance(node, Question | Recording | CallbackNode | SubFlowNode):
            reason = sentence("error_asks", "asks the caller again in '{node}'", node=node_id)
            yield Problem(place="on_error", reason=reason)
        todo.extend(target for _, target in node.silent_targets())


def _call_faults(flow: Flow, library: Mapping[str, Flow]) -> Iterator[Problem]:
    for node_id, node in flow.nodes.items():
        if not isinstance(node, SubFlowNode):
            continue
        place = f"nodes.{node_id}.flow"
        called = library.get(node.flow)
        if called is None:
            reason = sentence("no_flow", "there is no flow '{flow}'", flow=node.flow)
            yield Problem(place=place, reason=reason)
        elif flow.name in _calls_of(called, library):
            reason = sentence(
                "calls_round", "'{flow}' calls '{caller}' again", flow=node.flow, caller=flow.name
            )
            yield Problem(place=place, reason=reason)
        else:
            for language in sorted(set(flow.languages) - set(called.languages)):
                reason = sentence(
                    "not_spoken_there",
                    "'{flow}' does not speak '{language}'",
                    flow=node.flow,
                    language=language,
                )
                yield Problem(place=place, reason=reason)


def _calls_of(flow: Flow, library: Mapping[str, Flow]) -> set[str]:
    """Give the names of all flows that one can lead into, itself included."""
    seen: set[str] = set()
    todo = [flow.name]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        known = flow if name == flow.name else library.get(name)
        nodes = known.nodes.values() if known else ()
        todo.extend(node.flow for node in nodes if isinstance(node, SubFlowNode))
    return seen
