"""Text-to-speech engines behind one protocol: words in, a levelled wav per sample rate out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ivr.errors import VoiceFailed, VoiceMissing
from ivr.loudness import Leveller
from ivr.programs import run_program

_ESPEAK_VOICES = {"zh": "cmn", "en": "en-gb", "yue": "yue"}
_SPEEDS = {"zh": "170", "yue": "170"}  # words a minute
_PLAIN_SPEED = "150"


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


class Speaker(Protocol):
    """An engine as it is: words in, a wav of any rate and loudness out."""

    @property
    def identity(self) -> str:
        """Name, version and settings."""
        ...

    async def say(self, text: str, *, language: str) -> bytes:
        """Give `text` as wav; raises `VoiceFailed`."""
        ...


class LevelledVoice:
    """Any engine, its sound brought to one loudness."""

    def __init__(self, speaker: Speaker, leveller: Leveller) -> None:
        self._speaker = speaker
        self._leveller = leveller

    @property
    def identity(self) -> str:
        """The engine's and the leveller's."""
        return f"{self._speaker.identity}|{self._leveller.identity}"

    async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
        """Write `text` as mono 16-bit wav files; errors as `Voice.speak`."""
        wav = await self._speaker.say(text, language=language)
        await self._leveller.shape(wav, files)


class Espeak:
    """espeak-ng, a Debian package of the same name."""

    def __init__(self, program: str, version: str) -> None:
        self._program = program
        self._version = version

    @property
    def identity(self) -> str:
        """The engine's version and our settings of it."""
        return f"{self._version}|{_ESPEAK_VOICES}|{_SPEEDS}|{_PLAIN_SPEED}"

    async def say(self, text: str, *, language: str) -> bytes:
        """Give `text` as wav; raises `VoiceFailed`."""
        voice = _ESPEAK_VOICES.get(language, language)
        speed = _SPEEDS.get(language, _PLAIN_SPEED)
        # the text goes in by stdin: it is never a word of a command line
        argv = [self._program, "-v", voice, "-s", speed, "-b", "1", "--stdin", "--stdout"]
        return await run_program(argv, text.encode())


class Piper:
    """A Piper binary with one model (`.onnx`) for each language."""

    def __init__(self, program: str, models: Mapping[str, Path]) -> None:
        self._program = program
        self._models = dict(models)

    @classmethod
    def find(cls, models: Mapping[str, Path], program: str = "piper") -> Piper:
        """Look for the program and its models; raises `VoiceMissing`."""
        path = shutil.which(program)
        if path is None:
            raise VoiceMissing(f"{program} not found on PATH: it speaks the prompts; install it")
        for language, model in models.items():
            if not model.is_file():
                raise VoiceMissing(f"there is no model {model} for {language!r}")
        return cls(path, models)

    @property
    def identity(self) -> str:
        """The program and the models' names and sizes."""
        models = sorted(
            (lang, path.name, path.stat().st_size) for lang, path in self._models.items()
        )
        return f"piper|{models}"

    async def say(self, text: str, *, language: str) -> bytes:
        """Give `text` as wav; raises `VoiceFailed`, also for a language without a model."""
        model = self._models.get(language)
        if model is None:
            raise VoiceFailed(f"piper has no model for {language!r}")
        line = " ".join(text.split()) + "\n"
        argv = [self._program, "--model", str(model), "--output_file", "-"]
        return await run_program(argv, line.encode())


class EspeakVoice(LevelledVoice):
    """espeak-ng, resampled and levelled by sox; both are Debian packages of the same names."""

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
        version = (await run_program([espeak, "--version"], b"")).decode(errors="replace")
        return cls(Espeak(espeak, version.split("Data at")[0].strip()), Leveller(sox))
