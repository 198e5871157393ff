"""What a flow is made of: prompts and nodes, as data with a schema."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from ivr.flow.asking import DipNode, LogInNode, LookUpNode
from ivr.flow.deciding import BranchNode, HoursNode, IdentifyNode, SetNode
from ivr.flow.ending import (
    CallbackNode,
    ErrorNode,
    HangUpNode,
    OperatorNode,
    QueueNode,
    RecordNode,
    ReturnNode,
    SubFlowNode,
    TransferNode,
    VoicemailNode,
)
from ivr.flow.pieces import FlowName, Language, NodeId, Piece, Prompt, PromptName, Text
from ivr.flow.steps import Clip
from ivr.flow.talking import (
    AnnounceRecordingNode,
    CollectNode,
    LanguageNode,
    MenuNode,
    PlayNode,
    SayNode,
    SurveyNode,
)

FORMAT = 1
MAX_NODES = 500
MAX_VERSION = 1_000_000

AnyNode: TypeAlias = (
    PlayNode
    | SayNode
    | MenuNode
    | CollectNode
    | LanguageNode
    | SurveyNode
    | AnnounceRecordingNode
    | SetNode
    | BranchNode
    | HoursNode
    | IdentifyNode
    | LogInNode
    | LookUpNode
    | DipNode
    | ErrorNode
    | QueueNode
    | OperatorNode
    | TransferNode
    | CallbackNode
    | RecordNode
    | VoicemailNode
    | HangUpNode
    | SubFlowNode
    | ReturnNode
)


class Flow(Piece):
    """One version of one flow; `ivr.flow.read_flow` is the door that checks it as a whole.

    `coverage` is the share of its branches that its tests must take before it is published.
    """

    format: Literal[1]
    name: FlowName
    version: Annotated[int, Field(ge=1, le=MAX_VERSION)]
    title: Text
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=9, strict=False)]
    start: NodeId
    operator: NodeId
    on_error: NodeId
    coverage: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.0
    prompts: Annotated[dict[PromptName, Prompt], Field(min_length=1, max_length=MAX_NODES)]
    nodes: Annotated[
        dict[NodeId, Annotated[AnyNode, Field(discriminator="kind")]],
        Field(min_length=1, max_length=MAX_NODES),
    ]

    @cached_property
    def fixed_clips(self) -> dict[tuple[str, str], tuple[Clip, ...]]:
        """Clips by prompt and language, kept by `ivr.flow.speech` of what never changes."""
        return {}

    @cached_property
    def before_secrets(self) -> dict[str, bool]:
        """By node, whether a key pressed there may be the first of a secret; kept as asked."""
        return {}

    @property
    def language(self) -> str:
        """The language a caller hears before choosing one: the first of the flow's."""
        return self.languages[0]
