"""The IVR at work on a real Asterisk, with a journal and a switchboard that stories wait on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from house import no_channels, redirect, until

from callcenter.asterisk import AsteriskServer
from callcenter.demo.caller import TrunkCall
from callcenter.demo.scenario import Caller
from crm_core.contexts import CallContext, CallContexts
from crm_core.directory.card import CallerCard
from cti.agi import AgiServer
from cti.connection import AmiConnection
from cti.messages import AmiMessage
from ivr.flow import Flow, flow_from
from ivr.flows import FlowBook, load_flows
from ivr.hearing.ears import Ears
from ivr.journal import CallNote, Notebook, StepTaken
from ivr.prompts import PromptStore
from ivr.services import Services
from ivr.session import InboundSession
from ivr.voices import EspeakVoice

Note = TypeVar("Note", bound=CallNote)
HOTLINE = load_flows()["hotline"]


def brief_flow(*, seconds: int, of: Flow = HOTLINE) -> Flow:
    """A flow with short prompts, which waits `seconds` for a key, and asks twice."""
    data: dict[str, Any] = of.model_dump(mode="json")
    for prompt in data["prompts"].values():
        for part in prompt:
            if "text" in part:
                part["text"] = dict.fromkeys(part["text"], "嗯")
    for node in data["nodes"].values():
        if node["kind"] in {"menu", "collect", "survey"}:
            node |= {"seconds": seconds, "retries": 1}
    return flow_from(data)


class Customers:
    async def identify(self, raw_number: str) -> CallerCard:
        return CallerCard(number=raw_number, raw_number=raw_number, kind="mobile", known=True)


class StepList:
    """Keeps the steps of all calls; others wait for one of them."""

    def __init__(self) -> None:
        self.steps: list[StepTaken] = []
        self.notes: list[CallNote] = []
        self._news = asyncio.Condition()

    async def write(self, notes: Sequence[CallNote]) -> None:
        async with self._news:
            self.notes.extend(notes)
            self.steps.extend(note for note in notes if isinstance(note, StepTaken))
            self._news.notify_all()

    async def reached(self, node: str, *, seconds: float = 15) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: any(step.node == node for step in self.steps))

    async def left(self, *, seconds: float = 15) -> StepTaken:
        """Wait until the caller has left; give the step he left in."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: self.steps and self.steps[-1].input == "left")
        return self.steps[-1]

    async def inputs(self, count: int, *, seconds: float = 15) -> list[str]:
        """Wait for as many steps; give what the caller did in them."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(self.steps) >= count)
        return [step.input for step in self.steps][:count]

    async def has(self, kind: type[Note], *, seconds: float = 15) -> Note:
        """Wait for a note of this kind."""

        def found() -> list[Note]:
            return [note for note in self.notes if isinstance(note, kind)]

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(found)
            return found()[0]

    @property
    def nodes(self) -> list[str]:
        return [step.node for step in self.steps]


def is_queued(message: AmiMessage) -> bool:
    return message.get("UserEvent") == "CallQueued"


class Switchboard:
    """Hears Asterisk's events, and waits for one."""

    def __init__(self) -> None:
        self.heard: list[AmiMessage] = []
        self._news = asyncio.Event()

    def on_message(self, message: AmiMessage) -> None:
        self.heard.append(message)
        self._news.set()

    async def hears(
        self, what: Callable[[AmiMessage], bool], *, seconds: float, times: int = 1
    ) -> list[AmiMessage]:
        """Wait until as many messages fit; give all that do."""
        async with asyncio.timeout(seconds):
            while len(found := [message for message in self.heard if what(message)]) < times:
                self._news.clear()
                await self._news.wait()
        return found

    async def queued(self, *, seconds: float = 20) -> tuple[str, str]:
        """Give the queue and priority with which the caller began to wait."""
        event = (await self.hears(is_queued, seconds=seconds))[0]
        return event.get("Queue"), event.get("Priority")

    async def came_by(self, context: str) -> None:
        """Wait until a channel is told of in this context of the dialplan."""
        await self.hears(lambda message: message.get("Context") == context, seconds=10)

    async def hung_up(self, *, seconds: float = 10) -> None:
        await self.hears(lambda message: message.event == "Hangup", seconds=seconds)


@dataclass
class Ivr:
    """The IVR at work on a real Asterisk."""

    asterisk: AsteriskServer
    agi: AgiServer
    board: Switchboard
    journal: StepList
    contexts: CallContexts

    def context(self) -> CallContext:
        return self.contexts.of(self.journal.steps[0].call_id)

    @asynccontextmanager
    async def caller(self, number: str = "13800138000") -> AsyncIterator[TrunkCall]:
        """Call the service number and be answered; nothing of the call is left afterwards."""
        who = Caller(from_number=number, to_number="4000", longest_seconds=90)
        async with TrunkCall(who, sip_port=self.asterisk.plan.ports.sip) as call:
            assert await call.answered()
            yield call
        await self.board.hung_up()
        await until("no channel is left", lambda: no_channels(self.asterisk))
        await self.sessions(0)

    async def sessions(self, count: int) -> None:
        """Wait until so many callers are in our hands."""
        await until(f"{count} sessions", lambda: self.agi.sessions == count)

    async def asks_after_the_call(self) -> None:
        """Do what the dialplan does when an agent has hung up; wait until we have the caller."""
        await self.sessions(0)
        await asyncio.to_thread(redirect, self.asterisk, "after-call", "s")
        await self.sessions(1)


@asynccontextmanager
async def at_work(
    asterisk: AsteriskServer,
    flow: Flow,
    *,
    services: Services | None = None,
    ears: Ears | None = None,
) -> AsyncIterator[Ivr]:
    plan = asterisk.plan
    prompts = PromptStore(plan.prompts, await EspeakVoice.find())
    assert not (await prompts.prepare(flow)).failed
    board, journal, contexts = Switchboard(), StepList(), CallContexts()
    notes = Notebook(journal)
    session = InboundSession(
        flows=FlowBook({**load_flows(), flow.name: flow}, default=flow.name),
        services=services,
        ears=ears,
        recordings=plan.recordings,
        prompts=prompts,
        directory=Customers(),
        contexts=contexts,
        notes=notes,
        default_queue="service",
    )
    agi = AgiServer("127.0.0.1", plan.ports.agi, session)
    link = AmiConnection(
        "127.0.0.1",
        plan.ports.ami,
        "callcenter",
        plan.ami_secret,
        on_message=board.on_message,
    )
    writer = asyncio.create_task(notes.run(), name="notebook")
    try:
        await agi.start()
        await link.connect(within=10)
        yield Ivr(asterisk, agi, board, journal, contexts)
    finally:
        await link.close()
        await agi.close()
        await session.close()
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
