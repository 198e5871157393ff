"""Flows of every kind on a real Asterisk: digits, secrets, messages, scores, keys by INFO."""

from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from house import plain_house, redirect
from info_callers import info_callers
from menu import at_work, brief_flow

from callcenter.asterisk import AsteriskServer
from ivr.flow import Answer, CheckPin, Flow, flow_from
from ivr.flows import load_flows
from ivr.journal import DataKept, MessageLeft, ScoreGiven
from ivr.testing import World, WorldServices

pytestmark = pytest.mark.live

FLOWS = load_flows()
PIN = "73914682"


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with plain_house() as server:
        yield server
        log = (server.plan.log_directory / "messages").read_text(encoding="utf-8")
        assert "does not exist in any format" not in log


def contents_of(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("latin-1") for path in files)


async def test_a_caller_logs_in_and_his_secret_is_found_nowhere(asterisk: AsteriskServer) -> None:
    flow = brief_flow(seconds=8, of=FLOWS["self-service"])
    services = WorldServices(World({"log-in": [Answer("ok", {"customer_name": "Li"})]}))
    with structlog.testing.capture_logs() as lines:
        async with at_work(asterisk, flow, services=services) as ivr:
            async with ivr.caller() as call:
                await call.press("100123#")
                await ivr.journal.reached("number")
                await call.press("1")
                await asyncio.sleep(1)  # the caller thinks; nothing is waited for here
                await call.press(f"{PIN}#")
                await ivr.journal.reached("log-in")
                await call.press("0")
                assert await ivr.board.queued() == ("service", "0")
            asked = services.asked[0]
            assert isinstance(asked, CheckPin)
            assert (asked.account, asked.pin) == ("100123", PIN)
            frames = "".join(str(message.pairs) for message in ivr.board.heard)
            kept = f"{ivr.journal.notes} {ivr.context()}"
    written = contents_of(asterisk.plan.directory)
    for place in (frames, kept, repr(lines), written):
        assert PIN not in place
    assert "100123" in kept


async def test_keys_that_travel_as_sip_info_are_understood(asterisk: AsteriskServer) -> None:
    async with at_work(asterisk, brief_flow(seconds=10)) as ivr:
        async with info_callers("72", sip_port=asterisk.plan.ports.sip, pause=2.5, hold=3):
            assert await ivr.board.queued(seconds=25) == ("service", "0")
        asked = [step.input for step in ivr.journal.steps if step.node == "main"]
        assert asked == ["7", "2"]
        await ivr.board.hung_up()


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_message_is_recorded_however_the_caller_ends_it(
    asterisk: AsteriskServer, hangs_up: bool
) -> None:
    flow = brief_flow(seconds=8, of=FLOWS["night-service"])
    async with at_work(asterisk, flow) as ivr:
        async with ivr.caller() as call:
            await call.press("1")
            await ivr.journal.reached("night")
            await asyncio.sleep(3)  # what the caller says
            if not hangs_up:
                await call.press("#")
                await ivr.journal.reached("taken")
        message = await ivr.journal.has(MessageLeft)
    assert message.queue == "service"
    assert 1 <= message.seconds <= 9
    file = asterisk.plan.recordings / message.file
    with wave.open(str(file), "rb") as sound:
        assert sound.getnframes() / sound.getframerate() >= 1


async def test_a_caller_scores_the_call_when_the_agent_has_hung_up(
    asterisk: AsteriskServer,
) -> None:
    data = brief_flow(seconds=8, of=FLOWS["service-line"]).model_dump(mode="json")
    data["nodes"]["open"] = {"kind": "play", "prompt": "recorded", "next": "main"}
    for name in ("night", "who", "known"):
        data["nodes"].pop(name)
    async with at_work(asterisk, flow_from(data)) as ivr, ivr.caller() as call:
        await call.press("3")
        assert await ivr.board.queued() == ("service", "0")
        await ivr.asks_after_the_call()
        await call.press("1")
        score = await ivr.journal.has(ScoreGiven)
        assert await call.ended(15)
    assert (score.question, score.score, score.low) == ("satisfaction", 1, True)


async def test_a_survey_whose_server_is_gone_ends_the_call(asterisk: AsteriskServer) -> None:
    async with at_work(asterisk, brief_flow(seconds=8)) as ivr, ivr.caller() as call:
        await call.press("2")
        assert await ivr.board.queued() == ("service", "0")
        await ivr.agi.close()
        await asyncio.to_thread(redirect, asterisk, "after-call", "s")
        assert await call.ended(4)


WORDS = {"prompt": "well", "wrong": "well", "silent": "well", "give_up": "bye", "seconds": 20}
SLOW = {"next": "bye", "failed": "bye"}
NODES: dict[str, dict[str, Any]] = {
    "play": {"kind": "play", "prompt": "long", "next": "bye"},
    "announce": {"kind": "announce_recording", "prompt": "long", "next": "bye"},
    "say": {"kind": "say", "value": "number", "next": "bye"},
    "menu": {"kind": "menu", "choices": {"1": "bye"}, **WORDS},
    "collect": {"kind": "collect", "into": "order", "next": "bye", **WORDS},
    "masked": {"kind": "collect", "into": "pin", "masked": True, "next": "bye", **WORDS},
    "survey": {"kind": "survey", "question": "q", "next": "bye", **WORDS},
    "record": {"kind": "record", "into": "file", "prompt": "well", "next": "bye", "empty": "bye"},
    "dip": {"kind": "dip", "url": "http://127.0.0.1:9/", "seconds": 10, **SLOW},
    "callback": {"kind": "callback", "queue": "service", **SLOW},
    "good-bye": {"kind": "hang_up", "prompt": "long"},
}


def flow_of(node: dict[str, Any]) -> Flow:
    """A flow that keeps its caller in one node."""
    begin = {"kind": "set", "data": {"number": "1234567890" * 3}, "next": "here"}
    nodes: dict[str, Any] = {
        "begin": begin,
        "here": node,
        "bye": {"kind": "hang_up", "prompt": "well"},
        "person": {"kind": "operator", "queue": "service"},
        "sorry": {"kind": "error", "next": "person"},
    }
    if node["kind"] == "hang_up":
        nodes.pop("bye")
    long = "This takes rather long to say, as it goes on and on, and then on again."
    texts = {"well": "Well?", "long": long}
    used = {name: text for name, text in texts.items() if f"'{name}'" in str(nodes)}
    words = {name: [{"text": {"en": text}}] for name, text in used.items()}
    base = {"format": 1, "name": "here", "version": 1, "title": "Here", "languages": ["en"]}
    places = {"start": "begin", "operator": "person", "on_error": "sorry"}
    return flow_from({**base, **places, "prompts": words, "nodes": nodes})


class Slow(WorldServices):
    async def answer(self, arrival: Any, step: Any) -> Answer:
        await asyncio.sleep(20)
        return await super().answer(arrival, step)


@pytest.mark.parametrize("kind", NODES)
async def test_a_caller_who_hangs_up_at_any_node_leaves_nothing(
    asterisk: AsteriskServer, kind: str
) -> None:
    before = asyncio.all_tasks()
    async with at_work(asterisk, flow_of(NODES[kind]), services=Slow()) as ivr:
        async with ivr.caller():
            await ivr.journal.reached("begin")
            await asyncio.sleep(1.2)  # he listens, and has had enough
        assert (await ivr.journal.left()).node == "here"
        assert not any(message.get("UserEvent") for message in ivr.board.heard)
    left = {task.get_name() for task in asyncio.all_tasks() - before}
    assert not left & {"agi-session", "caller-lookup"}


async def test_a_server_killed_while_digits_are_entered_loses_no_caller(
    asterisk: AsteriskServer,
) -> None:
    flow = brief_flow(seconds=20, of=FLOWS["self-service"])
    async with at_work(asterisk, flow) as ivr, ivr.caller() as call:
        await call.press("10")
        await asyncio.sleep(1)
        died = time.monotonic()
        await ivr.agi.close()
        [joined] = await ivr.board.hears(lambda m: m.event == "QueueCallerJoin", seconds=5)
        assert joined.get("Queue") == "service"
        assert time.monotonic() - died < 2


async def test_a_hundred_callers_at_once_each_end_where_they_pressed(
    asterisk: AsteriskServer,
) -> None:
    port = asterisk.plan.ports.sip
    async with at_work(asterisk, brief_flow(seconds=40)) as ivr, asyncio.timeout(110):
        sales = info_callers("1", sip_port=port, pause=8, hold=25, calls=50)
        service = info_callers("72", sip_port=port, pause=8, hold=17, calls=50)
        async with sales, service:
            events = await ivr.board.hears(
                lambda message: message.get("UserEvent") == "CallQueued", seconds=60, times=100
            )
            most = max(int(asterisk.command("core show channels count").split()[0]), 0)
    queues = sorted(event.get("Queue") for event in events)
    assert queues == ["sales"] * 50 + ["service"] * 50
    assert most >= 90
    kept = [note for note in ivr.journal.notes if isinstance(note, DataKept)]
    assert len({note.call_id for note in kept}) == 100
