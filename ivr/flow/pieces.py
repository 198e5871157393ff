"""The words every part of a flow is written with: names, keys, texts, prompts, the base node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from typing_extensions import override

from ivr.visible import visible, visible_lines

KEYS = "0123456789*#"
MAX_TEXT = 1000
MAX_VALUE = 200

_NAME = StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")


def _names(what: str) -> Any:
    """Say in the schema what a text is the name of, so that an editor offers those there are."""
    return Field(json_schema_extra={"x-names": what})


NodeId: TypeAlias = Annotated[str, _NAME, _names("node")]
FlowName: TypeAlias = Annotated[str, _NAME, _names("flow")]
PromptName: TypeAlias = Annotated[str, _NAME, _names("prompt")]
QueueName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$"), _names("queue")
]
Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Key: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
DataKey: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
DataValue: TypeAlias = Annotated[
    str,
    StringConstraints(max_length=MAX_VALUE, pattern=r"^[^\x00-\x1f]*$"),
    AfterValidator(visible),
]
Line: TypeAlias = Annotated[
    str, StringConstraints(max_length=400, pattern=r"^[^\x00-\x1f]*$"), AfterValidator(visible)
]
Text: TypeAlias = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_TEXT, pattern=r"^[^\x00-\x1f]*$"
    ),
    AfterValidator(visible),
]
SoundName: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_-]+(/[a-z0-9_-]+)*$", max_length=80)
]
Seconds: TypeAlias = Annotated[float, Field(ge=1, le=60, strict=False)]
Retries: TypeAlias = Annotated[int, Field(ge=0, le=9)]
Style: TypeAlias = Literal["digits", "number", "date", "time", "money", "text"]


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


class ValuePart(Piece):
    """A value of the call's data, spoken in the caller's language; nothing while it is empty."""

    value: DataKey
    style: Style = "digits"


_PARTS: dict[str, type[Piece]] = {"sound": SoundPart, "text": TextPart, "value": ValuePart}


def _part_kind(value: Any) -> str | None:
    for kind, part in _PARTS.items():
        if isinstance(value, part) or (isinstance(value, dict) and kind in value):
            return kind
    return None


Part: TypeAlias = Annotated[
    Annotated[TextPart, Tag("text")]
    | Annotated[SoundPart, Tag("sound")]
    | Annotated[ValuePart, Tag("value")],
    Discriminator(
        _part_kind,
        custom_error_type="prompt_part",
        custom_error_message=(
            'a part is {"text": {language: words}}, {"sound": name} or {"value": key}'
        ),
    ),
]
Prompt: TypeAlias = Annotated[tuple[Part, ...], Field(min_length=1, max_length=20, strict=False)]

Target: TypeAlias = tuple[str, str]
"""The way out of a node (the place of the field that points), id of the node it points to."""


class Node(Piece):
    """Base of all nodes."""

    note: Annotated[str, StringConstraints(max_length=400), AfterValidator(visible_lines)] = ""

    def targets(self) -> Iterator[Target]:
        """Give every node this one can lead to."""
        yield from ()

    def silent_targets(self) -> Iterator[Target]:
        """Give the nodes this one can lead to when the caller does nothing at all."""
        yield from self.targets()

    @cached_property
    def exits(self) -> Mapping[str, str]:
        """The node behind each way out; worked out once, as a caller waits for it."""
        return dict(self.targets())

    def prompts(self) -> Iterator[Target]:
        """Give the prompts this node plays: field, prompt name."""
        yield from ()

    def ways(self) -> tuple[str, ...]:
        """Give every branch a test can take: the ways out, and each way to be asked again."""
        return tuple(way for way, _ in self.targets())


class Onward(Node):
    """Base of the nodes that lead on by `next`."""

    next: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the node that follows."""
        yield "next", self.next


class Question(Node):
    """Base of the nodes that ask for keys, and ask again `retries` times."""

    prompt: PromptName
    wrong: PromptName
    silent: PromptName
    seconds: Seconds = 5.0
    retries: Retries = 2
    barge_in: bool = True

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the question and the two that say what went wrong."""
        yield from (("prompt", self.prompt), ("wrong", self.wrong), ("silent", self.silent))

    @override
    def ways(self) -> tuple[str, ...]:
        """Add the two ways of being asked again."""
        again = ("wrong", "silent") if self.retries else ()
        return (*super().ways(), *again)
