"""What follows from an input: the way out of the present node, or the question again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from crm_core.sentences import sentence
from ivr.flow.asking import LogInNode
from ivr.flow.deciding import BranchNode, HoursNode
from ivr.flow.ending import (
    HangUpNode,
    OperatorNode,
    QueueNode,
    Recording,
    ReturnNode,
    SubFlowNode,
    TransferNode,
)
from ivr.flow.expressions import is_true
from ivr.flow.model import AnyNode, Flow
from ivr.flow.pieces import KEYS, MAX_VALUE, Node, Onward, Question
from ivr.flow.states import Answer, Entered, Input, Pressed, State
from ivr.flow.steps import Score, Step
from ivr.flow.talking import CollectNode, MenuNode, SurveyNode

MAX_TYPED = 32  # keys kept that were pressed ahead of the question
MAX_DATA = 100
_YES, _NO = "1", "2"  # a caller's word on the digits read back to him


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the node by a way, named as in `Node.targets`."""

    state: State
    way: str


@dataclass(frozen=True, slots=True)
class Again:
    """Stay, and say `before` (a prompt's name, or nothing) ahead of the question."""

    state: State
    before: str
    way: str


@dataclass(frozen=True, slots=True)
class Now:
    """Stay, and do this first."""

    state: State
    step: Step


@dataclass(frozen=True, slots=True)
class Call:
    """Play another flow."""

    state: State
    flow: str


@dataclass(frozen=True, slots=True)
class Back:
    """Return from a sub-flow."""

    state: State


@dataclass(frozen=True, slots=True)
class Broken:
    """The node cannot go on: to the error handler."""

    state: State


Turn: TypeAlias = Go | Again | Now | Call | Back | Broken


def turn_of(flow: Flow, state: State, given: Input) -> Turn:
    """Say what follows; raises ValueError when the flow has ended or the input cannot be."""
    node = flow.nodes[state.node]
    return _TURNS.get(type(node), _onward)(node, state, given)


def _ended(_node: Node, state: State, _given: Input) -> Turn:
    raise ValueError(sentence("flow_ended", "the flow has ended in '{node}'", node=state.node))


def _call(node: SubFlowNode, state: State, _given: Input) -> Turn:
    return Call(state, node.flow)


def _return(_node: ReturnNode, state: State, _given: Input) -> Turn:
    return Back(state)


def _onward(node: AnyNode, state: State, given: Input) -> Turn:
    if isinstance(given, Answer):
        return _answered(node, state, given)
    if not isinstance(node, Onward):
        raise ValueError(sentence("waits_answer", "'{node}' waits for an answer", node=state.node))  # noqa: TRY004 - of the input, not its type
    return Go(_keep_key(state, given), "next")


def _keep_key(state: State, given: Input) -> State:
    """Keep a key pressed during an announcement for the next question."""
    if not isinstance(given, Pressed):
        return state
    return state.but(typed=(state.typed + given.key)[:MAX_TYPED])


def _menu(menu: MenuNode, state: State, given: Input) -> Turn:
    """Follow a key of the menu; else say what was wrong, until the caller has had all tries."""
    if isinstance(given, Pressed):
        state = state.but(typed=state.typed[1:]) if state.typed else state
        if given.key in menu.choices:
            return Go(state, f"choices.{given.key}")
        if given.key == "0":
            return Go(state, "operator")
    return _once_more(menu, state, wrong=isinstance(given, Pressed))


def _once_more(node: Question, state: State, *, wrong: bool) -> Turn:
    if state.failures >= node.retries:
        return Go(state, "give_up")
    state = state.but(failures=state.failures + 1)
    return Again(state, node.wrong, "wrong") if wrong else Again(state, node.silent, "silent")


def _survey(node: SurveyNode, state: State, given: Input) -> Turn:
    if state.scored:
        return Go(state, "next")
    if not isinstance(given, Pressed):
        return _once_more(node, state, wrong=False)
    state = state.but(typed=state.typed[1:])
    if not given.key.isdigit() or not node.least <= int(given.key) <= node.most:
        return _once_more(node, state, wrong=True)
    score = int(given.key)
    state = state.but(scored=True, data=added(state.data, {node.question: given.key}))
    step = Score(
        node=state.node,
        question=node.question,
        score=score,
        most=node.most,
        low=score <= node.low,
    )
    return Now(state, step)


def ahead(node: CollectNode, typed: str) -> tuple[str, str, bool]:
    """Split keys pressed ahead: the digits for this question, the keys left, whether it is all."""
    ends = {at for at, key in enumerate(typed) if node.terminator and key == node.terminator}
    end = min(ends, default=len(typed))
    if end < len(typed) and end <= node.most:
        return typed[:end], typed[end + 1 :], True
    return typed[: node.most], typed[node.most :], len(typed) >= node.most


def _collect(node: CollectNode, state: State, given: Input) -> Turn:
    if state.confirming:
        return _confirmed(node, state, given)
    if not isinstance(given, Entered):
        return _once_more(node, state, wrong=isinstance(given, Pressed))
    state = state.but(typed=ahead(node, state.typed)[1])
    digits = given.digits
    if not digits:
        return _once_more(node, state, wrong=given.ended)
    if not (digits.isascii() and digits.isdigit() and node.least <= len(digits) <= node.most):
        return _once_more(node, state, wrong=True)
    if node.confirm:
        return Again(state.but(pending=digits, confirming=True, failures=0), "", "")
    return Go(_kept(node, state, digits), "next")


def _kept(node: CollectNode, state: State, digits: str) -> State:
    if node.masked:
        return state.but(secrets=MappingProxyType({**state.secrets, node.into: digits}))
    return state.but(data=added(state.data, {node.into: digits}))


def _confirmed(node: CollectNode, state: State, given: Input) -> Turn:
    if isinstance(given, Pressed):
        state = state.but(typed=state.typed[1:])
        if given.key == _YES:
            return Go(_kept(node, state, state.pending), "next")
        if given.key == _NO:
            return Again(state.but(pending="", confirming=False), "", "confirm.2")
    return _once_more(node, state, wrong=isinstance(given, Pressed))


def _branch(node: BranchNode, state: State, given: Input) -> Turn:
    if isinstance(given, Answer):
        return _answered(node, state, given)
    try:
        ways = (
            f"cases.{at}.next" for at, c in enumerate(node.cases) if is_true(c.when, state.data)
        )
        return Go(state, next(ways, "otherwise"))
    except ValueError:
        return Broken(state)


def _hours(node: HoursNode, state: State, given: Input) -> Turn:
    if not isinstance(given, Answer):
        raise ValueError(sentence("waits_clock", "'{node}' waits for the clock", node=state.node))  # noqa: TRY004 - as the others
    if given.way != "now":
        return _answered(node, state, given)
    try:
        now = datetime.fromisoformat(given.data.get("now", ""))
    except ValueError:
        return Broken(state)
    return Go(state, "open" if now.tzinfo and node.is_open(now) else "closed")


def _answered(node: AnyNode, state: State, given: Answer) -> Turn:
    if given.way not in node.exits:
        raise ValueError(
            sentence("no_way", "'{node}' has no way '{way}'", node=state.node, way=given.way)
        )
    if isinstance(node, LogInNode):
        secrets = {key: value for key, value in state.secrets.items() if key != node.pin}
        customer = given.customer if given.way == "ok" else ""
        state = state.but(secrets=MappingProxyType(secrets), customer=customer)
    if isinstance(node, Recording):
        name = given.data.get("file", "")
        return Go(state.but(data=added(state.data, {node.into: name} if name else {})), given.way)
    return Go(state.but(data=added(state.data, given.data)), given.way)


def added(data: Mapping[str, str], more: Mapping[str, str]) -> Mapping[str, str]:
    """Add values to a call's data: plain text of at most 200 characters, at most 100 of them."""
    if not more:
        return data
    plain: Callable[[str], str] = lambda text: "".join(c for c in text if c.isprintable())  # noqa: E731
    made = {**data, **{key: plain(value)[:MAX_VALUE] for key, value in more.items()}}
    return MappingProxyType(dict(list(made.items())[-MAX_DATA:]))


_TURNS: Mapping[type[Node], Callable[[Any, State, Input], Turn]] = {
    MenuNode: _menu,
    CollectNode: _collect,
    SurveyNode: _survey,
    BranchNode: _branch,
    HoursNode: _hours,
    SubFlowNode: _call,
    ReturnNode: _return,
    **dict.fromkeys((QueueNode, OperatorNode, TransferNode, HangUpNode), _ended),
}
"""What the kinds of nodes that do not simply lead on make of an input."""


def is_key(key: str) -> bool:
    """Tell whether a caller's telephone has such a key."""
    return len(key) == 1 and key in KEYS
