"""What callers did in a flow, written down beside the call and never in its way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

import structlog

log = structlog.get_logger(__name__)

_BATCH = 100
_GATHERING = 0.02  # seconds in which notes come together: a transaction each is dear
_WAITING_LIMIT = 10_000  # notes kept while the database is away; the oldest go first
_PAUSES = (0.1, 0.4, 1.6, 6.4)  # seconds before each new try


@dataclass(frozen=True, kw_only=True, slots=True)
class StepTaken:
    """One step of a flow, done: the node, what it did, what the caller answered.

    `at` differs between any two steps of a call, so (call id, kind, at) names one.
    """

    call_id: UUID
    at: datetime
    flow: str
    version: int
    node: str
    what: str
    input: str = ""

    def payload(self) -> dict[str, str]:
        """Give the step as plain data for the call's event."""
        played = {"flow": self.flow, "version": str(self.version), "node": self.node}
        return {**played, "what": self.what, "input": self.input}


@dataclass(frozen=True, kw_only=True, slots=True)
class DataKept:
    """The call's data and language as they are now."""

    call_id: UUID
    at: datetime
    language: str
    data: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreGiven:
    """The caller's answer to a question of a survey; a low one wants somebody's attention."""

    call_id: UUID
    at: datetime
    flow: str
    question: str
    score: int
    most: int
    low: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageLeft:
    """A voice message for a queue's people: `file` is its name in the folder of recordings."""

    call_id: UUID
    at: datetime
    queue: str
    number: str
    language: str
    file: str
    seconds: float


CallNote: TypeAlias = StepTaken | DataKept | ScoreGiven | MessageLeft


class Journal(Protocol):
    """Where notes are kept for good."""

    async def write(self, notes: Sequence[CallNote]) -> None:
        """Keep all notes, in one transaction; called again with the same ones after an error."""
        ...


class Notebook:
    """Takes notes without waiting; one writer (`run`) brings them to the journal in order."""

    def __init__(
        self, journal: Journal, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._journal = journal
        self._pause = pause
        self._notes: deque[CallNote] = deque()
        self._arrived = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, note: CallNote) -> None:
        """Take a note; never waits, and never raises."""
        if len(self._notes) >= _WAITING_LIMIT:
            lost = self._notes.popleft()
            log.error("call_note_lost", call_id=str(lost.call_id), reason="journal too slow")
        self._notes.append(note)
        self._idle.clear()
        self._arrived.set()

    async def run(self) -> None:
        """Write notes as they come, until cancelled; `drain` first, or the last ones are lost."""
        while True:
            await self._arrived.wait()
            await self._pause(_GATHERING)
            self._arrived.clear()
            while self._notes:
                batch = [self._notes.popleft() for _ in range(min(_BATCH, len(self._notes)))]
                await self._write(batch)
            self._idle.set()

    async def drain(self, seconds: float) -> bool:
        """Wait until all notes are written (while `run` runs); False when it takes too long."""
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            log.warning("call_notes_unwritten", count=len(self._notes))
            return False
        return True

    async def _write(self, batch: list[CallNote]) -> None:
        """Write a batch; when that keeps failing, each note alone, so that one bad one is one."""
        if await self._written(batch):
            return
        for note in batch if len(batch) > 1 else ():
            await self._written([note], pauses=())

    async def _written(self, batch: Sequence[CallNote], pauses: Sequence[float] = _PAUSES) -> bool:
        for pause in (*pauses, None):
            try:
                await self._journal.write(batch)
            except Exception as error:  # noqa: BLE001 - whatever the journal is made of, calls go on
                if pause is None:
                    call_ids = sorted({str(note.call_id) for note in batch})
                    log.warning("call_notes_not_kept", calls=call_ids, error=repr(error))
                    return False
                await self._pause(pause)
            else:
                return True
        return False
