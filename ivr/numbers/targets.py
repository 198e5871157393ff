"""Where a plan can send a call."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crm_core.sentences import Sentence, pattern, sentence
from ivr.flow.pieces import Language, NodeId, QueueName, Text

Extension: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,8}$")]
Dialable: TypeAlias = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]


class Piece(BaseModel):
    """Base of all parts of a plan: closed (no unknown field) and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=True)


class FlowTarget(Piece):
    """Answer and run this flow."""

    kind: Literal["flow"]
    flow: NodeId


class QueueTarget(Piece):
    """Answer and let the caller wait; a higher priority is served first."""

    kind: Literal["queue"]
    queue: QueueName
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class AgentTarget(Piece):
    """Ring the phone of one agent, by his extension, without answering before he does."""

    kind: Literal["agent"]
    agent: Extension


class NumberTarget(Piece):
    """Dial a number outside, without answering before it does."""

    kind: Literal["number"]
    number: Dialable


class VoicemailTarget(Piece):
    """Answer and record a message into the box of this queue."""

    kind: Literal["voicemail"]
    box: QueueName


class AnnouncementTarget(Piece):
    """Speak the words, in each language in turn, then hang up.

    They are heard before the answer, which costs the caller nothing; `answer` takes the call
    first, for carriers that cut early sound off.
    """

    kind: Literal["announcement"]
    text: Annotated[dict[Language, Text], Field(min_length=1, max_length=9)]
    answer: bool = False


class BusyTarget(Piece):
    """Refuse the call as busy, without answering."""

    kind: Literal["busy"]


Target: TypeAlias = Annotated[
    FlowTarget
    | QueueTarget
    | AgentTarget
    | NumberTarget
    | VoicemailTarget
    | AnnouncementTarget
    | BusyTarget,
    Field(discriminator="kind"),
]


_WORDS = {
    "flow": pattern("flow {name}"),
    "queue": pattern("queue {name}"),
    "agent": pattern("agent {name}"),
    "number": pattern("number {name}"),
    "voicemail": pattern("the voicemail of {name}"),
    "busy": pattern("busy"),
}


def target_words(target: Target) -> Sentence:
    """Say where a target leads."""
    if isinstance(target, AnnouncementTarget):
        words = next(iter(target.text.values()))
        return sentence("announcement", "an announcement: {text}", text=words)
    return Sentence(target.kind, _WORDS[target.kind], {"name": named(target)})


def named(target: Target) -> str:
    """Give the name a target leads to: flow, queue, extension, number, box; else empty."""
    match target:
        case FlowTarget():
            return target.flow
        case QueueTarget():
            return target.queue
        case AgentTarget():
            return target.agent
        case NumberTarget():
            return target.number
        case VoicemailTarget():
            return target.box
        case AnnouncementTarget() | BusyTarget():
            return ""
