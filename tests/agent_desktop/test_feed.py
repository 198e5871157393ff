from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from acd.bus.memory import InProcessBus
from acd.commands import Command, Reply
from acd.notices import FeedFresh, FeedStale
from agent_desktop import feed as feed_module
from agent_desktop.feed import BoardFeed, Loaded, Told
from agent_desktop.testing import FakeEngine, agent, queue


@pytest.fixture
async def bus() -> AsyncIterator[InProcessBus]:
    made = InProcessBus()
    yield made
    await made.close()


@pytest.fixture
async def engine(bus: InProcessBus) -> AsyncIterator[FakeEngine]:
    made = FakeEngine(bus)
    made.start()
    yield made
    await made.stop()


class Ear:
    """Hears what the feed tells, in order, and lets a test wait for the next."""

    def __init__(self, feed: BoardFeed) -> None:
        self.heard: asyncio.Queue[Loaded | Told] = asyncio.Queue()
        feed.listen(self.heard.put_nowait)

    async def next(self) -> Loaded | Told:
        return await asyncio.wait_for(self.heard.get(), 5)


@pytest.fixture
async def feed(
    bus: InProcessBus, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[BoardFeed, Ear]]:
    monkeypatch.setattr(feed_module, "QUIET_SECONDS", 0.05)
    made = BoardFeed(bus, clock=lambda: datetime.now(UTC))
    ear = Ear(made)
    running = asyncio.create_task(made.run())
    yield made, ear
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_copy_is_loaded_and_then_follows(
    engine: FakeEngine, feed: tuple[BoardFeed, Ear]
) -> None:
    board, ear = feed
    assert isinstance(await ear.next(), Loaded)
    assert not board.mirror.agents
    await engine.tell(agent("anna"))
    await ear.next()
    assert list(board.mirror.agents) == ["anna"]
    number = await engine.tell(queue(waiting=2))
    told = await ear.next()
    assert isinstance(told, Told)
    assert told.seq == number
    assert board.mirror.queues["service"].waiting == 2


async def test_a_silent_engine_is_noticed_and_its_return_too(
    bus: InProcessBus, engine: FakeEngine, feed: tuple[BoardFeed, Ear]
) -> None:
    board, ear = feed
    assert isinstance(await ear.next(), Loaded)
    await engine.stop()
    told = await ear.next()
    assert isinstance(told, Told)
    assert isinstance(told.notice, FeedStale)
    assert board.mirror.stale_since is not None
    assert told.agents is None
    successor = FakeEngine(bus)
    await successor.tell(agent("bo"))
    successor.start()
    assert isinstance(await ear.next(), Loaded)
    assert list(board.mirror.agents) == ["bo"]
    assert board.mirror.stale_since is None
    await successor.stop()


async def test_a_missed_notice_leads_to_a_new_snapshot(
    engine: FakeEngine, feed: tuple[BoardFeed, Ear]
) -> None:
    board, ear = feed
    await ear.next()
    board.mirror.seq -= 1
    await engine.tell(queue(waiting=5))
    assert isinstance(await ear.next(), Loaded)
    assert board.mirror.queues["service"].waiting == 5


async def test_a_notice_that_never_arrived_is_found_in_the_silence(
    engine: FakeEngine, feed: tuple[BoardFeed, Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "ARRIVAL_SECONDS", 0.01)
    board, ear = feed
    await ear.next()
    await engine.tell(queue(waiting=5))
    board.mirror.seq -= 1  # as if the last one had been lost
    board.mirror.queues["service"] = queue(waiting=4).queue
    assert isinstance(await ear.next(), Loaded)
    assert board.mirror.queues["service"].waiting == 5


async def test_a_fresh_link_to_asterisk_begins_with_a_snapshot(
    engine: FakeEngine, feed: tuple[BoardFeed, Ear]
) -> None:
    _, ear = feed
    await ear.next()
    await engine.tell(FeedFresh())
    assert isinstance(await ear.next(), Told)
    assert isinstance(await ear.next(), Loaded)


async def test_time_limits_hold_after_a_turn_that_failed(
    bus: InProcessBus,
    engine: FakeEngine,
    feed: tuple[BoardFeed, Ear],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A task that still counts as being cancelled would take a time-out for its own end."""
    pending: list[int] = []
    ask = bus.request

    async def request(command: Command, *, timeout: float = 2.0) -> Reply:  # noqa: ASYNC109 - as the bus has it
        task = asyncio.current_task()
        assert task is not None
        pending.append(task.cancelling())
        return await ask(command, timeout=timeout)

    _, ear = feed
    await ear.next()
    monkeypatch.setattr(bus, "request", request)
    await engine.tell(FeedFresh())
    assert isinstance(await ear.next(), Told)
    assert isinstance(await ear.next(), Loaded)
    assert set(pending) == {0}


class BreaksWhenCancelled(InProcessBus):
    """Fails just as its asker is told to end, as a link does that is closed at the same time."""

    async def request(self, command: Command, *, timeout: float = 2.0) -> Reply:  # noqa: ASYNC109 - as the bus has it
        try:
            return await super().request(command, timeout=timeout)
        except asyncio.CancelledError:
            raise ConnectionError("the link is closed") from None


async def test_a_feed_ends_when_told_even_if_its_question_fails_at_that_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feed_module, "QUIET_SECONDS", 0.01)
    bus = BreaksWhenCancelled()
    engine = FakeEngine(bus)
    engine.start()
    made = BoardFeed(bus, clock=lambda: datetime.now(UTC))
    running = asyncio.create_task(made.run())
    await asyncio.wait_for(made.loaded.wait(), 5)
    await engine.stop()
    await asyncio.sleep(0.1)  # now a question of the feed waits for its answer
    running.cancel()
    ended, _ = await asyncio.wait({running}, timeout=5)
    running.cancel()
    await bus.close()
    assert ended
