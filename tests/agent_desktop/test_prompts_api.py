"""Prompts over the API: brought, heard, played by flows, gone back, and only by those who may."""

from __future__ import annotations

import io
import math
import wave
from array import array
from typing import TYPE_CHECKING

import pytest

from crm_core import audit

if TYPE_CHECKING:
    from conftest import Browser, House, Told


pytestmark = pytest.mark.usefixtures("served")


def tone(seconds: float, *, hertz: int = 440) -> bytes:
    samples = array(
        "h",
        (
            round(9_000 * math.sin(at / 8000 * math.tau * hertz))
            for at in range(int(seconds * 8000))
        ),
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return out.getvalue()


async def bring(
    browser: Browser, name: str, raw: bytes, *, kind: str = "audio/wav", **query: str
) -> Told:
    return await browser.ask(
        "POST",
        f"/prompts/{name}/versions",
        data=io.BytesIO(raw),
        params={"title": "放假通知", **query},
        headers={**browser.headers, "Content-Type": kind},
    )


async def length(browser: Browser, name: str, **query: str) -> float:
    async with browser.client.get(
        f"{browser.url}/api/v1/prompts/{name}/sound", params=query, headers=browser.headers
    ) as answer:
        assert answer.content_type == "audio/wav"
        with wave.open(io.BytesIO(await answer.read()), "rb") as sound:
            assert (sound.getframerate(), sound.getnchannels()) == (16_000, 1)
            return sound.getnframes() / 16_000


async def test_a_brought_prompt_is_listed_heard_and_gone_back_to(house: House) -> None:
    sue = await house.browser("sue")
    first = await bring(sue, "holiday", tone(1), expected_version="0", source="microphone")
    assert first.status == 201, first.body
    assert (first.body["sound"], first.body["version"]) == ("own/holiday", 1)
    assert (await bring(sue, "holiday", tone(2), note="longer")).body["version"] == 2
    [shown] = (await sue.get("/prompts")).body["items"]
    assert (shown["name"], shown["note"], shown["user_name"]) == ("holiday", "longer", "Sue")
    assert await length(sue, "holiday") > 1.9 > await length(sue, "holiday", version="1")
    back = await sue.post("/prompts/holiday/roll-back", {"version": 1})
    assert (back.body["version"], back.body["note"]) == (3, "version 1")
    assert await length(sue, "holiday") < 1.9
    versions = (await sue.get("/prompts/holiday/versions")).body["items"]
    assert [one["version"] for one in versions] == [3, 2, 1]
    async with house.services.database.read() as session:
        page = await audit.entries(session, house.scope, object_kind="prompt", object_id="holiday")
    assert [one.action for one in page.entries] == ["prompt.put"] * 3


async def test_who_was_late_is_told_and_nothing_is_put_in_force(house: House) -> None:
    sue = await house.browser("sue")
    await bring(sue, "holiday", tone(1))
    late = await bring(sue, "holiday", tone(2), expected_version="0")
    assert (late.status, late.body["code"]) == (409, "edited_meanwhile")
    assert await length(sue, "holiday") < 1.9


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b"", "audio/wav", "no_sound"),
        (b"MZ\x90\x00 a program", "audio/wav", "no_sound"),
        (b"RIFF\x00\x00\x00\x00WAVEjunk" * 10, "audio/wav", "no_sound"),
        (tone(0.05), "audio/wav", "sound_empty"),
        (b"RIFF" + bytes(20_000_001), "audio/wav", "sound_too_big"),
        (tone(1), "text/html", "no_sound"),
    ],
)
async def test_what_is_no_prompt_is_refused_with_the_reason(
    house: House, raw: bytes, kind: str, code: str
) -> None:
    sue = await house.browser("sue")
    told = await bring(sue, "holiday", raw, kind=kind)
    assert (told.status, told.body["field"], told.body["code"]) == (400, "sound", code)
    assert told.body["message"]
    assert (await sue.get("/prompts")).body["items"] == []


async def test_what_is_no_prompt_leaves_the_one_in_force(house: House) -> None:
    sue = await house.browser("sue")
    await bring(sue, "holiday", tone(1))
    assert (await bring(sue, "holiday", b"MZ\x90\x00 a program")).status == 400
    assert [one["version"] for one in (await sue.get("/prompts")).body["items"]] == [1]
    assert await length(sue, "holiday") > 0.9


@pytest.mark.parametrize("name", ["Holiday", "a_b", "x" * 41, "-x"])
async def test_a_name_that_cannot_be_played_is_refused(house: House, name: str) -> None:
    told = await bring(await house.browser("sue"), name, tone(1))
    assert (told.status, told.body["field"]) == (400, "name")


async def test_a_prompt_that_is_played_stays(house: House) -> None:
    sue, ada = await house.browser("sue"), await house.browser("ada")
    await bring(sue, "holiday", tone(1))
    shipped = (await ada.get("/flows/hotline")).body["document"]
    prompts = shipped["prompts"] | {"welcome": [{"sound": "own/holiday"}]}
    await ada.ask(
        "PUT",
        "/flows/hotline/draft",
        json={"document": shipped | {"prompts": prompts}, "tests": "", "row_version": None},
    )
    published = await ada.post("/flows/hotline/publish", {"note": "", "expected_version": 0})
    assert published.status == 200, published.body
    [shown] = (await sue.get("/prompts")).body["items"]
    assert shown["used_by"] == ["flow:hotline"]
    told = await sue.ask("DELETE", "/prompts/holiday")
    assert (told.status, told.body["code"]) == (409, "in_use")
    await bring(sue, "other", tone(1))
    assert (await sue.ask("DELETE", "/prompts/other")).status == 204
    assert [one["name"] for one in (await sue.get("/prompts")).body["items"]] == ["holiday"]
    assert (await sue.ask("DELETE", "/prompts/other")).status == 404


async def test_a_flow_that_plays_a_prompt_nobody_brought_is_not_published(house: House) -> None:
    ada = await house.browser("ada")
    shipped = (await ada.get("/flows/hotline")).body["document"]
    prompts = shipped["prompts"] | {"welcome": [{"sound": "own/nothing-here"}]}
    told = await ada.post(
        "/flows/judge", {"document": shipped | {"prompts": prompts}, "tests": ""}
    )
    assert told.body["ok"] is False
    assert told.body["faults"] == [
        {
            "place": "prompts.welcome.0.sound",
            "code": "no_prompt",
            "reason": "there is no prompt 'nothing-here'",
            "values": {"prompt": "nothing-here"},
        }
    ]


async def test_a_title_nobody_sees_is_none(house: House) -> None:
    sue = await house.browser("sue")
    told = await bring(sue, "holiday", tone(1), title="\u202e")
    assert (told.status, told.body["field"]) == (400, "title")
    assert told.body["message"].startswith("has the invisible character U+202E")


async def test_an_agent_brings_no_prompts(house: House) -> None:
    anna = await house.browser("anna")
    assert (await bring(anna, "holiday", tone(1))).status == 403
    assert (await anna.get("/prompts")).status == 403
