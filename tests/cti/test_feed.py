import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cti.connection import ConnectionState, LinkLimits
from cti.errors import LoginRefused
from cti.events import DeviceChanged, Event, LinkLost, Resynced, Settled
from cti.feed import AmiFeed
from cti.taking_over import take_over
from cti.testing import FakeAmi, event

QUICK = LinkLimits(action=0.5, backoff_first=0.01, backoff_most=0.05)
NOW = 1_800_000_000.5


@asynccontextmanager
async def asterisk() -> AsyncIterator[FakeAmi]:
    """A fake with the clock and the modules of a real one."""
    async with FakeAmi() as ami:
        ami.answers["Ping"] = lambda _: [
            [("Response", "Success"), ("Ping", "Pong"), ("Timestamp", f"{NOW:.6f}")]
        ]
        for name in ("CoreShowChannels", "Status", "BridgeList", "DeviceStateList"):
            ami.lists[name] = []
        ami.answers["QueueStatus"] = lambda _: [
            [("Response", "Error"), ("Message", "Invalid/unknown command")]
        ]
        yield ami


@asynccontextmanager
async def fed(ami: FakeAmi, **more: Any) -> AsyncIterator[AmiFeed]:
    feed = AmiFeed("127.0.0.1", ami.port, *ami.login, limits=QUICK, **more)
    try:
        await feed.start(within=5)
        yield feed
    finally:
        await feed.close()


async def read(feed: AmiFeed, count: int) -> list[Event]:
    found: list[Event] = []
    async with asyncio.timeout(5):
        async for happened in feed.events():
            found.append(happened)
            if len(found) == count:
                break
    return found


def device(number: int, *, seconds: float = 1.0, state: str = "INUSE") -> bytes:
    at = f"{NOW + seconds:.6f}"
    return event("DeviceStateChange", Timestamp=at, Device=f"PJSIP/agent-{number}", State=state)


async def test_the_whole_picture_comes_first_and_then_the_news() -> None:
    async with asterisk() as ami, fed(ami) as feed:
        ami.lists["DeviceStateList"] = [
            [("Event", "DeviceStateChange"), ("Device", "PJSIP/agent-1"), ("State", "INUSE")]
        ]
        (resynced,) = await read(feed, 1)
        assert isinstance(resynced, Resynced)
        assert (resynced.epoch, resynced.at.timestamp()) == (1, NOW)
        ami.send(device(7))
        (changed,) = await read(feed, 1)
        assert isinstance(changed, DeviceChanged)
        assert (changed.device, changed.at.timestamp()) == ("PJSIP/agent-7", NOW + 1)


async def test_a_cut_is_told_once_and_a_new_picture_follows() -> None:
    async with asterisk() as ami, fed(ami) as feed:
        await read(feed, 1)
        await ami.cut()
        lost, again = await read(feed, 2)
        assert isinstance(lost, LinkLost)
        assert isinstance(again, Resynced)
        assert again.epoch == 2


async def test_news_during_the_picture_comes_after_it_and_old_news_never() -> None:
    async with asterisk() as ami:
        asked = asyncio.Event()
        ami.answers["QueueStatus"] = lambda _: asked.set()
        async with fed(ami) as feed:
            async with asyncio.timeout(5):
                await asked.wait()
            ami.send(device(1, seconds=-1) + device(2, seconds=+1))
            action_id = ami.actions("QueueStatus")[0].action_id
            ami.send(event("DeviceStateChange", Device="PJSIP/x", State="INUSE", ActionID="a"))
            ami.send(b"Response: Error\r\nActionID: %s\r\n\r\n" % action_id.encode())
            resynced, changed, settled = await read(feed, 3)
            assert isinstance(resynced, Resynced)
            assert resynced.settling
            assert isinstance(changed, DeviceChanged)
            assert changed.device == "PJSIP/agent-2"
            assert isinstance(settled, Settled)


async def test_app_queue_gives_back_its_callers_before_the_picture_is_taken() -> None:
    async with asterisk() as ami:
        del ami.answers["QueueStatus"]
        ami.lists["QueueStatus"] = [
            [("Event", "QueueEntry"), ("Queue", "service"), ("Channel", "PJSIP/trunk-00000001")],
            [("Event", "QueueEntry"), ("Queue", "a queue of others"), ("Channel", "x")],
        ]
        ami.answers["QueueWithdrawCaller"] = lambda _: [
            [("Response", "Error"), ("Message", "No such caller")]
        ]
        async with fed(ami, before_picture=take_over) as feed:
            (resynced,) = await read(feed, 1)
            assert isinstance(resynced, Resynced)
            assert not resynced.settling
        done = [message.get("Action") for message in ami.received]
        first = [
            done.index(name) for name in ("Setvar", "QueueWithdrawCaller", "CoreShowChannels")
        ]
        assert first == sorted(first)
        (wish,) = ami.actions("QueueWithdrawCaller")
        assert (wish.get("Queue"), wish.get("Caller")) == ("service", "PJSIP/trunk-00000001")


async def test_items_of_a_list_are_no_news() -> None:
    async with asterisk() as ami, fed(ami) as feed:
        await read(feed, 1)
        ami.send(event("DeviceStateChange", Device="PJSIP/x", State="INUSE", ActionID="a"))
        ami.send(device(3))
        (changed,) = await read(feed, 1)
        assert isinstance(changed, DeviceChanged)
        assert changed.device == "PJSIP/agent-3"


async def test_a_slow_reader_loses_nothing_and_memory_stays_bounded() -> None:
    states = ("INUSE", "NOT_INUSE")
    async with asterisk() as ami, fed(ami, most_waiting=50) as feed:
        await read(feed, 1)
        ami.send(b"".join(device(1, seconds=n, state=states[n % 2]) for n in range(5000)))
        await ami.until(lambda: feed.connection.state is not ConnectionState.UP or ami.logins > 1)
        assert len(feed._inbox) <= 52
        waited = await read(feed, 52)
        assert [type(item) for item in waited] == [DeviceChanged] * 51 + [LinkLost]
        times = [item.at.timestamp() - NOW for item in waited[:51]]
        assert times == list(range(51))
        (again,) = await read(feed, 1)
        assert isinstance(again, Resynced)
        assert again.epoch == 2


async def test_a_picture_that_cannot_be_taken_is_tried_again() -> None:
    async with asterisk() as ami:
        ami.answers["CoreStatus"] = lambda _: None
        async with fed(ami) as feed:
            await ami.until(lambda: ami.logins == 2)
            del ami.answers["CoreStatus"]
            (resynced,) = await read(feed, 1)
            assert isinstance(resynced, Resynced)
            assert resynced.epoch == 1


async def test_close_ends_the_stream() -> None:
    async with asterisk() as ami, fed(ami) as feed:
        await read(feed, 1)
        await feed.close()
        assert [type(item) async for item in feed.events()] == [LinkLost]


async def test_a_wrong_secret_is_told_by_start() -> None:
    async with asterisk() as ami:
        feed = AmiFeed("127.0.0.1", ami.port, "callcenter", "wrong", limits=QUICK)
        with pytest.raises(LoginRefused):
            await feed.start(within=5)
