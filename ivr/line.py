"""The few things a flow does on a caller's channel, spoken in AGI commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from cti.agi import AgiRefused, AgiSession
from ivr.flow.pieces import KEYS
from ivr.hearing.ears import Ears, Said
from ivr.hearing.words import Wanted

log = structlog.get_logger(__name__)

_SAMPLES = 8000  # a second; positions are counted in them


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that was made: its length, and whether the caller ended it by hanging up."""

    seconds: float
    hung_up: bool = False


class Line(Protocol):
    """A caller's channel; every verb raises `cti.agi.AgiHangup` once the caller is gone."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The `agi_*` words of the session."""
        ...

    async def answer(self, *, speaking: bool = True) -> None:
        """Take the call; whoever is spoken to at once must hear it from its first syllable."""
        ...

    async def progress(self) -> None:
        """Let the caller hear us before the call is taken."""
        ...

    async def play(self, sounds: Sequence[str], *, barge_in: bool) -> str:
        """Play sounds one after the other; give the key that cut them, else an empty string."""
        ...

    async def ask(self, sounds: Sequence[str], *, seconds: float, barge_in: bool) -> str:
        """Play sounds, then wait for one key; give it, or an empty string after `seconds`."""
        ...

    async def collect(
        self, sounds: Sequence[str], *, seconds: float, most: int, terminator: str, barge_in: bool
    ) -> tuple[str, bool]:
        """Play sounds, then take keys until `terminator`, `most`, or `seconds` without one.

        Give the keys without the terminator, and whether it was pressed.
        """
        ...

    def hears(self, wanted: Wanted) -> bool:
        """Whether such an answer is understood when it is spoken on this line."""
        ...

    async def listen(self, wanted: Wanted, *, seconds: float) -> Said:
        """Wait `seconds` for a key or the first word, and for the end of the words."""
        ...

    async def record(self, file: Path, *, seconds: float, silence: float) -> Recorded:
        """Beep and record into `file` (`.wav`), until a key, silence, or the time is over."""
        ...

    async def music(self, *, on: bool) -> None:
        """Begin or end music while the caller waits for us."""
        ...

    async def gone(self) -> None:
        """Wait, while nothing is done on the line, until the caller has left: `AgiHangup`."""
        ...

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        ...

    async def hang_up(self) -> None:
        """End the call."""
        ...


class AgiLine:
    """A `Line` over a FastAGI session."""

    def __init__(self, agi: AgiSession, ears: Ears | None = None) -> None:
        self._agi = agi
        self._ears = ears

    @property
    def environment(self) -> Mapping[str, str]:
        """The `agi_*` words of the session."""
        return self._agi.environment

    async def answer(self, *, speaking: bool = True) -> None:
        """Take the call; before speaking, wait until sound comes from the caller."""
        await (self._agi.answer() if speaking else self._agi.answer_at_once())

    async def progress(self) -> None:
        """Let the caller hear us before the call is taken."""
        _ = await self._agi.exec("Progress")

    async def play(self, sounds: Sequence[str], *, barge_in: bool) -> str:
        """Play sounds one after the other; give the key that cut them, else an empty string."""
        for sound in sounds:
            if key := await self._agi.stream_file(sound, KEYS if barge_in else ""):
                return key
        return ""

    async def ask(self, sounds: Sequence[str], *, seconds: float, barge_in: bool) -> str:
        """Play sounds, then wait for one key; give it, or an empty string after `seconds`."""
        # The last sound and the wait are one command: between two, Asterisk drops what is pressed.
        *first, last = sounds if barge_in and sounds else (*sounds, "")
        key = await self.play(first, barge_in=barge_in) if first else ""
        return key or await self._get_data(last, seconds)

    async def collect(
        self, sounds: Sequence[str], *, seconds: float, most: int, terminator: str, barge_in: bool
    ) -> tuple[str, bool]:
        """Play sounds, then take keys until `terminator`, `most`, or `seconds` without one."""
        *first, last = sounds if barge_in and sounds else (*sounds, "")
        key = await self.play(first, barge_in=barge_in)
        if key and key == terminator:
            return "", True
        if key and most == 1:
            return key, False
        rest, ended = await self._get_keys(
            "" if key else last, seconds, most - len(key), terminator
        )
        return key + rest, ended

    def hears(self, wanted: Wanted) -> bool:
        """Whether such an answer is understood when it is spoken on this line."""
        return self._ears is not None and self._ears.hears(wanted)

    async def listen(self, wanted: Wanted, *, seconds: float) -> Said:
        """Wait for a key or words; where nobody can listen, for a key alone."""
        if self._ears is not None:
            try:
                return await self._ears.hear(self._agi, wanted, seconds=seconds)
            except (AgiRefused, TimeoutError) as error:
                log.warning("caller_not_listened_to", reason=repr(error))
        return Said(await self._get_data("", seconds))

    async def record(self, file: Path, *, seconds: float, silence: float) -> Recorded:
        """Beep and record into `file` (`.wav`), until a key, silence, or the time is over."""
        words = (str(file.with_suffix("")), "wav", KEYS, str(round(seconds * 1000)), "0", "BEEP")
        reply = await self._agi.command("RECORD FILE", *words, f"s={round(silence)}")
        hung_up = reply.data in {"hangup", "waitfor"}
        if reply.result == "-1" and not hung_up:
            raise AgiRefused(f"RECORD FILE: {reply.line[:80]}")
        length = reply.end_position / _SAMPLES
        # of the silence that ended it Asterisk leaves a second in the file
        by_silence = "timeout" in reply.data and length < seconds - silence
        return Recorded(max(length - by_silence, 0), hung_up)

    async def music(self, *, on: bool) -> None:
        """Begin or end music while the caller waits for us."""
        await self._agi.set_music(on=on)

    async def gone(self) -> None:
        """Wait, while nothing is done on the line, until the caller has left: `AgiHangup`."""
        await self._agi.gone()

    async def set_variable(self, name: str, value: str) -> None:
        """Set a channel variable."""
        await self._agi.set_variable(name, value)

    async def hang_up(self) -> None:
        """End the call."""
        await self._agi.hang_up()

    async def _get_data(self, sound: str, seconds: float) -> str:
        if not sound:
            return await self._agi.wait_for_digit(round(seconds * 1000))
        milliseconds = str(round(seconds * 1000))
        reply = await self._agi.command("GET DATA", sound, milliseconds, "1")
        if reply.result:
            return reply.result
        # "#" ends GET DATA's number, so it comes as an empty one that did not time out
        return "" if "timeout" in reply.data else "#"

    async def _get_keys(
        self, sound: str, seconds: float, most: int, terminator: str
    ) -> tuple[str, bool]:
        """Let Asterisk gather the keys, which knows the end key # alone; else one by one."""
        if terminator == "#" and most > 1:
            milliseconds = str(round(seconds * 1000))
            reply = await self._agi.command("GET DATA", sound, milliseconds, str(most))
            return reply.result, "timeout" not in reply.data and len(reply.result) < most
        digits = ""
        while len(digits) < most:
            key = await self._get_data(sound if not digits else "", seconds)
            if not key or key == terminator:
                return digits, bool(key)
            digits += key
        return digits, False
