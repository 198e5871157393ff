"""Prompts are made once, levelled, kept by content, and never half-written."""

from __future__ import annotations

import asyncio
import io
import math
import wave
from array import array
from pathlib import Path

import pytest

from ivr.announcements import names_in
from ivr.errors import VoiceFailed, VoiceMissing
from ivr.flow import Sound, Spoken
from ivr.flows import load_flows
from ivr.loudness import TARGET_DB, Leveller, loudness
from ivr.programs import run_program
from ivr.prompts import PromptStore
from ivr.shelf import PromptShelf
from ivr.testing import SilentVoice
from ivr.uploads import SoundRefused
from ivr.voices import Espeak, EspeakVoice, LevelledVoice, Piper

NINE = "For English, press nine."
HELLO = (Spoken("en", "Hello"),)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def contents(path: str) -> bytes:
    return Path(path).read_bytes()


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
    said = [
        Spoken("en", "Hello."),
        Spoken("en", "Please hold while we connect you to the next free agent."),
        Spoken("en", "No."),
        Spoken("zh", "您好，欢迎致电客户服务热线。"),
        Spoken("zh", "是"),
    ]
    levels = []
    for clip in said:
        await store.make((clip,))
        level = loudness(contents(f"{store.sound((clip,))}.wav"))
        assert level is not None
        levels.append(level)
    assert all(abs(level - TARGET_DB) < 2 for level in levels), levels


def tone(seconds: float, *, amplitude: float = 0.5, rate: int = 22_050) -> bytes:
    samples = array("h", (
        round(amplitude * 32_767 * math.sin(at / rate * 2 * math.pi * 440))
        for at in range(round(seconds * rate))
    ))  # fmt: skip
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return out.getvalue()


def put_away(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("amplitude", [0.02, 0.2, 0.9])
async def test_a_brought_prompt_is_converted_levelled_and_played_by_its_name(
    tmp_path: Path, amplitude: float
) -> None:
    shelf = PromptShelf(tmp_path)
    taken = await shelf.take(tone(2, amplitude=amplitude))
    assert 1.8 < taken.seconds < 2.2
    await shelf.put_in_force("greeting", taken.digest)
    place = PromptStore(tmp_path, SilentVoice()).sound((Sound("own/greeting"),))
    assert place == str(tmp_path / "own" / "greeting")
    for ending, rate in ((".wav", 8000), (".wav16", 16000)):
        raw = contents(f"{place}{ending}")
        with wave.open(io.BytesIO(raw), "rb") as sound:
            assert (sound.getframerate(), sound.getnchannels()) == (rate, 1)
        level = loudness(raw)
        assert level is not None
        assert abs(level - TARGET_DB) < 1
    assert names(tmp_path / "own") == ["greeting.wav", "greeting.wav16"]
    assert await shelf.wav(taken.digest) == contents(f"{place}.wav16")


async def test_a_brought_prompt_can_be_said_to_those_who_wait_until_it_is_taken_out(
    tmp_path: Path,
) -> None:
    restored: list[str] = []

    async def restore(name: str) -> None:
        restored.append(name)

    shelf = PromptShelf(tmp_path, restore=restore)
    first, second = await shelf.take(tone(1)), await shelf.take(tone(2))
    await shelf.put_in_force("storm", first.digest)
    assert "storm" in names_in(tmp_path / "said")
    await shelf.put_in_force("storm", second.digest)
    for language in ("zh", "en"):
        said = contents(str(tmp_path / "said" / language / "storm.wav16"))
        assert said == await shelf.wav(second.digest)
    await shelf.take_out("storm")
    assert "storm" not in names_in(tmp_path / "said")
    assert restored == ["storm"]
    assert await shelf.wav(first.digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a/b", "A", ".x", "a" * 61])
async def test_a_brought_prompt_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    shelf = PromptShelf(tmp_path / "prompts")
    taken = await shelf.take(tone(1))
    with pytest.raises(ValueError, match="is no name"):
        await shelf.put_in_force(name, taken.digest)
    with pytest.raises(ValueError, match="is no digest"):
        await shelf.wav("../" + taken.digest)
    assert names(tmp_path) == ["prompts"]
    assert names(tmp_path / "prompts") == ["brought"]


@pytest.mark.parametrize(
    ("raw", "reason", "code"),
    [
        (b"", "this is no sound", "no_sound"),
        (b"MZ\x90\x00 a program", "this is no sound", "no_sound"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk" * 10, "no sound we can read", "no_sound"),
        (b"<html>", "this is no sound", "no_sound"),
        (tone(2, amplitude=0), "there is no sound in it", "no_sound"),
        (tone(0.05), "nothing to hear", "sound_empty"),
        (b"RIFF" + bytes(30_000_000), "more than", "sound_too_big"),
    ],
)
async def test_what_is_no_prompt_is_refused_and_leaves_nothing(
    tmp_path: Path, raw: bytes, reason: str, code: str
) -> None:
    with pytest.raises(SoundRefused, match=reason) as refused:
        await PromptShelf(tmp_path).take(raw)
    assert refused.value.code == code
    assert put_away(tmp_path) == []


async def test_a_prompt_too_long_to_bear_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.uploads.MOST_SECONDS", 1.0)
    with pytest.raises(SoundRefused, match="2 s are more than 1"):
        await PromptShelf(tmp_path).take(tone(2))
    assert put_away(tmp_path) == []


async def test_piper_speaks_with_the_model_of_the_language(tmp_path: Path) -> None:
    (tmp_path / "tone.wav").write_bytes(tone(1, amplitude=0.1))
    piper = tmp_path / "piper"
    piper.write_text(
        f'#!/bin/sh\ncat > {tmp_path}/said\necho "$2" > {tmp_path}/model\n'
        f"cat {tmp_path}/tone.wav\n"
    )
    piper.chmod(0o755)
    model = tmp_path / "en.onnx"
    model.write_bytes(b"model")
    voice = LevelledVoice(Piper.find({"en": model}, str(piper)), Leveller.find())
    await PromptStore(tmp_path / "prompts", voice).make(HELLO)
    assert (tmp_path / "said").read_text() == "Hello\n"
    assert (tmp_path / "model").read_text() == f"{model}\n"
    with pytest.raises(VoiceFailed, match="no model for 'zh'"):
        await PromptStore(tmp_path / "prompts", voice).make((Spoken("zh", "好"),))
    with pytest.raises(VoiceMissing, match="there is no model"):
        Piper.find({"en": tmp_path / "none.onnx"}, str(piper))


async def test_an_engine_that_fails_says_so(tmp_path: Path) -> None:
    broken = EspeakVoice(Espeak("/bin/false", "x"), Leveller("/bin/false"))
    with pytest.raises(VoiceFailed, match="false ended with 1"):
        await PromptStore(tmp_path, broken).make(HELLO)


async def test_an_engine_that_hangs_is_stopped() -> None:
    with pytest.raises(VoiceFailed, match="gave no sound within"):
        await run_program(["/bin/sleep", "60"], b"", seconds=0.2)
