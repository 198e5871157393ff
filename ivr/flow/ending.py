"""Nodes where a flow hands the caller on, records, or ends; and sub-flows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import override

from crm_core.sentences import sentence
from ivr.flow.pieces import (
    DataKey,
    DataValue,
    FlowName,
    Line,
    Node,
    NodeId,
    Onward,
    PromptName,
    QueueName,
    Target,
)

Priority = Annotated[int, Field(ge=0, le=100)]


class ErrorNode(Onward):
    """Where a caller goes when a step fails or a flow runs too long."""

    kind: Literal["error"]
    prompt: PromptName | None = None

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the apology, if there is one."""
        if self.prompt:
            yield "prompt", self.prompt


class QueueNode(Node):
    """Let the caller wait in a queue; a higher priority is served first.

    `requirements` says in words what an agent must be able to do (`language:zh>=4`), `data` goes
    to the agent's screen. With `after`, the flow goes on there when the agent hangs up.
    """

    kind: Literal["queue"]
    queue: QueueName
    priority: Priority = 0
    requirements: Line = ""
    data: Annotated[dict[DataKey, DataValue], Field(max_length=50)] = Field(default_factory=dict)
    after: NodeId | None = None

    @override
    def targets(self) -> Iterator[Target]:
        """Give where the flow goes on after the call, if it does."""
        if self.after:
            yield "after", self.after

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give none: a talk with an agent lies between."""
        yield from ()


class OperatorNode(Node):
    """Let a caller who asked for a person (key 0), or said nothing, wait for one."""

    kind: Literal["operator"]
    queue: QueueName
    priority: Priority = 0
    after: NodeId | None = None

    @override
    def targets(self) -> Iterator[Target]:
        """Give where the flow goes on after the call, if it does."""
        if self.after:
            yield "after", self.after

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give none: a talk with an agent lies between."""
        yield from ()


class TransferNode(Node):
    """Connect the caller to a number outside, or to an agent's extension, for `seconds`.

    Nobody there: the flow goes on at `failed`.
    """

    kind: Literal["transfer"]
    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")] | None = None
    agent: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,10}$")] | None = None
    seconds: Annotated[int, Field(ge=5, le=120)] = 30
    failed: NodeId

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.number is None) == (self.agent is None):
            raise ValueError(sentence("number_or_agent", "give either number or agent"))
        return self

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way when nobody answers."""
        yield "failed", self.failed


class CallbackNode(Node):
    """Ask for a callback in a queue to the number the caller has, or the one in `number`."""

    kind: Literal["callback"]
    queue: QueueName
    number: DataKey | None = None
    next: NodeId
    failed: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way when it is noted and when it cannot be."""
        yield from (("next", self.next), ("failed", self.failed))


class Recording(Onward):
    """Base of the nodes that record what the caller says, after a beep.

    A key, `silence` seconds without a word, or `seconds` end it. The file's name goes into the
    data as `into`; an empty recording takes `empty`.
    """

    into: DataKey
    prompt: PromptName
    seconds: Annotated[int, Field(ge=1, le=600)] = 60
    silence: Annotated[int, Field(ge=1, le=30)] = 4
    empty: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way with a recording and the one without."""
        yield from (("next", self.next), ("empty", self.empty))

    @override
    def prompts(self) -> Iterator[Target]:
        """Give what is played before the beep."""
        yield "prompt", self.prompt


class RecordNode(Recording):
    """Record what the caller says, for whoever takes the call."""

    kind: Literal["record"]


class VoicemailNode(Recording):
    """Take a message: recording, ticket and an entry for those who call back.

    It is kept too when the caller ends it by hanging up.
    """

    kind: Literal["voicemail"]
    into: DataKey = "voicemail"
    queue: QueueName
    seconds: Annotated[int, Field(ge=5, le=600)] = 180


class HangUpNode(Node):
    """End the call, after an optional last prompt."""

    kind: Literal["hang_up"]
    prompt: PromptName | None = None

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the good-bye, if there is one."""
        if self.prompt:
            yield "prompt", self.prompt


class SubFlowNode(Onward):
    """Play another flow from its start; its `return` leads back here, to `next`."""

    kind: Literal["flow"]
    flow: FlowName


class ReturnNode(Node):
    """Go back to the flow that called this one; without one, to this flow's operator."""

    kind: Literal["return"]
