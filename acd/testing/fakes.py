"""Fakes of the engine's neighbours: feed, tracker, store, phones' credentials, clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from acd.board import Figures, KnownAgent, KnownCallback, Moment, Roster
from acd.recorder.jobs import Job
from acd.store import OpenCallKept
from crm_core.callbacks import AttemptReserved, CallbackWritten
from crm_core.directory import CallerCard
from crm_core.errors import DatabaseUnavailable, WrongState
from cti.events import CallEnded, Direction, Event, Outcome
from cti.found import OpenCall
from cti.records import CallRecord, MissedCall


class FakeFeed:
    """A feed told by hand; `close` ends it."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()

    def tell(self, *events: Event) -> None:
        """Let these happen, in order."""
        for event in events:
            self._events.put_nowait(event)

    def close(self) -> None:
        """Let the stream end."""
        self._events.put_nowait(None)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what was told."""
        while (event := await self._events.get()) is not None:
            yield event

    def waiting(self) -> int:
        """Return how many were told and not yielded yet."""
        return self._events.qsize()


@dataclass
class FakeTracker:
    """Keeps what was expected; hands over the records put in."""

    expected: list[tuple[UUID, str, str]] = field(default_factory=list)
    finished: list[CallRecord] = field(default_factory=list)
    restored: list[OpenCall] = field(default_factory=list)
    unheard: list[MissedCall] = field(default_factory=list)
    booted: str = ""

    def expect_transfer(self, call_id: UUID, *, by: str, to: str) -> None:
        """Keep it."""
        self.expected.append((call_id, by, to))

    def restore(self, open_calls: Iterable[OpenCall], *, booted: str = "") -> None:
        """Keep it."""
        self.restored, self.booted = list(open_calls), booted

    def records(self) -> list[CallRecord]:
        """Hand over the records."""
        finished, self.finished = self.finished, []
        return finished

    def missed(self) -> list[MissedCall]:
        """Hand over the calls nobody heard."""
        unheard, self.unheard = self.unheard, []
        return unheard

    def finish(self, ended: CallEnded, *, queue: str | None = None) -> None:
        """Have a plain record ready for a call that is about to end."""
        self.finished.append(
            CallRecord(
                call_id=ended.call_id,
                linked_ids=(),
                unique_ids=(),
                direction=Direction.INBOUND,
                caller_number="13800138000",
                caller_name="",
                dialled_number="4000",
                queue=queue,
                queues=(queue,) if queue else (),
                started_at=ended.at - timedelta(seconds=60),
                answered_at=None,
                ended_at=ended.at,
                waited_seconds=0.0,
                talked_seconds=0.0,
                agents_rang=(),
                agent_answered=None,
                transfers=(),
                legs=(),
                hung_up_by=ended.hung_up_by,
                outcome=ended.outcome or Outcome.FAILED,
                incomplete=False,
            )
        )


@dataclass
class FakeStore:
    """A store in memory; `away` makes every use raise `DatabaseUnavailable`."""

    staff: Roster = field(default_factory=Roster)
    counted: dict[str, Figures] = field(default_factory=dict)
    alive: list[OpenCallKept] = field(default_factory=list)
    cards: dict[str, CallerCard] = field(default_factory=dict)
    staff_before: list[KnownAgent] = field(default_factory=list)
    words: dict[UUID, dict[str, str]] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)  # by type of job
    away: bool = False
    owed: list[KnownCallback] = field(default_factory=list)
    not_to_be_called: set[str] = field(default_factory=set)
    reserved: list[tuple[UUID, int]] = field(default_factory=list)

    async def roster(self) -> Roster:
        """Return the staff."""
        self._reach()
        return self.staff

    async def figures(self, at: datetime) -> dict[str, Figures]:
        """Return what was counted."""
        del at
        self._reach()
        return self.counted

    async def open_calls(self) -> list[OpenCallKept]:
        """Return who was alive."""
        self._reach()
        return self.alive

    async def agents(self, since: datetime) -> list[KnownAgent]:
        """Return what was put in."""
        del since
        self._reach()
        return self.staff_before

    async def identify(self, number: str) -> CallerCard:
        """Return the card, or one that knows nobody."""
        self._reach()
        return self.cards.get(number) or CallerCard(number=number, raw_number=number, kind="")

    async def call_data(self, call_id: UUID) -> dict[str, str]:
        """Return the words of the call."""
        self._reach()
        return self.words.get(call_id, {})

    async def perform(self, jobs: Sequence[Job]) -> None:
        """Keep the jobs, all or none."""
        self._reach()
        for job in jobs:
            if job.type in self.failing:
                raise self.failing[job.type]
        self.jobs += jobs

    async def owed_callbacks(self) -> list[KnownCallback]:
        """Return what is owed."""
        self._reach()
        return self.owed

    async def may_be_called(self, number: str) -> bool:
        """Tell whether the number is not marked otherwise."""
        self._reach()
        return number not in self.not_to_be_called

    async def reserve_attempt(self, written: CallbackWritten, attempt: AttemptReserved) -> None:
        """Keep the attempt, once."""
        self._reach()
        if (written.callback_id, attempt.number) in self.reserved:
            raise WrongState("made already", code="reserved_before")
        self.reserved.append((written.callback_id, attempt.number))

    def kinds(self) -> list[str]:
        """Return the types of the jobs done; events by their kind."""
        return [str(getattr(job, "kind", job.type)) for job in self.jobs]

    def _reach(self) -> None:
        if self.away:
            raise DatabaseUnavailable("the database is away")


@dataclass
class FakeCredentials:
    """Phones' digests in a dictionary."""

    digests: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    def put(self, endpoint: str, ha1: str) -> None:
        """Keep it."""
        if self.broken:
            raise OSError("disk full")
        self.digests[endpoint] = ha1

    def remove(self, endpoint: str) -> None:
        """Forget it."""
        self.digests.pop(endpoint, None)


class FakeAlarm:
    """An alarm of a `FakeClock`."""

    def __init__(self, reading: float, ring: Callable[[], None]) -> None:
        self.reading = reading
        self.ring = ring
        self.cancelled = False

    def cancel(self) -> None:
        """Call it off."""
        self.cancelled = True

    def sound(self) -> None:
        """Ring, unless it was called off."""
        if not self.cancelled:
            self.ring()


class FakeClock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.stepped = timedelta()  # of the wall clock alone
        self._alarms: list[FakeAlarm] = []

    def now(self) -> Moment:
        """Return the moment."""
        at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(seconds=self.seconds)
        return Moment(at + self.stepped, 1_000.0 + self.seconds)

    def ring_at(self, reading: float, ring: Callable[[], None]) -> FakeAlarm:
        """Remember to ring; what is due by now rings in the loop's next turn, as its own does."""
        alarm = FakeAlarm(reading, ring)
        if reading <= self.now().clock:
            asyncio.get_running_loop().call_soon(alarm.sound)
        else:
            self._alarms.append(alarm)
        return alarm

    def go(self, seconds: float) -> None:
        """Let time pass and ring what is due, once each."""
        self.seconds += seconds
        due = [a for a in self._alarms if a.reading <= 1_000.0 + self.seconds]
        self._alarms = [a for a in self._alarms if a not in due]
        for alarm in due:
            alarm.sound()
