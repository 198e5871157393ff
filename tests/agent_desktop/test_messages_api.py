"""Voice messages over the API: heard, seen to, and only those of one's queues."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent_desktop.testing import agent
from crm_core import calls, messages, tickets
from crm_core.calls import CallOpening
from crm_core.ids import new_id

if TYPE_CHECKING:
    from conftest import House

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SOUND = b"RIFF what was said"


async def leave(house: House, queue: str, file: str) -> str:
    """Leave a message in a queue's box; give its id."""
    call_id = new_id()
    draft = messages.Draft(
        call_id=call_id,
        at=AT,
        queue=queue,
        number="13800138000",
        language="zh",
        file=file,
        seconds=12.0,
    )
    path = house.services.recordings
    assert path is not None
    folder = path if "/" in file else path / "voicemail" / "flows"
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(SOUND)
    async with house.services.database.transaction() as session:
        opening = CallOpening(call_id=call_id, direction="inbound", started_at=AT)
        await calls.open_call(session, house.scope, opening)
        await messages.keep_message(session, house.scope, draft)
        page = await messages.messages(session, house.scope)
    return next(str(one.id) for one in page.messages if one.call_id == call_id)


async def test_a_message_is_heard_and_seen_to(house: House) -> None:
    await leave(house, "service", "voicemail/service/1.wav")
    message = await leave(house, "service", "flow-2.wav")
    sue = await house.browser("sue")
    assert len((await sue.get("/messages", state="unheard")).body["items"]) == 2
    async with sue.client.get(
        f"{sue.url}/api/v1/messages/{message}/sound", headers=sue.headers
    ) as answer:
        assert (answer.content_type, await answer.read()) == ("audio/wav", SOUND)
    heard = (await sue.post(f"/messages/{message}/heard")).body
    assert (heard["heard_by"], heard["done_at"]) == ("Sue", None)
    assert len((await sue.get("/messages", state="unheard")).body["items"]) == 1
    done = (await sue.post(f"/messages/{message}/done")).body
    assert done["done_by"] == "Sue"
    [left] = (await sue.get("/messages", state="open")).body["items"]
    assert left["message_id"] != message
    back = (await sue.post(f"/messages/{message}/done", {"done": False})).body
    assert (back["done_by"], back["heard_by"]) == ("", "Sue")


async def test_a_message_leads_to_its_ticket_and_its_call(house: House) -> None:
    await leave(house, "service", "1.wav")
    sue = await house.browser("sue")
    [shown] = (await sue.get("/messages")).body["items"]
    async with house.services.database.read() as session:
        [ticket] = (await tickets.tickets(session, house.scope)).tickets
    assert (shown["ticket_number"], shown["ticket_status"]) == (ticket.number, "open")
    assert (await sue.get(f"/calls/{shown['call_id']}")).status == 200


async def test_an_agent_hears_the_messages_of_his_queues_alone(house: House) -> None:
    await house.engine.tell(agent(house.id_of("anna")))  # serves service
    mine = await leave(house, "service", "1.wav")
    foreign = await leave(house, "sales", "2.wav")
    anna = await house.browser("anna")
    assert [one["message_id"] for one in (await anna.get("/messages")).body["items"]] == [mine]
    for what in ("sound", "heard", "done"):
        method = "GET" if what == "sound" else "POST"
        more = {} if what == "sound" else {"json": {}}
        for message, status in ((mine, 200), (foreign, 404)):
            told = await anna.ask(method, f"/messages/{message}/{what}", **more)
            assert told.status == status, (what, message == mine)


async def test_a_recording_that_is_gone_or_lies_elsewhere_is_not_there(house: House) -> None:
    sue = await house.browser("sue")
    gone = await leave(house, "service", "gone.wav")
    path = house.services.recordings
    assert path is not None
    (path / "voicemail" / "flows" / "gone.wav").unlink()
    outside = await leave(house, "service", "voicemail/../../outside.wav")
    for message in (gone, outside):
        assert (await sue.ask("GET", f"/messages/{message}/sound")).status == 404
