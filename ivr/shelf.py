"""The files of prompts people bring: kept by content, the one in force under its name."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.announcements import LANGUAGES
from ivr.loudness import Leveller
from ivr.prompts import OWN, RATES
from ivr.uploads import shaped

_KEPT = "brought"  # every sound ever brought, by its digest
_SAID = "said"  # what queues play by name, one folder a language
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEARD_RATE = 16_000  # Hz, for people who listen in a page

Restore = Callable[[str], Awaitable[None]]
"""Speaks our own words of a name again, where we have any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A sound that was taken in: the digest that names it, and its length in seconds."""

    digest: str
    seconds: float


class PromptShelf:
    """Sounds below the installation's prompts: flows play `own/<name>`, queues the name."""

    def __init__(self, folder: Path, *, restore: Restore | None = None) -> None:
        """Keep the files below `folder`, which Asterisk must be able to read."""
        self._folder = folder
        self._restore = restore

    async def take(self, raw: bytes) -> Taken:
        """Check, convert and level a sound; nobody hears it yet.

        Raises `SoundRefused` for what is none, `VoiceMissing` without sox, OSError when full.
        """
        leveller = Leveller.find()
        digest = hashlib.sha256(leveller.identity.encode() + b"\0" + raw).hexdigest()
        drafts = await asyncio.to_thread(self._drafts)
        try:
            seconds = await shaped(raw, drafts, leveller)
            for rate, draft in drafts.items():
                draft.chmod(0o644)
                draft.replace(self._kept(digest, rate))
        finally:
            for draft in drafts.values():
                draft.unlink(missing_ok=True)
        return Taken(digest=digest, seconds=seconds)

    async def put_in_force(self, name: str, digest: str) -> None:
        """Let callers hear this sound under the name; raises ValueError, FileNotFoundError."""
        await asyncio.to_thread(self._copy, _known_name(name), digest)

    async def take_out(self, name: str) -> None:
        """Let nobody hear it any more; our own words of that name are spoken again."""
        await asyncio.to_thread(self._remove, _known_name(name))
        if self._restore is not None:
            await self._restore(name)

    async def wav(self, digest: str) -> bytes:
        """Give the sound as 16 kHz wav; raises FileNotFoundError."""
        return await asyncio.to_thread(self._kept(digest, _HEARD_RATE).read_bytes)

    def _kept(self, digest: str, rate: int) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError(f"{digest[:80]!r} is no digest")
        return self._folder / _KEPT / f"{digest}{RATES[rate]}"

    def _places(self, name: str) -> list[Path]:
        said = [self._folder / _SAID / language / name for language in LANGUAGES]
        return [self._folder / OWN / name, *said]

    def _drafts(self) -> dict[int, Path]:
        folder = self._folder / _KEPT
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        drafts = {}
        for rate, ending in RATES.items():
            handle, path = tempfile.mkstemp(prefix=".", suffix=ending, dir=folder)
            os.close(handle)
            drafts[rate] = Path(path)
        return drafts

    def _copy(self, name: str, digest: str) -> None:
        """Copy each rate's file and rename it: a half-written prompt is never played."""
        for place in self._places(name):
            place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            for rate, ending in RATES.items():
                draft = place.with_name(f".{name}{ending}")
                shutil.copyfile(self._kept(digest, rate), draft)
                draft.chmod(0o644)
                draft.replace(place.with_name(name + ending))

    def _remove(self, name: str) -> None:
        for place in self._places(name):
            for ending in RATES.values():
                place.with_name(name + ending).unlink(missing_ok=True)


def _known_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:80]!r} is no name")
    return name
