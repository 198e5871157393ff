"""Prompt texts as sound files: made once by a voice, kept by content, found without waiting."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
import wave
from dataclasses import dataclass
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
    """A folder of prompts in `<sha256>.wav` (8 kHz) and `.wav16` (16 kHz), filled by one voice."""

    def __init__(self, folder: Path, voice: Voice) -> None:
        """Keep prompts in `folder` (absolute); raises ValueError for a name Asterisk would cut."""
        if not folder.is_absolute() or any(char in str(folder) for char in _CUTS):
            raise ValueError(f"prompts need an absolute folder without any of &,|: {folder}")
        self._folder = folder
        self._voice = voice
        self._ready: set[str] = set()
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
            name = self._name(phrase)
            if name not in self._ready:
                return None
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()
            found = self._found[phrase] = str(self._folder / name)
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
                made = not await asyncio.to_thread(self._present, name)
                if made:
                    await self._fill(phrase, name)
                self._ready.add(name)
                return made
            finally:
                self._making.pop(name, None)

    async def _try(self, phrase: Phrase) -> bool | None:
        try:
            return await self.make(phrase)
        except (VoiceFailed, OSError) as error:
            log.warning("prompt_failed", text=words_of(phrase), reason=str(error))
            return None

    async def _fill(self, phrase: Phrase, name: str) -> None:
        """Fill temporary files and rename them: a half-written prompt is never played."""
        for clip in phrase if len(phrase) > 1 else ():
            await self.make((clip,))
        drafts = await asyncio.to_thread(self._drafts)
        try:
            if len(phrase) > 1:
                await asyncio.to_thread(self._join, phrase, drafts)
            else:
                await self._speak(phrase[0], drafts)
            await asyncio.to_thread(self._publish, drafts, name)
        finally:
            await asyncio.to_thread(_remove, drafts)

    async def _speak(self, clip: Clip, drafts: dict[int, Path]) -> None:
        if isinstance(clip, Spoken):
            async with self._engines:
                await self._voice.speak(clip.text, language=clip.language, files=drafts)

    def _name(self, phrase: Phrase) -> str:
        texts = [[clip.language, clip.text] for clip in phrase if isinstance(clip, Spoken)]
        content = json.dumps([self._voice.identity, *texts], ensure_ascii=False)
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

    def _join(self, phrase: Phrase, drafts: dict[int, Path]) -> None:
        for rate, draft in drafts.items():
            with wave.open(str(draft), "wb") as out:
                out.setparams((1, 2, rate, 0, "NONE", ""))
                for clip in phrase:
                    part = self._folder / f"{self._name((clip,))}{RATES[rate]}"
                    with wave.open(str(part), "rb") as sound:
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
