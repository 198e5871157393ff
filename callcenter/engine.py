"""The engine role: telephony, queues and IVR beside one Asterisk, built from the settings."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from acd.bus import Bus
from acd.engine import Engine
from acd.lead import FileLock, LeadLost, StoredLead
from acd.store import CrmStore
from asterisk_conf.credentials import PhoneCredentials
from asterisk_conf.plan import AsteriskPlan
from callcenter.asterisk.renewal import Renewal
from callcenter.call_log import CallLog
from callcenter.configuration import read_plan
from callcenter.desk import HOST
from callcenter.dips import HttpDips
from callcenter.errors import CommandFailed
from callcenter.flow_services import FlowServices
from callcenter.hearing import open_ears
from callcenter.inbound import StoredDirectory, StoredJournal
from callcenter.live_flows import LiveFlows
from callcenter.routing import NumberRouting
from callcenter.scope import scope_of
from callcenter.settings import Settings
from callcenter.telephony import link_to
from callcenter.voices import prompt_store
from callcenter.waiting import BusPromises, Doors, announcements_of
from crm_core.contexts import CallContexts
from crm_core.database import Database
from crm_core.ending import end_when_told, within
from crm_core.tenancy import Scope
from cti.agi import AgiServer
from cti.feed import AmiFeed
from cti.nodes import NodesFeed
from cti.switch import Switch
from ivr.callbacks import CallbackSession
from ivr.flows import FlowBook
from ivr.journal import Notebook
from ivr.leading import Leader
from ivr.prompts import PromptStore
from ivr.session import InboundSession

log = structlog.get_logger(__name__)

DEFAULT_FLOW = "hotline"
ZONE = ZoneInfo("Asia/Shanghai")
DOOR_SECONDS = 0.5  # between two tries to take over the FastAGI port
LINK_SECONDS = 15.0  # for the first log-in; later ones are tried for ever
LAST_WORDS_SECONDS = 5.0
STEP_SECONDS = 3.0  # for each thing that is closed at the end


async def run_engine(
    settings: Settings, database: Database, bus: Bus, ready: Callable[[], None]
) -> None:
    """Lead or stand by until cancelled; raises when Asterisk refuses us or a part dies."""
    told_ready = False

    def tell_ready() -> None:
        nonlocal told_ready
        if not told_ready:
            told_ready = True
            ready()

    while True:
        try:
            # Each lead in a task of its own: see `BoardFeed.run`.
            await asyncio.create_task(_lead_once(settings, database, bus, tell_ready), name="lead")
        except* LeadLost as lost:
            log.warning("stood_down", reason=str(lost.exceptions[0]))
        end_when_told()


async def _lead_once(
    settings: Settings, database: Database, bus: Bus, ready: Callable[[], None]
) -> None:
    """Wait for the lead, then serve; raises `LeadLost` (in a group) when it is taken away."""
    lead = lead_of(settings, database)
    await lead.take(standing_by=ready)
    try:
        async with asyncio.TaskGroup() as group:
            # From the first moment: who is still making prompts must not be taken for dead.
            group.create_task(lead.keep(), name="lead")
            await _serve(settings, database, bus, lead, ready)
    finally:
        await within(STEP_SECONDS, "lead", lead.give_back())


async def _serve(
    settings: Settings, database: Database, bus: Bus, lead: StoredLead, ready: Callable[[], None]
) -> None:
    """Serve callers until cancelled."""
    contexts = CallContexts()
    async with (
        _listening(settings, database, bus, contexts, took_over=lead.took_over) as (
            routing,
            flows,
        ),
        asyncio.TaskGroup() as group,
    ):
        log = CallLog((await read_plan(settings)).call_log)
        feed, switch = link_to(settings, log)
        group.create_task(log.keep_short(), name="call-log")
        engine = await _engine(settings, database, bus, contexts, (feed, switch), lead)
        routing.load.rows = engine.board.queues
        engine.on_reload(flows.reload)
        engine.on_reload(routing.reload)
        if settings.asterisk_files == "ours":
            renewal = Renewal(await read_plan(settings), partial(read_plan, settings))
            engine.on_reloaded(renewal.renew)
            await renewal.renew()  # phones may have come while no engine ran
        await engine.prepare()
        group.create_task(engine.run(), name="engine")
        try:
            await feed.start(within=LINK_SECONDS)
            ready()
            await asyncio.get_running_loop().create_future()  # until cancelled
        finally:
            await within(STEP_SECONDS, "asterisk-link", feed.close())


def lead_of(settings: Settings, database: Database) -> StoredLead:
    """Return the lead this process may take: by a lock of the machine beside SQLite."""
    return StoredLead(
        database,
        Scope(),
        holder=f"{socket.gethostname()}:{os.getpid()}",
        lock=FileLock(settings.home / "lead.lock") if database.is_sqlite else None,
    )


async def _engine(  # noqa: PLR0917 - what one engine is made of
    settings: Settings,
    database: Database,
    bus: Bus,
    contexts: CallContexts,
    link: tuple[AmiFeed | NodesFeed, Switch],
    lead: StoredLead,
) -> Engine:
    plan = await read_plan(settings)
    credentials = PhoneCredentials(plan.realtime_database)
    feed, switch = link
    return Engine(
        feed=feed,
        tracker=feed.tracker,
        switch=switch,
        bus=bus,
        store=CrmStore(database, scope_of(settings), token=lead.token),
        contexts=contexts,
        credentials=credentials,
        spool=settings.home / "spool",
        zone=ZONE,
        lead=lead,
        way_out=way_out_of(plan),
        announcements=await announcements_of(settings),
    )


def way_out_of(plan: AsteriskPlan) -> Callable[[str], str]:
    """Return what names the device that reaches a number outside: the carrier, or its stand-in."""
    if plan.trunk_peer or not plan.demo:
        return "PJSIP/{}@trunk".format
    return lambda _number: "PJSIP/demo-caller"


@asynccontextmanager
async def _listening(
    settings: Settings,
    database: Database,
    bus: Bus,
    contexts: CallContexts,
    *,
    took_over: bool,
) -> AsyncIterator[tuple[NumberRouting, LiveFlows]]:
    """Answer callers over FastAGI while open; what they did is written before it closes."""
    flows = LiveFlows(database, Scope(), default=DEFAULT_FLOW)
    await flows.reload()
    notes = Notebook(StoredJournal(database, scope_of(settings)))
    prompts = flows.prompts = await _prompts(settings, flows.book)
    routing = NumberRouting(database, Scope(), prompts, default_flow=DEFAULT_FLOW)
    await routing.start()
    promises = BusPromises(bus)
    services = FlowServices(
        database, Scope(), dips=HttpDips(_hosts(settings)), zone=ZONE, callbacks=promises
    )
    ears = await open_ears()
    session = InboundSession(
        flows=flows,
        ears=ears,
        services=services,
        recordings=settings.home / "asterisk" / "spool" / "voicemail" / "flows",
        prompts=prompts,
        leader=Leader(routing.router, prompts, contexts),
        directory=StoredDirectory(database, Scope()),
        contexts=contexts,
        notes=notes,
        default_queue=settings.default_queue,
    )
    callback = CallbackSession(promises, await announcements_of(settings))
    server = AgiServer(HOST, settings.agi_port, Doors(session, {"callback": callback}))
    opening = await _open_door(server, patient=took_over)
    async with _written_behind(opening, notes, routing):
        try:
            yield routing, flows
        finally:
            await within(STEP_SECONDS, "callers", server.close())
            await within(STEP_SECONDS, "look-ups", session.close())
            if ears is not None:
                await within(STEP_SECONDS, "ears", ears.close())
            await within(STEP_SECONDS, "services", services.close())
            await within(STEP_SECONDS, "flows", flows.close())


@asynccontextmanager
async def _written_behind(
    opening: asyncio.Task[None], notes: Notebook, routing: NumberRouting
) -> AsyncIterator[None]:
    """Write what callers did while open, and the last of it before it closes."""
    writers = [
        opening,
        asyncio.create_task(notes.run(), name="call-notes"),
        asyncio.create_task(routing.ledger.run(), name="led-calls"),
    ]
    try:
        yield
    finally:
        await notes.drain(LAST_WORDS_SECONDS)
        await within(STEP_SECONDS, "writers", _end_all(writers))
        await within(LAST_WORDS_SECONDS, "led-calls", routing.close())


async def _end_all(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _open_door(server: AgiServer, *, patient: bool) -> asyncio.Task[None]:
    """Listen for callers; when `patient`, the leader before us may hold the port for a while."""
    try:
        await server.start()
    except OSError as error:
        if not patient:
            raise CommandFailed(
                f"port {server.port} is in use by another program: "
                "stop that one or set CALLCENTER_AGI_PORT to a free port"
            ) from error
        log.warning("agi_port_still_held", port=server.port)
        return asyncio.create_task(_open_later(server), name="agi-door")
    return asyncio.create_task(asyncio.sleep(0), name="agi-door")


async def _open_later(server: AgiServer) -> None:
    """Try until a leader that was frozen or hangs lets go of the port."""
    while True:
        await asyncio.sleep(DOOR_SECONDS)
        with suppress(OSError):
            await server.start()
            log.info("agi_port_taken_over", port=server.port)
            return


def _hosts(settings: Settings) -> list[str]:
    return [host.strip() for host in settings.dip_hosts.split(",") if host.strip()]


async def _prompts(settings: Settings, flows: FlowBook) -> PromptStore:
    """Speak every prompt that is not there yet; a text that fails is told and left out."""
    store = await prompt_store(settings)
    for flow in flows.flows:
        made = await store.prepare(flow)
        log.info("prompts_ready", flow=flow.name, made=made.made, kept=made.kept)
    return store
