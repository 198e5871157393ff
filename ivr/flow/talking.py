"""Nodes that talk and listen: play, say, menu, collect, language, survey."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from typing_extensions import override

from crm_core.sentences import sentence
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
from ivr.hearing.words import LONGEST, Speech, Wanted

MOST_DIGITS = 32
CONFIRMED = Wanted(speech="yes_no")


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
    """Play a prompt and take one key; key 0 leads to the flow's operator unless chosen here.

    With `speech` the caller may say it: yes (key 1) or no (key 2), or the digit of a choice.
    """

    kind: Literal["menu"]
    choices: Annotated[dict[Key, NodeId], Field(min_length=1)]
    give_up: NodeId
    speech: Speech | None = None

    @model_validator(mode="after")
    def _can_be_said(self) -> Self:
        if self.speech == "yes_no" and not {"1", "2"} <= set(self.choices):
            raise ValueError(
                sentence(
                    "yes_no_keys",
                    "yes and no stand for the keys 1 and 2: both must lead somewhere",
                )
            )
        if self.speech == "digits" and not any(key.isdigit() for key in self.choices):
            raise ValueError(sentence("no_digit", "no choice is a digit that could be said"))
        return self

    @property
    def wanted(self) -> Wanted | None:
        """What may be said, in English."""
        said = "".join(sorted({"0", *(key for key in self.choices if key.isdigit())}))
        return Wanted(speech=self.speech, digits=said) if self.speech else None

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
    2 to enter it anew. With `speech` he may say the digits, and yes or no to what is read back.
    """

    kind: Literal["collect"]
    into: DataKey
    least: Annotated[int, Field(ge=1, le=MOST_DIGITS)] = 1
    most: Annotated[int, Field(ge=1, le=MOST_DIGITS)] = MOST_DIGITS
    terminator: Literal["#", "*", ""] = "#"
    confirm: PromptName | None = None
    masked: bool = False
    speech: Literal["digits"] | None = None
    next: NodeId
    give_up: NodeId

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.least > self.most:
            raise ValueError(
                sentence(
                    "least_most",
                    "least ({least}) is more than most ({most})",
                    least=self.least,
                    most=self.most,
                )
            )
        if self.speech:
            self._check_speech()
        if self.masked and self.confirm:
            raise ValueError(
                sentence("masked_confirm", "masked digits are never read back: leave confirm out")
            )
        return self

    def _check_speech(self) -> None:
        if self.masked:
            raise ValueError(
                sentence("masked_speech", "a secret is never said aloud: leave speech out")
            )
        if not self.confirm:
            raise ValueError(
                sentence(
                    "speech_confirm",
                    "spoken digits are easily misheard: read them back with confirm",
                )
            )
        if self.least > LONGEST:
            raise ValueError(
                sentence(
                    "speech_long",
                    "more than {most} digits are too many to be said: use keys",
                    most=LONGEST,
                )
            )

    @property
    def wanted(self) -> Wanted | None:
        """What may be said, in English."""
        most = min(self.most, LONGEST)
        return Wanted(speech="digits", least=self.least, most=most) if self.speech else None

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
            raise ValueError(
                sentence(
                    "least_below_most",
                    "least ({least}) is not below most ({most})",
                    least=self.least,
                    most=self.most,
                )
            )
        return self

    @override
    def targets(self) -> Iterator[Target]:
        """Give the way of one who answered and of one who did not."""
        yield from (("next", self.next), ("give_up", self.give_up))

    @override
    def silent_targets(self) -> Iterator[Target]:
        """Give the one way out that needs no key."""
        yield "give_up", self.give_up
