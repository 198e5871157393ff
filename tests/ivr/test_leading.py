"""A call is led by its number's plan: facts in time or not at all, targets on the line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard, CardMatch
from ivr.flows import FlowBook, load_flows
from ivr.journal import Notebook
from ivr.leading import Leader, announcements
from ivr.numbers import Number, PlanBook, QueueLoad, read_plan, read_screening
from ivr.router import Led, Repeats, Router
from ivr.session import InboundSession
from ivr.testing import FakeLine, SpokenPrompts, acts

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
BUSY = {"kind": "busy"}


class Notes:
    """Keeps what is put; a ledger and a journal."""

    def __init__(self) -> None:
        self.led: list[Led] = []

    def put(self, led: Led) -> None:
        self.led.append(led)

    async def write(self, notes: Any) -> None:
        del notes


class Known:
    """A directory and a history that answer when they are let."""

    def __init__(self, *, vip: bool = False) -> None:
        self.let = asyncio.Event()
        self.let.set()
        self.vip = vip
        self.calls: tuple[datetime, ...] = ()
        self.broken = False

    async def identify(self, raw_number: str) -> CallerCard:
        await self.let.wait()
        match = CardMatch(
            contact_id="1",
            account_id=None,
            name="x",
            account_name="",
            grade="",
            vip=self.vip,
            level="known",
        )
        return CallerCard(
            number=raw_number, raw_number=raw_number, kind="mobile", known=True, matches=(match,)
        )

    async def calls_before(self, caller: str, since: datetime) -> tuple[datetime, ...]:
        await self.let.wait()
        if self.broken:
            raise OSError("the disk is gone")
        assert caller == "+8613800138000"
        return tuple(call for call in self.calls if call >= since)


class Loads:
    def load(self, queues: frozenset[str]) -> Mapping[str, QueueLoad]:
        return {name: QueueLoad(waiting=9) for name in queues}


class House:
    """An inbound session with plans; callers come one at a time."""

    def __init__(self, *rules: dict[str, Any], otherwise: Any = None, **screening: Any) -> None:
        self.known, self.notes, self.calls = Known(), Notes(), 0
        self.router = Router(
            history=self.known,
            ledger=self.notes,
            load=Loads(),
            clock=lambda: NOON,
            grace_seconds=0.02,
        )
        self.put(*rules, otherwise=otherwise, **screening)
        flows = load_flows()
        contexts, prompts = CallContexts(), SpokenPrompts()
        self.session = InboundSession(
            flows=FlowBook(flows, default="hotline"),
            prompts=prompts,
            directory=self.known,
            contexts=contexts,
            notes=Notebook(self.notes),
            default_queue="service",
            leader=Leader(self.router, prompts, contexts),
        )

    def put(self, *rules: dict[str, Any], otherwise: Any = None, **screening: Any) -> None:
        data = {
            "format": 1,
            "rules": [{"id": f"r{index}", **rule} for index, rule in enumerate(rules)],
            "otherwise": otherwise or {"kind": "flow", "flow": "hotline"},
            "closed": BUSY,
        }
        screen = {"format": 1, "blocked": BUSY, "repeats": BUSY, **screening}
        number = Number(did="4000", flow="hotline", plan=read_plan(data))
        book = PlanBook([number], screening=read_screening(screen), default_flow="hotline")
        self.router.put_in_force(book, frozenset())

    async def call(self, number: str = "13800138000", script: str = "") -> FakeLine:

        self.calls += 1
        line = FakeLine(acts(script), callerid=number, uniqueid=f"1767225600.{self.calls}")
        async with asyncio.timeout(5):
            await self.session.serve(line)
        return line


async def test_a_busy_caller_is_refused_without_an_answer() -> None:
    house = House({"to": BUSY})
    line = await house.call()
    assert (line.answered, line.variables["CC_LED"]) == (False, "busy")
    [led] = house.notes.led
    assert (led.caller, led.did, led.decision.why) == ("+8613800138000", "4000", "rule")


@pytest.mark.parametrize(
    ("target", "way"),
    [
        ({"kind": "agent", "agent": "1001"}, "agent-1001"),
        ({"kind": "number", "number": "+862162108888"}, "number-+862162108888"),
        ({"kind": "voicemail", "box": "service"}, "voicemail-service"),
    ],
)
async def test_what_the_dialplan_does_is_handed_to_it_unanswered(
    target: dict[str, Any], way: str
) -> None:
    line = await House({"to": target}).call()
    assert (line.answered, line.variables["CC_LED"]) == (False, way)


async def test_a_queue_answers_and_lets_wait() -> None:
    line = await House({"to": {"kind": "queue", "queue": "sales", "priority": 7}}).call()
    assert (line.answered, line.speaking) == (True, False)
    assert (line.variables["CC_QUEUE"], line.variables["CC_PRIORITY"]) == ("sales", "7")
    assert line.variables["CC_FLOW"] == "queued"
    assert "CC_LED" not in line.variables


@pytest.mark.parametrize("answer", [False, True])
async def test_an_announcement_is_spoken_in_each_language_and_ends_the_call(answer: bool) -> None:
    words = {"zh": "下班了", "en": "Closed"}
    line = await House({"to": {"kind": "announcement", "text": words, "answer": answer}}).call()
    assert (line.answered, line.early) == (answer, not answer)
    assert line.heard == ["下班了", "Closed"]
    assert line.variables["CC_LED"] == "ended"


async def test_a_flow_answers_and_runs_as_without_a_plan() -> None:
    line = await House().call(script="2")
    assert line.answered
    assert "CC_LED" not in line.variables
    assert line.heard


async def test_facts_are_waited_for_a_moment_and_no_longer() -> None:
    vip = {"when": [{"kind": "caller", "group": "vip"}], "to": BUSY}
    house = House(vip, otherwise={"kind": "queue", "queue": "sales"})
    house.known.vip = True
    assert (await house.call()).variables["CC_LED"] == "busy"
    house.known.let.clear()
    began = asyncio.get_running_loop().time()
    line = await house.call()
    assert asyncio.get_running_loop().time() - began < 1
    assert line.variables["CC_QUEUE"] == "sales"
    assert [test.holds for test in house.notes.led[-1].decision.trace][-1:] == [None]
    house.known.let.set()
    await house.session.close()


async def test_who_called_lately_is_led_elsewhere() -> None:
    again = {"when": [{"kind": "recent", "hours": 2}], "to": BUSY}
    house = House(again, otherwise={"kind": "queue", "queue": "sales"})
    assert (await house.call()).variables["CC_QUEUE"] == "sales"
    house.known.calls = (NOON - timedelta(hours=1),)
    assert (await house.call()).variables["CC_LED"] == "busy"
    house.known.broken = True
    assert (await house.call()).variables["CC_QUEUE"] == "sales"
    house.known.let.clear()
    assert (await house.call()).variables["CC_QUEUE"] == "sales"
    await house.router.close()


async def test_load_leads_calls_elsewhere() -> None:
    full = {"kind": "load", "queue": "service", "measure": "waiting", "is": "over", "value": 5}
    line = await House({"when": [full], "to": BUSY}).call()
    assert line.variables["CC_LED"] == "busy"


async def test_a_robot_is_refused_after_its_calls_of_the_minute() -> None:
    house = House(otherwise={"kind": "queue", "queue": "sales"}, most_a_minute=3)
    led = [(await house.call()).variables.get("CC_LED") for _ in range(5)]
    assert led == [None, None, None, "busy", "busy"]
    assert (await house.call("13900139000")).variables["CC_QUEUE"] == "sales"


async def test_a_split_goes_on_over_new_plans_and_restarts() -> None:
    split = {
        "split": [
            {"percent": 75, "to": {"kind": "queue", "queue": "a"}},
            {"percent": 25, "to": {"kind": "queue", "queue": "b"}},
        ]
    }
    house = House(split, most_a_minute=0)
    queues = [(await house.call()).variables["CC_QUEUE"] for _ in range(2)]
    house.put(split, most_a_minute=0)
    queues.append((await house.call()).variables["CC_QUEUE"])
    kept = {
        led.decision.spent.key: led.decision.spent.pick.state.as_json()
        for led in house.notes.led
        if led.decision.spent
    }
    restarted = House(split, most_a_minute=0)
    restarted.router.restore({**kept, "4000/other/x": {"booked": [1]}})
    queues.append((await restarted.call()).variables["CC_QUEUE"])
    assert sorted(queues) == ["a", "a", "a", "b"]


async def test_a_router_that_breaks_leaves_the_caller_to_the_numbers_flow() -> None:
    house = House({"to": BUSY})
    house.notes.put = None  # type: ignore[assignment, method-assign]
    line = await house.call()
    assert line.answered
    assert line.heard


def test_calls_of_a_number_are_counted_by_the_minute_and_bounded() -> None:
    repeats = Repeats(most=2)
    assert [repeats.count("a", NOON + timedelta(seconds=second)) for second in (0, 30, 60)] == [
        1,
        2,
        2,
    ]
    repeats.count("b", NOON)
    repeats.count("c", NOON)
    assert repeats.count("a", NOON + timedelta(seconds=61)) == 1


def test_every_announcement_is_known_before_a_call_comes() -> None:
    say = {"kind": "announcement", "text": {"en": "Closed"}}
    plan = read_plan({"format": 1, "otherwise": BUSY, "closed": say})
    screen = read_screening(
        {"format": 1, "blocked": {**say, "text": {"en": "Go away"}}, "repeats": BUSY}
    )
    texts = {getattr(phrase[0], "text", "") for phrase in announcements([plan], screen)}
    assert texts == {"Closed", "Go away"}
