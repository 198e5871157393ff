"""Which engine speaks the prompts, by setting: espeak-ng, Piper, or a service over HTTP."""

from __future__ import annotations

from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, StreamReader

from callcenter.errors import CommandFailed
from callcenter.settings import Settings
from ivr.errors import VoiceFailed
from ivr.loudness import Leveller
from ivr.prompts import PromptStore
from ivr.uploads import MOST_BYTES
from ivr.voices import EspeakVoice, LevelledVoice, Piper, Voice

_SECONDS = 30.0
_HTTP_OK = 200


class HttpSpeaker:
    """A service that takes {"text", "language"} as JSON by POST and answers with a wav."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def identity(self) -> str:
        """The address: another service speaks otherwise."""
        return f"http|{self._url}"

    async def say(self, text: str, *, language: str) -> bytes:
        """Give `text` as wav; raises `VoiceFailed`."""
        body = {"text": text, "language": language}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=_SECONDS)) as client,
                client.post(self._url, json=body, allow_redirects=False) as answer,
            ):
                if answer.status != _HTTP_OK:
                    raise VoiceFailed(f"the voice service answered {answer.status}")
                return await _bounded(answer.content)
        except (ClientError, TimeoutError, OSError) as error:
            raise VoiceFailed(f"the voice service gave no sound: {error!r}") from error


async def _bounded(content: StreamReader) -> bytes:
    raw = b""
    while more := await content.read(65_536):
        raw += more
        if len(raw) > MOST_BYTES:
            raise VoiceFailed("the voice service's answer has no end")
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
        return PromptStore(settings.home / "prompts", await voice_of(settings))
    except VoiceFailed as error:
        raise CommandFailed(f"{error}: run `callcenter setup`, or see CALLCENTER_VOICE") from error
