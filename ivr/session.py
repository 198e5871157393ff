"""An inbound call's time with us: who calls, what they hear, and where they wait afterwards."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from uuid import UUID

import structlog

from crm_core.contexts import CallContexts
from cti.agi import AgiSession
from cti.errors import AgiFailed, AgiHangup
from ivr.arrival import Arrival, arrival_of
from ivr.canary import Ending
from ivr.circumstances import Circumstances
from ivr.flow import End, Enqueue, Flow, HangUp, State, Transfer, go_on
from ivr.flow.ending import QueueNode
from ivr.hearing.ears import Ears
from ivr.journal import Notebook
from ivr.leading import QUEUED, Leader
from ivr.line import AgiLine, Line
from ivr.lookup import Directory, look_up
from ivr.player import Player, Prompts
from ivr.scribe import Scribe
from ivr.services import NoServices, Services

log = structlog.get_logger(__name__)

LOOKUP_SECONDS = 2.0
CARD_GRACE_SECONDS = 0.05  # the most a caller waits for his look-up, on his whole way
BROKEN: Final = "broken"  # asked by the dialplan when a flow ended without a word
AFTER: Final[Mapping[str, str]] = {"after": "after", "untaken": "failed"}  # script -> way on
_MOST_PARKED = 10_000  # callers whose flow goes on later; beyond it the oldest hear no more


class FlowChoice(Protocol):
    """Knows which flow a dialled number gets."""

    def flow_for(self, did: str) -> Flow:
        """Give the flow; there is one for every number."""
        ...

    def named(self, name: str) -> Flow | None:
        """Give the flow of this name, or None."""
        ...

    def version_for(self, flow: Flow, call_id: UUID) -> Flow:
        """Give the version of a flow that this call gets."""
        ...

    @property
    def library(self) -> Mapping[str, Flow]:
        """All flows by name: those a flow may call."""
        ...

    def ended(self, flow: Flow, ending: Ending) -> None:
        """Take note of how a caller's time in a flow ended."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parked:
    """A caller whose flow goes on later: behind the agent, or a transfer nobody took."""

    flow: Flow
    library: Mapping[str, Flow]
    state: State
    scribe: Scribe


class InboundSession:
    """The handler of `/inbound`, `/after`, `/untaken` and `/broken` for `cti.agi.AgiServer`.

    Whatever happens in here, the caller is queued: the first thing set on the channel is the
    default queue, so that even our own death leaves the dialplan a place to send the caller to.
    `CC_FLOW` comes last: without it the flow broke off, and `/broken` is asked for the caller.
    """

    def __init__(
        self,
        *,
        flows: FlowChoice,
        prompts: Prompts,
        directory: Directory,
        contexts: CallContexts,
        notes: Notebook,
        default_queue: str,
        services: Services | None = None,
        recordings: Path = Path("/nonexistent"),
        system: str = "",
        leader: Leader | None = None,
        ears: Ears | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lookup_seconds: float = LOOKUP_SECONDS,
    ) -> None:
        """Take everything a session needs; `system` is Asterisk's systemname, if any.

        `recordings` is the folder of what callers say, which Asterisk may write to.
        """
        self._flows = flows
        self._prompts = prompts
        self._directory = directory
        self._contexts = contexts
        self._notes = notes
        self._default_queue = default_queue
        self._services = services or NoServices()
        self._recordings = recordings
        self._system = system
        self._clock = clock
        self._lookup_seconds = lookup_seconds
        self._leader = leader
        self._ears = ears
        self._lookups: set[asyncio.Task[None]] = set()
        self._parked: OrderedDict[UUID, _Parked] = OrderedDict()

    async def __call__(self, agi: AgiSession) -> None:
        """Serve one FastAGI session; never raises but for cancellation."""
        await self.serve(AgiLine(agi, self._ears))

    async def close(self) -> None:
        """End the look-ups that are still under way."""
        for task in self._lookups:
            task.cancel()
        await asyncio.gather(*self._lookups, return_exceptions=True)

    async def serve(self, line: Line) -> None:
        """Serve one caller on any line; never raises but for cancellation."""
        arrival = arrival_of(line.environment, system=self._system)
        script = line.environment.get("agi_network_script", "")
        way = AFTER.get(script)
        with structlog.contextvars.bound_contextvars(call_id=str(arrival.call_id)):
            try:
                if script == BROKEN:
                    await line.set_variable(*QUEUED)
                elif way is None:
                    await self._begin(line, arrival)
                else:
                    await self._go_on(line, arrival, way)
            except AgiHangup:
                log.info("caller_left_flow", channel=arrival.channel)
            except AgiFailed as error:  # the other end answers as Asterisk never would
                log.warning("inbound_session_failed", queue=self._default_queue, reason=str(error))
            except Exception:
                log.exception("inbound_session_failed", queue=self._default_queue)

    async def _begin(self, line: Line, arrival: Arrival) -> None:
        await line.set_variable("CC_QUEUE", self._default_queue)
        await line.set_variable("__CC_CALL_ID", str(arrival.call_id))
        lookup = self._start_lookup(arrival)
        flow, grace = self._flows.flow_for(arrival.did), CARD_GRACE_SECONDS
        if self._leader is not None:
            began = asyncio.get_running_loop().time()
            led = await self._leader.lead(line, arrival, lookup)
            if led is None:
                return
            grace -= asyncio.get_running_loop().time() - began  # he may have waited already
            flow = self._flows.named(led) or flow
        flow = self._flows.version_for(flow, arrival.call_id)
        await line.answer(speaking=not isinstance(flow.nodes[flow.start], QueueNode))
        self._contexts.set_language(arrival.call_id, flow.language)
        scribe = Scribe(arrival, flow, self._contexts, notes=self._notes, clock=self._clock)
        library = self._flows.library
        player = self._player(line, arrival, scribe, lookup)
        try:
            state, end = await player.run(flow, library=library)
        except AgiHangup:
            self._flows.ended(flow, Ending.GAVE_UP)
            raise
        asked = isinstance(end, Enqueue) and end.operator
        self._flows.ended(flow, Ending.OPERATOR if asked else Ending.DONE)
        await asyncio.wait({lookup}, timeout=max(0.0, grace))
        parked = _Parked(flow=flow, library=library, state=state, scribe=scribe)
        await self._finish(line, arrival, parked, end)

    async def _go_on(self, line: Line, arrival: Arrival, way: str) -> None:
        """Take a parked flow up again; a caller nobody parked is left to the dialplan."""
        parked = self._parked.pop(arrival.call_id, None)
        if parked is None:
            log.info("no_flow_to_go_on_with", way=way)
            return
        if way == "failed":
            await line.set_variable("CC_QUEUE", self._default_queue)
        began = go_on(parked.flow, parked.state, way, library=parked.library)
        player = self._player(line, arrival, parked.scribe, None)
        state, end = await player.go_on(parked.flow, *began, library=parked.library)
        again = _Parked(
            flow=parked.flow, library=parked.library, state=state, scribe=parked.scribe
        )
        await self._finish(line, arrival, again, end)

    def _player(
        self, line: Line, arrival: Arrival, scribe: Scribe, lookup: asyncio.Task[None] | None
    ) -> Player:
        around = Circumstances(
            arrival,
            services=self._services,
            contexts=self._contexts,
            lookup=lookup,
            folder=self._recordings,
            clock=self._clock,
        )
        return Player(line, self._prompts, around, on_step=scribe.step)

    def _start_lookup(self, arrival: Arrival) -> asyncio.Task[None]:
        async def keep_card() -> None:
            card = await look_up(self._directory, arrival.number, seconds=self._lookup_seconds)
            self._contexts.set_card(arrival.call_id, card)

        task = asyncio.create_task(keep_card(), name="caller-lookup")
        self._lookups.add(task)
        task.add_done_callback(self._lookups.discard)
        return task

    async def _finish(self, line: Line, arrival: Arrival, parked: _Parked, end: End) -> None:
        """Leave on the channel what the dialplan goes on with."""
        match end:
            case Enqueue():
                await line.set_variable("CC_QUEUE", end.queue)
                await line.set_variable("CC_PRIORITY", str(end.priority))
                await line.set_variable("CC_LANGUAGE", parked.state.language)
                if end.after:
                    self._park(arrival, parked)
                    await line.set_variable("CC_AFTER", "yes")
                await line.set_variable(*QUEUED)
            case Transfer():
                self._park(arrival, parked)
                kind = f"number-{end.number}" if end.number else f"agent-{end.agent}"
                await line.set_variable("CC_TRANSFER_SECONDS", str(end.seconds))
                await line.set_variable("CC_TRANSFER", kind)
            case HangUp():
                await line.set_variable("CC_FLOW", "ended")
                await line.hang_up()

    def _park(self, arrival: Arrival, parked: _Parked) -> None:
        self._parked[arrival.call_id] = parked
        while len(self._parked) > _MOST_PARKED:
            self._parked.popitem(last=False)
