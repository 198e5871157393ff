"""Which engine speaks the prompts, by setting: espeak-ng, Piper, or a service over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, StreamReader

from callcenter.errors import CommandFailed
from callcenter.settings import Settings
from ivr.errors import VoiceFailed
from ivr.loudness import Leveller
from ivr.prompts import PromptStore
from ivr.uploads import MOST_BYTES
from ivr.voices import EspeakVoice, LevelledVoice, Piper, Voice

log = structlog.get_logger(__name__)

SECONDS = 30.0
FAILURES = 3  # in a row: then the service is left alone for a while
REST_SECONDS = 60.0
_HTTP_OK = 200
_SOUNDS = ("audio/", "application/octet-stream")


class HttpSpeaker:
    """A service that takes {"text", "language"} as JSON by POST and answers with a wav."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds
        self._failed = 0
        self._rests_until = 0.0

    @property
    def identity(self) -> str:
        """The address: another service speaks otherwise."""
        return f"http|{self._url}"

    async def say(self, text: str, *, language: str) -> bytes:
        """Give `text` as wav; raises `VoiceFailed`, after some in a row at once for a while."""
        now = asyncio.get_running_loop().time
        if now() < self._rests_until:
            raise VoiceFailed("the voice service failed a moment ago and is left alone")
        try:
            wav = await self._ask({"text": text, "language": language})
        except VoiceFailed:
            self._failed += 1
            if self._failed >= FAILURES:
                self._failed, self._rests_until = 0, now() + REST_SECONDS
                log.warning("voice_service_rests", url=self._url, seconds=REST_SECONDS)
            raise
        self._failed = 0
        return wav

    async def _ask(self, body: dict[str, str]) -> bytes:
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=self._seconds)) as client,
                client.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                if answer.status != _HTTP_OK:
                    raise VoiceFailed(f"the voice service answered {answer.status}")
                if not answer.content_type.startswith(_SOUNDS):
                    raise VoiceFailed(f"the voice service sent {answer.content_type}, no sound")
                return _checked(await _bounded(answer.content))
        except (ClientError, TimeoutError, OSError) as error:
            raise VoiceFailed(f"the voice service gave no sound: {error!r}") from error


async def _bounded(content: StreamReader) -> bytes:
    raw = b""
    while more := await content.read(65_536):
        raw += more
        if len(raw) > MOST_BYTES:
            raise VoiceFailed("the voice service's answer has no end")
    return raw


def _checked(raw: bytes) -> bytes:
    if not raw.startswith(b"RIFF"):
        raise VoiceFailed("the voice service sent what is no wav")
    return raw


async def voice_of(settings: Settings) -> Voice:
    """Return the engine of `CALLCENTER_VOICE`; raises `VoiceMissing` when it is not there."""
    engine, _, words = settings.voice.partition(" ")
    if engine == "piper":
        models = dict(word.split("=", 1) for word in words.split(","))
        paths = {language: Path(path) for language, path in models.items()}
        return LevelledVoice(Piper.find(paths), Leveller.find())
    if engine.startswith(("http://", "https://")):
        return LevelledVoice(HttpSpeaker(engine), Leveller.find())
    return await EspeakVoice.find()


async def prompt_store(settings: Settings) -> PromptStore:
    """Return the installation's prompts; raises CommandFailed without an engine."""
    try:
        voice = await voice_of(settings)
        return PromptStore(settings.home / "prompts", voice, await _stand_in_for(voice))
    except VoiceFailed as error:
        raise CommandFailed(f"{error}: run `callcenter setup`, or see CALLCENTER_VOICE") from error


async def _stand_in_for(voice: Voice) -> Voice | None:
    """Return espeak-ng for the texts another engine fails to speak; None when it is not there."""
    if isinstance(voice, EspeakVoice):
        return None
    try:
        return await EspeakVoice.find()
    except VoiceFailed as error:
        log.info("no_stand_in_voice", reason=str(error))
        return None
