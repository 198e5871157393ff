"""A voice service that is slow, broken or mad costs a prompt its voice, not its words."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from callcenter.settings import Settings
from callcenter.voices import FAILURES, HttpSpeaker, prompt_store
from ivr.errors import VoiceFailed
from ivr.flow import Spoken
from ivr.loudness import Leveller
from ivr.prompts import PromptStore
from ivr.testing import SilentVoice
from ivr.voices import LevelledVoice

HELLO = (Spoken("en", "Hello."),)
BOTH = (Spoken("en", "Hello."), Spoken("en", "Good-bye."))


def sound(rate: int = 22_050) -> bytes:
    """A second of a square wave as wav."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setparams((1, 2, rate, 0, "NONE", ""))
        written.writeframes((b"\x00\x20" * 20 + b"\x00\xe0" * 20) * (rate // 40))
    return out.getvalue()


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


BODIES = {
    "/good": sound(),
    "/page": sound(),
    "/garbage": b"\x00\x01garbage" * 100,
    "/damaged": b"RIFF" + b"\xff" * 500,
    "/nothing": b"",
}


class VoiceService:
    """Speaks well at /good, fails in the way each other path is named after; /any is `path`."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.path = "/good"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        path = self.path if request.path == "/any" else request.path
        if path in BODIES:
            kind = "text/html" if path == "/page" else "audio/wav"
            return web.Response(body=BODIES[path], content_type=kind)
        match path:
            case "/moved":
                raise web.HTTPFound("/good")
            case "/slow":
                await asyncio.sleep(30)
                raise web.HTTPOk
            case "/endless":
                return await self._endless(request)
            case _:
                raise web.HTTPInternalServerError

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "audio/wav"})
        await response.prepare(request)
        await response.write(b"RIFF")
        while True:
            await response.write(b"\x00" * 65_536)


@pytest.fixture
def service() -> VoiceService:
    return VoiceService()


@pytest.fixture
async def server(service: VoiceService) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", service.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server


def speaker(server: TestServer, path: str, seconds: float = 20.0) -> HttpSpeaker:
    return HttpSpeaker(str(server.make_url(path)), seconds=seconds)


def store(server: TestServer, path: str, folder: Path, stand_in: SilentVoice) -> PromptStore:
    voice = speaker(server, path, 0.5 if path == "/slow" else 20.0)
    return PromptStore(folder, LevelledVoice(voice, Leveller.find()), stand_in)


async def test_a_service_is_given_the_words_and_its_sound_is_levelled(
    server: TestServer, service: VoiceService, tmp_path: Path
) -> None:
    stand_in = SilentVoice("stand-in")
    prompts = store(server, "/good", tmp_path, stand_in)
    assert await prompts.make(BOTH)
    assert service.asked == [
        {"text": words, "language": "en"} for words in ("Hello.", "Good-bye.")
    ]
    assert stand_in.asked == []
    name = prompts.sound(BOTH)
    assert name is not None
    with wave.open(f"{name}.wav", "rb") as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (8000, 1, 2)
        assert made.getnframes() > 2 * 7000


REASONS = {
    "/broken": "answered 500",
    "/moved": "answered 302",
    "/page": "text/html",
    "/garbage": "no wav",
    "/nothing": "no wav",
    "/damaged": "sox",
    "/slow": "Timeout",
    "/endless": "no end",
}


@pytest.mark.parametrize("path", REASONS)
async def test_what_the_service_cannot_say_the_stand_in_says(
    server: TestServer, tmp_path: Path, path: str
) -> None:
    stand_in = SilentVoice("stand-in")
    prompts = store(server, path, tmp_path, stand_in)
    with structlog.testing.capture_logs() as lines:
        assert await prompts.make(HELLO)
    assert stand_in.asked == ["en:Hello."]
    assert prompts.sound(HELLO) is not None
    [told] = [line for line in lines if line["event"] == "prompt_stood_in"]
    assert told["text"] == "Hello."
    assert REASONS[path] in told["reason"]


async def test_a_service_that_is_not_there_is_stood_in_for(tmp_path: Path) -> None:
    voice = LevelledVoice(HttpSpeaker("http://127.0.0.1:9/"), Leveller.find())
    prompts = PromptStore(tmp_path, voice, SilentVoice("stand-in"))
    assert await prompts.make(HELLO)
    assert prompts.sound(HELLO) is not None


async def test_without_a_stand_in_the_text_is_left_out_and_told(
    server: TestServer, tmp_path: Path
) -> None:
    voice = LevelledVoice(speaker(server, "/broken"), Leveller.find())
    prompts = PromptStore(tmp_path, voice)
    with pytest.raises(VoiceFailed, match="answered 500"):
        await prompts.make(HELLO)
    assert prompts.sound(HELLO) is None
    assert files_in(tmp_path) == []


async def test_after_a_new_start_the_service_is_asked_again(
    server: TestServer, service: VoiceService, tmp_path: Path
) -> None:
    service.path = "/broken"
    first = store(server, "/any", tmp_path, SilentVoice("stand-in"))
    await first.make(BOTH)
    service.path = "/good"
    later = store(server, "/any", tmp_path, SilentVoice("stand-in"))
    assert await later.make(BOTH)
    assert first.sound(BOTH) != later.sound(BOTH)


async def test_a_service_that_keeps_failing_is_left_alone_for_a_while(
    server: TestServer, service: VoiceService
) -> None:
    voice = speaker(server, "/broken")
    for _ in range(FAILURES + 20):
        with pytest.raises(VoiceFailed):
            await voice.say("Hello.", language="en")
    assert len(service.asked) == FAILURES


async def test_an_installation_with_a_service_has_espeak_stand_in(
    server: TestServer, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, voice=str(server.make_url("/broken")))
    prompts = await prompt_store(settings)
    assert await prompts.make(HELLO)
    name = prompts.sound(HELLO)
    assert name is not None
    assert f"{Path(name).name}.wav" in files_in(tmp_path / "prompts")
