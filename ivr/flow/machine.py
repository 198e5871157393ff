"""One step of a flow: state and input in, new state and the next thing to do out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ivr.flow.model import (
    ErrorNode,
    Flow,
    HangUpNode,
    LanguageNode,
    MenuNode,
    Onward,
    OperatorNode,
    PlayNode,
    QueueNode,
    SayNode,
    SetNode,
)
from ivr.flow.speech import digit_clips, number_clips, prompt_clips
from ivr.flow.steps import (
    Ask,
    Clip,
    Enqueue,
    Failed,
    HangUp,
    Input,
    Note,
    Play,
    Pressed,
    State,
    Step,
)

STEP_LIMIT = 1000  # as many as a patient caller needs; a broken flow is stopped here
QUIET_LIMIT = 60  # steps in a row without a key: nobody is listening any more
RECOVERY_LIMIT = 20  # steps the error handler may take on top
MAX_TYPED = 32  # keys kept that were pressed ahead of the question


def begin(
    flow: Flow, *, language: str | None = None, data: Mapping[str, str] | None = None
) -> tuple[State, Step]:
    """Give the state and the first step of a new caller; `language` defaults to the flow's first.

    `data` are values known before the flow begins (the caller's number); the flow may add to them.
    """
    chosen = language if language in flow.languages else flow.language
    values = MappingProxyType(dict(data or {}))
    return _enter(flow, State(node=flow.start, language=chosen, data=values), flow.start)


def next_step(flow: Flow, state: State, given: Input) -> tuple[State, Step]:
    """Give what follows when the present step came out as `given`.

    Pure: the same flow, state and input always give the same answer. Raises ValueError when the
    flow has ended already, or when the input is none the present node can have.
    """
    if isinstance(given, Failed):
        return _recover(flow, state)
    if isinstance(given, Pressed):
        state = replace(state, quiet_steps=0)
    match flow.nodes[state.node]:
        case MenuNode() as menu:
            return _answer(flow, menu, state, given)
        case QueueNode() | OperatorNode() | HangUpNode():
            raise ValueError(f"the flow has ended in {state.node!r}")
        case node:
            return _enter(flow, _keep_key(state, given), node.next)


def _keep_key(state: State, given: Input) -> State:
    """Keep a key pressed during an announcement for the next menu."""
    if not isinstance(given, Pressed):
        return state
    return replace(state, typed=(state.typed + given.key)[:MAX_TYPED])


def _answer(flow: Flow, menu: MenuNode, state: State, given: Input) -> tuple[State, Step]:
    """Follow a key of the menu; else say what was wrong, until the caller has had all tries."""
    if isinstance(given, Pressed):
        state = replace(state, typed=state.typed[1:] if state.typed else "")
        target = menu.choices.get(given.key) or (flow.operator if given.key == "0" else None)
        if target:
            return _enter(flow, replace(state, failures=0), target)
    if state.failures >= menu.retries:
        return _enter(flow, replace(state, failures=0), menu.give_up)
    again = menu.wrong if isinstance(given, Pressed) else menu.silent
    state = replace(state, failures=state.failures + 1)
    return _enter(flow, state, state.node, before=again)


def _recover(flow: Flow, state: State) -> tuple[State, Step]:
    """Go to the error handler; when that fails too, straight to the operator's queue."""
    if state.recovering:
        return _rescue(flow, state)
    fresh = replace(state, recovering=True, steps=0, quiet_steps=0, failures=0, typed="")
    return _enter(flow, fresh, flow.on_error)


def _rescue(flow: Flow, state: State) -> tuple[State, Step]:
    operator = flow.nodes[flow.operator]
    queue = operator.queue if isinstance(operator, OperatorNode) else ""
    state = replace(state, node=flow.operator)
    return state, Enqueue(node=flow.operator, queue=queue, priority=0, operator=True)


def _enter(flow: Flow, state: State, node_id: str, before: str = "") -> tuple[State, Step]:
    """Step into a node, minding the limits; `before` is a prompt to play ahead of a menu's own."""
    state = replace(state, steps=state.steps + 1, quiet_steps=state.quiet_steps + 1)
    if _too_long(state):
        return _recover(flow, state)
    state = replace(state, node=node_id)
    match flow.nodes[node_id]:
        case MenuNode() as menu:
            return state, _ask(flow, menu, state, before)
        case Onward() as node:
            return _pass(flow, node, state)
        case QueueNode() as node:
            return state, Enqueue(node=node_id, queue=node.queue, priority=node.priority)
        case OperatorNode() as node:
            end = Enqueue(node=node_id, queue=node.queue, priority=node.priority, operator=True)
            return state, end
        case HangUpNode() as node:
            return state, HangUp(node=node_id, clips=_clips(flow, node.prompt, state.language))


def _too_long(state: State) -> bool:
    if state.recovering:
        return state.steps > RECOVERY_LIMIT
    return state.steps > STEP_LIMIT or state.quiet_steps > QUIET_LIMIT


def _pass(
    flow: Flow, node: PlayNode | SayNode | LanguageNode | SetNode | ErrorNode, state: State
) -> tuple[State, Step]:
    """Enter a node that leads on to exactly one other."""
    match node:
        case PlayNode():
            return state, _play(state, _clips(flow, node.prompt, state.language), node.barge_in)
        case SayNode():
            return state, _play(state, _said(node, state), node.barge_in)
        case ErrorNode():
            return state, _play(state, _clips(flow, node.prompt, state.language), barge_in=False)
        case LanguageNode():
            state = replace(state, language=node.language)
            return state, Note(node=state.node, what=f"language:{node.language}")
        case SetNode():
            state = replace(state, data=MappingProxyType({**state.data, **node.data}))
            return state, Note(node=state.node, what="set:" + ",".join(sorted(node.data)))


def _play(state: State, clips: tuple[Clip, ...], barge_in: bool) -> Play:
    # once a key is waiting for the menu, announcements on the way to it are not worth hearing
    heard = () if state.typed and barge_in else clips
    return Play(node=state.node, clips=heard, barge_in=barge_in)


def _ask(flow: Flow, menu: MenuNode, state: State, before: str) -> Ask:
    clips = _clips(flow, before or None, state.language) + _clips(
        flow, menu.prompt, state.language
    )
    return Ask(
        node=state.node,
        clips=clips,
        seconds=menu.seconds,
        barge_in=menu.barge_in,
        typed=state.typed[:1],
    )


def _clips(flow: Flow, prompt: str | None, language: str) -> tuple[Clip, ...]:
    return prompt_clips(flow.prompts[prompt], language) if prompt else ()


def _said(node: SayNode, state: State) -> tuple[Clip, ...]:
    value = state.data.get(node.value, "")
    if node.style == "number":
        return number_clips(value, state.language)
    return digit_clips(value, state.language)
