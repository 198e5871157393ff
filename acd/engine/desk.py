"""The desk: answers the commands that come over the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from acd.board import Board
from acd.briefing import brief_of
from acd.bus import Bus
from acd.commands import (
    Accepted,
    Command,
    GetSnapshot,
    IssuePhoneCredential,
    Refused,
    ReloadConfiguration,
    Reply,
    RequestCallback,
    RevokePhoneCredential,
)
from acd.effects import Effect
from acd.engine.clock import Alarm, Clock
from acd.engine.pops import Pops
from acd.engine.ports import PhoneCredentials
from acd.notices import Snapshot
from acd.store import Store
from crm_core.contexts import CallContexts
from crm_core.errors import DatabaseUnavailable

_log = structlog.get_logger(__name__)


class Desk:
    """Takes each command to the board, the store or the phones' credentials."""

    def __init__(
        self,
        *,
        board: Board,
        bus: Bus,
        store: Store,
        pops: Pops,
        contexts: CallContexts,
        credentials: PhoneCredentials,
        clock: Clock,
        perform: Callable[[list[Effect]], None],
    ) -> None:
        self._board, self._bus, self._store = board, bus, store
        self._pops, self._credentials, self._clock = pops, credentials, clock
        self._contexts = contexts
        self._perform = perform
        self.also_reloaded: list[Callable[[], Awaitable[None]]] = []
        self.then_told: list[Callable[[], Awaitable[str]]] = []
        self._expiries: dict[str, Alarm] = {}
        self._revoking: set[asyncio.Task[Reply]] = set()

    async def answer(self, command: Command) -> Reply:
        """Carry out one command."""
        match command:
            case GetSnapshot():
                return Accepted(snapshot=self.snapshot().model_dump(mode="json"))
            case IssuePhoneCredential():
                return await self._issue(command)
            case RevokePhoneCredential():
                return await self._revoke(command.endpoint)
            case RequestCallback():
                return await self._promise(command)
            case ReloadConfiguration():
                return await self._reload()
            case _:
                return self._obey(command)

    def _obey(self, command: Command) -> Reply:
        reply, effects = self._board.obey(command, self._clock.now())
        self._perform(effects)
        return reply

    async def _promise(self, command: RequestCallback) -> Reply:
        """Promise no call that would not be made; its place is by what is known of the caller."""
        try:
            if not await self._store.may_be_called(command.number):
                return Refused(code="do_not_call", message="This number is not to be called.")
        except DatabaseUnavailable as error:  # it is asked again before anybody is dialled
            _log.warning("do_not_call_not_asked", reason=str(error))
        origin = command.origin_call_id
        context = self._contexts.get(origin) if origin else None
        if origin is not None and context is not None:
            brief = brief_of(context, queued_with=0)
            self._perform(self._board.brief(origin, brief, self._clock.now()))
        return self._obey(command)

    def snapshot(self) -> Snapshot:
        """Return the whole board with its place in the feed."""
        epoch, seq = self._bus.position()
        agents = self._board.agents()
        return Snapshot(
            epoch=epoch,
            seq=seq,
            at=self._clock.now().at,
            stale_since=self._board.stale_since,
            agents=agents,
            queues=self._board.queues(),
            calls=[self._pops.named(row) for row in self._board.calls()],
            pops=self._pops.standing(agents),
        )

    async def _issue(self, command: IssuePhoneCredential) -> Reply:
        now = self._clock.now()
        left = (command.expires_at - now.at).total_seconds()
        if left <= 0:
            return Refused(code="expired", message="The credential's time is over already.")
        try:
            await asyncio.to_thread(self._credentials.put, command.endpoint, command.ha1)
        except Exception:  # noqa: BLE001 - whatever that store is, calls must go on without it
            _log.exception("credential_not_stored", endpoint=command.endpoint)
            return Refused(code="credentials_unavailable", message="Phones cannot log in now.")
        self._forget_expiry(command.endpoint)
        self._expiries[command.endpoint] = self._clock.ring_at(
            now.clock + left, lambda: self._expire(command.endpoint)
        )
        return Accepted()

    async def _revoke(self, endpoint: str) -> Reply:
        self._forget_expiry(endpoint)
        try:
            await asyncio.to_thread(self._credentials.remove, endpoint)
        except Exception:  # noqa: BLE001 - as above
            _log.exception("credential_not_removed", endpoint=endpoint)
            return Refused(code="credentials_unavailable", message="It is valid still.")
        return Accepted()

    def _forget_expiry(self, endpoint: str) -> None:
        alarm = self._expiries.pop(endpoint, None)
        if alarm is not None:
            alarm.cancel()

    def _expire(self, endpoint: str) -> None:
        task = asyncio.create_task(self._revoke(endpoint), name="acd-credential-expiry")
        self._revoking.add(task)
        task.add_done_callback(self._revoking.discard)

    async def _reload(self) -> Reply:
        try:
            roster = await self._store.roster()
            for also in self.also_reloaded:
                await also()
        except DatabaseUnavailable as error:
            return Refused(code="database_unavailable", message=str(error))
        self._perform(self._board.configure(roster, self._clock.now()))
        _log.info("configuration_reloaded", agents=len(roster.agents), queues=len(roster.queues))
        remarks = [await tell() for tell in self.then_told]
        return Accepted(remark=" ".join(filter(None, remarks)))

    def close(self) -> None:
        """Call off every expiry; a restart begins without them."""
        for endpoint in list(self._expiries):
            self._forget_expiry(endpoint)
