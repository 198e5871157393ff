"""Prompt texts as sound files: made once by a voice, kept by content, found without waiting."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
import wave
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from ivr.errors import VoiceFailed
from ivr.flow import Clip, Flow, Phrase, Sound, Spoken, all_phrases
from ivr.voices import Voice

log = structlog.get_logger(__name__)

OWN = "own"  # folder of prompts people bring, and how a flow names them: own/<name>
RATES = {8000: ".wav", 16000: ".wav16"}  # Asterisk takes the one nearest the channel's codec
_AT_ONCE = 2  # engines that run side by side
_MOST_FOUND = 10_000  # phrases whose file is known by heart, not worked out by content
_EMPTY_WAV = 1000  # bytes: a header and next to no samples
_CUTS = '&,|"\\\n\r'  # Asterisk would take these in a file name for the end of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What `prepare` did: sounds made now, sounds that were there, texts that cannot be spoken."""

    made: int
    kept: int
    failed: tuple[str, ...] = ()


class PromptStore:
    """A folder of prompts in `<sha256>.wav` (8 kHz) and `.wav16` (16 kHz), filled by one voice.

    What it cannot speak now the stand-in speaks, until the next start.
    """

    def __init__(self, folder: Path, voice: Voice, stand_in: Voice | None = None) -> None:
        """Keep prompts in `folder` (absolute); raises ValueError for a name Asterisk would cut."""
        if not folder.is_absolute() or any(char in str(folder) for char in _CUTS):
            raise ValueError(f"prompts need an absolute folder without any of &,|: {folder}")
        self._folder = folder
        self._voice = voice
        self._stand_in = stand_in
        self._ready: dict[str, str] = {}  # of a phrase's own name: the file's, maybe a stand-in's
        self._found: dict[Phrase, str] = {}
        self._making: dict[str, asyncio.Lock] = {}
        self._engines = asyncio.Semaphore(_AT_ONCE)

    def sound(self, phrase: Phrase) -> str | None:
        """Give the name Asterisk plays for a phrase, None for words that are not made yet.

        Never touches the disk, so a caller is never kept waiting by it.
        """
        if isinstance(phrase[0], Sound):
            name = phrase[0].name
            return str(self._folder / name) if name.startswith(f"{OWN}/") else name
        found = self._found.get(phrase)
        if found is None:
            file = self._ready.get(self._name(phrase))
            if file is None:
                return None
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            found = self._found[phrase] = str(self._folder / file)
        return found

    async def prepare(self, flow: Flow) -> Prepared:
        """Make every phrase of a flow that is not there yet; one that fails is told and left.

        Never raises: a center whose disk is full still takes its callers to a person.
        """
        phrases = all_phrases(flow)
        texts = sorted({(clip,) for phrase in phrases for clip in phrase}, key=words_of)
        spoken = await asyncio.gather(*(self._try(text) for text in texts))
        mute = {text[0] for text, made in zip(texts, spoken, strict=True) if made is None}
        whole = [phrase for phrase in phrases if len(phrase) > 1 and mute.isdisjoint(phrase)]
        joined = await asyncio.gather(*(self._try(phrase) for phrase in whole))
        results = [*spoken, *joined]
        return Prepared(
            made=results.count(True),
            kept=results.count(False),
            failed=tuple(sorted(words_of((clip,)) for clip in mute)),
        )

    async def make(self, phrase: Phrase) -> bool:
        """Make one phrase's files unless they are there; True when they had to be made.

        Raises `VoiceFailed` (no sound) or OSError (no room, no right).
        """
        name = self._name(phrase)
        async with self._making.setdefault(name, asyncio.Lock()):
            try:
                if name in self._ready:
                    return False
                file, made = await self._find_or_fill(phrase, name)
                self._ready[name] = file
                return made
            finally:
                self._making.pop(name, None)

    async def _find_or_fill(self, phrase: Phrase, name: str) -> tuple[str, bool]:
        """Give the file of a phrase, and whether it had to be made."""
        if await asyncio.to_thread(self._present, name):
            return name, False
        if len(phrase) > 1:
            return await self._fill_joined(phrase, name)
        try:
            await self._fill(name, partial(self._speak, self._voice, phrase[0]))
        except VoiceFailed as error:
            if self._stand_in is None:
                raise
            log.warning("prompt_stood_in", text=words_of(phrase), reason=str(error))
            return await self._fill_by(self._stand_in, phrase)
        return name, True

    async def _fill_by(self, stand_in: Voice, phrase: Phrase) -> tuple[str, bool]:
        """Have the stand-in speak a text, under its own name: a later start asks the voice."""
        name = self._name(phrase, stand_in)
        if await asyncio.to_thread(self._present, name):
            return name, False
        await self._fill(name, partial(self._speak, stand_in, phrase[0]))
        return name, True

    async def _fill_joined(self, phrase: Phrase, name: str) -> tuple[str, bool]:
        for clip in phrase:
            await self.make((clip,))
        own = [self._name((clip,)) for clip in phrase]
        parts = [self._ready[part] for part in own]
        file = name if parts == own else hashlib.sha256("".join(parts).encode()).hexdigest()
        join = partial(self._join, parts)
        await self._fill(file, lambda drafts: asyncio.to_thread(join, drafts))
        return file, True

    async def _try(self, phrase: Phrase) -> bool | None:
        try:
            return await self.make(phrase)
        except (VoiceFailed, OSError) as error:
            log.warning("prompt_failed", text=words_of(phrase), reason=str(error))
            return None

    async def _fill(self, name: str, write: Callable[[dict[int, Path]], Awaitable[None]]) -> None:
        """Fill temporary files and rename them: a half-written prompt is never played."""
        drafts = await asyncio.to_thread(self._drafts)
        try:
            await write(drafts)
            await asyncio.to_thread(self._publish, drafts, name)
        finally:
            await asyncio.to_thread(_remove, drafts)

    async def _speak(self, voice: Voice, clip: Clip, drafts: dict[int, Path]) -> None:
        if isinstance(clip, Spoken):
            async with self._engines:
                await voice.speak(clip.text, language=clip.language, files=drafts)

    def _name(self, phrase: Phrase, voice: Voice | None = None) -> str:
        texts = [[clip.language, clip.text] for clip in phrase if isinstance(clip, Spoken)]
        content = json.dumps([(voice or self._voice).identity, *texts], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def _present(self, name: str) -> bool:
        return all((self._folder / f"{name}{ending}").is_file() for ending in RATES.values())

    def _drafts(self) -> dict[int, Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o755)  # Asterisk runs as a user of its own
        drafts = {}
        for rate, ending in RATES.items():
            handle, path = tempfile.mkstemp(prefix=".", suffix=ending, dir=self._folder)
            os.close(handle)
            drafts[rate] = Path(path)
        return drafts

    def _join(self, parts: list[str], drafts: dict[int, Path]) -> None:
        for rate, draft in drafts.items():
            with wave.open(str(draft), "wb") as out:
                out.setparams((1, 2, rate, 0, "NONE", ""))
                for part in parts:
                    with wave.open(str(self._folder / f"{part}{RATES[rate]}"), "rb") as sound:
                        out.writeframes(sound.readframes(sound.getnframes()))

    def _publish(self, drafts: dict[int, Path], name: str) -> None:
        for rate, draft in drafts.items():
            if draft.stat().st_size < _EMPTY_WAV:
                raise VoiceFailed("the voice has no sound for this text")
            draft.chmod(0o644)
            draft.replace(self._folder / f"{name}{RATES[rate]}")


def words_of(phrase: Phrase) -> str:
    """Give the words of a phrase for people."""
    return " ".join(clip.text if isinstance(clip, Spoken) else clip.name for clip in phrase)


def _remove(drafts: dict[int, Path]) -> None:
    for draft in drafts.values():
        draft.unlink(missing_ok=True)
