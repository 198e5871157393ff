"""In-memory twins: a caller with a plan on a line of his own, and a run of a flow without a line.

`FakeLine` is played to by the real session; `rehearse` takes only the pure flow. Both take the
same script, so that a test can prove that they go the same way.
"""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from cti.errors import AgiHangup, AgiRefused
from ivr.errors import VoiceFailed
from ivr.flow import (
    Ask,
    Done,
    Enqueue,
    Flow,
    Going,
    HangUp,
    Input,
    Phrase,
    Play,
    Pressed,
    Silence,
    Sound,
    State,
    Step,
    Transfer,
    begin,
    next_step,
)


@dataclass(frozen=True, slots=True)
class Press:
    """The caller presses this key as soon as he may be heard: it cuts what is playing."""

    key: str


@dataclass(frozen=True, slots=True)
class Wait:
    """The caller lets the announcement or question run to its end and presses nothing."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The caller hangs up."""


Act: TypeAlias = Press | Wait | Leave
WAIT: Final = Wait()
LEAVE: Final = Leave()


def acts(script: str) -> list[Act]:
    """Read a short script: keys as themselves, `.` waits, `!` hangs up: `.72` or `..!`."""
    known: dict[str, Act] = {".": WAIT, "!": LEAVE}
    return [known.get(mark) or Press(mark) for mark in script]


class _Caller:
    """Takes the next act for each thing he hears; a caller without a plan stays silent."""

    def __init__(self, script: Iterable[Act]) -> None:
        self._acts = list(script)

    def hears(self, *, cuts: bool) -> str:
        """Give the key he presses, or none; raises `AgiHangup` when he leaves."""
        if not self._acts or (not cuts and isinstance(self._acts[0], Press)):
            return ""
        match self._acts.pop(0):
            case Press(key):
                return key
            case Wait():
                return ""
            case Leave():
                raise AgiHangup("the caller is gone or was taken out of the session")


class FakeLine:
    """A `Line` with a caller who acts by a script; keeps what was played and set.

    `refuse` names sounds that Asterisk cannot play.
    """

    def __init__(self, script: Iterable[Act] = (), **environment: str) -> None:
        given = {f"agi_{name}": value for name, value in environment.items()}
        self.environment: Mapping[str, str] = {
            "agi_uniqueid": "1767225600.1",
            "agi_channel": "PJSIP/trunk-00000001",
            "agi_callerid": "13800138000",
            "agi_extension": "4000",
            **given,
        }
        self.heard: list[str] = []
        self.variables: dict[str, str] = {}
        self.answered = False
        self.early = False
        self.hung_up = False
        self.refuse: set[str] = set()
        self._caller = _Caller(script)

    async def answer(self) -> None:
        """Take the call."""
        self.answered = True

    async def progress(self) -> None:
        """Note that the caller hears us before the call is taken."""
        self.early = True

    async def play(self, sounds: Sequence[str], *, barge_in: bool) -> str:
        """Play sounds; give the caller's key when it may cut them."""
        self._sound(sounds)
        return self._caller.hears(cuts=barge_in)

    async def ask(self, sounds: Sequence[str], *, seconds: float, barge_in: bool) -> str:
        """Play sounds, and give the caller's key."""
        del seconds, barge_in
        self._sound(sounds)
        return self._caller.hears(cuts=True)

    async def set_variable(self, name: str, value: str) -> None:
        """Keep a variable under its name without the marks of inheritance."""
        self.variables[name.lstrip("_")] = value

    async def hang_up(self) -> None:
        """Note that we ended the call."""
        self.hung_up = True

    def _sound(self, sounds: Sequence[str]) -> None:
        for sound in sounds:
            if sound in self.refuse:
                raise AgiRefused(f"STREAM FILE: {sound}")
        self.heard.extend(sounds)


class SpokenPrompts:
    """Prompts whose sound is their words; those of `missing` cannot be made."""

    def __init__(self, missing: Iterable[str] = ()) -> None:
        self.missing = set(missing)

    def sound(self, phrase: Phrase) -> str | None:
        """Give the words, or None when one of the texts is missing."""
        texts = [clip.name if isinstance(clip, Sound) else clip.text for clip in phrase]
        return None if self.missing & set(texts) else " ".join(texts)

    async def make(self, phrase: Phrase) -> bool:
        """Fail as a full disk does."""
        raise OSError(f"no room for {phrase}")


class SilentVoice:
    """A `Voice` without sound: writes a second of silence, and keeps what it was asked."""

    def __init__(self, identity: str = "silence 1") -> None:
        self.identity = identity
        self.asked: list[str] = []
        self.dumb_for: set[str] = set()

    async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
        """Write silence to every file; raises `VoiceFailed` for the texts in `dumb_for`."""
        self.asked.append(f"{language}:{text}")
        await asyncio.sleep(0)
        if text in self.dumb_for:
            raise VoiceFailed("no voice today")
        for rate, path in files.items():
            _write_silence(path, rate)


def _write_silence(path: Path, rate: int) -> None:
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(2 * rate))


@dataclass(kw_only=True, slots=True)
class Rehearsal:
    """A run without a line: the steps taken with their inputs, the last state, and the end."""

    taken: list[tuple[Step, Input]] = field(default_factory=list)
    state: State | None = None
    end: Enqueue | Transfer | HangUp | None = None  # None: the caller left

    @property
    def nodes(self) -> list[str]:
        """The way through the flow."""
        return [step.node for step, _ in self.taken]


def rehearse(flow: Flow, script: Iterable[Act] = (), *, language: str | None = None) -> Rehearsal:
    """Play a flow to a caller with a script, without a line, a sound or a clock."""
    caller = _Caller(script)
    run = Rehearsal()
    run.state, step = begin(flow, language=language)
    while not isinstance(step, Enqueue | Transfer | HangUp):
        try:
            given = _answered(step, caller)
        except AgiHangup:
            return run
        run.taken.append((step, given))
        run.state, step = next_step(flow, run.state, given)
    run.taken.append((step, Done()))
    run.end = step
    return run


def _answered(step: Going, caller: _Caller) -> Input:
    match step:
        case Ask(typed=""):
            key = caller.hears(cuts=True)
            return Pressed(key) if key else Silence()
        case Ask():
            return Pressed(step.typed)
        case Play() if step.clips:
            key = caller.hears(cuts=step.barge_in)
            return Pressed(key) if key else Done()
        case _:
            return Done()
