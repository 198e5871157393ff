"""What an inbound call's session needs from the store: who calls, which flow, where notes go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from crm_core import calls, directory, queues
from crm_core.database import Database
from crm_core.directory.card import CallerCard
from crm_core.tenancy import Scope
from ivr.flow import Flow, read_flow
from ivr.journal import CallNote, DataKept, StepTaken

log = structlog.get_logger(__name__)

STEP = "ivr_step"


class StoredDirectory:
    """Customers by their number, read from the database."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database, self._scope = database, scope

    async def identify(self, raw_number: str) -> CallerCard:
        """Return the caller's card; raises what the database raises."""
        async with self._database.read() as session:
            return await directory.identify(session, self._scope, raw_number)


class StoredJournal:
    """The steps and data of callers, kept with their calls."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database, self._scope = database, scope

    async def write(self, notes: Sequence[CallNote]) -> None:
        """Keep all notes in one transaction; the same ones a second time change nothing."""
        async with self._database.transaction() as session:
            for note in notes:
                match note:
                    case StepTaken():
                        await calls.record_event(
                            session, self._scope, note.call_id, STEP, note.at, note.payload()
                        )
                    case DataKept():
                        words = {**note.data, "language": note.language}
                        await calls.put_call_data(session, self._scope, note.call_id, words)


class NumberPlan:
    """Which flow answers which dialled number; read once, at the start."""

    def __init__(
        self, flows: Mapping[str, Flow], numbers: Mapping[str, str], default: str
    ) -> None:
        self._flows, self._numbers, self._default = flows, numbers, default

    def flow_for(self, did: str) -> Flow:
        """Return the number's flow, or the default one."""
        name = self._numbers.get(did, self._default)
        return self._flows.get(name) or self._flows[self._default]

    @property
    def flows(self) -> tuple[Flow, ...]:
        """Every flow, for the making of prompts."""
        return tuple(self._flows.values())


async def read_number_plan(
    database: Database, scope: Scope, folder: Path, *, default: str
) -> NumberPlan:
    """Read the flows of a folder (`*.json`) and the numbers of the database."""
    flows = {flow.name: flow for flow in map(read_flow, sorted(folder.glob("*.json")))}
    async with database.read() as session:
        dids = await queues.dids(session, scope)
    for did in dids:
        if did.flow not in flows:
            log.warning("did_without_flow", number=did.number, flow=did.flow, instead=default)
    return NumberPlan(flows, {did.number: did.flow for did in dids}, default)
