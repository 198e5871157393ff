"""What a node does when a caller comes to it: the state it makes and the step to carry out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ivr.flow.answers import added, ahead
from ivr.flow.asking import DipNode, LogInNode, LookUpNode
from ivr.flow.deciding import BranchNode, HoursNode, IdentifyNode, SetNode
from ivr.flow.ending import (
    CallbackNode,
    ErrorNode,
    HangUpNode,
    OperatorNode,
    QueueNode,
    Recording,
    RecordNode,
    ReturnNode,
    SubFlowNode,
    TransferNode,
    VoicemailNode,
)
from ivr.flow.expressions import as_text, evaluate
from ivr.flow.model import AnyNode, Flow
from ivr.flow.pieces import Node, Question
from ivr.flow.speech import flow_clips
from ivr.flow.states import State
from ivr.flow.steps import (
    Ask,
    AskCallback,
    AskCaller,
    AskClock,
    CheckPin,
    Clip,
    Collect,
    Dip,
    Enqueue,
    HangUp,
    LookUp,
    Note,
    Play,
    Record,
    Step,
    Transfer,
)
from ivr.flow.talking import (
    CONFIRMED,
    Announcement,
    AnnounceRecordingNode,
    CollectNode,
    LanguageNode,
    MenuNode,
    PlayNode,
    SayNode,
    SurveyNode,
)
from ivr.flow.values import value_clips
from ivr.hearing.words import LANGUAGES, Wanted

Entered = tuple[State, Step]


def enter(flow: Flow, state: State, before: str) -> Entered:
    """Give the state and step of the node the state stands in.

    `before` is a prompt to play ahead of a question's own. Raises ValueError when an expression
    cannot be worked out.
    """
    node = flow.nodes[state.node]
    return ENTERED_BY[type(node)](flow, node, state, before)


def _ask(flow: Flow, node: Question, state: State, before: str) -> Entered:
    return state, _question(flow, node, state, before)


def _question(flow: Flow, node: Question, state: State, before: str) -> Ask | Collect:
    confirm = node.confirm if isinstance(node, CollectNode) and state.confirming else None
    pending = {node.into: state.pending} if isinstance(node, CollectNode) and confirm else {}
    data = {**state.data, **pending} if pending else state.data
    heard = flow_clips(flow, confirm or node.prompt, state.language, data)
    if before:
        heard = (*flow_clips(flow, before, state.language, data), *heard)
    if isinstance(node, CollectNode) and not confirm:
        return _collect(node, state, heard)
    return Ask(
        node=state.node,
        clips=heard,
        seconds=node.seconds,
        barge_in=node.barge_in,
        typed=state.typed[:1],
        wanted=_wanted(node, state.language),
    )


def _wanted(node: Question, language: str, *, digits: bool = False) -> Wanted | None:
    """Give what may be said to a question, if the caller speaks a language that is understood."""
    if (
        not isinstance(node, MenuNode | CollectNode)
        or not node.speech
        or language not in LANGUAGES
    ):
        return None
    return CONFIRMED if isinstance(node, CollectNode) and not digits else node.wanted


def _collect(node: CollectNode, state: State, heard: tuple[Clip, ...]) -> Collect:
    digits, _, complete = ahead(node, state.typed)
    return Collect(
        node=state.node,
        clips=() if state.typed else heard,
        seconds=node.seconds,
        most=node.most,
        terminator=node.terminator,
        barge_in=node.barge_in,
        masked=node.masked,
        typed=digits,
        complete=complete,
        wanted=None if state.typed else _wanted(node, state.language, digits=True),
    )


def _announce(
    flow: Flow, node: Announcement | SayNode | ErrorNode, state: State, _before: str
) -> Entered:
    if isinstance(node, SayNode):
        clips = value_clips(state.data.get(node.value, ""), node.style, state.language)
    else:
        clips = _clips(flow, node.prompt, state)
    barge_in = not isinstance(node, ErrorNode) and node.barge_in
    if isinstance(node, AnnounceRecordingNode):
        state = state.but(data=added(state.data, {"recording_announced": "yes"}))
    # once a key is waiting for a question, announcements on the way to it are not worth hearing
    heard = () if state.typed and barge_in else clips
    hushed = barge_in and _secret_follows(flow, state.node)
    return state, Play(node=state.node, clips=heard, barge_in=barge_in, hushed=hushed)


def _secret_follows(flow: Flow, node_id: str) -> bool:
    """Tell whether the next question a key counts for may be one for a secret."""
    known = flow.before_secrets.get(node_id)
    if known is None:
        known = flow.before_secrets[node_id] = _leads_to_secret(flow, node_id)
    return known


def _leads_to_secret(flow: Flow, node_id: str) -> bool:
    todo, seen = [node_id], {node_id}
    while todo:
        node = flow.nodes[todo.pop()]
        if isinstance(node, CollectNode) and node.masked:
            return True
        fresh = (
            [] if isinstance(node, Question) else [n for _, n in node.targets() if n not in seen]
        )
        seen.update(fresh)
        todo.extend(fresh)
    return False


def _note(
    _flow: Flow,
    node: LanguageNode | SetNode | BranchNode | SubFlowNode | ReturnNode,
    state: State,
    _before: str,
) -> Entered:
    match node:
        case LanguageNode():
            state = state.but(language=node.language)
            return state, Note(node=state.node, what=f"language:{node.language}")
        case SetNode():
            state = state.but(data=_set(node, state.data))
            return state, Note(node=state.node, what="set:" + ",".join(_keys(node)))
        case BranchNode():
            return state, Note(node=state.node, what="branch")
        case SubFlowNode():
            return state, Note(node=state.node, what=f"flow:{node.flow}")
        case ReturnNode():
            return state, Note(node=state.node, what="return")


def _keys(node: SetNode) -> Iterator[str]:
    yield from sorted({*node.data, *node.compute})


def _set(node: SetNode, data: Mapping[str, str]) -> Mapping[str, str]:
    data = added(data, node.data)
    for key, expression in node.compute.items():
        data = added(data, {key: as_text(evaluate(expression, data))})
    return data


def _end(
    flow: Flow,
    node: QueueNode | OperatorNode | TransferNode | HangUpNode,
    state: State,
    _before: str,
) -> Entered:
    match node:
        case QueueNode():
            needed = {"requirements": node.requirements} if node.requirements else {}
            rank = {"priority": str(node.priority)} if node.priority else {}
            state = state.but(data=added(state.data, {**node.data, **needed, **rank}))
            return state, _queue(node, state, operator=False)
        case OperatorNode():
            return state, _queue(node, state, operator=True)
        case TransferNode():
            return state, Transfer(
                node=state.node,
                number=node.number or "",
                agent=node.agent or "",
                seconds=node.seconds,
                failed=node.failed,
            )
        case HangUpNode():
            return state, HangUp(node=state.node, clips=_clips(flow, node.prompt, state))


def _queue(node: QueueNode | OperatorNode, state: State, *, operator: bool) -> Enqueue:
    return Enqueue(
        node=state.node,
        queue=node.queue,
        priority=node.priority,
        operator=operator,
        after=node.after or "",
    )


def _consult(flow: Flow, node: AnyNode, state: State, _before: str) -> Entered:
    return state, _consulting(flow, node, state)


def _consulting(flow: Flow, node: AnyNode, state: State) -> Step:
    match node:
        case HoursNode():
            return AskClock(node=state.node)
        case IdentifyNode():
            return AskCaller(node=state.node, seconds=node.seconds)
        case Recording():
            return Record(
                node=state.node,
                clips=_clips(flow, node.prompt, state),
                seconds=node.seconds,
                silence=node.silence,
                queue=node.queue if isinstance(node, VoicemailNode) else "",
            )
        case DipNode():
            return _dip(node, state)
        case LogInNode() | LookUpNode() | CallbackNode():
            return _with_values(node, state)
        case _:  # every kind has its way of being entered
            raise ValueError(f"{state.node!r} cannot be entered")


def _with_values(node: LogInNode | LookUpNode | CallbackNode, state: State) -> Step:
    value = state.data.get
    number = value(node.number, "") if not isinstance(node, LogInNode) and node.number else ""
    match node:
        case LogInNode():
            pin = state.secrets.get(node.pin, "")
            return CheckPin(node=state.node, account=value(node.account, ""), pin=pin)
        case LookUpNode():
            return LookUp(node=state.node, what=node.what, customer=state.customer, number=number)
        case CallbackNode():
            return AskCallback(node=state.node, queue=node.queue, number=number)


def _dip(node: DipNode, state: State) -> Dip:
    url = node.url
    for name in node.names:
        url = url.replace(f"{{{name}}}", quote(state.data.get(name, ""), safe=""))
    sent = {key: state.data.get(source, "") for key, source in node.send.items()}
    return Dip(
        node=state.node,
        url=url,
        method=node.method,
        body=sent if node.method == "POST" else None,
        keep=node.keep,
        seconds=node.seconds,
        retries=node.retries,
    )


def _clips(flow: Flow, prompt: str | None, state: State) -> tuple[Clip, ...]:
    return flow_clips(flow, prompt, state.language, state.data) if prompt else ()


ENTERED_BY: Mapping[type[Node], Callable[[Flow, Any, State, str], Entered]] = {
    **dict.fromkeys((MenuNode, CollectNode, SurveyNode), _ask),
    **dict.fromkeys((PlayNode, AnnounceRecordingNode, SayNode, ErrorNode), _announce),
    **dict.fromkeys((LanguageNode, SetNode, BranchNode, SubFlowNode, ReturnNode), _note),
    **dict.fromkeys((QueueNode, OperatorNode, TransferNode, HangUpNode), _end),
    **dict.fromkeys((HoursNode, IdentifyNode, RecordNode, VoicemailNode), _consult),
    **dict.fromkeys((DipNode, LogInNode, LookUpNode, CallbackNode), _consult),
}
"""What enters each kind of node: a look-up, as a row of `isinstance` costs more than the step."""
