"""Nodes that talk and listen: play, say, menu, collect, language, survey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from ivr.flow.pieces import (
    DataKey,
    Key,
    Language,
    NodeId,
    Onward,
    PromptName,
    Question,
    Style,
    Target,
)

MOST_DIGITS = 32


class Announcement(Onward):
    """Base of the nodes that play a prompt and go on."""

    prompt: PromptName
    barge_in: bool = True

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the prompt played."""
        yield "prompt", self.prompt


class PlayNode(Announcement):
    """Play a prompt; a key pressed meanwhile cuts it and counts for the next question."""

    kind: Literal["play"]


class AnnounceRecordingNode(Announcement):
    """Tell the caller that the call is recorded; kept with the call as `recording_announced`."""

    kind: Literal["announce_recording"]
    barge_in: bool = False


class SayNode(Onward):
    """Speak a value of the call's data: as digits, number, date, time, money, or text."""

    kind: Literal["say"]
    value: DataKey
    style: Style = "digits"
    barge_in: bool = True


class MenuNode(Question):
    """Play a prompt and take one key; key 0 leads to the flow's operator unless chosen here."""

    kind: Literal["menu"]
    choices: Annotated[dict[Key, NodeId], Field(min_length=1)]
    give_up: NodeId

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


class CollectNode(Question):
    """Take `least` to `most` digits into the call's data.

    Masked digits are a secret: they live in the flow's memory alone, for `log_in`. With
    `confirm` the caller hears that prompt (which may say the value) and presses 1 for right,
    2 to enter it anew.
    """

    kind: Literal["collect"]
    into: DataKey
    least: Annotated[int, Field(ge=1, le=MOST_DIGITS)] = 1
    most: Annotated[int, Field(ge=1, le=MOST_DIGITS)] = MOST_DIGITS
    terminator: Literal["#", "*", ""] = "#"
    confirm: PromptName | None = None
    masked: bool = False
    next: NodeId
    give_up: NodeId

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least > self.most:
            raise ValueError(f"least ({self.least}) is more than most ({self.most})")
        if self.masked and self.confirm:
            raise ValueError("masked digits are never read back: leave confirm out")
        return self

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way on and the one for a caller who gives up."""
        yield from (("next", self.next), ("give_up", self.give_up))

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give the one way out that needs no key."""
        yield "give_up", self.give_up

    @override
    def prompts(self) -> Iterator[Target]:
        """Give the question's prompts, and the one that reads back."""
        yield from super().prompts()
        if self.confirm:
            yield "confirm", self.confirm

    @override
    def ways(self) -> tuple[str, ...]:
        """Add the caller who takes back what he entered."""
        return (*super().ways(), "confirm.2") if self.confirm else super().ways()


class LanguageNode(Onward):
    """Speak this language from here on."""

    kind: Literal["language"]
    language: Language


class SurveyNode(Question):
    """Ask for a score of one key, `least` to `most`; at `low` or less a ticket is opened.

    A caller who answers nothing goes on all the same.
    """

    kind: Literal["survey"]
    question: DataKey
    least: Annotated[int, Field(ge=0, le=9)] = 1
    most: Annotated[int, Field(ge=0, le=9)] = 5
    low: Annotated[int, Field(ge=0, le=9)] = 2
    retries: Annotated[int, Field(ge=0, le=9)] = 1
    next: NodeId
    give_up: NodeId

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least >= self.most:
            raise ValueError(f"least ({self.least}) is not below most ({self.most})")
        return self

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way of one who answered and of one who did not."""
        yield from (("next", self.next), ("give_up", self.give_up))

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give the one way out that needs no key."""
        yield "give_up", self.give_up
