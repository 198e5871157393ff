"""Notes about a caller's way reach the journal in order, and never hold the call up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ivr.journal import CallNote, Notebook, StepTaken

START = datetime(2026, 3, 1, tzinfo=UTC)


def step(number: int) -> StepTaken:
    return StepTaken(
        call_id=UUID(int=number % 3),
        at=START + timedelta(microseconds=number),
        flow="hotline",
        version=1,
        node="main",
        what="ask",
    )


class ShelfJournal:
    """Keeps notes in a list; refuses what `refuse` says."""

    def __init__(self) -> None:
        self.kept: list[CallNote] = []
        self.tries = 0
        self.refuse: Callable[[Sequence[CallNote]], bool] = lambda _: False

    async def write(self, notes: Sequence[CallNote]) -> None:
        self.tries += 1
        await asyncio.sleep(0)
        if self.refuse(notes):
            raise ConnectionError("the database is away")
        self.kept.extend(notes)


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def writing(journal: ShelfJournal) -> AsyncIterator[Notebook]:
    notes = Notebook(journal, pause=no_pause)
    task = asyncio.create_task(notes.run())
    try:
        yield notes
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_notes_are_kept_in_order_and_in_few_transactions() -> None:
    journal = ShelfJournal()
    async with writing(journal) as notes:
        for number in range(1000):
            notes.put(step(number))
        assert await notes.drain(10)
    assert journal.kept == [step(number) for number in range(1000)]
    assert journal.tries == 10


async def test_notes_that_come_soon_after_another_share_its_transaction() -> None:
    journal = ShelfJournal()
    gathering = asyncio.Event()
    notes = Notebook(journal, pause=lambda _: gathering.wait())
    task = asyncio.create_task(notes.run())
    for number in range(5):
        notes.put(step(number))
        await asyncio.sleep(0)
    gathering.set()
    assert await notes.drain(10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (len(journal.kept), journal.tries) == (5, 1)


async def test_a_database_that_was_away_gets_the_notes_later_and_once() -> None:
    journal = ShelfJournal()
    journal.refuse = lambda _: journal.tries < 3
    async with writing(journal) as notes:
        notes.put(step(1))
        assert await notes.drain(10)
    assert journal.kept == [step(1)]


async def test_one_note_that_cannot_be_kept_does_not_take_the_others_with_it() -> None:
    journal = ShelfJournal()
    journal.refuse = lambda notes: step(2) in notes
    async with writing(journal) as notes:
        for number in range(5):
            notes.put(step(number))
        assert await notes.drain(10)
    assert journal.kept == [step(0), step(1), step(3), step(4)]


async def test_a_journal_that_never_answers_does_not_hold_up_the_end() -> None:
    class DeafJournal(ShelfJournal):
        async def write(self, notes: Sequence[CallNote]) -> None:
            del notes
            await asyncio.Event().wait()

    async with writing(DeafJournal()) as notes:
        notes.put(step(1))
        assert not await notes.drain(0.05)


async def test_notes_without_room_push_out_the_oldest() -> None:
    journal = ShelfJournal()
    notes = Notebook(journal)
    for number in range(10_005):
        notes.put(step(number))
    task = asyncio.create_task(notes.run())
    assert await notes.drain(10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert journal.kept[0] == step(5)
    assert len(journal.kept) == 10_000
