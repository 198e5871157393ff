"""Text-to-speech engines behind one protocol: words in, a levelled wav per sample rate out."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Protocol

from ivr.errors import VoiceFailed, VoiceMissing

ENGINE_SECONDS = 30.0  # a prompt of 1,000 characters takes espeak-ng about one
_ESPEAK_VOICES = {"zh": "cmn", "en": "en-gb", "yue": "yue"}
_SPEEDS = {"zh": "170", "yue": "170"}  # words a minute
_PLAIN_SPEED = "150"
_PEAK = "-3"  # dB below full scale, the same for every prompt


class Voice(Protocol):
    """One engine that speaks."""

    @property
    def identity(self) -> str:
        """Name, version and settings: a change of it makes every prompt anew."""
        ...

    async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
        """Write `text` as mono 16-bit wav, one file for each sample rate in Hz.

        Raises `VoiceFailed` when the engine gives no sound for it.
        """
        ...


class EspeakVoice:
    """espeak-ng, resampled and levelled by sox; both are Debian packages of the same names."""

    def __init__(self, *, espeak: str, sox: str, version: str) -> None:
        self._espeak = espeak
        self._sox = sox
        self._version = version

    @classmethod
    async def find(cls) -> EspeakVoice:
        """Look for both programs on PATH; raises `VoiceMissing` that says what to install."""
        paths = {name: shutil.which(name) for name in ("espeak-ng", "sox")}
        espeak, sox = paths["espeak-ng"], paths["sox"]
        if not espeak or not sox:
            absent = " and ".join(name for name, path in paths.items() if not path)
            raise VoiceMissing(
                f"{absent} not found on PATH: espeak-ng speaks the prompts and sox levels them; "
                "install these packages"
            )
        version = (await _run([espeak, "--version"], b"")).decode(errors="replace")
        return cls(espeak=espeak, sox=sox, version=version.split("Data at")[0].strip())

    @property
    def identity(self) -> str:
        """The engine's version and our settings of it."""
        return f"{self._version}|{_ESPEAK_VOICES}|{_SPEEDS}|{_PLAIN_SPEED}|norm {_PEAK}"

    async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
        """Write `text` as mono 16-bit wav files; errors as `Voice.speak`."""
        voice = _ESPEAK_VOICES.get(language, language)
        speed = _SPEEDS.get(language, _PLAIN_SPEED)
        # the text goes in by stdin: it is never a word of a command line
        argv = [self._espeak, "-v", voice, "-s", speed, "-b", "1", "--stdin", "--stdout"]
        wav = await _run(argv, text.encode())
        for rate, path in files.items():
            await _run(self._sox_argv(rate, path), wav)

    def _sox_argv(self, rate: int, path: Path) -> list[str]:
        """Resample to `rate`, one channel of 16 bit, cut the silence around, level the peak."""
        shape = ["-t", "wav", "-r", str(rate), "-c", "1", "-b", "16", "-e", "signed-integer"]
        edges = ["silence", "1", "0.02", "0.1%", "reverse", "silence", "1", "0.02", "0.1%"]
        return [
            *(self._sox, "-V1", "-D", "-t", "wav", "--ignore-length", "-"),
            *(*shape, str(path)),
            *(*edges, "reverse", "pad", "0.05", "0.15", "norm", _PEAK),
        ]


async def _run(argv: list[str], stdin: bytes) -> bytes:
    """Run a program without a shell; gives its output, raises `VoiceFailed` when it fails."""
    program = Path(argv[0]).name
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(ENGINE_SECONDS):
            out, err = await process.communicate(stdin)
    except TimeoutError as error:
        raise VoiceFailed(f"{program} gave no sound within {ENGINE_SECONDS:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        reason = err.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise VoiceFailed(f"{program} ended with {process.returncode}: {reason[0]}")
    return out
