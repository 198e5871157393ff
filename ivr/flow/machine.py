"""One step of a flow: state and input in, new state and the next thing to do out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from crm_core.sentences import sentence
from ivr.flow.answers import Again, Back, Broken, Call, Go, Now, Turn, added, turn_of
from ivr.flow.asking import DipNode
from ivr.flow.ending import OperatorNode, SubFlowNode
from ivr.flow.entering import enter
from ivr.flow.model import Flow
from ivr.flow.states import NOTHING, Entered, Failed, Input, Move, Pressed, Return, State
from ivr.flow.steps import Enqueue, Step

STEP_LIMIT = 1000  # as many as a patient caller needs; a broken flow is stopped here
QUIET_LIMIT = 60  # steps in a row without a key: nobody is listening any more
RECOVERY_LIMIT = 20  # steps the error handler may take on top
DEPTH_LIMIT = 5  # flows within flows

NO_FLOWS: Mapping[str, Flow] = MappingProxyType({})


@dataclass(slots=True)
class _Book:
    """The flow a caller began in, and those it may call."""

    main: Flow
    library: Mapping[str, Flow]
    heard: bool = False  # the caller has just pressed a key

    def of(self, state: State) -> Flow:
        if state.flow == self.main.name:
            return self.main
        return self.library.get(state.flow) or self.main

    def named(self, name: str) -> Flow | None:
        return self.main if name == self.main.name else self.library.get(name)


def begin(
    flow: Flow,
    *,
    language: str | None = None,
    data: Mapping[str, str] | None = None,
    library: Mapping[str, Flow] = NO_FLOWS,
) -> tuple[State, Step]:
    """Give the state and the first step of a new caller; `language` defaults to the flow's first.

    `data` are values known before the flow begins (the caller's number); the flow may add to
    them. `library` holds the flows this one may call, by name.
    """
    chosen = language if language in flow.languages else flow.language
    values = MappingProxyType(dict(data or {}))
    state = State(node=flow.start, language=chosen or flow.language, flow=flow.name, data=values)
    return _enter(_Book(flow, library), state, flow.start)


def next_step(
    flow: Flow, state: State, given: Input, *, library: Mapping[str, Flow] = NO_FLOWS
) -> tuple[State, Step]:
    """Give what follows when the present step came out as `given`.

    Pure: the same flow, state and input always give the same answer. Raises ValueError when the
    flow has ended already, or when the input is none the present node can have.
    """
    book = _Book(flow, library)
    if isinstance(given, Failed):
        return _recover(book, state)
    if isinstance(given, Pressed) or (
        isinstance(given, Entered) and (given.digits or given.ended)
    ):
        book.heard = True
    return _take(book, turn_of(book.of(state), state, given))


def go_on(
    flow: Flow, state: State, way: str, *, library: Mapping[str, Flow] = NO_FLOWS
) -> tuple[State, Step]:
    """Take the flow up again behind a queue (`after`) or a transfer nobody took (`failed`).

    Raises ValueError when the node has no such way.
    """
    book = _Book(flow, library)
    if way not in book.of(state).nodes[state.node].exits:
        raise ValueError(
            sentence("no_way", "'{node}' has no way '{way}'", node=state.node, way=way)
        )
    fresh = state.but(typed="", quiet_steps=0)
    return _take(book, Go(fresh, way))


def _take(book: _Book, turn: Turn) -> tuple[State, Step]:
    match turn:
        case Go(state, way):
            return _leave(book, state, way)
        case Again(state, before, way):
            moved = Move(flow=state.flow, node=state.node, way=way) if way else None
            return _enter(book, state.but(moved=moved), state.node, before)
        case Now(state, step):
            return (state.but(quiet_steps=0) if book.heard else state), step
        case Call(state, name):
            return _call(book, state, name)
        case Back(state):
            return _back(book, state)
        case Broken(state):
            return _recover(book, state)


def _leave(book: _Book, state: State, way: str) -> tuple[State, Step]:
    flow = book.of(state)
    node = flow.nodes[state.node]
    data = state.data
    if way == "failed" and isinstance(node, DipNode):
        data = added(data, node.stand_in)
    target = node.exits.get(way, flow.operator)  # key 0 is the operator's in any menu
    return _enter(
        book,
        state,
        target,
        data=data,
        failures=0,
        pending="",
        confirming=False,
        scored=False,
        moved=Move(flow=state.flow, node=state.node, way=way),
    )


def _call(book: _Book, state: State, name: str) -> tuple[State, Step]:
    called = book.named(name)
    if called is None or len(state.stack) >= DEPTH_LIMIT:
        return _recover(book, state)
    moved = Move(flow=state.flow, node=state.node, way="next")
    language = state.language if state.language in called.languages else called.language
    deeper = (*state.stack, Return(state.flow, state.node))
    state = state.but(flow=name, stack=deeper, language=language, moved=moved)
    return _enter(book, state, called.start)


def _back(book: _Book, state: State) -> tuple[State, Step]:
    """Return to the node behind the call; a flow that was not called goes to its operator."""
    if not state.stack:
        return _rescue(book, state)
    place = state.stack[-1]
    state = state.but(flow=place.flow, node=place.node, stack=state.stack[:-1])
    node = book.of(state).nodes[place.node]
    if not isinstance(node, SubFlowNode):
        return _rescue(book, state)
    return _enter(book, state, node.next)


def _recover(book: _Book, state: State) -> tuple[State, Step]:
    """Go to the error handler; when that fails too, straight to the operator's queue."""
    if state.recovering:
        return _rescue(book, state)
    fresh = state.but(
        recovering=True,
        steps=0,
        quiet_steps=0,
        failures=0,
        typed="",
        pending="",
        confirming=False,
        scored=False,
        secrets=NOTHING,
    )
    return _enter(book, fresh, book.of(state).on_error)


def _rescue(book: _Book, state: State) -> tuple[State, Step]:
    flow = book.of(state)
    operator = flow.nodes[flow.operator]
    queue = operator.queue if isinstance(operator, OperatorNode) else ""
    state = state.but(node=flow.operator)
    return state, Enqueue(node=flow.operator, queue=queue, priority=0, operator=True)


def _enter(
    book: _Book, state: State, node_id: str, before: str = "", **changes: object
) -> tuple[State, Step]:
    """Step into a node, minding the limits; `before` is a prompt to play ahead of a question."""
    quiet_steps = 1 if book.heard else state.quiet_steps + 1
    state = state.but(node=node_id, steps=state.steps + 1, quiet_steps=quiet_steps, **changes)
    if _too_long(state):
        return _recover(book, state)
    try:
        return enter(book.of(state), state, before)
    except ValueError:
        return _recover(book, state)


def _too_long(state: State) -> bool:
    if state.recovering:
        return state.steps > RECOVERY_LIMIT
    return state.steps > STEP_LIMIT or state.quiet_steps > QUIET_LIMIT
