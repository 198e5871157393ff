"""Finds in a caller's sound, frame by frame, where his words begin and end."""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass, field
from enum import Enum

FRAME_SECONDS = 0.02
_SOFTEST = 250.0  # mean of the samples' size; below it nobody speaks
_ABOVE_NOISE = 3.0  # times
_NOISE_RISES = 1.02  # a frame: a noise that stays is the background after two seconds
_BEGINS = 4  # loud frames of the last eight
_WINDOW = 8
_LEAD = 15  # quiet frames kept ahead of the words


class Heard(Enum):
    """What is known of the caller's words."""

    NOTHING = "nothing"
    SPEAKING = "speaking"
    SAID = "said"


@dataclass(slots=True)
class Endpointer:
    """Gathers one utterance: it ends after `pause` seconds of quiet, or `longest` in all."""

    pause: float
    longest: float
    heard: Heard = Heard.NOTHING
    sound: bytearray = field(default_factory=bytearray)
    _lead: list[bytes] = field(default_factory=list)
    _loud: list[bool] = field(default_factory=list)
    _noise: float = _SOFTEST / _ABOVE_NOISE
    _quiet: int = 0
    _frames: int = 0

    def hear(self, frame: bytes) -> Heard:
        """Take 20 ms of 16-bit mono sound; say what is known after it."""
        if self.heard is Heard.SAID:
            return self.heard
        loud = self._is_loud(frame)
        if self.heard is Heard.NOTHING:
            self._listen(frame, loud=loud)
        else:
            self._gather(frame, loud=loud)
        return self.heard

    def _listen(self, frame: bytes, *, loud: bool) -> None:
        self._lead = [*self._lead, frame][-_LEAD:]
        self._loud = [*self._loud, loud][-_WINDOW:]
        if sum(self._loud) >= _BEGINS:
            self.heard = Heard.SPEAKING
            self.sound += b"".join(self._lead)

    def _gather(self, frame: bytes, *, loud: bool) -> None:
        self.sound += frame
        self._frames += 1
        self._quiet = 0 if loud else self._quiet + 1
        over = self._quiet * FRAME_SECONDS >= self.pause
        if over or self._frames * FRAME_SECONDS >= self.longest:
            self.heard = Heard.SAID

    def _is_loud(self, frame: bytes) -> bool:
        level = level_of(frame)
        loud = level > max(_SOFTEST, self._noise * _ABOVE_NOISE)
        self._noise = min(max(level, 1.0), self._noise * _NOISE_RISES)
        return loud


def level_of(frame: bytes) -> float:
    """Give the mean size of a frame's samples, every second one looked at."""
    samples = array("h", frame[: len(frame) & ~1])
    if sys.byteorder == "big":
        samples.byteswap()
    seen = samples[::2]
    return sum(map(abs, seen)) / len(seen) if seen else 0.0
