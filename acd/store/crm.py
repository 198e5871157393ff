"""The store over `crm_core`: what the engine reads from the database and writes to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from acd.board import Figures, KnownAgent, KnownCallback, Roster
from acd.recorder.jobs import Job
from acd.roster import roster_of
from acd.store import remembering
from acd.store.port import OpenCallKept
from acd.store.writing import write
from crm_core import callbacks, calls, configuration, lead
from crm_core.callbacks import AttemptReserved, CallbackWritten, OwedCallback
from crm_core.calls import CallDetail, CallEvent
from crm_core.database import Database, Session
from crm_core.directory import CallerCard, identify
from crm_core.errors import NotFound
from crm_core.queues import AgentHistory, agents_since
from crm_core.tenancy import Scope


class CrmStore:
    """The store over `crm_core`, for one tenant.

    With the `token` of a lead every transaction is refused (`FencedOut`) once another
    engine leads.
    """

    def __init__(self, database: Database, scope: Scope, *, token: int = 0) -> None:
        self._database = database
        self._scope = scope
        self._token = token

    async def roster(self) -> Roster:
        """Return queues, agents and reasons as they are configured."""
        async with self._database.read() as session:
            return roster_of(await configuration.in_force(session, self._scope))

    async def figures(self, at: datetime) -> dict[str, Figures]:
        """Return what each queue did since its midnight before `at`, ended calls alone."""
        async with self._database.read() as session:
            found = await calls.queue_figures_today(session, self._scope, at=at)
        return {name: remembering.figures(counted) for name, counted in found.items()}

    async def open_calls(self) -> list[OpenCallKept]:
        """Return the calls without an end, oldest first."""
        async with self._database.read() as session:
            found = await calls.open_calls(session, self._scope)
            details = [
                await calls.call_detail(session, self._scope, call.call_id) for call in found
            ]
            cards = [
                await identify(session, self._scope, detail.call.caller_number)
                for detail in details
            ]
        return [
            remembering.kept(detail, card) for detail, card in zip(details, cards, strict=True)
        ]

    async def agents(self, since: datetime) -> list[KnownAgent]:
        """Return what agents did since then, and what they were doing last."""
        async with self._database.read() as session:
            found = await agents_since(session, self._scope, since)
            return [
                remembering.known_agent(history, await self._in_hand(session, history))
                for history in found.values()
            ]

    async def identify(self, number: str) -> CallerCard:
        """Return who calls from this number."""
        async with self._database.read() as session:
            return await identify(session, self._scope, number)

    async def call_data(self, call_id: UUID) -> dict[str, str]:
        """Return the words that travel with the call."""
        async with self._database.read() as session:
            return await calls.call_data(session, self._scope, call_id)

    async def perform(self, jobs: Sequence[Job]) -> None:
        """Write the jobs in one transaction; the same jobs again change nothing."""
        async with self._database.transaction() as session:
            if self._token:
                await lead.require(session, self._scope, self._token)
            for job in jobs:
                await write(session, self._scope, job)

    async def owed_callbacks(self) -> list[KnownCallback]:
        """Return the callbacks that are still owed, in the order of their places."""
        async with self._database.read() as session:
            found = await callbacks.owed(session, self._scope)
            return [remembering.owed(one, await self._asked_in(session, one)) for one in found]

    async def _in_hand(self, session: Session, history: AgentHistory) -> tuple[CallEvent, ...]:
        """Return the events of the call the agent has in hand or wraps up; none: he has none."""
        if history.call_id is None:
            return ()
        return await calls.call_events(session, self._scope, history.call_id)

    async def _asked_in(
        self, session: Session, owed: OwedCallback
    ) -> tuple[CallDetail, CallerCard] | None:
        """Return the call a callback was asked for in, and who called; None: there is none."""
        if owed.written.origin_call_id is None:
            return None
        try:
            detail = await calls.call_detail(session, self._scope, owed.written.origin_call_id)
        except NotFound:  # its row was not written yet when the engine went down
            return None
        return detail, await identify(session, self._scope, detail.call.caller_number)

    async def may_be_called(self, number: str) -> bool:
        """Tell whether the number is not marked as not to be called."""
        async with self._database.read() as session:
            return not await callbacks.is_not_to_be_called(session, self._scope, number)

    async def reserve_attempt(self, written: CallbackWritten, attempt: AttemptReserved) -> None:
        """Write down an attempt before it is made; raises `WrongState` when it may not be."""
        async with self._database.transaction() as session:
            if self._token:
                await lead.require(session, self._scope, self._token)
            await callbacks.reserve(session, self._scope, written, attempt)
