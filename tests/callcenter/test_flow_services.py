"""A flow's customer served from a real database: his PIN, his cases, and no trace of the PIN."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog

from callcenter.dips import HttpDips
from callcenter.flow_services import FlowServices
from callcenter.inbound import StoredDirectory, StoredJournal
from crm_core import directory, messages, self_service, surveys, tickets
from crm_core.contexts import CallContexts
from crm_core.database import Database
from crm_core.tenancy import Scope
from ivr.flows import FlowBook, load_flows
from ivr.journal import Notebook
from ivr.session import InboundSession
from ivr.testing import FakeLine, SpokenPrompts, acts

PIN = "73914682"
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'center.sqlite3'}")
    await database.upgrade()
    hashed = await self_service.hash_pin(PIN)
    async with database.transaction() as session:
        edit = directory.CustomerEdit(name="李雷", account_name="晨光")
        customer = await directory.save_customer(session, Scope(), edit)
        await self_service.set_pin(
            session, Scope(), customer.contact_id, customer_number="1001", hashed=hashed
        )
        draft = tickets.TicketDraft(subject="牌匾", type="order", contact_id=customer.contact_id)
        await tickets.open_ticket(session, Scope(), draft)
    yield database
    await database.close()


async def served(database: Database, flow: str, script: str, **environment: str) -> FakeLine:
    """Let a caller act by a script in a flow; everything he did is stored afterwards."""
    flows = load_flows()
    notes = Notebook(StoredJournal(database, Scope()))
    dips = HttpDips([])
    session = InboundSession(
        flows=FlowBook(flows, default=flow),
        prompts=SpokenPrompts(),
        directory=StoredDirectory(database, Scope()),
        contexts=CallContexts(),
        notes=notes,
        default_queue="service",
        services=FlowServices(database, Scope(), dips=dips, zone=ZONE),
    )
    line = FakeLine(acts(script), **environment)
    await session.serve(line)
    writer = asyncio.create_task(notes.run())
    assert await notes.drain(20)
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    await session.close()
    await dips.close()
    return line


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_customer_hears_of_his_order_and_his_pin_is_nowhere(
    database: Database, tmp_path: Path
) -> None:
    with structlog.testing.capture_logs() as lines:
        line = await served(database, "self-service", f"1001#1{PIN}#13*")
    heard = " ".join(line.heard)
    assert "李雷 您好。" in heard
    assert "正在处理，下单日期" in heard
    assert "没有查到相关记录。" in heard  # nothing was charged
    assert not [found for found in lines if found["log_level"] == "error"]
    assert PIN not in f"{lines}{line.heard}{line.variables}"
    written = await asyncio.to_thread(bytes_below, tmp_path)
    assert b"1001" in written
    assert PIN.encode() not in written


async def test_five_wrong_pins_lock_self_service_and_reach_a_person(database: Database) -> None:
    tries = "1001#10000#" * 5
    line = await served(database, "self-service", tries)
    assert any("自助服务已锁定" in heard for heard in line.heard)
    assert line.variables["CC_QUEUE"] == "service"
    line = await served(database, "self-service", f"1001#1{PIN}#")
    assert any("自助服务已锁定" in heard for heard in line.heard)


async def test_a_message_left_at_night_gets_a_ticket_and_waits_in_the_list(
    database: Database,
) -> None:
    await served(database, "night-service", "1")
    async with database.read() as session:
        [message] = (await messages.messages(session, Scope())).messages
        page = await tickets.tickets(session, Scope())
    assert (message.queue, message.number, message.seconds) == ("service", "13800138000", 5.0)
    assert message.ticket_id in {ticket.id for ticket in page.tickets}


async def test_scores_are_kept_only_when_given(database: Database) -> None:
    await served(database, "hotline", "2")
    async with database.read() as session:
        begin = (await tickets.tickets(session, Scope())).tickets[0].opened_at
        figures = await surveys.survey_figures(
            session, Scope(), begin=begin.replace(year=2000), end=begin.replace(year=2100)
        )
    assert figures == []
