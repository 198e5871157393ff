"""What both shapes of the bus promise, told once and run on each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from uuid import UUID

import pytest
import pytest_asyncio
from services import RedisServer

from acd.bus import Bus
from acd.bus.memory import InProcessBus
from acd.bus.redis import RedisBus
from acd.commands import Accepted, Command, Refused, Reply, SetNotReady, SignIn
from acd.notices import AgentTold, CallRecorded, Notice

TENANT = UUID(int=7)
LIMIT = 50


@dataclass
class Ends:
    """The engine's end and the desktop's end of one bus."""

    engine: Bus
    desktop: Bus
    new_engine: Callable[[], Bus]


@pytest_asyncio.fixture(params=["memory", "redis"])
async def ends(request: pytest.FixtureRequest) -> AsyncIterator[Ends]:
    if request.param == "memory":
        one = InProcessBus(behind_limit=LIMIT)
        yield Ends(one, one, new_engine=lambda: one)
        await one.close()
        return
    redis = request.getfixturevalue("own_redis")
    opened: list[RedisBus] = []

    def open_bus() -> RedisBus:
        opened.append(RedisBus(redis.url, tenant=TENANT, behind_limit=LIMIT))
        return opened[-1]

    yield Ends(open_bus(), open_bus(), new_engine=open_bus)
    for bus in opened:
        await bus.close()


def told(number: int) -> Notice:
    return AgentTold(agent_id=str(number), level="info", code="hello")


async def take(stream: AsyncIterator, count: int) -> list:
    found = []
    async with asyncio.timeout(5):
        while len(found) < count:
            found.append(await anext(stream))
    return found


async def test_notices_arrive_in_order_with_numbers_that_run_on(ends: Ends) -> None:
    async with ends.desktop.subscribe() as stream:
        for number in range(20):
            await ends.engine.publish(told(number))
        envelopes = await take(stream, 20)
    assert [e.notice for e in envelopes] == [told(number) for number in range(20)]
    first = envelopes[0].seq
    assert [e.seq for e in envelopes] == list(range(first, first + 20))
    assert {e.epoch for e in envelopes} == {ends.engine.position()[0]}
    assert ends.engine.position() == (envelopes[-1].epoch, envelopes[-1].seq)


async def test_a_subscriber_gets_what_is_published_from_then_on(ends: Ends) -> None:
    await ends.engine.publish(told(1))
    assert await ends.engine.flush(within=2.0)
    async with ends.desktop.subscribe() as stream:
        await ends.engine.publish(told(2))
        [envelope] = await take(stream, 1)
    assert envelope.notice == told(2)


async def test_every_subscriber_gets_every_notice(ends: Ends) -> None:
    async with ends.desktop.subscribe() as one, ends.desktop.subscribe() as two:
        await ends.engine.publish(CallRecorded(call_id=UUID(int=1)))
        [first], [second] = await take(one, 1), await take(two, 1)
    assert first == second


async def test_a_slow_subscriber_is_dropped_and_the_others_are_not(ends: Ends) -> None:
    async with ends.desktop.subscribe() as slow, ends.desktop.subscribe() as quick:
        for number in range(LIMIT * 2):
            await ends.engine.publish(told(number))
            await take(quick, 1)
        async with asyncio.timeout(5):
            left = [envelope async for envelope in slow]
    assert len(left) <= LIMIT


async def test_a_command_is_answered_by_whoever_serves(ends: Ends) -> None:
    served: list[Command] = []

    async def handler(command: Command) -> Reply:
        served.append(command)
        return Accepted() if isinstance(command, SignIn) else Refused(code="no", message="no")

    server = asyncio.create_task(ends.engine.serve(handler))
    try:
        await asyncio.sleep(0)
        sign_in = SignIn(agent_id="a", by="u")
        assert await ends.desktop.request(sign_in, timeout=5) == Accepted()
        reply = await ends.desktop.request(SetNotReady(agent_id="a", reason="lunch"), timeout=5)
        assert reply == Refused(code="no", message="no")
        assert served == [sign_in, SetNotReady(agent_id="a", reason="lunch")]
    finally:
        await stop(server)


async def test_many_commands_at_once_each_get_their_own_answer(ends: Ends) -> None:
    async def handler(command: Command) -> Reply:
        assert isinstance(command, SignIn)
        return Refused(code=command.agent_id, message="")

    server = asyncio.create_task(ends.engine.serve(handler))
    try:
        await asyncio.sleep(0)
        replies = await asyncio.gather(
            *(ends.desktop.request(SignIn(agent_id=str(n)), timeout=5) for n in range(20))
        )
    finally:
        await stop(server)
    assert [reply.code for reply in replies if isinstance(reply, Refused)] == [
        str(n) for n in range(20)
    ]


async def test_without_an_engine_a_command_is_refused_in_time(ends: Ends) -> None:
    reply = await ends.desktop.request(SignIn(agent_id="a"), timeout=0.1)
    assert isinstance(reply, Refused)
    assert reply.code == "engine_unavailable"


async def test_a_command_nobody_waits_for_any_more_is_not_carried_out(ends: Ends) -> None:
    await ends.desktop.request(SignIn(agent_id="late"), timeout=0.3)
    served: list[Command] = []

    async def handler(command: Command) -> Reply:
        served.append(command)
        return Accepted()

    server = asyncio.create_task(ends.engine.serve(handler))
    try:
        await asyncio.sleep(0)
        await ends.desktop.request(SignIn(agent_id="now"), timeout=5)
    finally:
        await stop(server)
    assert served == [SignIn(agent_id="now")]


async def test_a_command_taken_back_is_not_carried_out(own_redis: RedisServer) -> None:
    desktop, engine = (RedisBus(own_redis.url, tenant=TENANT) for _ in range(2))
    await engine._join_group()
    asked = asyncio.create_task(desktop.request(SignIn(agent_id="late"), timeout=1))
    [stream] = await engine._redis.xreadgroup(  # an engine that reads it and then hesitates
        "engine", "slow", {engine._commands: ">"}, block=5_000
    )
    assert isinstance(await asked, Refused)
    assert await engine._claim(stream[1][0][0]) == inf
    await desktop.close()
    await engine.close()


async def test_closing_the_bus_ends_the_subscriptions(ends: Ends) -> None:
    async with ends.desktop.subscribe() as stream:
        await ends.desktop.close()
        async with asyncio.timeout(5):
            assert [envelope async for envelope in stream] == []


async def test_two_engines_never_answer_the_same_command(own_redis: RedisServer) -> None:
    url = own_redis.url
    buses = [RedisBus(url, tenant=TENANT) for _ in range(3)]
    served: list[Command] = []

    async def handler(command: Command) -> Reply:
        served.append(command)
        return Accepted()

    servers = [asyncio.create_task(bus.serve(handler)) for bus in buses[:2]]
    await _group_is_there(buses[2])
    for number in range(10):
        assert await buses[2].request(SignIn(agent_id=str(number)), timeout=5) == Accepted()
    for server in servers:
        await stop(server)
    for bus in buses:
        await bus.close()
    assert len(served) == 10


async def test_tenants_do_not_see_each_other(own_redis: RedisServer) -> None:
    url = own_redis.url
    mine, other = RedisBus(url, tenant=TENANT), RedisBus(url, tenant=UUID(int=8))
    async with mine.subscribe() as stream:
        await other.publish(told(1))
        await other.flush(within=5)
        await mine.publish(told(2))
        [envelope] = await take(stream, 1)
    assert envelope.notice == told(2)
    await mine.close()
    await other.close()


async def test_a_redis_that_goes_away_holds_up_nothing_and_gets_the_news_later(
    own_redis: RedisServer,
) -> None:
    bus = RedisBus(own_redis.url, tenant=TENANT)
    await bus.publish(told(1))
    assert await bus.flush(within=5)
    own_redis.stop()
    async with asyncio.timeout(1):
        for number in range(100):
            await bus.publish(told(number))
        assert not await bus.flush(within=0.05)
    own_redis.start()
    assert await bus.flush(within=10)
    await bus.close()


async def test_a_subscription_ends_when_redis_goes_away(own_redis: RedisServer) -> None:
    bus = RedisBus(own_redis.url, tenant=TENANT)
    async with bus.subscribe() as stream:
        own_redis.stop()
        async with asyncio.timeout(10):
            assert [envelope async for envelope in stream] == []
    with pytest.raises(ConnectionError):
        async with bus.subscribe():
            pass
    reply = await bus.request(SignIn(agent_id="a"), timeout=0.2)
    assert isinstance(reply, Refused)
    await bus.close()


async def test_an_engine_serves_on_after_redis_came_back_empty(own_redis: RedisServer) -> None:
    engine = RedisBus(own_redis.url, tenant=TENANT)
    desktop = RedisBus(own_redis.url, tenant=TENANT)

    async def handler(command: Command) -> Reply:  # noqa: ARG001 - any will do
        return Accepted()

    server = asyncio.create_task(engine.serve(handler))
    await _group_is_there(desktop)
    own_redis.stop()
    own_redis.start()
    await _group_is_there(desktop)
    assert await desktop.request(SignIn(agent_id="a"), timeout=5) == Accepted()
    await stop(server)
    await engine.close()
    await desktop.close()


async def _group_is_there(bus: RedisBus) -> None:
    async with asyncio.timeout(10):
        while True:
            with suppress(Exception):
                if await bus._redis.xinfo_groups(bus._commands):
                    return
            await asyncio.sleep(0.02)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
