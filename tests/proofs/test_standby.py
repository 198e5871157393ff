"""Two engines: one leads, one stands by; a frozen or killed leader costs nobody his call."""

import asyncio
import signal
import time
from collections.abc import Iterator

import aiohttp
import pytest
from figures import show
from hall import Hall, hall
from services import PostgresServer

CALLERS = 20
TAKEN_OVER_SECONDS = 12.0  # 3 s of silence, then a start; on a machine that is busy


@pytest.fixture
def database_url(postgresql: PostgresServer) -> Iterator[str]:
    name = postgresql.create()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.mark.live
@pytest.mark.timeout(300)
async def test_a_standby_takes_over_from_a_frozen_and_from_a_killed_leader(
    database_url: str,
) -> None:
    async with hall(agents=8, database_url=database_url, engines=2) as here:
        health = await healthz(here)
        assert (health["leading"], health["standby"]) == (True, True)
        here.phones()
        callers = here.callers("-l", str(CALLERS), "-r", "10")
        await here.witness.until_alive(CALLERS)
        first, second = leader_first(here)
        frozen = await seconds_without(here, first, signal.SIGSTOP)
        here.center.processes[first].send_signal(signal.SIGCONT)
        await stands_by(here, first)
        killed = await seconds_without(here, second, signal.SIGKILL)
        here.center.processes.pop(second).wait(10)
        status = await here.served(callers)
        await here.no_calls()
        witness = here.witness
        show(
            "standby",
            calls=len(witness.ended),
            lost=len(witness.lost),
            double_offers=len(witness.double_offers),
            two_agents=len(witness.twice),
            after_freeze_seconds=round(frozen, 1),
            after_kill_seconds=round(killed, 1),
            lead=(await healthz(here))["lead"],
        )
        assert (witness.lost, witness.double_offers, witness.twice, status) == ([], [], [], 0)
        assert max(frozen, killed) < TAKEN_OVER_SECONDS


async def healthz(here: Hall) -> dict[str, object]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{here.center.url}/healthz") as answer,
    ):
        engine: dict[str, object] = (await answer.json())["engine"]
        return engine


def leader_first(here: Hall) -> tuple[str, str]:
    """Tell the engines apart by what each says in its log."""
    leads = '"event": "leading"' in here.center.log("engine")
    return ("engine", "engine1") if leads else ("engine1", "engine")


async def seconds_without(here: Hall, leader: str, number: signal.Signals) -> float:
    """Take the leader away; return after how long another engine served everybody again."""
    epoch, began = await here.epoch(), time.monotonic()
    here.center.processes[leader].send_signal(number)
    await here.new_board(epoch)
    took = time.monotonic() - began
    await here.all_ready()
    await asyncio.sleep(2)
    return took


async def stands_by(here: Hall, engine: str) -> None:
    async with asyncio.timeout(20):
        while '"event": "stood_down"' not in here.center.log(engine):  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.1)
        while here.center.log(engine).count('"event": "standing_by"') < 1:  # noqa: ASYNC110 - a file
            await asyncio.sleep(0.1)
