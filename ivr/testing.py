"""In-memory twins: a caller with a plan on a line of his own, and a run of a flow without a line.

`FakeLine` is played to by the real session; `rehearse` takes only the pure flow. Both take the
same script, so that a test can prove that they go the same way.
"""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cti.errors import AgiRefused
from ivr.arrival import Arrival
from ivr.errors import VoiceFailed
from ivr.flow import Answer, Phrase, Sound
from ivr.hearing.ears import Said
from ivr.hearing.words import Wanted
from ivr.line import Recorded
from ivr.services import Outside
from ivr.trial.rehearsal import (
    LEAVE,
    WAIT,
    Act,
    Rehearsal,
    ScriptedCaller,
    acts,
    rehearse,
    rehearse_on,
)
from ivr.trial.world import World

__all__ = [
    "LEAVE",
    "WAIT",
    "Act",
    "FakeLine",
    "Rehearsal",
    "SilentVoice",
    "SpokenPrompts",
    "World",
    "WorldServices",
    "acts",
    "rehearse",
    "rehearse_on",
]


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
        self.answered = self.speaking = False
        self.early = False
        self.hung_up = False
        self.refuse: set[str] = set()
        self.said: list[Said] = []  # what the caller says, answer by answer; none: keys alone
        self.recorded: list[Path] = []
        self.recording = Recorded(seconds=5.0)
        self._caller = ScriptedCaller(script)

    async def answer(self, *, speaking: bool = True) -> None:
        """Take the call."""
        self.answered, self.speaking = True, speaking

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

    async def collect(
        self, sounds: Sequence[str], *, seconds: float, most: int, terminator: str, barge_in: bool
    ) -> tuple[str, bool]:
        """Play sounds, and give the keys the caller enters."""
        del seconds, barge_in
        self._sound(sounds)
        return self._caller.enters(most=most, terminator=terminator)

    def hears(self, wanted: Wanted) -> bool:
        """Whether the caller has anything to say."""
        del wanted
        return bool(self.said)

    async def listen(self, wanted: Wanted, *, seconds: float) -> Said:
        """Give what the caller says next."""
        del wanted, seconds
        return self.said.pop(0)

    async def record(self, file: Path, *, seconds: float, silence: float) -> Recorded:
        """Record nothing but a length."""
        del seconds, silence
        self.recorded.append(file)
        return self.recording

    async def music(self, *, on: bool) -> None:
        """Note that music begins or ends."""
        self.heard.append("music" if on else "no music")

    async def gone(self) -> None:
        """Wait for ever: this caller leaves when he is asked."""
        await asyncio.get_running_loop().create_future()

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


class WorldServices:
    """Other systems as a made-up `World` answers for them; keeps what was asked."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.asked: list[Outside] = []

    async def answer(self, arrival: Arrival, step: Outside) -> Answer:
        """Give the world's answer; raises `NoAnswer`."""
        del arrival
        self.asked.append(step)
        return self.world.answer(step)


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
