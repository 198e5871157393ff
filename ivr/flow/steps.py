"""The words between a flow and the one who plays it: steps to carry out, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ivr.flow.states import Answer, Done, Entered, Failed, Input, Left, Pressed, Silence
from ivr.hearing.words import Wanted

HIDDEN = "masked"
_SPOKEN = " (spoken)"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words to be spoken by the text-to-speech voice of a language."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Sound:
    """One of Asterisk's own sounds, by name."""

    name: str


Clip: TypeAlias = Spoken | Sound
Phrase: TypeAlias = tuple[Clip, ...]
"""Spoken clips that follow each other and make one sound file, or one of Asterisk's own sounds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Play:
    """Play the clips; answer `Done`, or `Pressed` when `barge_in` and a key cut them.

    `hushed`: the key may be the first of a secret; it is written down nowhere.
    """

    node: str
    clips: tuple[Clip, ...]
    barge_in: bool = True
    hushed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Play the clips, then wait `seconds` for one key; answer `Pressed` or `Silence`.

    `typed` is a key the caller pressed before the question: answer `Pressed(typed)` at once.
    `wanted` is what he may say instead, where somebody can hear it.
    """

    node: str
    clips: tuple[Clip, ...]
    seconds: float
    barge_in: bool = True
    typed: str = field(default="", repr=False)
    wanted: Wanted | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Collect:
    """Play the clips, then take keys until `terminator`, `most` of them, or `seconds` without one.

    Answer `Entered`. `typed` are keys pressed before: they stand in front of what comes, and when
    they are `complete` nothing is waited for. `wanted` as in `Ask`; never for masked digits.
    """

    node: str
    clips: tuple[Clip, ...]
    seconds: float
    most: int
    terminator: str = "#"
    barge_in: bool = True
    masked: bool = False
    typed: str = field(default="", repr=False)
    complete: bool = False
    wanted: Wanted | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Nothing to play: the state has changed, or the flow decides; answer `Done`.

    `Answer(way)` takes that way of a branch instead of the one the data would.
    """

    node: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskClock:
    """Tell what time it is; answer `Answer("now", {"now": ISO 8601 with an offset})`."""

    node: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskCaller:
    """Say who calls, within `seconds`; answer `Answer("known" | "unknown", data)`."""

    node: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckPin:
    """Check a customer number and PIN; answer `Answer("ok" | "wrong" | "locked" | "failed")`.

    An "ok" names the customer: `Answer.customer`, an opaque word for `LookUp`.
    """

    node: str
    account: str
    pin: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUp:
    """Read a ticket, order or balance; answer `Answer("found" | "missing" | "failed", data)`."""

    node: str
    what: str
    customer: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dip:
    """Ask an HTTP service; `keep` is data key -> path in its JSON answer.

    Answer `Answer("next", data)`, or `Answer("failed")` when all tries failed.
    """

    node: str
    url: str
    method: str
    body: Mapping[str, str] | None
    keep: Mapping[str, str]
    seconds: float
    retries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AskCallback:
    """Note a callback in a queue; answer `Answer("next" | "failed")`.

    An empty number is the caller's own.
    """

    node: str
    queue: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Play the clips and a beep, record; answer `Answer("next" | "empty", {"file": name})`.

    `queue` is set for a message that somebody must hear; it counts too when the caller ends it by
    hanging up.
    """

    node: str
    clips: tuple[Clip, ...]
    seconds: int
    silence: int
    queue: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Keep a score the caller gave; answer `Done`."""

    node: str
    question: str
    score: int
    most: int
    low: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Enqueue:
    """The end: the caller waits in `queue`; `operator` is true for one who asked for a person.

    `after` is the node where the flow goes on when the agent hangs up; empty for none.
    """

    node: str
    queue: str
    priority: int
    operator: bool = False
    after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """The end: connect to a `number` outside or an `agent`; `failed` is where nobody answers."""

    node: str
    number: str
    agent: str
    seconds: int
    failed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUp:
    """The end: play the clips, then hang up."""

    node: str
    clips: tuple[Clip, ...] = ()


Consult: TypeAlias = AskClock | AskCaller | CheckPin | LookUp | Dip | AskCallback
Going: TypeAlias = Play | Ask | Collect | Note | Record | Score | Consult
End: TypeAlias = Enqueue | Transfer | HangUp
Step: TypeAlias = Going | End


def told(given: Input, step: Step | None = None) -> str:
    """Say an input in one word for the call's record; a secret never."""
    match given:
        case Pressed(key):
            hidden = isinstance(step, Play) and step.hushed
            return HIDDEN if hidden else key + _SPOKEN * given.spoken
        case Entered(digits):
            hidden = isinstance(step, Collect) and step.masked
            return HIDDEN if hidden and digits else (digits or "silence") + _SPOKEN * given.spoken
        case Answer(way):
            return way
        case _:
            return _TOLD[type(given)]


def what(step: Step) -> str:
    """Say a step in one word for the call's record."""
    match step:
        case Note():
            return step.what
        case Enqueue():
            return f"operator:{step.queue}" if step.operator else f"queue:{step.queue}"
        case Transfer():
            return f"transfer:{step.number or step.agent}"
        case LookUp():
            return f"look_up:{step.what}"
        case Score():
            return f"score:{step.question}:{step.score}"
        case _:
            return _WORDS[type(step)]


_TOLD: dict[type, str] = {Done: "", Silence: "silence", Failed: "failed", Left: "left"}
_WORDS: dict[type, str] = {
    Play: "play",
    Ask: "ask",
    Collect: "collect",
    HangUp: "hang_up",
    AskClock: "hours",
    AskCaller: "identify",
    CheckPin: "log_in",
    Dip: "dip",
    AskCallback: "callback",
    Record: "record",
}
