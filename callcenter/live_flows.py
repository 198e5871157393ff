"""The flows callers get: shipped and published, renewed while calls go on, canaries watched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

import structlog

from callcenter.inbound import read_flow_book
from crm_core import flows
from crm_core.database import Database
from crm_core.errors import CrmError
from crm_core.sentences import sentence
from crm_core.tenancy import Scope
from ivr.canary import Canary, Ending, Tally, is_worse, tries
from ivr.errors import FlowInvalid
from ivr.flow import Flow, flow_from
from ivr.flows import FlowBook
from ivr.prompts import PromptStore

log = structlog.get_logger(__name__)


class LiveFlows:
    """Chooses each caller's flow; `reload` takes what was published, once its words are spoken."""

    def __init__(self, database: Database, scope: Scope, *, default: str) -> None:
        self._database, self._scope, self._default = database, scope, default
        self._book: FlowBook | None = None
        self._canaries: Mapping[str, Canary] = {}
        self._tallies: dict[tuple[str, int], Tally] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self.prompts: PromptStore | None = None

    async def reload(self) -> None:
        """Read what is in force; callers in a flow go on with the version they began."""
        book = await read_flow_book(self._database, self._scope, default=self._default)
        canaries = await self._read_canaries(book)
        if self.prompts is not None:
            for flow in (*book.flows, *(canary.flow for canary in canaries.values())):
                await self.prompts.prepare(flow)
        flown = {name: canary.flow.version for name, canary in self._canaries.items()}
        for name, canary in canaries.items():
            if flown.get(name) != canary.flow.version:  # both are counted from here
                self._tallies = {k: v for k, v in self._tallies.items() if k[0] != name}
        self._book, self._canaries = book, canaries
        log.info("flows_in_force", flows={flow.name: flow.version for flow in book.flows})

    @property
    def book(self) -> FlowBook:
        """Return the flows in force."""
        if self._book is None:
            raise RuntimeError("reload comes first")
        return self._book

    def flow_for(self, did: str) -> Flow:
        """Give the flow of a dialled number."""
        return self.book.flow_for(did)

    def named(self, name: str) -> Flow | None:
        """Give the flow of this name, or None."""
        return self.book.named(name)

    def version_for(self, flow: Flow, call_id: UUID) -> Flow:
        """Give the version this call gets: the canary's for its share of the calls."""
        canary = self._canaries.get(flow.name)
        if canary is None or not tries(call_id, flow.name, canary.share):
            return flow
        return canary.flow

    @property
    def library(self) -> Mapping[str, Flow]:
        """All flows by name: those a flow may call."""
        return self.book.library

    def ended(self, flow: Flow, ending: Ending) -> None:
        """Count how a caller's time in a flow ended; a canary that proves worse is taken back."""
        canary = self._canaries.get(flow.name)
        if canary is None:
            return
        key = (flow.name, flow.version)
        self._tallies[key] = self._tallies.get(key, Tally()).and_one(ending)
        usual = self.book.named(flow.name)
        old = self._tallies.get((flow.name, usual.version if usual else 0), Tally())
        new = self._tallies.get((flow.name, canary.flow.version), Tally())
        if is_worse(old, new, canary.limit):
            self._canaries = {k: v for k, v in self._canaries.items() if k != flow.name}
            told = sentence(
                "canary_worse",
                "version {version} lost {rate} of {calls} callers,"
                " the version in force {usual_rate} of {usual_calls}",
                version=canary.flow.version,
                rate=f"{new.rate:.0%}",
                calls=new.calls,
                usual_rate=f"{old.rate:.0%}",
                usual_calls=old.calls,
            )
            self._take_back(flow.name, told)

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _take_back(self, name: str, told: str) -> None:
        log.warning("canary_taken_back", flow=name, reason=told)
        task = asyncio.create_task(self._keep_end(name, told), name="canary-end")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _keep_end(self, name: str, told: str) -> None:
        try:
            async with self._database.transaction() as session:
                await flows.end_canary(session, self._scope, name, told=told)
        except CrmError as error:  # callers have the version in force all the same
            log.warning("canary_end_not_kept", flow=name, reason=str(error))

    async def _read_canaries(self, book: FlowBook) -> dict[str, Canary]:
        found: dict[str, Canary] = {}
        async with self._database.read() as session:
            for held in await flows.in_force(session, self._scope):
                if held.canary_version is None:
                    continue
                version = await flows.version_of(
                    session, self._scope, held.name, held.canary_version
                )
                try:
                    flow = flow_from(version.document, name=held.name, library=dict(book.library))
                except FlowInvalid as invalid:
                    log.warning("canary_unreadable", flow=held.name, reason=str(invalid))
                    continue
                found[held.name] = Canary(
                    flow=flow, share=float(held.canary_share), limit=float(held.canary_limit)
                )
        return found
