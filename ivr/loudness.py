"""One loudness for every prompt: silence cut off, the speech brought to the same level."""

from __future__ import annotations

import asyncio
import io
import math
import shutil
import sys
import wave
from array import array
from pathlib import Path

from ivr.errors import VoiceFailed, VoiceMissing
from ivr.programs import run_program

TARGET_DB = -20.0  # of full scale, RMS of the speech alone
MOST_GAIN = 40.0  # what is softer is noise
_GATE_DB = -50.0  # blocks below it are pauses
_BLOCK = 400  # samples: 25 ms of 16 kHz
_FULL = 32768.0
_RATE = 16_000
_EDGES = ("silence", "1", "0.02", "0.1%", "reverse", "silence", "1", "0.02", "0.1%", "reverse")


def loudness(wav: bytes) -> float | None:
    """Give the RMS of the speech in a 16-bit mono wav in dB of full scale; None for silence.

    Pauses are left out, as in EBU R 128's gate, so that slow speech is not taken for soft one.
    """
    with wave.open(io.BytesIO(wav), "rb") as sound:
        samples = array("h", sound.readframes(sound.getnframes()))
    if sys.byteorder == "big":
        samples.byteswap()
    powers = [_power(samples[at : at + _BLOCK]) for at in range(0, len(samples), _BLOCK)]
    gate = 10 ** (_GATE_DB / 10)
    loud = [power for power in powers if power > gate]
    return 10 * math.log10(sum(loud) / len(loud)) if loud else None


def _power(block: array[int]) -> float:
    return sum(sample * sample for sample in block) / len(block) / _FULL**2


class Leveller:
    """Shapes any sound sox reads into prompts of one loudness."""

    def __init__(self, sox: str) -> None:
        self._sox = sox

    @classmethod
    def find(cls) -> Leveller:
        """Look for sox on PATH; raises `VoiceMissing`."""
        sox = shutil.which("sox")
        if not sox:
            raise VoiceMissing("sox not found on PATH: it levels the prompts; install it")
        return cls(sox)

    @property
    def identity(self) -> str:
        """What changes when prompts come out different."""
        return f"rms {TARGET_DB:g}"

    async def shape(self, raw: bytes, files: dict[int, Path], *, kind: str = "wav") -> float:
        """Write `raw` (of sox's type `kind`) to one mono 16-bit wav a sample rate.

        Give its length in seconds. Raises `VoiceFailed` for what is no sound, or silence.
        """
        plain = await self._convert(raw, kind)
        level = await asyncio.to_thread(loudness, plain)
        if level is None:
            raise VoiceFailed("there is no sound in it")
        gain = min(TARGET_DB - level, MOST_GAIN)
        effect = ["gain", *(["-l"] if gain > 0 else []), f"{gain:.2f}"]  # limited, never clipped
        for rate, path in files.items():
            shape = ["-t", "wav", "-r", str(rate), "-c", "1", "-b", "16", "-e", "signed-integer"]
            argv = [self._sox, "-V1", "-D", "-t", "wav", "-", *shape, str(path)]
            await run_program([*argv, "pad", "0.05", "0.15", *effect], plain)
        return _seconds(plain)

    async def _convert(self, raw: bytes, kind: str) -> bytes:
        source = ["-t", kind, *(["--ignore-length"] if kind == "wav" else []), "-"]
        shape = ["-t", "wav", "-r", str(_RATE), "-c", "1", "-b", "16", "-e", "signed-integer", "-"]
        out = await run_program([self._sox, "-V1", "-D", *source, *shape, *_EDGES], raw)
        return _with_true_length(out)


def _with_true_length(wav: bytes) -> bytes:
    """Write the header anew: to a pipe sox cannot say how long the sound is."""
    place = wav.find(b"data")
    if place < 0:
        raise VoiceFailed("there is no sound in it")
    samples = wav[place + 8 :]
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, _RATE, 0, "NONE", ""))
        sound.writeframes(samples[: len(samples) & ~1])
    return out.getvalue()


def _seconds(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav), "rb") as sound:
        return sound.getnframes() / sound.getframerate()
