"""The whole product: flows published over the API lead the next call, to its last question."""

import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from callers import calling, nothing_left_behind, on_board
from center import Center, opened, until
from desk import Desk
from info_callers import info_callers
from menu import Switchboard
from playwright.async_api import Browser

from callcenter.demo.caller import TrunkCall
from callcenter.secrets import Secrets
from cti.connection import AmiConnection

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

NUMBER = "4999"  # no plan of its own: the default flow
ASK = {"prompt": "well", "wrong": "well", "silent": "well", "retries": 1, "seconds": 20}


def document(**changes: Any) -> dict[str, Any]:
    nodes: dict[str, Any] = {
        "main": {
            "kind": "menu",
            "give_up": "hold",
            **ASK,
            "choices": {
                "1": "service",
                "2": "callback",
                "3": "agent",
                "4": "outside",
                "5": "hold",
            },
        },
        "service": {"kind": "queue", "queue": "service", "after": "survey"},
        "survey": {
            "kind": "survey",
            "question": "satisfaction",
            "low": 2,
            **ASK,
            "next": "bye",
            "give_up": "bye",
        },
        "callback": {"kind": "callback", "queue": "sales", "next": "bye", "failed": "hold"},
        "agent": {"kind": "transfer", "agent": "1001", "seconds": 20, "failed": "hold"},
        "outside": {"kind": "transfer", "number": "021555", "seconds": 5, "failed": "sales"},
        "sales": {"kind": "queue", "queue": "sales"},
        "hold": {"kind": "operator", "queue": "service"},
        "bye": {"kind": "hang_up", "prompt": "well"},
        "sorry": {"kind": "error", "next": "hold"},
    }
    base = {"format": 1, "name": "hotline", "version": 1, "title": "Brief", "languages": ["en"]}
    places = {"start": "main", "operator": "hold", "on_error": "sorry"}
    prompts = {"well": [{"text": {"en": "Well?"}}]}
    return {**base, **places, "prompts": prompts, "nodes": nodes, **changes}


async def ask(center: Center, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {center.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.request(method, f"{center.url}/api/v1{path}", json=body or {}) as answer,
    ):
        told = await answer.json() if answer.status != 204 else None
        assert answer.status < 300, told
        return told


async def publish(center: Center, flow: dict[str, Any], **more: Any) -> None:
    shown = await center.get("/flows/hotline")
    draft = {"document": flow, "tests": "", "row_version": shown["row_version"]}
    await ask(center, "PUT", "/flows/hotline/draft", draft)
    wanted = {"expected_version": shown["newest"], **more}
    await ask(center, "POST", "/flows/hotline/publish", wanted)


async def outcome(center: Center, number: str) -> str:
    return str((await center.ended_call(number))["outcome"])


async def test_a_published_flow_leads_the_very_next_call_to_its_last_question(
    home: Path, browser: Browser
) -> None:
    async with opened(Center.plan(home)) as center:
        await publish(center, document())
        async with nothing_left_behind(center, spare_files=20):
            await callback_is_promised(center)
            await nobody_outside_takes_the_call(center)
            desk = await Desk.open(browser, center, "wangmin")
            await desk.ready()
            await survey_is_asked_when_the_agent_hangs_up(center, desk)
            await desk.close()


async def callback_is_promised(center: Center) -> None:
    """Key 2: the queues owe a callback, the caller hears a word, and has not given up."""
    async with calling(center, "13900000021", to=NUMBER) as caller:
        await caller.press("2")
        assert await caller.ended(20)

    async def promised() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await center.get("/callbacks?owed=true"))["items"]
        return items

    [owed] = await until("the callback is owed", promised)
    assert (owed["number"], owed["queue"]) == ("13900000021", "sales")
    detail = await center.ended_call("13900000021")
    assert (owed["origin_call_id"], detail["outcome"]) == (detail["call_id"], "overflowed")
    await ask(center, "DELETE", f"/callbacks/{owed['callback_id']}")


async def nobody_outside_takes_the_call(center: Center) -> None:
    """Key 4: no carrier is set, so the transfer finds nobody and the flow goes on to a queue."""
    async with calling(center, "13900000022", to=NUMBER) as caller:
        await caller.press("4")
        await on_board(center, "13900000022", "waiting")
        rows = (await center.get("/board"))["snapshot"]["calls"]
        assert [row["queue"] for row in rows] == ["sales"]
    assert await outcome(center, "13900000022") == "abandoned_in_queue"


async def survey_is_asked_when_the_agent_hangs_up(center: Center, desk: Desk) -> None:
    """Key 1: agent and caller talk, the agent hangs up, a low score opens a task."""
    async with calling(center, "13900000023", to=NUMBER) as caller:
        await caller.press("1")
        await desk.rings()
        await desk.answer()
        await desk.hears_and_speaks(50)
        await desk.hang_up()
        await desk.state("wrap_up")
        await hears_more(caller)  # the question is being asked
        await caller.press("1")
        assert await caller.ended(20)
    detail = await center.ended_call("13900000023")
    assert (detail["outcome"], detail["agent_name"]) == ("answered", "王敏")

    async def task() -> list[str]:
        page = await center.get("/tickets")
        subjects = [ticket["subject"] for ticket in page["items"]]
        return [subject for subject in subjects if subject.startswith("评分过低 1/5")]

    assert await until("a low score opens a task", task)


async def hears_more(caller: TrunkCall, packets: int = 10) -> None:
    """Wait until the caller hears something from now on."""
    before = caller.media.received

    async def more() -> bool:
        return caller.media.received >= before + packets

    await until("the caller hears something", more)


async def test_a_canary_that_loses_callers_rolls_back_by_itself(home: Path) -> None:
    async with opened(Center.plan(home)) as center:
        await publish(center, document(start="hello", nodes=quick_nodes()))
        await publish(center, document(), canary_share="0.5", note="a menu first")
        assert (await in_force(center))["canary_version"] is not None
        port = int(center.setting("SIP_PORT"))
        async with info_callers("", sip_port=port, to=NUMBER, pause=0, hold=4, calls=90, rate=6):

            async def taken_back() -> bool:
                return (await in_force(center))["canary_version"] is None

            await until("the canary is taken back", taken_back, seconds=60, step=0.5)
        told = (await in_force(center))["told"]
        assert "lost" in told
        await center.no_channels()


def quick_nodes() -> dict[str, Any]:
    """Give the nodes of a flow that asks nothing."""
    kept = {name: document()["nodes"][name] for name in ("hold", "sorry")}
    line = {"kind": "queue", "queue": "service"}  # who asks for a person counts as lost, too
    return {"hello": {"kind": "play", "prompt": "well", "next": "line"}, "line": line, **kept}


async def in_force(center: Center) -> Any:
    return (await center.get("/flows/hotline"))["in_force"]


async def test_an_engine_killed_under_a_menu_leaves_its_caller_to_asterisk(home: Path) -> None:
    async with opened(Center.plan(home)) as center:
        await publish(center, document())
        board = Switchboard()
        link = AmiConnection(
            "127.0.0.1",
            int(center.setting("AMI_PORT")),
            "callcenter",
            Secrets(home).ami_secret,
            on_message=board.on_message,
        )
        await link.connect(within=10)
        try:
            async with calling(center, "13900000031", to=NUMBER) as caller:
                await hears_more(caller)  # in the menu
                died = time.monotonic()
                center.kill("all")
                await board.hears(lambda m: m.event == "QueueCallerJoin", seconds=20)
                waited = time.monotonic() - died
                sys.stdout.write(f"\nin Asterisk's own queue {waited:.2f} s after the kill\n")
                assert not await caller.ended(0)
                center.start("all", "run")
                await center.healthy()
                await on_board(center, "13900000031", "waiting")
                await board.hears(lambda m: m.event == "QueueCallerLeave", seconds=5)
                assert not await caller.ended(0)
        finally:
            await link.close()
        assert waited <= 2
        assert (await center.ended_call("13900000031"))["outcome"] == "abandoned_in_queue"
        await center.no_channels()
