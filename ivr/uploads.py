"""Sounds people bring: checked to be sound, of bearable length, shaped like all others."""

from __future__ import annotations

from pathlib import Path

from ivr.errors import IvrError, VoiceFailed
from ivr.loudness import Leveller

MOST_BYTES = 20_000_000
MOST_SECONDS = 300.0
SHORTEST_SECONDS = 0.2
_KINDS = {b"RIFF": "wav", b"fLaC": "flac", b"OggS": "ogg", b"ID3": "mp3", b"FORM": "aiff"}
_MPEG = 0xE0  # the first bits of a frame behind 0xFF


class SoundRefused(IvrError):  # noqa: N818 - reads as the fact it tells
    """What was brought cannot be played; the message says why, `code` for programs."""

    def __init__(self, message: str, *, code: str = "no_sound") -> None:
        super().__init__(message)
        self.code = code


async def shaped(raw: bytes, files: dict[int, Path], leveller: Leveller) -> float:
    """Write a sound somebody brings as levelled wav, one file a sample rate; give its seconds.

    Raises `SoundRefused`; OSError for a full disk.
    """
    if len(raw) > MOST_BYTES:
        reason = f"{len(raw):,} bytes are more than {MOST_BYTES:,}"
        raise SoundRefused(reason, code="sound_too_big")
    kind = _kind(raw)
    try:
        seconds = await leveller.shape(raw, files, kind=kind)
    except VoiceFailed as error:
        if "no handler" in str(error):
            reason = f"this machine cannot read {kind.upper()}: bring WAV, FLAC or Ogg"
            raise SoundRefused(reason, code="sound_kind") from error
        raise SoundRefused(f"this is no sound we can read ({error})") from error
    _require_length(seconds)
    return seconds


def _kind(raw: bytes) -> str:
    for mark, kind in _KINDS.items():
        if raw.startswith(mark):
            return kind
    if len(raw) > 1 and raw[0] == 0xFF and raw[1] & _MPEG == _MPEG:  # noqa: PLR2004 - MPEG's sync
        return "mp3"
    raise SoundRefused("this is no sound: bring WAV, FLAC, Ogg, MP3 or AIFF")


def _require_length(seconds: float) -> None:
    if seconds > MOST_SECONDS:
        reason = f"{seconds:.0f} s are more than {MOST_SECONDS:.0f}"
        raise SoundRefused(reason, code="sound_too_long")
    if seconds < SHORTEST_SECONDS:
        raise SoundRefused("there is nothing to hear in it", code="sound_empty")
