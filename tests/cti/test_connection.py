import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from cti.actions import Originate, Redirect
from cti.connection import AmiConnection, ConnectionState, LinkLimits
from cti.errors import (
    ActionLost,
    ActionRefused,
    ActionTimedOut,
    LinkDown,
    LoginRefused,
    UnsafeAction,
)
from cti.inquiries import CoreShowChannels, CoreStatus, Ping, QueueStatus
from cti.messages import AmiMessage
from cti.testing import FakeAmi, event

QUICK = LinkLimits(
    login=3.0,
    action=3.0,
    backoff_first=0.01,
    backoff_most=0.05,
    refused_first=2.0,
    refused_most=2.0,
)
PINGING = replace(QUICK, ping=0.05)
PATIENT = replace(PINGING, pings_missed=20)  # a busy machine may hold us up for a second
DIAL = Originate(
    channel="PJSIP/agent-1001", context="dial-out", exten="13800138000", channel_id="dial-1.1"
)


@asynccontextmanager
async def linked(
    ami: FakeAmi,
    *,
    on_message: Callable[[AmiMessage], None] = lambda _: None,
    **more: Any,
) -> AsyncIterator[AmiConnection]:
    more = {"limits": QUICK} | more
    link = AmiConnection("127.0.0.1", ami.port, *ami.login, on_message=on_message, **more)
    try:
        await link.connect(within=5)
        yield link
    finally:
        await link.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - what is watched has no event to wait for
            await asyncio.sleep(0.005)


async def test_an_action_gets_its_answer() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        reply = await link.action(CoreStatus())
        assert reply.response["Message"] == "done"


async def test_events_come_in_order_and_a_split_name_arrives_whole() -> None:
    seen: list[str] = []
    async with FakeAmi() as ami, linked(ami, on_message=lambda m: seen.append(m["N"])):
        block = b"".join(event("X", N=f"张三李四{n}") for n in range(200))
        for place in range(0, len(block), 7):
            ami.send(block[place : place + 7])
            await asyncio.sleep(0)
        await until(lambda: len(seen) == 200)
    assert seen == [f"张三李四{n}" for n in range(200)]


async def test_a_reader_that_raises_costs_neither_the_link_nor_the_next_event() -> None:
    seen: list[str] = []

    def read(message: AmiMessage) -> None:
        seen.append(message.event)
        if message.event == "Bad":
            raise ValueError

    async with FakeAmi() as ami, linked(ami, on_message=read) as link:
        ami.send(event("Bad") + event("Good"))
        await until(lambda: seen == ["Bad", "Good"])
        assert link.state is ConnectionState.UP
        assert ami.connections == 1


async def test_an_event_with_a_waiting_action_id_is_delivered_too() -> None:
    seen: list[str] = []
    async with FakeAmi() as ami, linked(ami, on_message=lambda m: seen.append(m.event)) as link:
        ami.answers["Originate"] = lambda _: [
            [("Event", "OriginateResponse"), ("Response", "Failure")],
            [("Response", "Success")],
        ]
        await link.action(DIAL)
        assert seen == ["OriginateResponse"]


async def test_a_list_comes_whole() -> None:
    async with FakeAmi() as ami, linked(ami, wanted={"Hangup"}) as link:
        ami.lists["CoreShowChannels"] = [
            [("Event", "CoreShowChannel"), ("Channel", f"PJSIP/trunk-{n}")] for n in range(3)
        ]
        reply = await link.action(CoreShowChannels())
        assert [item["Channel"] for item in reply.items] == [f"PJSIP/trunk-{n}" for n in range(3)]


async def test_a_refused_action_and_a_cancelled_list_say_so() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        ami.answers["Redirect"] = lambda _: [[("Response", "Error"), ("Message", "No channel")]]
        with pytest.raises(ActionRefused, match="No channel"):
            await link.action(Redirect(channel="PJSIP/trunk-1", context="wait", exten="s"))
        ami.answers["QueueStatus"] = lambda _: [
            [("Response", "Success"), ("EventList", "start")],
            [("Event", "QueueStatusComplete"), ("EventList", "cancelled")],
        ]
        with pytest.raises(ActionRefused):
            await link.action(QueueStatus())


async def test_an_action_without_answer_times_out_and_is_forgotten() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        ami.answers["CoreStatus"] = lambda _: None
        with pytest.raises(ActionTimedOut):
            await link.action(CoreStatus(), within=0.05)
        assert link._protocol is not None
        assert [a.name for a in link._protocol.responses.values() if a.name != "Ping"] == []


async def test_a_cut_link_fails_what_waits_and_never_sends_it_again() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        ami.answers["Originate"] = lambda _: None
        ami.answers["QueueStatus"] = lambda _: [[("Response", "Success"), ("EventList", "start")]]
        waiting = [asyncio.create_task(link.action(a)) for a in (DIAL, QueueStatus())]
        await ami.until(lambda: bool(ami.actions("QueueStatus")))
        await ami.cut()
        for failed in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(failed, ActionLost)
        await ami.until(lambda: ami.logins == 2)
        await until(lambda: link.state is ConnectionState.UP)
        await link.action(Ping())
        assert len(ami.actions("Originate")) == 1
        assert len(ami.actions("QueueStatus")) == 1


async def test_a_silent_asterisk_is_left_after_three_pings() -> None:
    states: list[str] = []
    told = {"on_state": lambda state: states.append(state.value), "limits": PINGING}
    async with FakeAmi() as ami, linked(ami, **told):
        ami.answers["Ping"] = lambda _: None
        await ami.until(lambda: ami.logins == 2)
        assert len(ami.actions("Ping")) >= 3
        del ami.answers["Ping"]
        await until(lambda: states[:3] == ["up", "down", "up"])


async def test_answered_pings_keep_the_link() -> None:
    async with FakeAmi() as ami, linked(ami, limits=PATIENT):
        await ami.until(lambda: len(ami.actions("Ping")) >= 30)
        assert ami.logins == 1


async def test_a_login_without_answer_is_given_up() -> None:
    async with FakeAmi() as ami:
        ami.answers["Login"] = lambda _: None
        limits = replace(QUICK, login=0.1)
        link = AmiConnection(
            "127.0.0.1", ami.port, "a", "b", on_message=lambda _: None, limits=limits
        )
        with pytest.raises(LinkDown, match="no answer from Asterisk"):
            await link.connect(within=0.8)
        assert ami.connections >= 2
        assert link.state is ConnectionState.CLOSED


async def test_a_wrong_secret_is_told_at_once_and_nothing_runs_on() -> None:
    async with FakeAmi() as ami:
        link = AmiConnection("127.0.0.1", ami.port, "callcenter", "wrong", on_message=print)
        with pytest.raises(LoginRefused, match="Authentication failed"):
            await link.connect(within=5)
        assert ami.logins == 1
        assert link.state is ConnectionState.CLOSED


async def test_a_secret_changed_later_is_tried_seldom() -> None:
    states: list[str] = []
    async with FakeAmi() as ami, linked(ami, on_state=lambda s: states.append(s.value)) as link:
        right, ami.login = ami.login, ("callcenter", "new")
        await ami.cut()
        await until(lambda: link.state is ConnectionState.REFUSED)
        tried = ami.logins
        await asyncio.sleep(0.3)  # less than the shortest pause after a refusal
        assert ami.logins == tried
        with pytest.raises(LinkDown):
            await link.action(Ping())
        ami.login = right
        await until(lambda: link.state is ConnectionState.UP)
    assert states == ["up", "down", "refused", "up", "closed"]


async def test_a_closed_port_is_tried_until_it_opens() -> None:
    async with FakeAmi() as ami:
        await ami.stop()
        link = AmiConnection(
            "127.0.0.1", ami.port, *ami.login, on_message=lambda _: None, limits=QUICK
        )
        connecting = asyncio.create_task(link.connect(within=5))
        await asyncio.sleep(0.05)
        await ami.listen()
        await connecting
        await link.close()


async def test_close_stays_closed_even_while_trying_again() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        await ami.stop()
        await until(lambda: link.state is ConnectionState.DOWN)
        await link.close()
        await ami.listen()
        await asyncio.sleep(0.15)
        assert ami.connections == 1
        with pytest.raises(LinkDown):
            await link.connect()
        with pytest.raises(LinkDown):
            await link.action(Ping())
        assert [t for t in asyncio.all_tasks() if t.get_name() == "ami-link"] == []


async def test_a_retry_waits_for_the_reader_to_catch_up() -> None:
    caught_up = asyncio.Event()
    async with FakeAmi() as ami, linked(ami, before_retry=caught_up.wait) as link:
        link.drop("reader too slow")
        await until(lambda: link.state is ConnectionState.DOWN)
        await asyncio.sleep(0.1)
        assert ami.connections == 1
        caught_up.set()
        await until(lambda: link.state is ConnectionState.UP)


async def test_nothing_is_written_for_an_unsafe_action() -> None:
    async with FakeAmi() as ami, linked(ami) as link:
        action = Redirect(channel="PJSIP/trunk-1", context="wait", exten="s")
        for bad in ("s\r\nApplication: System", "s\nX: y", "s\0", "\ud800", "x" * 1020):
            object.__setattr__(action, "exten", bad)  # past the checks of the action itself
            with pytest.raises(UnsafeAction):
                await link.action(action)
        assert ami.actions("Redirect") == []


def test_the_pause_grows_and_is_never_the_same_for_all() -> None:
    link = AmiConnection("h", 1, "u", "s", on_message=print)
    pauses = [[link._pause(n, refused=False) for _ in range(200)] for n in (1, 4, 60)]
    for drawn, most in zip(pauses, (0.2, 1.6, 10.0), strict=True):
        assert max(drawn) <= most
        assert min(drawn) < most / 10
        assert max(drawn) > most * 0.9
    assert min(link._pause(1, refused=True) for _ in range(100)) >= 5.0
