"""What the engine needs of the database, whatever keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from acd.board import Figures, KnownAgent, KnownCall, KnownCallback, Roster
from acd.recorder.jobs import Job
from crm_core import calls
from crm_core.callbacks import AttemptReserved, CallbackWritten
from crm_core.directory import CallerCard


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCallKept:
    """A call that had no end when the engine went down."""

    call: calls.Call
    known: KnownCall
    last_at: datetime | None = None  # of the last event that was stored
    events: tuple[calls.CallEvent, ...] = ()


class Store(Protocol):
    """What the engine needs of the database; raises `DatabaseUnavailable`."""

    async def roster(self) -> Roster:
        """Return queues, agents and reasons as they are configured."""
        ...

    async def figures(self, at: datetime) -> dict[str, Figures]:
        """Return what each queue did since its midnight before `at`, ended calls alone."""
        ...

    async def open_calls(self) -> list[OpenCallKept]:
        """Return the calls without an end, oldest first."""
        ...

    async def agents(self, since: datetime) -> list[KnownAgent]:
        """Return what agents did since then, and what they were doing last."""
        ...

    async def identify(self, number: str) -> CallerCard:
        """Return who calls from this number."""
        ...

    async def call_data(self, call_id: UUID) -> dict[str, str]:
        """Return the words that travel with the call."""
        ...

    async def perform(self, jobs: Sequence[Job]) -> None:
        """Write the jobs in one transaction; the same jobs again change nothing."""
        ...

    async def owed_callbacks(self) -> list[KnownCallback]:
        """Return the callbacks that are still owed, in the order of their places."""
        ...

    async def may_be_called(self, number: str) -> bool:
        """Tell whether the number is not marked as not to be called."""
        ...

    async def reserve_attempt(self, written: CallbackWritten, attempt: AttemptReserved) -> None:
        """Write down an attempt before it is made; raises `WrongState` when it may not be."""
        ...
