"""What an inbound call's session needs from the store: who calls, which flow, where notes go."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from crm_core import calls, directory, messages, queues, surveys
from crm_core import flows as stored_flows
from crm_core.database import Database
from crm_core.directory.card import CallerCard
from crm_core.tenancy import Scope
from ivr.errors import FlowInvalid
from ivr.flow import flow_from
from ivr.flows import FlowBook, load_flows
from ivr.journal import CallNote, DataKept, MessageLeft, ScoreGiven, StepTaken

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
                    case ScoreGiven():
                        score = _score_of(note)
                        await surveys.keep_score(session, self._scope, score, low=note.low)
                    case MessageLeft():
                        await messages.keep_message(session, self._scope, _message_of(note))


def _score_of(note: ScoreGiven) -> surveys.Score:
    return surveys.Score(
        call_id=note.call_id,
        at=note.at,
        flow=note.flow,
        question=note.question,
        score=note.score,
        most=note.most,
    )


def _message_of(note: MessageLeft) -> messages.Draft:
    return messages.Draft(
        call_id=note.call_id,
        at=note.at,
        queue=note.queue,
        number=note.number,
        language=note.language,
        file=note.file,
        seconds=note.seconds,
    )


async def read_flow_book(database: Database, scope: Scope, *, default: str) -> FlowBook:
    """Read the flows that ship with the product, those published over them, and our numbers."""
    flows = load_flows()
    async with database.read() as session:
        dids = await queues.dids(session, scope)
        published = [
            await stored_flows.version_of(session, scope, held.name, held.version)
            for held in await stored_flows.in_force(session, scope)
        ]
    for version in published:
        try:
            flows[version.name] = flow_from(version.document, name=version.name)
        except FlowInvalid as invalid:  # an older format: the shipped one, or the default, serves
            log.warning("flow_unreadable", flow=version.name, reason=str(invalid))
    for did in dids:
        if did.flow not in flows:
            log.warning("did_without_flow", number=did.number, flow=did.flow, instead=default)
    numbers = {did.number: did.flow for did in dids if did.flow in flows}
    return FlowBook(flows, default=default, numbers=numbers)
