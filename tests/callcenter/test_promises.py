"""A flow's offer of a callback becomes a promise of the queues, or is told to be none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from acd.bus.memory import InProcessBus
from acd.commands import Accepted, Command, Refused, Reply, RequestCallback
from callcenter.dips import HttpDips
from callcenter.flow_services import FlowServices
from callcenter.waiting import BusPromises
from crm_core.contexts import CallContexts
from crm_core.database import Database
from crm_core.directory.card import CallerCard
from crm_core.tenancy import Scope
from cti.ids import call_id_of
from ivr.flow import flow_from
from ivr.flows import FlowBook
from ivr.journal import CallNote, Notebook
from ivr.session import InboundSession
from ivr.testing import FakeLine, SpokenPrompts, acts


class Queues:
    """The engine at the other end of the bus; keeps what it was asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.asked: list[Command] = []

    async def __call__(self, command: Command) -> Reply:
        self.asked.append(command)
        return self.reply


class Nobody:
    async def identify(self, raw_number: str) -> CallerCard:
        return CallerCard(number=raw_number, raw_number=raw_number, kind="mobile")

    async def write(self, notes: list[CallNote]) -> None:
        del notes


def offer(number: str | None = None) -> dict[str, object]:
    """A flow that offers a callback at key 1, to the caller's number or one he enters."""
    words = {name: [{"text": {"en": name}}] for name in ("menu", "enter", "bye", "sorry")}
    ask = {"prompt": "menu", "wrong": "sorry", "silent": "sorry", "give_up": "person"}
    asked: dict[str, object] = {"kind": "callback", "queue": "service"}
    nodes: dict[str, object] = {
        "menu": {"kind": "menu", "choices": {"1": "number" if number else "callback"}, **ask},
        "callback": {**asked, "next": "bye", "failed": "person"},
        "bye": {"kind": "hang_up", "prompt": "bye"},
        "person": {"kind": "operator", "queue": "service"},
        "sorry": {"kind": "error", "next": "person"},
    }
    if number:
        nodes["callback"] = {**asked, "number": number, "next": "bye", "failed": "person"}
        nodes["number"] = {
            "kind": "collect",
            "into": number,
            "next": "callback",
            "give_up": "person",
            "prompt": "enter",
            "wrong": "sorry",
            "silent": "sorry",
        }
    else:
        words.pop("enter")
    base = {"format": 1, "name": "offer", "version": 1, "title": "Offer", "languages": ["en"]}
    places = {"start": "menu", "operator": "person", "on_error": "sorry"}
    return {**base, **places, "prompts": words, "nodes": nodes}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'center.sqlite3'}")
    yield database
    await database.close()


async def called(
    database: Database,
    queues: Queues,
    script: str,
    *,
    number: str | None = None,
    caller: str = "13800138000",
) -> FakeLine:
    bus = InProcessBus()
    engine = asyncio.create_task(bus.serve(queues))
    dips = HttpDips([])
    services = FlowServices(
        database, Scope(), dips=dips, zone=ZoneInfo("Asia/Shanghai"), callbacks=BusPromises(bus)
    )
    flow = flow_from(offer(number))
    session = InboundSession(
        flows=FlowBook({"offer": flow}, default="offer"),
        services=services,
        prompts=SpokenPrompts(),
        directory=Nobody(),
        contexts=CallContexts(),
        notes=Notebook(Nobody()),
        default_queue="service",
    )
    line = FakeLine(acts(script), callerid=caller)
    await session.serve(line)
    await session.close()
    await services.close()
    engine.cancel()
    await asyncio.gather(engine, return_exceptions=True)
    await bus.close()
    return line


async def test_a_caller_is_promised_a_call_at_his_own_number(database: Database) -> None:
    queues = Queues(Accepted())
    line = await called(database, queues, "1")
    [wish] = queues.asked
    assert isinstance(wish, RequestCallback)
    assert (wish.number, wish.queue, wish.call_id) == ("13800138000", "service", None)
    assert wish.origin_call_id == call_id_of("1767225600.1")
    assert line.variables["CC_CALLBACK"] == "taken"
    assert line.hung_up
    assert line.heard[-1] == "bye"


async def test_a_caller_may_name_another_number(database: Database) -> None:
    queues = Queues(Accepted())
    await called(database, queues, "102112345678#", number="call_me_at")
    [wish] = queues.asked
    assert isinstance(wish, RequestCallback)
    assert wish.number == "02112345678"


async def test_a_promise_that_waits_already_is_good_news(database: Database) -> None:
    queues = Queues(Refused(code="already_waiting", message="It waits already."))
    assert (await called(database, queues, "1")).hung_up


@pytest.mark.parametrize("code", ["unknown_queue", "do_not_call", "engine_unavailable"])
async def test_without_a_promise_the_caller_goes_on_to_a_person(
    database: Database, code: str
) -> None:
    line = await called(database, Queues(Refused(code=code, message="No.")), "1")
    assert not line.hung_up
    assert line.variables["CC_QUEUE"] == "service"
    assert "CC_CALLBACK" not in line.variables


@pytest.mark.parametrize("caller", ["anonymous", "", "BOSS", "+", "1" * 40])
async def test_nobody_is_promised_a_call_at_what_is_no_number(
    database: Database, caller: str
) -> None:
    queues = Queues(Accepted())
    line = await called(database, queues, "1", caller=caller)
    assert queues.asked == []
    assert line.variables["CC_QUEUE"] == "service"
