"""The lead's row: who may take it, and who may write."""

from __future__ import annotations

import asyncio

import pytest

from crm_core import lead
from crm_core.database import Database
from crm_core.errors import DatabaseUnavailable, FencedOut
from crm_core.lead import LeadSeen
from crm_core.tenancy import Scope

HERE = Scope()


async def seen(database: Database) -> LeadSeen:
    async with database.read() as session:
        return await lead.look(session, HERE)


async def take(database: Database, holder: str, as_seen: LeadSeen) -> int | None:
    async with database.transaction() as session:
        return await lead.take(session, HERE, holder=holder, seen=as_seen)


async def test_of_many_who_take_it_at_once_one_gets_it(database: Database) -> None:
    before = await seen(database)
    tokens = await asyncio.gather(*(take(database, f"engine {n}", before) for n in range(6)))
    assert sorted(token for token in tokens if token) == [1]
    assert (await seen(database)).token == 1


async def test_each_holder_has_a_greater_token_than_all_before(database: Database) -> None:
    tokens = [await take(database, "one of them", await seen(database)) for _ in range(5)]
    assert tokens == [1, 2, 3, 4, 5]


async def test_a_sign_of_life_keeps_the_lead_from_whoever_looked_before_it(
    database: Database,
) -> None:
    assert await take(database, "first", await seen(database)) == 1
    looked = await seen(database)
    async with database.transaction() as session:
        assert await lead.beat(session, HERE, 1)
    assert await take(database, "second", looked) is None
    assert (await seen(database)).holder == "first"


async def test_who_lost_the_lead_is_told_at_its_next_sign_of_life(database: Database) -> None:
    for holder in ("first", "second"):
        await take(database, holder, await seen(database))
    async with database.transaction() as session:
        assert not await lead.beat(session, HERE, 1)
        assert await lead.beat(session, HERE, 2)


async def test_a_fenced_out_engine_cannot_write(database: Database) -> None:
    for holder in ("first", "second"):
        await take(database, holder, await seen(database))
    async with database.transaction() as session:
        await lead.require(session, HERE, 2)
    with pytest.raises(FencedOut, match="engine 1 leads no more"):
        async with database.transaction() as session:
            await lead.require(session, HERE, 1)


async def test_nobody_takes_over_between_the_check_and_the_commit(database: Database) -> None:
    await take(database, "first", await seen(database))
    looked = await seen(database)
    async with database.transaction() as session:
        await lead.require(session, HERE, 1)
        successor = asyncio.create_task(take(database, "second", looked))
        await asyncio.sleep(0.2)
        assert not successor.done()
    assert await successor == 2


async def test_giving_back_is_for_the_holder_alone(database: Database) -> None:
    for holder in ("first", "second"):
        await take(database, holder, await seen(database))
    async with database.transaction() as session:
        await lead.give_back(session, HERE, 1)
    assert (await seen(database)).holder == "second"
    async with database.transaction() as session:
        await lead.give_back(session, HERE, 2)
    assert (await seen(database)).holder == ""


async def test_a_leader_frozen_while_it_writes_keeps_nobody_from_the_lead(
    postgresql_url: str,
) -> None:
    frozen, standby = (Database(postgresql_url, idle_seconds=idle) for idle in (0.3, None))
    assert await take(frozen, "first", await seen(frozen)) == 1
    looked = await seen(standby)

    async def freeze() -> None:
        async with frozen.transaction() as session:
            assert await lead.beat(session, HERE, 1)
            async with asyncio.timeout(10):  # without the limit the row stays locked for ever
                assert await take(standby, "second", looked) == 2

    with pytest.raises(DatabaseUnavailable):
        await freeze()
    assert (await seen(standby)).holder == "second"
    await frozen.close()
    await standby.close()
