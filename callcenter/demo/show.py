"""Everything a first visitor needs, started in order and stopped as a whole."""

from __future__ import annotations

import asyncio

import structlog
import typer

from callcenter.asterisk import AsteriskServer
from callcenter.asterisk.install import install_asterisk
from callcenter.asterisk.ports import NeededPort, require_free
from callcenter.commands.run import EVERY_ROLE
from callcenter.configuration import read_plan
from callcenter.demo.seed import demo_accounts, seed_when_empty
from callcenter.packages import install_packages, missing_packages
from callcenter.run import run
from callcenter.settings import Settings

log = structlog.get_logger(__name__)

_POLL_SECONDS = 0.1
_LONGEST_START_SECONDS = 60.0


def run_demo(settings: Settings) -> None:
    """Install, fill, start, show where to look, and stop all of it at the end."""
    install_packages(missing_packages(tests=False))
    install_asterisk(say=typer.echo)
    require_free(
        NeededPort(settings.http_port, "CALLCENTER_HTTP_PORT"),
        NeededPort(settings.push_port, "CALLCENTER_PUSH_PORT"),
        NeededPort(settings.agi_port, "CALLCENTER_AGI_PORT"),
    )
    typer.echo("Preparing the database")
    asyncio.run(seed_when_empty(settings))
    server = AsteriskServer(asyncio.run(read_plan(settings)))
    typer.echo("Starting Asterisk")
    try:
        server.start()
        asyncio.run(_run_and_tell(settings))
    finally:
        server.stop()
        typer.echo("Everything is stopped")


async def _run_and_tell(settings: Settings) -> None:
    telling = asyncio.create_task(_tell_when_ready(settings), name="demo-greeting")
    try:
        await run(settings, EVERY_ROLE)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell_when_ready(settings: Settings) -> None:
    async with asyncio.timeout(_LONGEST_START_SECONDS):
        while not await _answers(settings.http_port):  # noqa: ASYNC110 - a port tells nobody
            await asyncio.sleep(_POLL_SECONDS)
    typer.echo(greeting(settings))


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def greeting(settings: Settings) -> str:
    """Return what is printed when the call center is open."""
    address = f"http://127.0.0.1:{settings.http_port}"
    accounts = "\n".join(
        f"    {account.username:<12} {account.password:<16} {account.about}"
        for account in demo_accounts()
    )
    return f"""
The call center is open.

  Desktop, board, records   {address}/
  A caller's phone          {address}/phone   (dial {settings.service_number})

  Accounts:
{accounts}

  A caller from the command line:
    callcenter demo call --from 13800138000 --to {settings.service_number} --press 2

Ctrl-C stops everything.
"""
