"""Prompts people bring: checked to be sound, of bearable length, shaped like all others."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ivr.errors import IvrError, VoiceFailed
from ivr.loudness import Leveller

MOST_BYTES = 20_000_000
MOST_SECONDS = 300.0
SHORTEST_SECONDS = 0.2
OWN = "own"  # folder of uploads among the prompts, and how a flow names them: own/<name>
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_KINDS = {b"RIFF": "wav", b"fLaC": "flac", b"OggS": "ogg", b"ID3": "mp3", b"FORM": "aiff"}
_MPEG = 0xE0  # the first bits of a frame behind 0xFF


class SoundRefused(IvrError):  # noqa: N818 - reads as the fact it tells
    """What was brought cannot be played; the message says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted:
    """A prompt that is there now: what a flow calls it (`{"sound": …}`), and its length."""

    sound: str
    seconds: float


async def accept(
    raw: bytes, name: str, *, folder: Path, leveller: Leveller, endings: dict[int, str]
) -> Accepted:
    """Check and convert a sound file; put it into `folder` as `own/<name>`.

    `endings` gives a file's ending for each sample rate in Hz. A file of that name is replaced
    as a whole. Raises `SoundRefused`; OSError for a full disk.
    """
    if not _NAME.fullmatch(name):
        raise SoundRefused(f"{name[:60]!r} is no name: use small letters, digits, - and _")
    if len(raw) > MOST_BYTES:
        raise SoundRefused(f"{len(raw):,} bytes are more than {MOST_BYTES:,}")
    kind = _kind(raw)
    own = folder / OWN
    own.mkdir(parents=True, exist_ok=True)
    own.chmod(0o755)
    drafts = {rate: _draft(own, ending) for rate, ending in endings.items()}
    try:
        try:
            seconds = await leveller.shape(raw, drafts, kind=kind)
        except VoiceFailed as error:
            raise SoundRefused(f"this is no sound we can read ({error})") from error
        _require_length(seconds)
        for rate, draft in drafts.items():
            draft.chmod(0o644)
            draft.replace(own / f"{name}{endings[rate]}")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
    return Accepted(sound=f"{OWN}/{name}", seconds=seconds)


def _kind(raw: bytes) -> str:
    for mark, kind in _KINDS.items():
        if raw.startswith(mark):
            return kind
    if len(raw) > 1 and raw[0] == 0xFF and raw[1] & _MPEG == _MPEG:  # noqa: PLR2004 - MPEG's sync
        return "mp3"
    raise SoundRefused("this is no sound: bring WAV, FLAC, Ogg, MP3 or AIFF")


def _require_length(seconds: float) -> None:
    if seconds > MOST_SECONDS:
        raise SoundRefused(f"{seconds:.0f} s are more than {MOST_SECONDS:.0f}")
    if seconds < SHORTEST_SECONDS:
        raise SoundRefused("there is nothing to hear in it")


def _draft(folder: Path, ending: str) -> Path:
    handle, path = tempfile.mkstemp(prefix=".", suffix=ending, dir=folder)
    os.close(handle)
    return Path(path)
