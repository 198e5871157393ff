"""Plans of numbers on a real Asterisk: refused unanswered, announced, queued, split, dialled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from house import no_channels, plain_house, until
from menu import HOTLINE, Customers, Switchboard, is_queued

from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import CallResult, TrunkCall
from callcenter.demo.scenario import Caller
from crm_core.contexts import CallContexts
from cti.agi import AgiServer
from cti.connection import AmiConnection
from ivr.flows import FlowBook
from ivr.journal import Notebook
from ivr.leading import Leader, announcements
from ivr.numbers import Blocked, BlockList, Number, PlanBook, read_plan, read_schedule
from ivr.plan_store import DEFAULT_SCREENING
from ivr.prompts import PromptStore
from ivr.router import Led, Router
from ivr.session import InboundSession
from ivr.voices import EspeakVoice

pytestmark = pytest.mark.live

BUSY_HERE = 486
SUNDAY = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
OFFICE = read_schedule(
    {
        "format": 1,
        "title": "Office",
        "zone": "Asia/Shanghai",
        "hours": [{"days": ["mon"], "from": "09:00", "until": "18:00"}],
    }
)
CLOSED = {
    "kind": "announcement",
    "text": {"zh": "现在是休息时间", "en": "We are closed on Sundays, please call on Monday"},
}
SPLIT = {
    "format": 1,
    "rules": [
        {
            "id": "share",
            "split": [
                {"percent": 60, "to": {"kind": "queue", "queue": "service"}},
                {"percent": 40, "to": {"kind": "queue", "queue": "sales"}},
            ],
        }
    ],
    "otherwise": {"kind": "busy"},
    "closed": {"kind": "busy"},
}
NIGHT = {
    "format": 1,
    "rules": [
        {
            "id": "night",
            "when": [{"kind": "hours", "schedule": "office", "state": "closed"}],
            "to": CLOSED,
        }
    ],
    "otherwise": {"kind": "flow", "flow": "hotline"},
    "closed": {"kind": "busy"},
}


class Ledger:
    def __init__(self) -> None:
        self.led: list[Led] = []

    def put(self, led: Led) -> None:
        self.led.append(led)


class History:
    async def calls_before(self, caller: str, since: datetime) -> tuple[datetime, ...]:
        del caller, since
        return ()


@dataclass
class House:
    asterisk: AsteriskServer
    board: Switchboard
    router: Router
    ledger: Ledger

    def caller(self, number: str, did: str) -> TrunkCall:
        who = Caller(from_number=number, to_number=did, longest_seconds=30)
        return TrunkCall(who, sip_port=self.asterisk.plan.ports.sip)

    async def call(self, number: str, did: str, seconds: float = 20) -> CallResult:
        """Call, and stay until the far end ends the call."""
        async with self.caller(number, did) as call:
            await call.answered(seconds)
            assert await call.ended(seconds)
            return call.result()


@pytest.fixture(scope="module")
def asterisk() -> Iterator[AsteriskServer]:
    with plain_house() as server:
        yield server


def plan_book() -> PlanBook:
    def number(did: str, data: dict[str, Any]) -> Number:
        return Number(did=did, flow="hotline", plan=read_plan(data))

    to_agent = {**SPLIT, "rules": [], "otherwise": {"kind": "agent", "agent": "1001"}}
    abroad = {**SPLIT, "rules": [], "otherwise": {"kind": "number", "number": "+862162108888"}}
    return PlanBook(
        [
            number("4000", NIGHT),
            number("4001", SPLIT),
            number("4002", to_agent),
            number("4003", abroad),
        ],
        schedules={"office": OFFICE},
        screening=DEFAULT_SCREENING,
        blocked=BlockList([Blocked(number="13700137000", reason="threats")]),
        default_flow="hotline",
    )


@pytest.fixture
async def house(asterisk: AsteriskServer) -> AsyncIterator[House]:
    async with at_work(asterisk) as house:
        yield house


@asynccontextmanager
async def at_work(asterisk: AsteriskServer) -> AsyncIterator[House]:
    plan = asterisk.plan
    prompts = PromptStore(plan.prompts, await EspeakVoice.find())
    assert not (await prompts.prepare(HOTLINE)).failed
    for phrase in announcements([read_plan(NIGHT)], None):
        await prompts.make(phrase)
    board, ledger, contexts = Switchboard(), Ledger(), CallContexts()
    router = Router(history=History(), ledger=ledger, clock=lambda: SUNDAY)
    router.put_in_force(plan_book(), frozenset())
    session = InboundSession(
        flows=FlowBook({"hotline": HOTLINE}, default="hotline"),
        prompts=prompts,
        directory=Customers(),
        contexts=contexts,
        notes=Notebook(None),  # type: ignore[arg-type]  # its writer does not run here
        default_queue="service",
        leader=Leader(router, prompts, contexts),
    )
    agi = AgiServer("127.0.0.1", plan.ports.agi, session)
    link = AmiConnection(
        "127.0.0.1", plan.ports.ami, "callcenter", plan.ami_secret, on_message=board.on_message
    )
    try:
        await agi.start()
        await link.connect(within=10)
        yield House(asterisk, board, router, ledger)
    finally:
        await until("no channel is left", lambda: no_channels(asterisk))
        await link.close()
        await agi.close()
        await session.close()


async def test_a_blocked_caller_gets_busy_and_is_never_answered(house: House) -> None:
    result = await house.call("13700137000", "4000")
    assert (result.answered, result.refused) == (False, BUSY_HERE)
    assert house.ledger.led[-1].decision.why == "blocked"


async def test_a_closed_number_announces_it_before_any_answer(house: House) -> None:
    result = await house.call("13800138000", "4000")
    assert not result.answered
    decision = house.ledger.led[-1].decision
    assert (decision.why, decision.rule) == ("rule", "night")
    await house.board.came_by("led")
    assert result.packets_received > 100  # two seconds and more were heard, unanswered


async def test_calls_are_split_over_two_queues_and_none_is_a_call_off(house: House) -> None:
    queues: Counter[str] = Counter()
    for nth in range(1, 11):
        async with house.caller(f"1390013{nth:04}", "4001") as call:
            assert await call.answered()
            heard = await house.board.hears(is_queued, seconds=15, times=nth)
            queues[heard[-1].get("Queue")] += 1
        assert abs(queues["service"] - nth * 0.6) < 1
        assert abs(queues["sales"] - nth * 0.4) < 1
    assert queues == {"service": 6, "sales": 4}


async def test_an_agent_who_is_away_and_a_number_without_a_trunk_end_unanswered(
    house: House,
) -> None:
    for did, context in (("4002", "colleagues"), ("4003", "dial-out")):
        result = await house.call("13800138000", did)
        assert not result.answered
        await house.board.came_by(context)


async def test_a_number_with_a_flow_is_answered_as_ever(house: House) -> None:
    async with house.caller("13800138000", "4999") as call:
        assert await call.answered()
    async with asyncio.timeout(5):
        await house.board.hung_up()
