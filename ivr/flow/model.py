"""What a flow is made of: prompts and nodes, as data with a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag
from typing_extensions import override

FORMAT = 1
KEYS = "0123456789*#"
MAX_NODES = 500
MAX_TEXT = 1000

NodeId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
PromptName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
QueueName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
DataKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
DataValue: TypeAlias = Annotated[
    str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f]*$")
]
Text: TypeAlias = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_TEXT, pattern=r"^[^\x00-\x1f]*$"
    ),
]
SoundName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)*$", max_length=80)
]


class Piece(BaseModel):
    """Base of all parts of a flow: closed (no unknown field) and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextPart(Piece):
    """Words to speak: in the caller's language, or always in `language` where it is given."""

    text: dict[Language, Text]
    language: Language | None = None

    def spoken(self, language: str) -> tuple[str, str]:
        """Give the language and the words for a caller who chose `language`."""
        chosen = self.language or language
        return chosen, self.text[chosen]


class SoundPart(Piece):
    """One of Asterisk's own sounds, by its name without language or ending (`beep`)."""

    sound: SoundName


def _part_kind(value: Any) -> str | None:
    if isinstance(value, SoundPart) or (isinstance(value, dict) and "sound" in value):
        return "sound"
    if isinstance(value, TextPart) or (isinstance(value, dict) and "text" in value):
        return "text"
    return None


Part: TypeAlias = Annotated[
    Annotated[TextPart, Tag("text")] | Annotated[SoundPart, Tag("sound")],
    Discriminator(
        _part_kind,
        custom_error_type="prompt_part",
        custom_error_message='a part is {"text": {language: words}} or {"sound": name}',
    ),
]
Prompt: TypeAlias = Annotated[tuple[Part, ...], Field(min_length=1, max_length=20, strict=False)]

Target: TypeAlias = tuple[str, str]
"""Field of the node that points, id of the node it points to."""


class Node(Piece):
    """Base of all nodes."""

    note: Annotated[str, StringConstraints(max_length=400)] = ""

    def targets(self) -> Iterator[Target]:
        """Give every node this one can lead to."""
        yield from ()

    def silent_targets(self) -> Iterator[Target]:
        """Give the nodes this one leads to when the caller does nothing at all."""
        yield from self.targets()

    def prompts(self) -> Iterator[Target]:
        """Give the prompts this node plays: field, prompt name."""
        yield from ()


class Onward(Node):
    """Base of the nodes that lead to exactly one other."""

    next: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the one node that follows."""
        yield "next", self.next


class PlayNode(Onward):
    """Play a prompt; a key pressed meanwhile cuts it and counts for the next menu."""

    kind: Literal["play"]
    prompt: PromptName
    barge_in: bool = True

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the prompt played."""
        yield "prompt", self.prompt


class SayNode(Onward):
    """Speak a value of the call's data, digit by digit or as a number."""

    kind: Literal["say"]
    value: DataKey
    style: Literal["digits", "number"] = "digits"
    barge_in: bool = True


class MenuNode(Node):
    """Play a prompt and take one key; key 0 leads to the flow's operator unless chosen here."""

    kind: Literal["menu"]
    prompt: PromptName
    choices: Annotated[dict[Key, NodeId], Field(min_length=1)]
    wrong: PromptName
    silent: PromptName
    give_up: NodeId
    seconds: Annotated[float, Field(ge=1, le=60, strict=False)] = 5.0
    retries: Annotated[int, Field(ge=0, le=9)] = 2
    barge_in: bool = True

    @override
    def targets(self) -> Iterator[Target]:
        """Give the node behind each key and the one for a caller who gives up."""
        for key, node in self.choices.items():
            yield f"choices.{key}", node
        yield "give_up", self.give_up

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give the one way out of a menu that needs no key."""
        yield "give_up", self.give_up

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the menu's own prompt and the two that say what went wrong."""
        yield from (("prompt", self.prompt), ("wrong", self.wrong), ("silent", self.silent))


class LanguageNode(Onward):
    """Speak this language from here on."""

    kind: Literal["language"]
    language: Language


class SetNode(Onward):
    """Keep values with the call; they travel to the agent's screen."""

    kind: Literal["set"]
    data: Annotated[dict[DataKey, DataValue], Field(min_length=1, max_length=50)]


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
    """Let the caller wait in a queue; a higher priority is served first."""

    kind: Literal["queue"]
    queue: QueueName
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class OperatorNode(Node):
    """Let a caller who asked for a person (key 0), or said nothing, wait for one."""

    kind: Literal["operator"]
    queue: QueueName
    priority: Annotated[int, Field(ge=0, le=100)] = 0


class HangUpNode(Node):
    """End the call, after an optional last prompt."""

    kind: Literal["hang_up"]
    prompt: PromptName | None = None

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the good-bye, if there is one."""
        if self.prompt:
            yield "prompt", self.prompt


AnyNode: TypeAlias = (
    PlayNode
    | SayNode
    | MenuNode
    | LanguageNode
    | SetNode
    | ErrorNode
    | QueueNode
    | OperatorNode
    | HangUpNode
)


class Flow(Piece):
    """One version of one flow; `ivr.flow.read_flow` is the door that checks it as a whole."""

    format: Literal[1]
    name: NodeId
    version: Annotated[int, Field(ge=1)]
    title: Text
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=9, strict=False)]
    start: NodeId
    operator: NodeId
    on_error: NodeId
    prompts: Annotated[dict[PromptName, Prompt], Field(min_length=1, max_length=MAX_NODES)]
    nodes: Annotated[
        dict[NodeId, Annotated[AnyNode, Field(discriminator="kind")]],
        Field(min_length=1, max_length=MAX_NODES),
    ]

    @property
    def language(self) -> str:
        """The language a caller hears before choosing one: the first of the flow's."""
        return self.languages[0]
