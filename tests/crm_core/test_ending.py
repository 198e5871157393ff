from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from crm_core.ending import end_when_told, within


async def test_a_step_that_ends_in_time_says_nothing() -> None:
    with capture_logs() as words:
        assert await within(5, "link", asyncio.sleep(0))
    assert words == []


async def test_a_step_that_takes_too_long_is_named_given_up_and_lets_go() -> None:
    let_go = asyncio.Event()

    async def waits_for_what_never_comes() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            let_go.set()

    with capture_logs() as words:
        assert not await within(0.01, "link", waits_for_what_never_comes())
    assert [(word["event"], word["step"]) for word in words] == [("ending_step_too_slow", "link")]
    assert let_go.is_set()


async def test_a_step_that_cannot_be_cancelled_is_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_core.ending.UNWINDING_SECONDS", 0.01)
    may_end = asyncio.Event()

    async def deaf() -> None:
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue

    assert not await within(0.01, "deaf", deaf())
    may_end.set()


async def test_what_a_step_raises_is_raised() -> None:
    async def fails() -> None:
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await within(5, "link", fails())


async def test_a_group_that_hides_the_word_to_end_is_seen_through() -> None:
    async def breaks_when_cancelled() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ConnectionError("gone") from None

    async def for_ever() -> None:
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(breaks_when_cancelled())
            except* ConnectionError:
                pass
            end_when_told()

    running = asyncio.create_task(for_ever())
    await asyncio.sleep(0.01)
    running.cancel()
    ended, _ = await asyncio.wait({running}, timeout=5)
    assert ended
    assert running.cancelled()
