"""Stories of the lead: one decides, the other waits, and a late one does no harm."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from acd.engine.fence import FencedSwitch, NotLeading
from acd.lead import FileLock, LeadLost, LeadTimes, SoleLead, StoredLead
from acd.recorder.jobs import PutData
from acd.store import CrmStore
from acd.testing import call_id
from crm_core.clock import utc_now
from crm_core.database import Database
from crm_core.errors import FencedOut
from crm_core.tenancy import Scope
from cti.testing import FakeSwitch

TIMES = LeadTimes(beat=0.02, answer=5, sure=2.0, patience=3.0)
HOLDING = """
import sys, time
from pathlib import Path
from acd.lead import FileLock
assert FileLock(Path(sys.argv[1])).try_acquire()
print("held", flush=True)
time.sleep(60)
"""


@dataclass
class Reading:
    """A monotonic clock set by hand."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Rivals:
    """Engines that want the lead of one database."""

    database: Database
    clock: Reading = field(default_factory=Reading)
    tasks: list[asyncio.Task[int]] = field(default_factory=list)

    def lead(self, holder: str) -> StoredLead:
        return StoredLead(self.database, Scope(), holder=holder, times=TIMES, clock=self.clock)

    def taking(self, lead: StoredLead) -> asyncio.Task[int]:
        self.tasks.append(asyncio.create_task(lead.take()))
        return self.tasks[-1]

    async def sees(self, watcher: StoredLead, before: object = None) -> object:
        """Wait until a standby has seen another sign of life than before; return it."""
        async with asyncio.timeout(10):
            while watcher._watched is None or watcher._watched[0] == before:  # noqa: ASYNC110 - tells no news
                await asyncio.sleep(0.005)
        return watcher._watched[0]

    async def taken(self, taking: asyncio.Task[int]) -> int:
        """Let the clock go until a standby has taken over."""
        async with asyncio.timeout(10):
            while not taking.done():
                self.clock.seconds += TIMES.patience
                await asyncio.sleep(0.05)
        return await taking


@pytest.fixture
async def rivals(database: Database) -> AsyncIterator[Rivals]:
    made = Rivals(database)
    yield made
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)


async def test_whoever_comes_second_waits_while_the_first_gives_signs_of_life(
    rivals: Rivals,
) -> None:
    first, second = rivals.lead("first"), rivals.lead("second")
    assert await first.take() == 1
    keeping = asyncio.create_task(first.keep())
    waiting = rivals.taking(second)
    sign = await rivals.sees(second)
    for _ in range(20):
        rivals.clock.seconds += 1.0  # the other one sees a beat within each second of his clock
        sign = await rivals.sees(second, sign)
    assert not waiting.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert await rivals.taken(waiting) == 2


async def test_a_lead_given_back_is_taken_without_waiting(rivals: Rivals) -> None:
    first = rivals.lead("first")
    assert await first.take() == 1
    waiting = rivals.taking(rivals.lead("second"))
    await asyncio.sleep(0.05)
    await first.give_back()
    assert await asyncio.wait_for(waiting, 5) == 2


async def test_who_was_frozen_acts_only_after_asking_and_then_stands_down(
    rivals: Rivals,
) -> None:
    first, second = rivals.lead("first"), rivals.lead("second")
    assert await first.take() == 1
    assert first.sure()
    waiting = rivals.taking(second)
    await rivals.sees(second)
    rivals.clock.seconds += TIMES.patience
    assert await asyncio.wait_for(waiting, 5) == 2
    assert not first.sure()
    assert second.sure()
    with pytest.raises(LeadLost):
        await first.keep()


async def test_a_database_that_is_away_costs_nobody_the_lead(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    database = Database(f"sqlite+aiosqlite:///{home}/one.sqlite3")
    await database.upgrade()
    clock = Reading()
    lead = StoredLead(database, Scope(), holder="first", times=TIMES, clock=clock)
    await lead.take()
    keeping = asyncio.create_task(lead.keep())
    await database.close()
    home.rename(tmp_path / "gone")
    for _ in range(10):
        clock.seconds += 1.0
        await asyncio.sleep(0.05)
        assert lead.sure()
        assert not keeping.done()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await database.close()


def test_a_process_that_is_killed_holds_its_lock_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "lead.lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLDING, str(path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = FileLock(path)
        assert not lock.try_acquire()
        holder.kill()
        holder.wait(5)
        assert lock.try_acquire()
        lock.release()
    finally:
        holder.kill()
        holder.wait(5)
        if holder.stdout is not None:
            holder.stdout.close()


async def test_a_fenced_out_engine_writes_nothing(database: Database, rivals: Rivals) -> None:
    first, second = rivals.lead("first"), rivals.lead("second")
    await first.take()
    store = CrmStore(database, Scope(), token=first.token)
    job = PutData(call_id=call_id(1), data={"order": "17"}, at=utc_now())
    await store.perform([job])
    await first.give_back()
    await second.take()
    with pytest.raises(FencedOut):
        await store.perform([PutData(call_id=call_id(1), data={"order": "99"}, at=utc_now())])
    assert await store.call_data(call_id(1)) == {"order": "17"}


class UnsureLead(SoleLead):
    """A lead that may be lost."""

    token = 7

    def sure(self) -> bool:
        """Nobody knows."""
        return False


class SeventhLead(SoleLead):
    """A lead with six before it."""

    token = 7


async def test_nothing_is_sent_while_the_lead_is_unsure() -> None:
    asterisk = FakeSwitch()
    switch = FencedSwitch(asterisk, UnsureLead())
    for verb in (
        switch.redirect("PJSIP/trunk-1", context="wait", exten="s"),
        switch.hang_up("PJSIP/trunk-1"),
        switch.dial("PJSIP/agent-1001", number="10086"),
        switch.set_heartbeat(1),
        switch.set_variable("", name="CC_X", value="1"),
        switch.pause_member("", device="PJSIP/agent-1001", paused=True),
        switch.bridge("PJSIP/a-1", "PJSIP/b-1"),
        switch.park("PJSIP/a-1"),
        switch.mute_recording("PJSIP/a-1", muted=True),
    ):
        with pytest.raises(NotLeading):
            await verb
    assert asterisk.done == []


async def test_a_new_leader_marks_the_leads_before_it_and_never_its_own() -> None:
    asterisk = FakeSwitch()
    await FencedSwitch(asterisk, SeventhLead()).shut_out_others()
    marked = {name for (_, name), value in asterisk.variables.items() if value == "1"}
    assert marked == {f"CC_FENCED_{token}" for token in range(1, 7)}


async def test_a_leader_whom_asterisk_knows_as_over_stands_down() -> None:
    asterisk = FakeSwitch()
    switch = FencedSwitch(asterisk, SeventhLead())
    await switch.set_heartbeat(1)
    asterisk.variables["", "CC_FENCED_7"] = "1"
    with pytest.raises(LeadLost):
        await switch.set_heartbeat(2)
