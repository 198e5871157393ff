"""An inbound call's time with us: who calls, what they hear, and where they wait afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from crm_core.contexts import CallContexts
from cti.agi import AgiSession
from cti.errors import AgiHangup
from ivr.arrival import Arrival, arrival_of
from ivr.flow import End, Enqueue, Flow, HangUp, Input, Note, State, Step, Transfer, told, what
from ivr.journal import DataKept, Notebook, StepTaken
from ivr.leading import Leader
from ivr.line import AgiLine, Line
from ivr.lookup import Directory, look_up
from ivr.player import Player, Prompts

log = structlog.get_logger(__name__)

LOOKUP_SECONDS = 2.0
CARD_GRACE_SECONDS = 0.25  # the most a caller who was quicker than the look-up waits for it
_TICK = timedelta(microseconds=1)


class FlowChoice(Protocol):
    """Knows which flow a dialled number gets."""

    def flow_for(self, did: str) -> Flow:
        """Give the flow; there is one for every number."""
        ...

    def named(self, name: str) -> Flow | None:
        """Give the flow of this name, or None."""
        ...


class InboundSession:
    """The handler of `/inbound` for `cti.agi.AgiServer`.

    Whatever happens in here, the caller is queued: the first thing set on the channel is the
    default queue, so that even our own death leaves the dialplan a place to send the caller to.
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
        system: str = "",
        leader: Leader | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lookup_seconds: float = LOOKUP_SECONDS,
    ) -> None:
        """Take everything a session needs; `system` is Asterisk's systemname, if any."""
        self._flows = flows
        self._prompts = prompts
        self._directory = directory
        self._contexts = contexts
        self._notes = notes
        self._default_queue = default_queue
        self._system = system
        self._clock = clock
        self._lookup_seconds = lookup_seconds
        self._leader = leader
        self._lookups: set[asyncio.Task[None]] = set()

    async def __call__(self, agi: AgiSession) -> None:
        """Serve one FastAGI session; never raises but for cancellation."""
        await self.serve(AgiLine(agi))

    async def close(self) -> None:
        """End the look-ups that are still under way."""
        for task in self._lookups:
            task.cancel()
        await asyncio.gather(*self._lookups, return_exceptions=True)

    async def serve(self, line: Line) -> None:
        """Serve one caller on any line; never raises but for cancellation."""
        arrival = arrival_of(line.environment, system=self._system)
        with structlog.contextvars.bound_contextvars(call_id=str(arrival.call_id)):
            try:
                await line.set_variable("CC_QUEUE", self._default_queue)
                await line.set_variable("__CC_CALL_ID", str(arrival.call_id))
                await self._receive(line, arrival)
            except AgiHangup:
                log.info("caller_left_flow", channel=arrival.channel)
            except Exception:
                log.exception("inbound_session_failed", queue=self._default_queue)

    async def _receive(self, line: Line, arrival: Arrival) -> None:
        lookup = self._start_lookup(arrival)
        flow = self._flows.flow_for(arrival.did)
        if self._leader is not None:
            led = await self._leader.lead(line, arrival, lookup)
            if led is None:
                return
            flow = self._flows.named(led) or flow
        await line.answer()
        self._contexts.set_language(arrival.call_id, flow.language)
        scribe = _Scribe(arrival, flow, self._contexts, notes=self._notes, clock=self._clock)
        player = Player(line, self._prompts, on_step=scribe.step)
        state, end = await player.run(flow)
        await asyncio.wait({lookup}, timeout=CARD_GRACE_SECONDS)
        await _finish(line, state, end)

    def _start_lookup(self, arrival: Arrival) -> asyncio.Task[None]:
        async def keep_card() -> None:
            card = await look_up(self._directory, arrival.number, seconds=self._lookup_seconds)
            self._contexts.set_card(arrival.call_id, card)

        task = asyncio.create_task(keep_card(), name="caller-lookup")
        self._lookups.add(task)
        task.add_done_callback(self._lookups.discard)
        return task


async def _finish(line: Line, state: State, end: End) -> None:
    """Leave on the channel what the dialplan goes on with."""
    match end:
        case Enqueue():
            await line.set_variable("CC_QUEUE", end.queue)
            await line.set_variable("CC_PRIORITY", str(end.priority))
            await line.set_variable("CC_LANGUAGE", state.language)
        case HangUp() | Transfer():
            await line.set_variable("CC_FLOW", "ended")
            await line.hang_up()


class _Scribe:
    """Writes one call's steps and data into its context and the notebook."""

    def __init__(
        self,
        arrival: Arrival,
        flow: Flow,
        contexts: CallContexts,
        *,
        notes: Notebook,
        clock: Callable[[], datetime],
    ) -> None:
        self._call_id = arrival.call_id
        self._flow = flow
        self._contexts = contexts
        self._notes = notes
        self._clock = clock
        self._last = datetime.min.replace(tzinfo=UTC)

    def step(self, state: State, step: Step, given: Input) -> None:
        """Note a step that was taken, and the data when it changed them."""
        taken = StepTaken(
            call_id=self._call_id,
            at=self._now(),
            flow=self._flow.name,
            version=self._flow.version,
            node=step.node,
            what=what(step),
            input=told(given),
        )
        self._contexts.step(self._call_id, " ".join((taken.node, taken.what, taken.input)).strip())
        self._notes.put(taken)
        if isinstance(step, Note):
            self._keep(state)

    def _keep(self, state: State) -> None:
        self._contexts.set_language(self._call_id, state.language)
        self._contexts.put(self._call_id, state.data)
        data = dict(state.data)
        kept = DataKept(call_id=self._call_id, at=self._now(), language=state.language, data=data)
        self._notes.put(kept)

    def _now(self) -> datetime:
        """Give a time later than the one before: it tells the call's steps apart."""
        self._last = max(self._clock(), self._last + _TICK)
        return self._last
