"""All that can come of a step: every key, silence, every outcome, and a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from crm_core.sentences import Sentence, pattern, sentence
from ivr.flow import (
    Answer,
    Ask,
    Collect,
    Done,
    Enqueue,
    Entered,
    Failed,
    Flow,
    HangUp,
    Input,
    Note,
    Play,
    Pressed,
    Score,
    Silence,
    Step,
    Transfer,
)
from ivr.flow.asking import DipNode
from ivr.flow.deciding import BranchNode
from ivr.flow.pieces import KEYS
from ivr.flow.talking import CollectNode

_SAMPLE = {
    "caller_name": "1",
    "customer_name": "1",
    "balance": "1",
    "file": "1",
    **{f"{what}_{part}": "1" for what in ("ticket", "order") for part in ("number", "status")},
    **{f"{what}_opened": "2026-03-02" for what in ("ticket", "order")},
}
_AHEAD = "1#"  # keys tried during an announcement


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can happen: an input, or the flow going on behind its end (`onward`)."""

    words: str
    given: Input | None = None
    by_caller: bool = False
    onward: str = ""


_WORDED: Final[Mapping[str, str]] = {
    words: words
    for words in (
        pattern("done"),
        pattern("fails"),
        pattern("silence"),
        pattern("the agent hangs up"),
        pattern("nobody answers"),
        pattern("digits pressed ahead"),
        pattern("digits that fit"),
        pattern("keys that do not fit"),
        pattern("the end key alone"),
    )
}


def said(words: str) -> str:
    """Give a choice's words as a sentence; the name of a way on stays as it is."""
    if words in _WORDED:
        return Sentence("way", words, {})
    first, _, rest = words.partition(" ")
    if first != "key":
        return words
    key, _, ahead = rest.partition(" ")
    if ahead:
        return sentence("key_ahead", "key {key} pressed ahead", key=key)
    return sentence("key", "key {key}", key=key)


def choices_of(flow: Flow, step: Step) -> Iterator[Choice]:
    """Give each thing that can happen at a step of `flow`."""
    match step:
        case Ask() | Collect():
            yield from _asked(flow, step)
        case Play() | Score():
            yield from _played(step)
        case Note():
            yield from _noted(flow, step)
        case Enqueue() | Transfer() | HangUp():
            yield from _behind(step)
        case _:
            yield from _outcomes(flow, step)


def _played(step: Play | Score) -> Iterator[Choice]:
    yield Choice("done", Done())
    if isinstance(step, Play):
        ahead = _AHEAD if step.barge_in and step.clips else ""
        yield from (Choice(f"key {key}", Pressed(key), by_caller=True) for key in ahead)
        yield Choice("fails", Failed("walk"))


def _behind(step: Enqueue | Transfer | HangUp) -> Iterator[Choice]:
    """Give what can follow the end of a flow."""
    if isinstance(step, Enqueue) and step.after:
        yield Choice("the agent hangs up", onward="after", by_caller=True)
    if isinstance(step, Transfer):
        yield Choice("nobody answers", onward="failed")


def _asked(flow: Flow, step: Ask | Collect) -> Iterator[Choice]:
    match step:
        case Ask(typed=""):
            yield from (Choice(f"key {key}", Pressed(key), by_caller=True) for key in KEYS)
            yield Choice("silence", Silence())
        case Ask():
            yield Choice(f"key {step.typed} pressed ahead", Pressed(step.typed))
            return
        case Collect(complete=True):
            yield Choice("digits pressed ahead", Entered(step.typed, ended=True))
            return
        case Collect():
            yield from _digits(flow, step)
    yield Choice("fails", Failed("walk"))


def _digits(flow: Flow, step: Collect) -> Iterator[Choice]:
    node = flow.nodes[step.node]
    least = node.least if isinstance(node, CollectNode) else 1
    rest = "1" * max(least - len(step.typed), 0)
    yield Choice("digits that fit", Entered(step.typed + rest, ended=True), by_caller=True)
    yield Choice("keys that do not fit", Entered("*", ended=True), by_caller=True)
    yield Choice("the end key alone", Entered(step.typed, ended=True), by_caller=True)
    yield Choice("silence", Entered(step.typed))


def _noted(flow: Flow, step: Note) -> Iterator[Choice]:
    node = flow.nodes[step.node]
    if not isinstance(node, BranchNode):
        yield Choice("done", Done())
        return
    yield from (Choice(way, Answer(way)) for way, _ in node.targets())
    yield Choice("fails", Failed("walk"))


def _outcomes(flow: Flow, step: Step) -> Iterator[Choice]:
    node = flow.nodes[step.node]
    data = dict.fromkeys(node.keep, "1") if isinstance(node, DipNode) else _SAMPLE
    yield from (Choice(way, Answer(way, data)) for way, _ in node.targets())
    yield Choice("fails", Failed("walk"))
