"""What callers hear in a menu: a prompt that was brought, and a person outside who answers."""

import asyncio
import contextlib
import math
import struct
import wave
from array import array
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import answering_outside, nothing_left_behind
from center import Center, opened, until
from ports import free_ports
from test_flows_in_force import NUMBER, publish

from callcenter.demo.caller import TrunkCall
from callcenter.demo.media import Media
from callcenter.demo.scenario import Caller
from ivr.programs import run_program

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

WORDS = "The storm has cut the line at the old harbour. We expect it back at half past nine."
RATE = 8000
STEP = RATE // 50  # samples of one loudness
TONE_HERTZ = 400  # what the caller sends while he is silent


class Ear(Media):
    """Keeps what the caller hears, in the order in which it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: dict[int, bytes] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        super().datagram_received(data, addr)
        kind, number = data[1] & 0x7F, struct.unpack("!H", data[2:4])[0]
        if kind == 0:
            self.packets[number] = data[12:]

    def heard(self) -> list[int]:
        """Give the sound so far, as samples."""
        law = b"".join(self.packets[number] for number in sorted(self.packets))
        return [linear(byte) for byte in law]


def linear(byte: int) -> int:
    """Give the sample of a G.711 mu-law byte."""
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 132 << (byte >> 4 & 7)) - 132
    return -magnitude if byte & 0x80 else magnitude


def loudness(samples: list[int]) -> list[float]:
    """Give how loud each fiftieth of a second is."""
    steps = range(0, len(samples) - STEP + 1, STEP)
    return [math.sqrt(sum(one * one for one in samples[at : at + STEP]) / STEP) for at in steps]


def alike(played: list[float], heard: list[float]) -> float:
    """Give the best correlation of one run of loudness with any place of another."""
    places = range(len(heard) - len(played) + 1)
    return max((correlation(played, heard[at : at + len(played)]) for at in places), default=0.0)


def correlation(one: list[float], other: list[float]) -> float:
    mean, another = sum(one) / len(one), sum(other) / len(other)
    both = sum((a - mean) * (b - another) for a, b in zip(one, other, strict=True))
    spread = math.sqrt(sum((a - mean) ** 2 for a in one) * sum((b - another) ** 2 for b in other))
    return both / spread if spread else 0.0


def share_of_tone(samples: list[int]) -> float:
    """Give which part of the energy is the caller's own tone (Goertzel's algorithm)."""
    turn = 2 * math.cos(math.tau * TONE_HERTZ / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = last**2 + before**2 - turn * last * before
    energy = sum(sample * sample for sample in samples)
    return 2 * power / (len(samples) * energy) if energy else 0.0


async def spoken() -> bytes:
    """Give a recording as somebody would bring it: another rate, stereo, silence around it."""
    wav = await run_program(["espeak-ng", "-v", "en-us", "-s", "150", "--stdout", WORDS], b"")
    line = ["-r", "44100", "-c", "2", "-t", "wav", "-", "pad", "0.5", "0.5"]
    return await run_program(["sox", "-V1", "-t", "wav", "--ignore-length", "-", *line], wav)


async def as_played(sound: bytes) -> list[int]:
    """Give the recording as a telephone would carry it, silence cut."""
    cut = ["silence", "1", "0.02", "1%", "reverse", "silence", "1", "0.02", "1%", "reverse"]
    line = ["-r", "8000", "-c", "1", "-b", "16", "-t", "wav", "-", *cut]
    wav = await run_program(["sox", "-V1", "-t", "wav", "--ignore-length", "-", *line], sound)
    with wave.open(BytesIO(wav)) as file:
        return list(array("h", file.readframes(file.getnframes())))


async def bring(center: Center, name: str, sound: bytes) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {center.token}", "Content-Type": "audio/wav"}
    url = f"{center.url}/api/v1/prompts/{name}/versions?title=Storm"
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(url, data=BytesIO(sound)) as answer,
    ):
        told: dict[str, Any] = await answer.json()
        assert answer.status < 300, told
        return told


def flow() -> dict[str, Any]:
    again = {"wrong": "well", "silent": "well", "give_up": "hold", "retries": 1, "seconds": 20}
    nodes: dict[str, Any] = {
        "main": {"kind": "menu", "prompt": "storm", "choices": {"1": "outside"}, **again},
        "outside": {"kind": "transfer", "number": "02155550000", "seconds": 10, "failed": "hold"},
        "hold": {"kind": "operator", "queue": "service"},
        "sorry": {"kind": "error", "next": "hold"},
    }
    base = {"format": 1, "name": "hotline", "version": 1, "title": "Storm", "languages": ["en"]}
    places = {"start": "main", "operator": "hold", "on_error": "sorry"}
    prompts = {"storm": [{"sound": "own/storm"}], "well": [{"text": {"en": "Well?"}}]}
    return {**base, **places, "prompts": prompts, "nodes": nodes}


@contextlib.asynccontextmanager
async def listening(center: Center, number: str) -> AsyncIterator[tuple[TrunkCall, Ear]]:
    call = TrunkCall(
        Caller(from_number=number, to_number=NUMBER, longest_seconds=60),
        sip_port=int(center.setting("SIP_PORT")),
    )
    ear = call.media = Ear()
    async with call:
        assert await call.answered(15), call.result()
        yield call, ear


async def test_a_prompt_that_was_brought_is_heard_and_a_person_outside_is_spoken_with(
    home: Path,
) -> None:
    (port, _, media), recording = free_ports(3), await spoken()
    played = await as_played(recording)
    plan = Center.plan(home, TRUNK_PEER=f"127.0.0.1:{port}")
    # An even port for the sound, never the one of the signals: three in a row have one.
    echo = ("-mi", "127.0.0.1", "-mp", str(media & ~1), "-rtp_echo")
    async with answering_outside(port, *echo), opened(plan) as center:
        told = await bring(center, "storm", recording)
        assert told["seconds"] == pytest.approx(len(played) / RATE, abs=0.3)
        await publish(center, flow())
        async with nothing_left_behind(center, spare_files=20):
            async with listening(center, "13900000041") as (call, ear):
                wanted = loudness(played)

                async def all_of_it() -> bool:
                    return alike(wanted, loudness(ear.heard())) > 0.9

                await asyncio.sleep(len(played) / RATE)
                await until("all that was brought is heard", all_of_it, seconds=20, step=0.5)
                assert share_of_tone(ear.heard()) < 0.1
                await call.press("1")

                async def his_own_tone() -> bool:
                    return share_of_tone(ear.heard()[-RATE:]) > 0.8

                await until("the person outside is heard", his_own_tone, seconds=15)
                assert not await call.ended(1)
            detail = await center.ended_call("13900000041")
        assert detail["outcome"] == "answered"
        assert detail["talked_seconds"] >= 1
