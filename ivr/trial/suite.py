"""The tests of a flow as a text file: what the caller hears, what he does, how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, ValidationError

from crm_core.sentences import sentence
from ivr.errors import FlowInvalid, Problem
from ivr.flow.pieces import DataKey, FlowName, Language, NodeId, Piece
from ivr.flow.reading import faults_of, read_data, too_long
from ivr.trial.world import MONDAY_MORNING

MAX_BYTES = 1_000_000


def _checked_moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(
            sentence(
                "no_time",
                "'{time}' is no time: write {example}",
                time=text,
                example=MONDAY_MORNING,
            )
        ) from error
    if moment.tzinfo is None:
        raise ValueError(
            sentence(
                "no_offset",
                "'{time}' has no offset: write {example}",
                time=text,
                example=MONDAY_MORNING,
            )
        )
    return text


Moment = Annotated[str, AfterValidator(_checked_moment)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Keys = Annotated[str, StringConstraints(pattern=r"^[0-9*#]{1,40}$")]
Value = Annotated[str, StringConstraints(max_length=200)]


class Hear(Piece):
    """Since the last act these words were played."""

    hear: Words


class NotHear(Piece):
    """Since the last act these words were not played."""

    not_hear: Words


class At(Piece):
    """The flow now stands in this node."""

    at: NodeId


class HasData(Piece):
    """The call carries these values; an empty one is not there."""

    data: Annotated[dict[DataKey, Value], Field(min_length=1)]


class EndsAs(Piece):
    """The flow has ended so."""

    queue: str | None = None
    priority: int | None = None
    operator: bool | None = None
    transfer: str | None = None
    hang_up: bool | None = None


class Ended(Piece):
    """The flow has ended."""

    end: EndsAs


class PressKeys(Piece):
    """The caller presses keys when he is asked."""

    press: Keys


class PressEarly(Piece):
    """The caller cuts the announcement that is played with this key."""

    early: Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]


class StaySilent(Piece):
    """The caller is asked and does nothing, this many times."""

    silence: Annotated[int, Field(ge=1, le=20)]


class StepFails(Piece):
    """What is played or asked now fails."""

    fail: Words


class AgentHangsUp(Piece):
    """The caller waited, talked, and the agent has hung up."""

    agent_hangs_up: bool


class NobodyAnswers(Piece):
    """The transfer found nobody."""

    nobody_answers: bool


_LINES: dict[str, type[Piece]] = {
    "hear": Hear,
    "not_hear": NotHear,
    "at": At,
    "data": HasData,
    "end": Ended,
    "press": PressKeys,
    "early": PressEarly,
    "silence": StaySilent,
    "fail": StepFails,
    "agent_hangs_up": AgentHangsUp,
    "nobody_answers": NobodyAnswers,
}


def _line_kind(value: Any) -> str | None:
    for kind, line in _LINES.items():
        if isinstance(value, line) or (isinstance(value, dict) and kind in value):
            return kind
    return None


Line: TypeAlias = Annotated[
    Annotated[Hear, Tag("hear")]
    | Annotated[NotHear, Tag("not_hear")]
    | Annotated[At, Tag("at")]
    | Annotated[HasData, Tag("data")]
    | Annotated[Ended, Tag("end")]
    | Annotated[PressKeys, Tag("press")]
    | Annotated[PressEarly, Tag("early")]
    | Annotated[StaySilent, Tag("silence")]
    | Annotated[StepFails, Tag("fail")]
    | Annotated[AgentHangsUp, Tag("agent_hangs_up")]
    | Annotated[NobodyAnswers, Tag("nobody_answers")],
    Discriminator(
        _line_kind,
        custom_error_type="test_line",
        custom_error_message="a step is one of {known}",
        custom_error_context={"known": ", ".join(_LINES)},
    ),
]


class MockedAnswer(Piece):
    """What another system says when a node asks: the way out, and values."""

    way: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,40}$")]
    data: Annotated[dict[DataKey, Value], Field(max_length=50)] = Field(default_factory=dict)


class Case(Piece):
    """One call: the world around it, and what happens line by line."""

    name: Words
    language: Language | None = None
    now: Moment = MONDAY_MORNING
    caller: Annotated[dict[DataKey, Value], Field(max_length=50)] | None = None
    answers: Annotated[
        dict[NodeId, Annotated[tuple[MockedAnswer, ...], Field(min_length=1, strict=False)]],
        Field(max_length=100),
    ] = Field(default_factory=dict)
    steps: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200, strict=False)]


class Suite(Piece):
    """The tests of one flow."""

    flow: FlowName
    tests: Annotated[tuple[Case, ...], Field(min_length=1, max_length=1000, strict=False)]


def read_suite(source: str | bytes, *, name: str = "tests") -> Suite:
    """Read tests from YAML or JSON; raises `FlowInvalid` with each fault's place and reason."""
    raw = source.encode() if isinstance(source, str) else source
    if len(raw) > MAX_BYTES:
        raise FlowInvalid(name, (Problem(place="flow", reason=too_long(raw, MAX_BYTES)),))
    try:
        return Suite.model_validate(read_data(raw, name=name))
    except ValidationError as error:
        raise FlowInvalid(name, faults_of(error)) from error
