"""The words between a flow and the one who plays it: steps to carry out, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias


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
    """Play the clips; answer `Done`, or `Pressed` when `barge_in` and a key cut them."""

    node: str
    clips: tuple[Clip, ...]
    barge_in: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Play the clips, then wait `seconds` for one key; answer `Pressed` or `Silence`.

    `typed` is a key the caller pressed before the question: answer `Pressed(typed)` at once.
    """

    node: str
    clips: tuple[Clip, ...]
    seconds: float
    barge_in: bool = True
    typed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Nothing to play: the state has changed (language or data); answer `Done`."""

    node: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Enqueue:
    """The end: the caller waits in `queue`; `operator` is true for one who asked for a person."""

    node: str
    queue: str
    priority: int
    operator: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class HangUp:
    """The end: play the clips, then hang up."""

    node: str
    clips: tuple[Clip, ...] = ()


Step: TypeAlias = Play | Ask | Note | Enqueue | HangUp
End: TypeAlias = Enqueue | HangUp


@dataclass(frozen=True, slots=True)
class Done:
    """The step was carried out to its end."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed a key, one of `0123456789*#`."""

    key: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The caller was asked and pressed nothing in time."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The step could not be carried out."""

    reason: str


Input: TypeAlias = Done | Pressed | Silence | Failed


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """Where one caller is in a flow; unchangeable, each step makes a new one."""

    node: str
    language: str
    data: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    typed: str = ""  # keys pressed before they were asked for
    failures: int = 0  # wrong keys and silences in the present menu
    steps: int = 0
    quiet_steps: int = 0  # steps since the caller's last key
    recovering: bool = False  # the error handler has been entered once


def told(given: Input) -> str:
    """Say an input in one word for the call's record."""
    match given:
        case Done():
            return ""
        case Pressed(key):
            return key
        case Silence():
            return "silence"
        case Failed():
            return "failed"


def what(step: Step) -> str:
    """Say a step in one word for the call's record."""
    match step:
        case Play():
            return "play"
        case Ask():
            return "ask"
        case Note():
            return step.what
        case Enqueue():
            return f"operator:{step.queue}" if step.operator else f"queue:{step.queue}"
        case HangUp():
            return "hang_up"
