"""Prompts are made once, levelled, kept by content, and never half-written."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import pytest

from ivr import voices
from ivr.errors import VoiceFailed, VoiceMissing
from ivr.flow import Sound, Spoken
from ivr.flows import load_flows
from ivr.prompts import PromptStore
from ivr.testing import SilentVoice
from ivr.voices import EspeakVoice

NINE = "For English, press nine."
HELLO = (Spoken("en", "Hello"),)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_flow_is_made_ahead_once_and_kept(tmp_path: Path) -> None:
    flow = load_flows()["hotline"]
    voice = SilentVoice()
    first = await PromptStore(tmp_path / "prompts", voice).prepare(flow)
    again = await PromptStore(tmp_path / "prompts", voice).prepare(flow)
    assert (first.kept, again.made, again.kept) == (0, 0, first.made)
    assert len(voice.asked) == len(set(voice.asked)) < first.made


async def test_a_prompt_is_played_only_once_it_is_made(tmp_path: Path) -> None:
    store = PromptStore(tmp_path, SilentVoice())
    assert store.sound(HELLO) is None
    await store.make(HELLO)
    name = store.sound(HELLO)
    assert name is not None
    assert names(tmp_path) == [f"{Path(name).name}.wav", f"{Path(name).name}.wav16"]
    assert store.sound((Sound("digits/1"),)) == "digits/1"


async def test_other_words_another_language_or_another_engine_are_other_files(
    tmp_path: Path,
) -> None:
    store = PromptStore(tmp_path, SilentVoice())
    clips = [HELLO, (Spoken("zh", "Hello"),), (Spoken("en", "Hello!"),)]
    for clip in clips:
        await store.make(clip)
    newer = PromptStore(tmp_path, SilentVoice("silence 2"))
    await newer.make(HELLO)
    sounds = {store.sound(clip) for clip in clips} | {newer.sound(HELLO)}
    assert len(sounds) == 4


async def test_asked_for_at_once_by_many_a_text_is_spoken_once(tmp_path: Path) -> None:
    voice = SilentVoice()
    store = PromptStore(tmp_path, voice)
    await asyncio.gather(*(store.make(HELLO) for _ in range(20)))
    assert voice.asked == ["en:Hello"]


async def test_words_that_follow_each_other_are_one_sound(tmp_path: Path) -> None:
    store = PromptStore(tmp_path, SilentVoice())
    both = (Spoken("zh", "您好"), Spoken("en", "Hello"))
    await store.make(both)
    lengths = []
    for phrase in (both[:1], both[1:], both):
        with wave.open(f"{store.sound(phrase)}.wav", "rb") as sound:
            lengths.append(sound.getnframes())
    assert lengths[2] == lengths[0] + lengths[1]


async def test_a_text_the_voice_cannot_speak_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    flow = load_flows()["hotline"]
    voice = SilentVoice()
    voice.dumb_for = {NINE}
    store = PromptStore(tmp_path, voice)
    prepared = await store.prepare(flow)
    assert prepared.failed == (NINE,)
    assert store.sound((Spoken("en", NINE),)) is None
    assert len(names(tmp_path)) == 2 * prepared.made


async def test_a_folder_that_cannot_be_written_is_told_and_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file where the folder should be")
    store = PromptStore(tmp_path / "prompts", SilentVoice())
    prepared = await store.prepare(load_flows()["hotline"])
    assert prepared.made == prepared.kept == 0
    assert NINE in prepared.failed


async def test_a_cancelled_making_leaves_nothing(tmp_path: Path) -> None:
    started = asyncio.Event()

    class StuckVoice(SilentVoice):
        async def speak(self, text: str, *, language: str, files: dict[int, Path]) -> None:
            await super().speak(text, language=language, files=files)
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(PromptStore(tmp_path, StuckVoice()).make(HELLO))
    async with asyncio.timeout(10):
        await started.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert names(tmp_path) == []


@pytest.mark.parametrize("folder", ["prompts", "/srv/a&b"])
def test_a_folder_asterisk_could_not_name_is_refused(folder: str) -> None:
    with pytest.raises(ValueError, match="absolute folder"):
        PromptStore(Path(folder), SilentVoice())


async def test_a_missing_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(VoiceMissing, match="espeak-ng and sox not found on PATH"):
        await EspeakVoice.find()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "您好，欢迎致电。"),
        ("en", "Hello; $(touch /tmp/x) `id` | cat"),
        ("en", "--help"),
        ("en", "-f /etc/passwd"),
        ("zh", "<speak>一</speak> & 二 😀"),
    ],
)
async def test_espeak_speaks_chinese_english_and_what_looks_like_commands(
    tmp_path: Path, language: str, text: str
) -> None:
    store = PromptStore(tmp_path, await EspeakVoice.find())
    clip = (Spoken(language, text),)
    await store.make(clip)
    for ending, rate in ((".wav", 8000), (".wav16", 16000)):
        with wave.open(f"{store.sound(clip)}{ending}", "rb") as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (
                rate, 1, 2,
            )  # fmt: skip
            assert 0.4 < sound.getnframes() / rate < 15


async def test_prompts_are_levelled_to_one_loudness(tmp_path: Path) -> None:
    store = PromptStore(tmp_path, await EspeakVoice.find())
    peaks = []
    for text in ("Hello.", "Please hold while we connect you.", "No."):
        clip = (Spoken("en", text),)
        await store.make(clip)
        with wave.open(f"{store.sound(clip)}.wav", "rb") as sound:
            samples = memoryview(sound.readframes(sound.getnframes())).cast("h")
            peaks.append(max(map(abs, samples)) / 32768)
    assert all(0.65 < peak < 0.76 for peak in peaks), peaks  # -3 dB is 0.708


async def test_an_engine_that_fails_says_so(tmp_path: Path) -> None:
    broken = EspeakVoice(espeak="/bin/false", sox="/bin/false", version="x")
    with pytest.raises(VoiceFailed, match="false ended with 1"):
        await PromptStore(tmp_path, broken).make(HELLO)


async def test_an_engine_that_hangs_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voices, "ENGINE_SECONDS", 0.2)
    script = tmp_path / "stuck"
    script.write_text("#!/bin/sh\nexec sleep 60\n")
    script.chmod(0o755)
    stuck = EspeakVoice(espeak=str(script), sox="/bin/false", version="x")
    with pytest.raises(VoiceFailed, match="gave no sound within"):
        await PromptStore(tmp_path / "prompts", stuck).make(HELLO)
