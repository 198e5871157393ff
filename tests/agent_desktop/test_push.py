from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from acd.commands import ReportDesk, SignIn
from acd.notices import (
    AgentTold,
    CallGone,
    CallRecorded,
    FeedFresh,
    LeadTold,
    PopWithdrawn,
    QueueChanged,
)
from agent_desktop import push
from agent_desktop.testing import agent, call, pop, queue
from crm_core.people.sessions import close_sessions_of

if TYPE_CHECKING:
    from conftest import Browser, House


@asynccontextmanager
async def desk(browser: Browser) -> AsyncIterator[ClientConnection]:
    """Open a push socket as a page does."""
    ticket = await browser.post("/push-ticket")
    assert ticket.status == 200, ticket.body
    async with connect(ticket.body["url"], origin=Origin(browser.url)) as socket:
        yield socket


async def next_frame(socket: ClientConnection, kind: str = "") -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["type"] != "tick" and kind in ("", frame["type"]):
                return frame


async def notices_until(socket: ClientConnection, last: str) -> list[dict[str, Any]]:
    found = []
    while not found or found[-1]["type"] != last:
        found.append((await next_frame(socket, "notice"))["notice"])
    return found


async def code_of_close(socket: ClientConnection) -> int:
    async with asyncio.timeout(10):
        with suppress(ConnectionClosed):
            while True:
                await socket.recv()
    return socket.close_code or 0


async def test_a_desk_gets_a_snapshot_and_then_numbered_notices(house: House) -> None:
    async with desk(await house.browser("sue")) as socket:
        first = await next_frame(socket)
        assert first["type"] == "snapshot"
        assert {row["extension"] for row in first["snapshot"]["agents"]} == {"1001", "1002"}
        assert first["server_time"].endswith("Z")
        number = await house.engine.tell(queue(waiting=1))
        frame = await next_frame(socket)
        assert frame["notice"]["queue"]["waiting"] == 1
        assert (frame["seq"], frame["epoch"]) == (number, first["snapshot"]["epoch"])
        assert number == first["snapshot"]["seq"] + 1


async def test_an_agent_hears_of_own_calls_only_and_of_everybodys_state(house: House) -> None:
    anna, bo, theirs = house.id_of("anna"), house.id_of("bo"), uuid4()
    mine = uuid4()
    async with desk(await house.browser("anna")) as socket:
        await next_frame(socket, "snapshot")
        await house.engine.tell(pop(theirs, bo))
        await house.engine.tell(call(theirs, agent_id=bo))
        await house.engine.tell(AgentTold(agent_id=bo, level="info", code="x"))
        await house.engine.tell(agent(bo, extension="1002", state="talking"))
        await house.engine.tell(pop(mine, anna))
        await house.engine.tell(call(mine, agent_id=anna))
        await house.engine.tell(CallGone(call_id=theirs, agent_id=bo))
        await house.engine.tell(CallRecorded(call_id=theirs))
        await house.engine.tell(queue(waiting=9))
        heard = await notices_until(socket, "queue_changed")
    assert [(one["type"], one.get("call_id")) for one in heard] == [
        ("agent_changed", None),
        ("screen_popped", str(mine)),
        ("call_changed", None),
        ("queue_changed", None),
    ]
    assert heard[2]["call"]["call_id"] == str(mine)


async def test_a_supervisor_hears_everything(house: House) -> None:
    bo, theirs = house.id_of("bo"), uuid4()
    async with desk(await house.browser("sue")) as socket:
        await next_frame(socket, "snapshot")
        await house.engine.tell(pop(theirs, bo))
        await house.engine.tell(call(theirs, agent_id=bo))
        await house.engine.tell(PopWithdrawn(agent_id=bo, call_id=theirs, reason="answered"))
        await house.engine.tell(CallGone(call_id=theirs, agent_id=bo))
        await house.engine.tell(CallRecorded(call_id=theirs))
        heard = await notices_until(socket, "call_recorded")
    assert [one["type"] for one in heard] == [
        "screen_popped",
        "call_changed",
        "pop_withdrawn",
        "call_gone",
        "call_recorded",
    ]


async def test_a_call_that_is_handed_on_leaves_the_first_agents_page(house: House) -> None:
    anna, bo, mine = house.id_of("anna"), house.id_of("bo"), uuid4()
    async with desk(await house.browser("anna")) as socket:
        await next_frame(socket, "snapshot")
        await house.engine.tell(call(mine, agent_id=anna))
        await house.engine.tell(call(mine, agent_id=bo))
        await house.engine.tell(call(mine, agent_id=bo, number="+862112345678"))
        await house.engine.tell(CallGone(call_id=mine, agent_id=bo))
        await house.engine.tell(CallRecorded(call_id=mine))
        heard = await notices_until(socket, "call_recorded")
    holders = [one["call"]["agent_id"] for one in heard if one["type"] == "call_changed"]
    assert holders == [anna, bo]
    assert [one["type"] for one in heard] == ["call_changed", "call_changed", "call_recorded"]


async def test_a_snapshot_shows_an_agent_own_calls_only(house: House) -> None:
    mine, theirs = uuid4(), uuid4()
    await house.engine.tell(call(mine, agent_id=house.id_of("anna")))
    await house.engine.tell(call(theirs, agent_id=house.id_of("bo")))
    async with desk(await house.browser("anna")) as socket:
        told = await next_frame(socket, "snapshot")
    assert [row["call_id"] for row in told["snapshot"]["calls"]] == [str(mine)]
    async with desk(await house.browser("ada")) as socket:
        told = await next_frame(socket, "snapshot")
    assert len(told["snapshot"]["calls"]) == 2


async def test_a_ticket_is_good_once_and_for_half_a_minute(house: House) -> None:
    browser = await house.browser("anna")
    url = (await browser.post("/push-ticket")).body["url"]
    async with connect(url) as socket:
        assert (await next_frame(socket))["type"] == "snapshot"
    async with connect(url) as socket:
        assert await code_of_close(socket) == 4401
    late = (await browser.post("/push-ticket")).body["url"]
    house.clock.ahead = timedelta(seconds=31)
    async with connect(late) as socket:
        assert await code_of_close(socket) == 4401


@pytest.mark.parametrize("query", ["", "?ticket=", "?ticket=nonsense", "?ticket=a&ticket=b"])
async def test_without_a_ticket_nothing_is_told(house: House, query: str) -> None:
    async with connect(house.services.push_url + query) as socket:
        assert await code_of_close(socket) == 4401


async def test_a_foreign_page_is_refused_even_with_a_ticket(house: House) -> None:
    url = (await (await house.browser("anna")).post("/push-ticket")).body["url"]
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, origin=Origin("http://evil.example")):
            pass
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as absent:
        async with connect(house.services.push_url.replace("/feed", "/other")):
            pass
    assert absent.value.response.status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        '{"type":"set_ready"}',
        '{"type":"hello","agent_id":"other"}',
        "not json",
        "[]",
        b"\x00\xff",
        "{" * 500,
    ],
)
async def test_anything_but_hello_and_pong_closes_the_socket(
    house: House, sent: str | bytes
) -> None:
    async with desk(await house.browser("anna")) as socket:
        await socket.send('{"type":"hello"}')
        await socket.send('{"type":"pong"}')
        await next_frame(socket, "snapshot")
        await socket.send(sent)
        assert await code_of_close(socket) == 1008


async def test_a_large_frame_and_a_flood_close_the_socket(house: House) -> None:
    async with desk(await house.browser("anna")) as socket:
        await socket.send("x" * 1_000_000)
        assert await code_of_close(socket) == 1009
    async with desk(await house.browser("anna")) as socket:
        with suppress(ConnectionClosed):
            for _ in range(10_000):
                await socket.send('{"type":"pong"}')
        assert await code_of_close(socket) == 1008


async def test_signing_out_closes_the_sessions_sockets_and_no_others(house: House) -> None:
    browser, other = await house.browser("anna"), await house.browser("bo")
    async with desk(browser) as socket, desk(other) as theirs:
        unspent = (await browser.post("/push-ticket")).body["url"]
        await browser.ask("DELETE", "/session")
        assert await code_of_close(socket) == 4401
        async with connect(unspent) as late:
            assert await code_of_close(late) == 4401
        await house.engine.tell(queue(waiting=4))
        assert (await next_frame(theirs, "notice"))["notice"]["queue"]["waiting"] == 4


async def test_a_session_that_runs_out_closes_its_sockets(house: House) -> None:
    async with desk(await house.browser("anna")) as socket:
        house.clock.ahead = timedelta(hours=13)
        assert await code_of_close(socket) == 4401


async def test_a_session_ended_elsewhere_ends_here_within_five_seconds(house: House) -> None:
    browser = await house.browser("anna")
    async with desk(browser) as socket, asyncio.timeout(5):
        async with house.services.database.transaction() as session:
            await close_sessions_of(session, house.scope, house.users["anna"].id)
        assert await code_of_close(socket) == 4401
    assert (await browser.get("/me")).status == 401


async def test_opening_a_desktop_brings_an_offline_agent_to_the_board(house: House) -> None:
    await house.engine.tell(agent(house.id_of("anna"), state="offline"))
    async with desk(await house.browser("anna")) as socket:
        await next_frame(socket, "snapshot")
        async with asyncio.timeout(5):
            while not house.engine.of(SignIn):
                await house.engine.tell(queue())
                await next_frame(socket, "notice")
    assert house.engine.of(SignIn)[0].agent_id == house.id_of("anna")


async def test_who_opened_a_desktop_before_there_was_a_board_is_brought_to_it(
    house: House,
) -> None:
    anna = await house.browser("anna")
    async with desk(anna) as socket:
        await next_frame(socket, "snapshot")
        await house.engine.tell(agent(house.id_of("anna"), state="offline"))
        assert house.engine.of(SignIn) == []
        await house.engine.tell(FeedFresh())
        async with asyncio.timeout(5):
            while not house.engine.of(SignIn):
                await anna.get("/me")  # each request lets the push take its turn
    assert [asked.agent_id for asked in house.engine.of(SignIn)] == [house.id_of("anna")]


async def desk_reports(house: House, asker: Browser, count: int) -> list[bool]:
    async with asyncio.timeout(5):
        while len(house.engine.of(ReportDesk)) < count:
            await asker.get("/me")  # each request lets the push take its turn
    return [report.open for report in house.engine.of(ReportDesk)]


async def test_an_open_desktop_is_reported_and_a_closed_one_after_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await house.browser("anna")
    async with desk(anna) as socket:
        await next_frame(socket, "snapshot")
        assert await desk_reports(house, anna, 1) == [True]
    async with desk(anna) as socket:  # a page that is read anew is back before it is missed
        await next_frame(socket, "snapshot")
        assert await desk_reports(house, anna, 2) == [True, True]
        monkeypatch.setattr(push, "RELOAD_SECONDS", 0.05)
    assert await desk_reports(house, anna, 3) == [True, True, False]


async def test_a_board_that_is_fresh_again_is_told_who_sits_at_a_desktop(house: House) -> None:
    anna = await house.browser("anna")
    async with desk(anna) as socket:
        await next_frame(socket, "snapshot")
        await desk_reports(house, anna, 1)
        await house.engine.tell(FeedFresh())
        assert set(await desk_reports(house, anna, 2)) == {True}


async def test_a_user_may_hold_ten_desks_and_no_more(house: House) -> None:
    browser = await house.browser("anna")
    sockets = []
    for _ in range(10):
        url = (await browser.post("/push-ticket")).body["url"]
        sockets.append(await connect(url))
    async with desk(browser) as socket:
        assert await code_of_close(socket) == 4429
    for socket in sockets:
        await socket.close()


async def test_a_slow_desk_is_dropped_and_the_others_hear_everything(house: House) -> None:
    slow = await connect((await (await house.browser("sue")).post("/push-ticket")).body["url"])
    quick = await connect((await (await house.browser("ada")).post("/push-ticket")).body["url"])
    slow.transport.pause_reading()
    await next_frame(quick, "snapshot")
    for number in range(1000):
        row = queue(waiting=number).queue.model_copy(update={"title": "x" * 20_000})
        await house.engine.tell(QueueChanged(queue=row))
        frame = await next_frame(quick, "notice")
        assert frame["notice"]["queue"]["waiting"] == number
    slow.transport.resume_reading()
    assert await code_of_close(slow) in (4408, 1006)  # 1006: it had no time for the word
    await quick.close()


@pytest.mark.parametrize("raw", [b"", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"x" * 100_000])
async def test_broken_handshakes_leave_one_line_and_no_trace(
    house: House, raw: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = house.services.push_url.removeprefix("ws://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(raw)
    with suppress(ConnectionError):
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
    writer.close()
    async with desk(await house.browser("anna")) as socket:
        assert (await next_frame(socket))["type"] == "snapshot"
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_desktop_that_stops_says_so_to_its_sockets(house: House) -> None:
    async with desk(await house.browser("anna")) as socket:
        await next_frame(socket, "snapshot")
        await house.stop()
        assert await code_of_close(socket) == 1001


async def test_a_word_to_the_leads_is_heard_by_supervisors_alone(house: House) -> None:
    bo = house.id_of("bo")
    async with (
        desk(await house.browser("sue")) as lead,
        desk(await house.browser("bo")) as agents,
    ):
        for socket in (lead, agents):
            await next_frame(socket, "snapshot")
        await house.engine.tell(LeadTold(agent_id=bo, level="warning", code="missed_calls"))
        await house.engine.tell(queue(waiting=3))
        told = await notices_until(lead, "queue_changed")
        assert [notice["type"] for notice in told] == ["lead_told", "queue_changed"]
        heard = await notices_until(agents, "queue_changed")
        assert [notice["type"] for notice in heard] == ["queue_changed"]


async def frozen_desks(house: House, browser: Browser, count: int) -> list[ClientConnection]:
    """Open desks that take nothing any more, and write more to them than anybody may owe."""
    desks = [await connect((await browser.post("/push-ticket")).body["url"]) for _ in range(count)]
    for socket in desks:
        socket.transport.pause_reading()
    for number in range(400):
        row = queue(waiting=number).queue.model_copy(update={"title": "x" * 20_000})
        await house.engine.tell(QueueChanged(queue=row))
        await asyncio.sleep(0)
    return desks


async def test_a_frozen_browser_does_not_keep_its_place_for_long(house: House) -> None:
    sue = await house.browser("sue")
    frozen = await frozen_desks(house, sue, 10)  # as many as anyone may have
    with capture_logs() as words:
        async with asyncio.timeout(10):
            while sum(word["event"] == "desk_closed" for word in words) < len(frozen):  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.05)
    async with desk(sue) as socket:
        await next_frame(socket, "snapshot")
    for socket in frozen:
        socket.transport.abort()


async def test_a_desktop_stops_though_frozen_browsers_take_nothing(house: House) -> None:
    frozen = await frozen_desks(house, await house.browser("sue"), 5)
    async with asyncio.timeout(10):
        await house.stop()
    for socket in frozen:
        socket.transport.abort()
