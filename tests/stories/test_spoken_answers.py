"""Callers who answer aloud on a real Asterisk: understood, misheard, drowned in noise, silent."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from center import until
from house import plain_house
from menu import at_work

from callcenter.asterisk import AsteriskServer
from callcenter.hearing import open_ears
from ivr.flow import Flow, flow_from
from ivr.hearing.ears import Ears
from ivr.programs import run_program

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(
        importlib.util.find_spec("pocketsphinx") is None, reason="pocketsphinx is not installed"
    ),
]


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with plain_house() as server:
        yield server


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    ears = await open_ears()
    assert ears is not None
    yield ears
    await ears.close()


def spoken_flow() -> Flow:
    ask = {"wrong": "again", "silent": "again", "give_up": "person", "retries": 1, "seconds": 6}
    nodes: dict[str, Any] = {
        "sure": {
            "kind": "menu",
            "prompt": "sure",
            "speech": "yes_no",
            **ask,
            "choices": {"1": "number", "2": "sales"},
        },
        "number": {
            "kind": "collect",
            "prompt": "number",
            "confirm": "right",
            "speech": "digits",
            "into": "order",
            "least": 3,
            "most": 3,
            "next": "sales",
            **ask,
        },
        "sales": {"kind": "queue", "queue": "sales"},
        "person": {"kind": "operator", "queue": "service"},
        "sorry": {"kind": "error", "next": "person"},
    }
    words = {name: [{"text": {"en": "Well?"}}] for name in ("sure", "number", "right", "again")}
    base = {"format": 1, "name": "said", "version": 1, "title": "Said", "languages": ["en"]}
    places = {"start": "sure", "operator": "person", "on_error": "sorry"}
    return flow_from({**base, **places, "prompts": words, "nodes": nodes})


async def spoken(text: str) -> bytes:
    """Give words as they leave a telephone: mu-law of 8,000 Hz."""
    wav = await run_program(["espeak-ng", "-v", "en-us", "-s", "130", "--stdout", text], b"")
    line = ["-r", "8000", "-c", "1", "-e", "mu-law", "-t", "raw", "-", "gain", "-n", "-6"]
    return await run_program(["sox", "-V1", "-t", "wav", "--ignore-length", "-", *line], wav)


async def noise(seconds: float) -> bytes:
    line = ["-r", "8000", "-c", "1", "-e", "mu-law", "-t", "raw", "-", "synth", str(seconds)]
    return await run_program(["sox", "-V1", "-n", *line, "whitenoise", "vol", "0.3"], b"")


class Attention:
    """Tells when we listen to the caller; each question has a connection of its own."""

    def __init__(self, ears: Ears) -> None:
        self._door = ears._door
        self._known: set[asyncio.Task[None]] = set()

    async def begins(self) -> None:
        """Wait until Asterisk sends us the caller's sound for a question that is new."""

        async def sends() -> set[asyncio.Task[None]]:
            return self._door._open - self._known

        self._known |= await until("the caller is listened to", sends, seconds=20, step=0.02)


async def test_yes_and_three_digits_said_aloud_get_there(
    asterisk: AsteriskServer, ears: Ears
) -> None:
    async with at_work(asterisk, spoken_flow(), ears=ears) as ivr, ivr.caller() as call:
        call.media.hush()
        attention = Attention(ears)
        for count, words in enumerate(("yes", "one two three", "yes"), start=1):
            sound = await spoken(words)
            await attention.begins()
            await call.say(sound)
            await ivr.journal.inputs(count)
        assert await ivr.board.queued() == ("sales", "0")
        said = ["1 (spoken)", "123 (spoken)", "1 (spoken)"]
        assert await ivr.journal.inputs(3) == said
    assert ivr.context().data == {"order": "123"}


async def test_noise_is_not_understood_and_a_key_is(asterisk: AsteriskServer, ears: Ears) -> None:
    async with at_work(asterisk, spoken_flow(), ears=ears) as ivr, ivr.caller() as call:
        call.media.hush()
        attention, sound = Attention(ears), await noise(1.0)
        await attention.begins()
        await call.say(sound)
        assert await ivr.journal.inputs(1) == ["silence"]
        await attention.begins()
        await call.press("2")
        assert await ivr.board.queued() == ("sales", "0")
        assert await ivr.journal.inputs(2) == ["silence", "2"]


async def test_a_caller_who_hangs_up_while_we_listen_leaves_nothing(
    asterisk: AsteriskServer, ears: Ears
) -> None:
    before = asyncio.all_tasks()
    async with at_work(asterisk, spoken_flow(), ears=ears) as ivr:
        async with ivr.caller() as call:
            call.media.hush()
            await Attention(ears).begins()
        assert await ivr.journal.inputs(1) == ["left"]
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not left & {"agi-session", "audio-socket", "caller-lookup"}
