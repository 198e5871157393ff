"""Prompt texts as sound files: made once by a voice, kept by content, found without waiting."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import structlog

from ivr.errors import VoiceFailed
from ivr.flow import Clip, Flow, Sound, Spoken, all_spoken
from ivr.voices import Voice

log = structlog.get_logger(__name__)

RATES = {8000: ".wav", 16000: ".wav16"}  # Asterisk takes the one nearest the channel's codec
_AT_ONCE = 2  # engines that run side by side
_EMPTY_WAV = 1000  # bytes: a header and next to no samples
_CUTS = '&,|"\\\n\r'  # Asterisk would take these in a file name for the end of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What `prepare` did: texts made now, texts that were there, texts the voice cannot speak."""

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
        self._making: dict[str, asyncio.Lock] = {}
        self._engines = asyncio.Semaphore(_AT_ONCE)

    def sound(self, clip: Clip) -> str | None:
        """Give the name Asterisk plays for a clip, None for a text that is not made yet.

        Never touches the disk, so a caller is never kept waiting by it.
        """
        if isinstance(clip, Sound):
            return clip.name
        name = self._name(clip)
        return str(self._folder / name) if name in self._ready else None

    async def prepare(self, flow: Flow) -> Prepared:
        """Make every text of a flow that is not there yet; a text that fails is told and left."""
        clips = sorted(all_spoken(flow), key=lambda clip: (clip.language, clip.text))
        results = await asyncio.gather(*(self._try(clip) for clip in clips))
        made = sum(result is True for result in results)
        failed = tuple(
            clip.text for clip, result in zip(clips, results, strict=True) if result is None
        )
        return Prepared(made=made, kept=len(clips) - made - len(failed), failed=failed)

    async def make(self, clip: Spoken) -> bool:
        """Make one text's files unless they are there; True when the voice had to speak.

        Raises `VoiceFailed` (no sound) or OSError (no room, no right).
        """
        name = self._name(clip)
        lock = self._making.setdefault(name, asyncio.Lock())
        async with lock:
            try:
                if name in self._ready:
                    return False
                made = not await asyncio.to_thread(self._present, name)
                if made:
                    async with self._engines:
                        await self._speak(clip, name)
                self._ready.add(name)
                return made
            finally:
                self._making.pop(name, None)

    async def _try(self, clip: Spoken) -> bool | None:
        try:
            return await self.make(clip)
        except VoiceFailed as error:
            log.warning("prompt_failed", text=clip.text, language=clip.language, reason=str(error))
            return None

    async def _speak(self, clip: Spoken, name: str) -> None:
        """Speak into temporary files and rename them: a half-written prompt is never played."""
        drafts = await asyncio.to_thread(self._drafts)
        try:
            await self._voice.speak(clip.text, language=clip.language, files=drafts)
            await asyncio.to_thread(self._publish, drafts, name)
        finally:
            await asyncio.to_thread(_remove, drafts)

    def _name(self, clip: Spoken) -> str:
        content = json.dumps([self._voice.identity, clip.language, clip.text], ensure_ascii=False)
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

    def _publish(self, drafts: dict[int, Path], name: str) -> None:
        for rate, draft in drafts.items():
            if draft.stat().st_size < _EMPTY_WAV:
                raise VoiceFailed("the voice has no sound for this text")
            draft.chmod(0o644)
            draft.replace(self._folder / f"{name}{RATES[rate]}")


def _remove(drafts: dict[int, Path]) -> None:
    for draft in drafts.values():
        draft.unlink(missing_ok=True)
