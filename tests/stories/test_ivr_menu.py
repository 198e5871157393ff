"""A caller in the menu of a real Asterisk: keys, silence, hanging up, and our own death."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from house import plain_house
from menu import HOTLINE, Ivr, at_work, brief_flow, is_queued

from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller
from ivr.flow import flow_from

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with plain_house() as server:
        yield server
        log = (server.plan.log_directory / "messages").read_text(encoding="utf-8")
        assert "does not exist in any format" not in log


@pytest.fixture
async def ivr(asterisk: AsteriskServer) -> AsyncIterator[Ivr]:
    async with at_work(asterisk, HOTLINE) as ivr:
        yield ivr


@pytest.fixture
async def brief_ivr(asterisk: AsteriskServer) -> AsyncIterator[Ivr]:
    async with at_work(asterisk, brief_flow(seconds=10)) as ivr:
        yield ivr


async def test_two_pressed_in_the_menu_waits_for_service(ivr: Ivr) -> None:
    async with ivr.caller() as call:
        await ivr.journal.reached("greeting")
        await call.press("2")
        assert await ivr.board.queued() == ("service", "0")
        assert call.result().packets_received > 200  # the greeting was heard: four seconds
    context = ivr.context()
    assert context.data == {"topic": "service"}
    assert context.card is not None
    assert (context.card.known, context.card.number) == (True, "13800138000")


async def test_a_key_cuts_the_menu(ivr: Ivr) -> None:
    async with ivr.caller() as call:
        await ivr.journal.reached("greeting")
        await call.press("1")
        await ivr.journal.reached("main", seconds=4)  # the question alone takes seven
        assert await ivr.board.queued() == ("sales", "0")


async def test_two_pressed_in_the_greeting_is_enough(ivr: Ivr) -> None:
    async with ivr.caller() as call:
        await call.press("2")
        assert await ivr.board.queued(seconds=6) == ("service", "0")
        assert await ivr.journal.inputs(2) == ["2", "2"]
    assert ivr.journal.nodes[:2] == ["greeting", "main"]


@pytest.mark.parametrize("key", ["7", "#", "*"])
async def test_a_wrong_key_is_told_and_the_menu_asked_again(brief_ivr: Ivr, key: str) -> None:
    async with brief_ivr.caller() as call:
        await brief_ivr.journal.reached("greeting")
        await call.press(key)
        await brief_ivr.journal.reached("main")
        await call.press("1")
        assert await brief_ivr.board.queued() == ("sales", "0")
        await brief_ivr.journal.reached("hold-sales")
    asked = [step.input for step in brief_ivr.journal.steps if step.node == "main"]
    assert asked == [key, "1"]


async def test_nine_speaks_english(brief_ivr: Ivr) -> None:
    async with brief_ivr.caller() as call:
        await call.press("9")
        await brief_ivr.journal.reached("speak-english")
        await call.press("2")
        assert await brief_ivr.board.queued() == ("service", "0")
    assert brief_ivr.context().language == "en"


async def test_zero_reaches_the_operator(ivr: Ivr) -> None:
    async with ivr.caller() as call:
        await call.press("0")
        assert await ivr.board.queued() == ("service", "0")
        await ivr.journal.reached("operator")
    assert ivr.journal.steps[-1].what == "operator:service"


async def test_a_silent_caller_reaches_the_operator(asterisk: AsteriskServer) -> None:
    async with at_work(asterisk, brief_flow(seconds=1)) as ivr:
        async with ivr.caller():
            assert await ivr.board.queued() == ("service", "0")
        await ivr.journal.reached("operator")
        asked = [step.input for step in ivr.journal.steps if step.node == "main"]
        assert asked == ["silence", "silence"]
        assert ivr.journal.steps[-1].what == "operator:service"


@pytest.mark.parametrize("node", ["", "greeting"])
async def test_a_caller_who_hangs_up_in_the_menu_leaves_nothing(brief_ivr: Ivr, node: str) -> None:
    before = asyncio.all_tasks()
    async with brief_ivr.caller():
        if node:
            await brief_ivr.journal.reached(node)
    assert not any(
        message.get("UserEvent") in {"CallQueued", "FallbackQueued"}
        for message in brief_ivr.board.heard
    )
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not left & {"agi-session", "caller-lookup", "demo-call-media"}


async def test_an_anonymous_caller_is_served_like_any_other(ivr: Ivr) -> None:
    async with ivr.caller("anonymous") as call:
        await call.press("2")
        assert await ivr.board.queued() == ("service", "0")
    card = ivr.context().card
    assert card is not None
    assert not card.known


async def test_a_caller_whose_menu_dies_under_him_is_in_asterisks_own_queue_at_once(
    brief_ivr: Ivr,
) -> None:
    async with brief_ivr.caller():
        await brief_ivr.journal.reached("greeting")
        died = time.monotonic()
        await brief_ivr.agi.close()
        [joined] = await brief_ivr.board.hears(lambda m: m.event == "QueueCallerJoin", seconds=5)
        assert time.monotonic() - died < 2
        assert joined.get("Queue") == "service"


async def test_a_flow_that_says_good_bye_ends_the_call(asterisk: AsteriskServer) -> None:
    data = brief_flow(seconds=10).model_dump(mode="json")
    data["nodes"]["main"]["choices"]["3"] = "bye"
    data["nodes"]["bye"] = {"kind": "hang_up", "prompt": "sorry"}
    async with at_work(asterisk, flow_from(data)) as ivr:
        async with ivr.caller() as call:
            await call.press("3")
            assert await call.ended(10)
        assert not any(message.event == "UserEvent" for message in ivr.board.heard)


async def test_many_callers_at_once_each_end_where_they_pressed(ivr: Ivr) -> None:
    everyone_waits = asyncio.Event()

    async def call(key: str) -> None:
        who = Caller(from_number=f"1380013800{key}", to_number="4000", longest_seconds=60)
        async with TrunkCall(who, sip_port=ivr.asterisk.plan.ports.sip) as line:
            assert await line.answered()
            await line.press(key)
            await everyone_waits.wait()

    async with asyncio.timeout(60), asyncio.TaskGroup() as callers:
        for key in "1212121212":
            callers.create_task(call(key))
        waiting = await ivr.board.hears(is_queued, seconds=50, times=10)
        everyone_waits.set()
    assert sorted(event.get("Queue") for event in waiting) == ["sales"] * 5 + ["service"] * 5
