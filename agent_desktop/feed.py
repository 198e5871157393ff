"""Keep this web process's copy of the board true: subscribe, load a snapshot, apply notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from aiohttp import web

from acd.bus import Bus
from acd.commands import Accepted, GetSnapshot
from acd.notices import AgentRow, Envelope, FeedFresh, FeedStale, Notice, Snapshot
from agent_desktop.mirror import Mirror, Taken
from crm_core.ending import end_when_told

log = structlog.get_logger(__name__)

QUIET_SECONDS = 2.0  # without a notice for so long, ask the engine whether it lives
ARRIVAL_SECONDS = 0.5  # a notice may be this long on its way behind the answer
BREATH_SECONDS = 0.02  # a feed that always breaks must not eat the machine
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """The mirror was filled from a snapshot: every desktop starts again from it.

    `before`: the agents of another engine's board that this one replaces; else empty.
    """

    before: Mapping[str, AgentRow] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One notice was applied; `agents` may see it (None: everyone), supervisors always."""

    epoch: str
    seq: int
    at: datetime
    notice: Notice
    agents: frozenset[str] | None


Listener = Callable[[Loaded | Told], None]


class _SnapshotNeeded(Exception):  # noqa: N818 - a turn in the road, not an error
    """A notice is missing or the engine began anew."""


class _EngineAway(Exception):  # noqa: N818 - a state of the world, not an error
    """The engine does not answer."""


class BoardFeed:
    """Runs until cancelled; listeners are called at once, in order, and must not block."""

    def __init__(self, bus: Bus, *, clock: Callable[[], datetime]) -> None:
        self.mirror = Mirror()
        self.mirror.stale_since = clock()  # nothing is known until the first snapshot
        self._bus = bus
        self._clock = clock
        self._listeners: list[Listener] = []
        self._failures = 0
        self._away = False
        self.loaded = asyncio.Event()  # set while the engine answers

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every change from now on."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Follow the board for ever; each failure leads to the same fresh start."""
        while True:
            # In a task of its own: a TaskGroup that fails may leave its task marked as being
            # cancelled, and before Python 3.11.4 no time limit works in such a task.
            mend = await asyncio.create_task(self._follow_once(), name="board_turn")
            end_when_told()
            if mend:
                log.info("board_snapshot_needed", epoch=self.mirror.epoch, seq=self.mirror.seq)
                await asyncio.sleep(BREATH_SECONDS)
            else:
                self._mark_away()
                await self._pause()

    async def _follow_once(self) -> bool:
        """Subscribe, load, apply; True when a snapshot will mend it, False when away."""
        mend = False
        try:
            async with self._bus.subscribe() as envelopes, asyncio.TaskGroup() as group:
                await self._load()
                group.create_task(self._apply_all(envelopes), name="board_notices")
                group.create_task(self._watch_silence(), name="board_silence")
        except* _SnapshotNeeded:
            mend = True
        except* (_EngineAway, OSError, TimeoutError) as errors:
            log.warning("board_feed_lost", errors=[repr(error) for error in errors.exceptions])
        return mend

    async def _apply_all(self, envelopes: AsyncIterator[Envelope]) -> None:
        async for envelope in envelopes:
            self._take(envelope)
        raise _SnapshotNeeded  # we fell behind and were dropped, or the bus was closed

    async def _watch_silence(self) -> None:
        """Without news for a while, make sure that the engine lives and nothing was missed."""
        while True:
            seen = self.mirror.seq
            await asyncio.sleep(QUIET_SECONDS)
            if self.mirror.seq == seen:
                await self._probe()

    async def _probe(self) -> None:
        snapshot = await self._ask()
        if self._is_behind(snapshot):
            await asyncio.sleep(ARRIVAL_SECONDS)
            if self._is_behind(snapshot):
                raise _SnapshotNeeded

    def _is_behind(self, snapshot: Snapshot) -> bool:
        return snapshot.epoch != self.mirror.epoch or snapshot.seq > self.mirror.seq

    async def _load(self) -> None:
        snapshot, before = await self._ask(), self.mirror.agents
        began_anew = snapshot.epoch != self.mirror.epoch
        self.mirror.load(snapshot)
        self._failures, self._away = 0, False
        self.loaded.set()
        self._tell(Loaded(before=before if began_anew else {}))

    async def _ask(self) -> Snapshot:
        reply = await self._bus.request(GetSnapshot())
        if isinstance(reply, Accepted) and reply.snapshot is not None:
            return Snapshot.model_validate(reply.snapshot)
        raise _EngineAway

    def _take(self, envelope: Envelope) -> None:
        agents = self.mirror.audience(envelope.notice)
        taken = self.mirror.apply(envelope)
        if taken is Taken.GAP:
            raise _SnapshotNeeded
        if taken is Taken.APPLIED:
            self._tell(
                Told(
                    epoch=envelope.epoch,
                    seq=envelope.seq,
                    at=envelope.at,
                    notice=envelope.notice,
                    agents=agents,
                )
            )
            if isinstance(envelope.notice, FeedFresh):
                raise _SnapshotNeeded  # the figures of before the break may all be others now

    def _mark_away(self) -> None:
        if self._away:
            return
        self._away = True
        self.loaded.clear()
        now = self._clock()
        self.mirror.stale_since = self.mirror.stale_since or now
        log.warning("engine_away", since=now.isoformat())
        stale = FeedStale(since=self.mirror.stale_since)
        epoch, seq = self.mirror.epoch, self.mirror.seq
        self._tell(Told(epoch=epoch, seq=seq, at=now, notice=stale, agents=None))

    async def _pause(self) -> None:
        self._failures += 1
        await asyncio.sleep(RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1])

    def _tell(self, change: Loaded | Told) -> None:
        for listener in self._listeners:
            listener(change)


FEED: web.AppKey[BoardFeed] = web.AppKey("feed", BoardFeed)
