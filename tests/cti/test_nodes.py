"""Several Asterisks told as one: whose calls stay, whose go, and where a verb ends up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from cti.errors import ActionRefused, LinkDown
from cti.events import (
    CallEnded,
    CallOffered,
    CallQueued,
    CallStage,
    DeviceChanged,
    DeviceState,
    Direction,
    LinkLost,
    LiveCall,
    Outcome,
    Party,
    Resynced,
    Settled,
)
from cti.nodes import NodeAddress, NodeMerge, NodesFeed, NodesSwitch
from cti.testing import FakeAmi, FakeSwitch, event

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PHONE = "PJSIP/agent-1001"


def live(number: int, channel: str = "PJSIP/trunk-00000001") -> LiveCall:
    return LiveCall(
        call_id=UUID(int=number),
        channel=channel,
        uniqueid=f"17.{number}",
        stage=CallStage.WAITING,
        direction=Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="4000",
        queue="service",
    )


def picture(*calls: LiveCall, epoch: int = 1, **devices: DeviceState) -> Resynced:
    named = {f"PJSIP/agent-{name[1:]}": state for name, state in devices.items()}
    return Resynced(
        at=AT, epoch=epoch, restarted=False, calls=calls, devices=named, booted="at nine"
    )


def ended(number: int) -> CallEnded:
    return CallEnded(
        at=AT,
        call_id=UUID(int=number),
        outcome=Outcome.NO_ANSWER,
        hung_up_by=Party.UNKNOWN,
        cause=0,
    )


class House:
    """Two nodes and what lives on each."""

    def __init__(self) -> None:
        self.calls: dict[str, list[LiveCall]] = {"a": [], "b": []}
        self.merge = NodeMerge({node: lambda n=node: self.calls[n] for node in self.calls})

    def sees(self, node: str, *calls: LiveCall, **devices: DeviceState) -> Resynced:
        self.calls[node] = list(calls)
        [told] = self.merge.take(node, picture(*calls, **devices))
        assert isinstance(told, Resynced)
        return told


def test_a_channel_is_named_with_its_node() -> None:
    house = House()
    queued = CallQueued(
        at=AT, call_id=UUID(int=1), channel="PJSIP/trunk-00000001", queue="service"
    )
    [told] = house.merge.take("b", queued)
    assert told == replace(queued, channel="b!PJSIP/trunk-00000001")


def test_two_channels_of_one_name_on_two_nodes_are_two() -> None:
    house = House()
    house.sees("a", live(1))
    told = house.sees("b", live(2))
    assert [call.channel for call in told.calls] == [
        "a!PJSIP/trunk-00000001",
        "b!PJSIP/trunk-00000001",
    ]


def test_the_picture_of_one_node_leaves_the_calls_of_the_others() -> None:
    house = House()
    first = house.sees("a", live(1))
    house.sees("b", live(2), live(3))
    again = house.sees("a")
    assert {call.call_id.int for call in again.calls} == {2, 3}
    assert again.epoch > first.epoch


def test_a_lost_node_takes_its_own_calls_away_and_the_last_one_the_link() -> None:
    house = House()
    house.sees("a", live(1))
    house.sees("b", live(2))
    [told] = house.merge.take("a", LinkLost(at=AT))
    assert isinstance(told, Resynced)
    assert [call.call_id.int for call in told.calls] == [2]
    assert house.merge.take("b", LinkLost(at=AT)) == [LinkLost(at=AT)]


def test_the_far_part_of_a_call_between_nodes_is_nobodys_call() -> None:
    house = House()
    came = CallOffered(
        at=AT,
        call_id=UUID(int=7),
        channel="PJSIP/node-00000003",
        uniqueid="17.7",
        direction=Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="agent-1001",
    )
    assert house.merge.take("a", came) == []
    assert house.merge.take("a", ended(7)) == []
    handed, own = live(8, "PJSIP/node-00000004"), live(9)
    assert [call.call_id.int for call in house.sees("a", handed, own).calls] == [9]
    assert house.merge.take("a", ended(8)) == []
    assert house.merge.take("a", ended(9)) == [ended(9)]


def test_all_is_settled_when_every_node_has_told_what_happened_meanwhile() -> None:
    house = House()
    house.merge.take("a", replace(picture(), settling=True))
    [both] = house.merge.take("b", replace(picture(), settling=True))
    assert isinstance(both, Resynced)
    assert both.settling
    assert house.merge.take("a", Settled(at=AT)) == []
    assert house.merge.take("b", Settled(at=AT)) == [Settled(at=AT)]


def test_a_phone_is_in_use_when_any_node_says_so() -> None:
    house = House()
    house.sees("a", p1001=DeviceState.NOT_INUSE)
    told = house.sees("b", p1001=DeviceState.INUSE)
    assert told.devices == {PHONE: DeviceState.INUSE}
    change = DeviceChanged(at=AT, device=PHONE, state=DeviceState.RINGING)
    assert house.merge.take("a", change) == []
    free = DeviceChanged(at=AT, device=PHONE, state=DeviceState.NOT_INUSE)
    assert house.merge.take("b", free) == [replace(free, state=DeviceState.RINGING)]
    assert house.merge.take("a", free) == [free]


def test_a_phone_known_to_one_node_and_away_at_the_other_is_there() -> None:
    house = House()
    house.sees("a", p1001=DeviceState.UNAVAILABLE)
    assert house.sees("b", p1001=DeviceState.NOT_INUSE).devices[PHONE] is DeviceState.NOT_INUSE


def test_a_call_of_before_our_start_is_over_only_when_no_node_has_it() -> None:
    house = House()
    house.merge.expect([UUID(int=1), UUID(int=2)])
    house.sees("a")
    assert house.merge.take("a", ended(1)) == []
    assert house.merge.take("a", ended(2)) == []
    house.sees("b", live(1))
    assert house.merge.take("b", ended(2)) == [ended(2)]
    assert house.merge.take("a", ended(1)) == []  # it lives on the other one
    assert house.merge.take("b", ended(1)) == [ended(1)]


async def test_a_verb_goes_to_the_node_of_its_channel() -> None:
    a, b = FakeSwitch(), FakeSwitch()
    switch = NodesSwitch({"a": a, "b": b})
    await switch.redirect("b!PJSIP/trunk-1", context="offer", exten="agent-1001_20_1")
    await switch.hang_up("a!PJSIP/trunk-1")
    assert b.asked("redirect") == [
        {"channel": "PJSIP/trunk-1", "context": "offer", "exten": "agent-1001_20_1"}
    ]
    assert a.asked("hang_up") == [{"channel": "PJSIP/trunk-1"}]
    with pytest.raises(ActionRefused, match="no node is called 'c'"):
        await switch.park("c!PJSIP/trunk-1")
    with pytest.raises(ActionRefused, match="different nodes"):
        await switch.bridge("a!PJSIP/x-1", "b!PJSIP/y-1")


async def test_every_node_hears_the_heartbeat_and_one_that_is_down_stops_nobody() -> None:
    a, b = FakeSwitch(), FakeSwitch()
    switch = NodesSwitch({"a": a, "b": b})
    await switch.set_heartbeat(1)
    b.failing["set_heartbeat"] = LinkDown("down")
    await switch.set_heartbeat(2)
    assert a.asked("set_heartbeat") == [{"beat": 1}, {"beat": 2}]
    assert b.asked("set_heartbeat") == [{"beat": 1}]
    a.failing["set_heartbeat"] = LinkDown("down")
    with pytest.raises(LinkDown):
        await switch.set_heartbeat(3)


async def test_a_lead_that_one_node_knows_as_over_is_over() -> None:
    a, b = FakeSwitch(), FakeSwitch()
    switch = NodesSwitch({"a": a, "b": b})
    b.variables["", "CC_FENCED_1"] = "1"
    assert await switch.get_variable("", name="CC_FENCED_1") == "1"


async def test_two_links_are_one_stream_and_the_loss_of_one_is_no_loss_of_the_link() -> None:
    async with FakeAmi() as one, FakeAmi() as two:
        addresses = {
            "a": NodeAddress(host="127.0.0.1", port=one.port),
            "b": NodeAddress(host="127.0.0.1", port=two.port),
        }
        feed = NodesFeed(addresses, *one.login)
        told: list[object] = []

        async def read() -> None:
            async for each in feed.events():
                told.append(each)  # noqa: PERF401 - looked at while it grows

        async def until(count: int, kind: type) -> list:
            async with asyncio.timeout(10):
                while len(found := [e for e in told if isinstance(e, kind)]) < count:  # noqa: ASYNC110 - a list has no event
                    await asyncio.sleep(0.01)
            return found

        reading = asyncio.create_task(read())
        await feed.start(within=5)
        await until(2, Resynced)
        stamp = (datetime.now(UTC) + timedelta(seconds=5)).timestamp()
        two.send(event("DeviceStateChange", Device=PHONE, State="INUSE", Timestamp=f"{stamp:.6f}"))
        [changed] = await until(1, DeviceChanged)
        assert (changed.device, changed.state) == (PHONE, DeviceState.INUSE)
        await two.stop()
        pictures = await until(3, Resynced)
        assert [each.epoch for each in pictures] == [1, 2, 3]
        assert not [each for each in told if isinstance(each, LinkLost)]
        await feed.close()
        await asyncio.wait_for(reading, 5)
