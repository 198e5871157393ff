"""What callers say: where it ends, which keys it stands for, and an engine that may fail."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from line_sounds import RATE, frames, hiss, tone

from ivr.hearing import recogniser
from ivr.hearing.endpoint import Endpointer, Heard
from ivr.hearing.recogniser import Pocketsphinx
from ivr.hearing.words import Wanted, grammar_of, keys_of
from ivr.programs import run_program

YES_NO = Wanted(speech="yes_no")
THREE = Wanted(speech="digits", least=3, most=3)


# --- Words ---------------------------------------------------------------------------------


def test_yes_and_no_stand_for_one_and_two() -> None:
    said = ["yes", "yeah", "yes please", "no", "nope", "no thanks", "no thank"]
    assert [keys_of(words, YES_NO) for words in said] == ["1", "1", "1", "2", "2", "2", "2"]


@pytest.mark.parametrize("words", ["", "hello", "maybe", "operator", "good", "one"])
def test_other_words_stand_for_nothing(words: str) -> None:
    assert keys_of(words, YES_NO) == ""


def test_digits_are_taken_when_there_are_as_many_as_asked_for() -> None:
    assert keys_of("one oh nine", THREE) == "109"
    for words in ("one two", "one two three four", "one two maybe", "pardon"):
        assert keys_of(words, THREE) == ""
    assert keys_of("seven", Wanted(speech="digits", digits="12")) == ""


@given(st.text(max_size=40), st.sampled_from([YES_NO, THREE]))
def test_no_words_stand_for_keys_that_were_not_asked_for(words: str, wanted: Wanted) -> None:
    keys = keys_of(words, wanted)
    assert keys in {"", "1", "2"} or (wanted is THREE and len(keys) == 3 and keys.isdigit())


@given(st.integers(1, 12), st.integers(0, 11), st.sets(st.sampled_from("0123456789"), min_size=1))
def test_a_grammar_has_as_many_places_as_digits_may_be_said(
    least: int, more: int, digits: set[str]
) -> None:
    most = min(least + more, 12)
    wanted = Wanted(speech="digits", least=least, most=most, digits="".join(sorted(digits)))
    text = grammar_of(wanted)
    said = next(line for line in text.splitlines() if line.startswith("<said>"))
    assert said.count("<d>") == most
    assert said.count("[") == said.count("]") == most - least


# --- The end of what is said ----------------------------------------------------------------


def test_words_end_when_the_caller_pauses() -> None:
    ear = Endpointer(pause=0.5, longest=3.0)
    told = [ear.hear(frame) for frame in frames(hiss(0.5, 20) + tone(0.6) + hiss(1.0, 20))]
    assert told[20] is Heard.NOTHING
    assert told.index(Heard.SAID) - 25 in range(50, 60)  # 0.6 s of words, 0.5 s of quiet
    assert 1.0 < len(ear.sound) / 2 / RATE < 1.6


def test_short_pauses_between_words_do_not_end_them() -> None:
    ear = Endpointer(pause=0.9, longest=12.0)
    for frame in frames((tone(0.3) + hiss(0.5, 20)) * 4):
        assert ear.hear(frame) is not Heard.SAID


def test_who_never_pauses_is_heard_no_longer_than_the_limit() -> None:
    ear = Endpointer(pause=0.5, longest=2.0)
    told = [ear.hear(frame) for frame in frames(tone(3.0))]
    assert told[-1] is Heard.SAID
    assert len(ear.sound) / 2 / RATE < 2.5


@pytest.mark.parametrize("size", [0, 20, 200])
def test_a_quiet_line_says_nothing(size: int) -> None:
    ear = Endpointer(pause=0.5, longest=3.0)
    assert {ear.hear(frame) for frame in frames(hiss(5.0, size))} == {Heard.NOTHING}


def test_a_click_is_no_word() -> None:
    ear = Endpointer(pause=0.5, longest=3.0)
    assert {ear.hear(f) for f in frames(hiss(0.3, 20) + tone(0.04) + hiss(1, 20))} == {
        Heard.NOTHING
    }


# --- The engine -----------------------------------------------------------------------------


def engine_that(does: str, folder: Path) -> Pocketsphinx:
    program = folder / "engine.py"
    program.write_text(does)
    return Pocketsphinx((sys.executable, str(program)))


ANSWERS = """
import json, sys
while line := sys.stdin.buffer.readline():
    sys.stdin.buffer.read(json.loads(line)["bytes"])
    sys.stdout.write(json.dumps({"words": "yes please"}) + chr(10))
    sys.stdout.flush()
"""


async def test_an_engine_is_started_once_and_ended(tmp_path: Path) -> None:
    engine = engine_that(ANSWERS, tmp_path)
    assert await engine.understand(b"\x00\x00", YES_NO) == "1"
    process = engine._process
    assert await engine.understand(b"\x00\x00" * 9, YES_NO) == "1"
    assert engine._process is process
    await engine.close()
    assert process is not None
    assert process.returncode is not None


@pytest.mark.parametrize(
    "does", ["raise SystemExit", "print('no JSON', flush=True)", "import time; time.sleep(60)"]
)
async def test_an_engine_that_fails_understands_nothing(
    tmp_path: Path, does: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recogniser, "SECONDS", 1.0)
    engine = engine_that(does, tmp_path)
    assert await engine.understand(b"\x00\x00", YES_NO) == ""
    assert await engine.understand(b"\x00\x00", YES_NO) == ""
    await engine.close()


async def test_more_callers_than_can_be_heard_have_their_keys(tmp_path: Path) -> None:
    engine = engine_that(ANSWERS, tmp_path)
    several = [engine.understand(b"\x00\x00", YES_NO) for _ in range(recogniser.MOST_WAITING + 3)]
    keys = await asyncio.gather(*several)
    assert sorted(keys) == ["", "", "", *["1"] * recogniser.MOST_WAITING]
    await engine.close()


async def spoken(text: str, voice: str) -> bytes:
    """Give words spoken by espeak-ng as they come over a telephone line."""
    espeak, sox = shutil.which("espeak-ng"), shutil.which("sox")
    assert espeak
    assert sox
    wav = await run_program([espeak, "-v", voice, "-s", "130", "--stdout", text], b"")
    line = ["-r", "8000", "-c", "1", "-e", "mu-law", "-t", "raw", "-", "gain", "-n", "-6"]
    raw = await run_program([sox, "-V1", "-t", "wav", "--ignore-length", "-", *line], wav)
    ulaw = ["-t", "raw", "-r", "8000", "-c", "1", "-e", "mu-law", "-"]
    plain = ["-t", "raw", "-e", "signed-integer", "-b", "16", "-", "pad", "0.3", "0.5"]
    return await run_program([sox, "-V1", *ulaw, *plain], raw)


installed = pytest.mark.skipif(
    importlib.util.find_spec("pocketsphinx") is None, reason="pocketsphinx is not installed"
)


@installed
async def test_pocketsphinx_tells_yes_from_no_and_both_from_noise() -> None:
    engine = Pocketsphinx.find()
    assert engine is not None
    for voice in ("en-us", "en-gb"):
        for words, key in (("yes", "1"), ("no", "2"), ("yes please", "1")):
            assert await engine.understand(await spoken(words, voice), YES_NO) == key, words
    for size in (500, 4000, 16_000):
        assert await engine.understand(hiss(1.5, size), YES_NO) == ""
    assert await engine.understand(await spoken("one two three", "en-us"), THREE) == "123"
    await engine.close()
