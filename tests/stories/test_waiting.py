"""What happens to callers who wait: called back in their place, or sent on by their queue."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import ZHANG_SAN, answering_outside, calling, nothing_left_behind, on_board, waiting
from center import Center, opened, until
from desk import Desk
from playwright.async_api import Browser
from ports import free_ports

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


async def configure(center: Center, queue: str, **changes: Any) -> None:
    """Change how a queue is set, as the page does; the very next call obeys."""
    path = f"/configuration/queues/{queue}"
    found = await center.get(path)
    body = {
        "document": {**found["document"], **changes},
        "expected_version": found["version"],
        "note": "a story",
    }
    headers = {"Authorization": f"Bearer {center.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.put(f"{center.url}/api/v1{path}", json=body) as answer,
    ):
        assert answer.status == 200, await answer.text()


async def callbacks(center: Center) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await center.get("/callbacks"))["items"]
    return items


async def runs(center: Center, application: str) -> bool:
    """Tell whether a channel is in this application of the dialplan."""
    channels = await asyncio.to_thread(center.asterisk, "core show channels concise")
    return f"!{application}!" in channels


def calls_in(messages: Path) -> set[str]:
    """Give the calls that begin in SIPp's log; an INVITE that was slow to be heard comes twice."""
    begun = re.compile(r"^INVITE sip:.*?^Call-ID: (\S+)", re.MULTILINE | re.DOTALL)
    return set(begun.findall(messages.read_text()))


async def keeps_his_place(center: Center) -> dict[str, Any]:
    """A caller waits, presses the key, confirms his number and hangs up."""
    async with waiting(center) as caller:
        await caller.press("1")
        await until("the callback's dialogue has the caller", lambda: runs(center, "AGI"))
        await caller.press("1")

        async def promised() -> list[dict[str, Any]]:
            return await callbacks(center)

        [kept] = await until("the callback is promised", promised)
    return dict(kept)


@pytest.mark.parametrize("order", ["agent_first", "customer_first"])
async def test_a_caller_keeps_his_place_hangs_up_and_is_called_back_once(
    home: Path, browser: Browser, order: str
) -> None:
    [port], messages = free_ports(1), home.with_suffix(".sip")
    plan = Center.plan(home, TRUNK_PEER=f"127.0.0.1:{port}")
    try:
        heard = ("-trace_msg", "-message_file", str(messages))
        async with answering_outside(port, *heard), opened(plan) as center:
            desk = await Desk.open(browser, center, "wangmin")
            await desk.registered()
            await configure(center, "service", callback={"offered": True, "order": order})
            async with nothing_left_behind(center):
                kept = await keeps_his_place(center)
                assert (kept["state"], kept["number"]) == ("waiting", ZHANG_SAN)
                detail = await center.ended_call(ZHANG_SAN)
                assert detail["outcome"] == "overflowed"
                assert "INVITE" not in messages.read_text() if messages.exists() else True
                await desk.ready_for_call()
                await desk.rings()
                await desk.card_says("张三")
                await desk.answer()
                await on_board(center, ZHANG_SAN, "talking")

                async def talking() -> bool:
                    return (await callbacks(center))[0]["state"] == "talking"

                await until("both talk", talking)
                await desk.hang_up()

                async def done() -> bool:
                    return (await callbacks(center))[0]["state"] == "done"

                await until("the callback is done", done)
            [one] = await callbacks(center)
            assert [attempt["outcome"] for attempt in one["attempts"]] == ["connected"]
            assert len(calls_in(messages)) == 1
            await desk.close()
    finally:
        messages.unlink(missing_ok=True)


async def test_words_while_waiting_and_an_offer_takes_the_caller_out_of_them(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        desk = await Desk.open(browser, center, "wangmin")
        await desk.registered()
        comfort = {"messages": ["please-wait"], "every_seconds": 5, "say_position": True}
        await configure(center, "service", comfort=comfort)
        async with nothing_left_behind(center):
            async with waiting(center):
                await until("words are played", lambda: runs(center, "BackGround"), seconds=40)
                await desk.ready_for_call()
                await desk.rings()
                await desk.answer()
                await desk.hears_and_speaks(20)
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] == "answered"
            queued = [event for event in detail["events"] if event["kind"] == "queued"]
            assert len(queued) == 1, "a word is no new wait"
        await desk.close()


async def test_at_closing_time_who_waits_hears_so_and_a_deserted_queue_takes_messages(
    home: Path,
) -> None:
    async with opened(Center.plan(home)) as center:
        chain = [
            {"reasons": ["closed"], "kind": "message", "target": "closed"},
            {"reasons": ["full", "nobody"], "kind": "voicemail"},
        ]
        await configure(center, "service", overflow=chain)
        async with nothing_left_behind(center):
            async with calling(center) as caller:
                await caller.press("2")
                await until("the caller is recorded", lambda: runs(center, "Record"), seconds=60)
                await asyncio.sleep(2)  # of words, or rather of silence
            detail = await center.ended_call(ZHANG_SAN)
            assert detail["outcome"] == "overflowed"
            assert [visit["outcome"] for visit in detail["visits"]] == ["overflowed"]
            assert len(detail["tickets"]) == 1
            files = list((home / "asterisk" / "spool" / "voicemail" / "service").glob("*.wav"))
            assert len(files) == 1
            assert files[0].stat().st_size > 1000
            await configure(center, "service", overflow=chain[:1], limits={})
            async with waiting(center, "13900000001") as caller:
                await configure(center, "service", hours={"closed_now": True})
                assert await caller.ended(30)
            detail = await center.ended_call("13900000001")
            assert detail["outcome"] == "overflowed"
            reasons = [
                event["payload"]["reason"]
                for event in detail["events"]
                if event["kind"] == "overflowed"
            ]
            assert reasons == ["closed"]
