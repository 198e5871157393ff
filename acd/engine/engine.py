"""The engine: feeds the board with events, commands and time, and has its wishes performed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, tzinfo
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from acd.board import AttemptOutcome, Board, Figures, KnownCall, Moment, Roster
from acd.board.settings import NO_BRIEF
from acd.briefing import brief_of
from acd.bus import Bus
from acd.effects import DialCallback, Effect, PopScreen, ShutOutOthers
from acd.engine.boot import BootMark
from acd.engine.callback_keeping import attempt_of
from acd.engine.clock import Clock, LoopClock, NextTimer
from acd.engine.desk import Desk
from acd.engine.dialbacks import DialBacks
from acd.engine.fence import FencedSwitch
from acd.engine.performer import Performer
from acd.engine.pops import Pops
from acd.engine.ports import Announcements, Feed, PhoneCredentials, Tracker
from acd.engine.records import RecordKeeper
from acd.lead import Lead, SoleLead
from acd.notices import CallRecorded
from acd.recorder import Recorder
from acd.store import OpenCallKept, Store
from crm_core.contexts import CallContexts
from crm_core.errors import DatabaseUnavailable
from cti.errors import CtiError
from cti.events import CallQueued, Event, Resynced, Settled
from cti.found import OpenCall
from cti.switch import Switch

HEARTBEAT_SECONDS = 1.0
LOOK_UP_DELAY = 0.005  # seconds: the redirect goes first
TURNS_TO_RING = 8  # of the loop: the pop is handed over, then the redirect is written
LAG_LIMIT = 2.0  # seconds the board's wishes may wait before the queues count as unserved

_log = structlog.get_logger(__name__)


class _FeedClosed(Exception):  # noqa: N818 - errors are named for what happened
    """The feed was closed on purpose: the engine is to end, quietly."""


class EngineStopped(Exception):  # noqa: N818 - errors are named for what happened
    """A part of the engine ended, so all of it does; the dialplan's fallback takes over."""


class Engine:
    """Decides and acts until its feed is closed; raises when any of its tasks ends before.

    Call `prepare` before the feed is started, then `run`. Whoever took the `lead` keeps
    it; `run` raises `LeadLost` (in a group) when Asterisk says that another engine leads.
    """

    def __init__(
        self,
        *,
        feed: Feed,
        tracker: Tracker,
        switch: Switch,
        bus: Bus,
        store: Store,
        contexts: CallContexts,
        credentials: PhoneCredentials,
        spool: Path,
        zone: tzinfo,
        lead: Lead | None = None,
        way_out: Callable[[str], str] = "PJSIP/{}@trunk".format,
        announcements: Announcements | None = None,
        clock: Clock | None = None,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._heartbeat_seconds = heartbeat_seconds
        self._lead = lead or SoleLead()
        self._announcements = announcements
        self._way_out = way_out  # the device that reaches a number outside
        self._switch = FencedSwitch(switch, self._lead)
        self._feed, self._bus, self._store = feed, bus, store
        self._contexts, self._tracker = contexts, tracker
        self._boot, self._zone = BootMark(spool), zone
        self._clock = clock or LoopClock()
        self._recorder = Recorder(store.perform, spool=spool, told=self._tell_recorded)
        self._board = Board(Roster(), self._clock.now(), zone=zone)
        self._pops = Pops(contexts)
        self._keeper = RecordKeeper(self._recorder, tracker, contexts)
        self._performer = self._new_performer()
        self._desk = self._new_desk(credentials)
        self._timer = NextTimer(self._clock)
        self._beat = asyncio.Event()

    async def prepare(self) -> None:
        """Read queues, agents, today's figures and the calls that were alive.

        Raises `DatabaseUnavailable`: without a roster there is nothing to decide.
        """
        await self._recorder.catch_up()
        now = self._clock.now()
        roster, figures = await self._store.roster(), await self._store.figures(now.at)
        midnight = datetime.combine(now.at.astimezone(self._zone), time_of_day.min, self._zone)
        alive, days = await self._store.open_calls(), await self._store.agents(midnight)
        owed = await self._store.owed_callbacks()
        self._tracker.restore([_open_call(kept) for kept in alive], booted=self._boot.read())
        self._keeper.remember(alive)
        self._begin(roster, figures, [kept.known for kept in alive])
        self._perform(self._board.recall(days, self._clock.now()))
        self._perform(self._board.remember_callbacks(owed, now))

    async def run(self) -> None:
        """Serve until the feed is closed; every task is named, and the end of one ends all.

        Raises an ExceptionGroup with what went wrong; `EngineStopped` tells of a part
        that ended without a fault of its own.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for name, work in self._works().items():
                    group.create_task(_guarded(name, work), name=f"acd-{name}")
        except* _FeedClosed:
            _log.info("engine_ended")
        finally:
            self._desk.close()
            self._timer.cancel()

    async def drained(self) -> None:
        """Wait until everything that happened is written."""
        self._keeper.catch_up()
        await self._recorder.drained()

    @property
    def board(self) -> Board:
        """Return the board, to be read."""
        return self._board

    def on_reload(self, also: Callable[[], Awaitable[None]]) -> None:
        """Have this read its configuration anew, too, whenever the board does."""
        self._desk.also_reloaded.append(also)

    def on_reloaded(self, tell: Callable[[], Awaitable[str]]) -> None:
        """Have this told once the board works by a new configuration; it returns a remark."""
        self._desk.then_told.append(tell)

    def healthy(self) -> bool:
        """Tell whether the queues are served: link up, events read, wishes performed."""
        return self._board.stale_since is None and self._performer.lag() < LAG_LIMIT

    def _new_performer(self) -> Performer:
        return Performer(
            switch=self._switch,
            token=self._lead.token,
            bus=self._bus,
            recorder=self._keeper,
            contexts=self._contexts,
            pops=self._pops,
            tracker=self._tracker,
            clock=self._clock,
            offer_failed=self._offer_failed,
            divert_failed=self._divert_failed,
            note=self._keeper.note,
            look_up=self._look_up,
            say=self._say,
            waits=self._board.waits,
            dial_backs=DialBacks(
                self._switch,
                token=self._lead.token,
                reserve=self._reserve,
                failed=self._callback_failed,
                way_out=self._way_out,
            ),
        )

    def _new_desk(self, credentials: PhoneCredentials) -> Desk:
        return Desk(
            board=self._board,
            bus=self._bus,
            store=self._store,
            pops=self._pops,
            contexts=self._contexts,
            credentials=credentials,
            clock=self._clock,
            perform=self._perform,
        )

    def _works(self) -> dict[str, Coroutine[Any, Any, None]]:
        return {
            "recorder": self._recorder.run(),
            "records": self._keeper.run(),
            "performer": self._performer.run(),
            "timers": self._ring_timers(),
            "heartbeat": self._keep_beating(),
            "commands": self._bus.serve(self._desk.answer),
            "events": self._read_events(),
        }

    def _begin(self, roster: Roster, figures: dict[str, Figures], known: list[KnownCall]) -> None:
        self._board.load_figures(figures)
        self._board.remember(known)
        self._perform(self._board.configure(roster, self._clock.now()))

    async def _read_events(self) -> None:
        try:
            async for event in self._feed.events():
                self._hear(event)
                await self._let_ring()
        finally:
            self._keeper.catch_up()  # while the recorder still runs
        raise _FeedClosed

    async def _let_ring(self) -> None:
        """Let a redirect that was just decided be written before anything else is done."""
        for _ in range(TURNS_TO_RING):
            if not self._performer.rings.unwritten:
                return
            await asyncio.sleep(0)

    def _hear(self, event: Event) -> None:
        now = self._clock.now()
        if isinstance(event, CallQueued):
            self._brief(event, now)
        if isinstance(event, Resynced):
            self._performer.add([ShutOutOthers()])
            self._keeper.keep_missed(self._tracker.missed())
        self._perform(self._board.apply(event, now, more=self._feed.waiting() > 0))
        self._keeper.hear(event)
        if isinstance(event, Resynced):
            self._boot.write(event.booted)
        if isinstance(event, Resynced | Settled):
            self._beat.set()  # callers wait for a sign of life

    def _brief(self, event: CallQueued, now: Moment) -> None:
        brief = brief_of(self._contexts.get(event.call_id), queued_with=event.priority)
        if brief != NO_BRIEF:  # after a restart the store knows more than our empty memory
            self._perform(self._board.brief(event.call_id, brief, now))

    def _perform(self, effects: list[Effect]) -> None:
        if effects:
            self._performer.add(effects)
        self._timer.set(self._board.next_deadline())

    async def _ring_timers(self) -> None:
        while True:
            await self._timer.due()
            await self._let_ring()  # rows of the same step are due at once, and can wait
            await self._performer.rings.settled()
            self._perform(self._board.tick(self._clock.now()))

    async def _keep_beating(self) -> None:
        while True:
            if self.healthy():
                await self._beat_once()
            self._beat.clear()
            try:
                async with asyncio.timeout(self._heartbeat_seconds):
                    await self._beat.wait()
            except TimeoutError:
                continue

    async def _beat_once(self) -> None:
        try:
            await self._switch.set_heartbeat(time.time_ns() // 1_000_000)
        except CtiError as error:
            _log.warning("heartbeat_not_sent", reason=str(error))

    def _offer_failed(self, call_id: UUID) -> None:
        self._perform(self._board.offer_failed(call_id, self._clock.now()))

    def _callback_failed(self, call_id: UUID, outcome: AttemptOutcome, over: str) -> None:
        now = self._clock.now()
        self._perform(self._board.callback_failed(call_id, outcome, now, over=over))

    async def _reserve(self, dial: DialCallback) -> None:
        await self._store.reserve_attempt(*attempt_of(dial))

    async def _say(self, call_id: UUID, names: Sequence[str]) -> tuple[str, ...]:
        """Make announcements ready in the caller's language; return those that are."""
        if self._announcements is None:
            return tuple(names)
        context = self._contexts.get(call_id)
        return await self._announcements.ready(context.language if context else "", names)

    def _divert_failed(self, call_id: UUID) -> None:
        self._perform(self._board.divert_failed(call_id, self._clock.now()))

    async def _look_up(self, pop: PopScreen) -> None:
        """Find out who calls after the fact, and show the pop again; the ring goes on."""
        await asyncio.sleep(LOOK_UP_DELAY)
        try:
            card = await self._store.identify(pop.caller_number)
            data = await self._store.call_data(pop.call_id)
        except DatabaseUnavailable as error:
            _log.warning("caller_not_looked_up", call_id=str(pop.call_id), reason=str(error))
            return
        self._contexts.set_card(pop.call_id, card)
        self._contexts.put(pop.call_id, {**data, **self._contexts.of(pop.call_id).data})
        notice = self._pops.again(pop.agent_id, pop.call_id)
        if notice is not None:
            await self._bus.publish(notice)

    async def _tell_recorded(self, call_id: UUID) -> None:
        await self._bus.publish(CallRecorded(call_id=call_id))


def _open_call(kept: OpenCallKept) -> OpenCall:
    known = kept.known
    return OpenCall(
        call_id=known.call_id,
        queue=known.queue,
        queued_at=known.queued_at,
        priority=known.priority,
        answered_at=known.answered_at,
        started_at=kept.call.started_at,
    )


async def _guarded(name: str, work: Coroutine[Any, Any, None]) -> None:
    """Run one part; that it ends at all is a fault."""
    await work
    _log.error("engine_part_ended", part=name)
    raise EngineStopped(f"{name} ended")
