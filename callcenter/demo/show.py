"""Everything a first visitor needs, started in order and stopped as a whole."""

from __future__ import annotations

import asyncio
import os
import signal
from functools import partial

import typer

from callcenter.asterisk import AsteriskServer
from callcenter.asterisk.install import install_asterisk
from callcenter.asterisk.ports import NeededPort, require_free
from callcenter.commands.run import EVERY_ROLE
from callcenter.configuration import read_plan
from callcenter.demo.seed import seed_when_empty
from callcenter.last_resort import LastResort
from callcenter.log_lines import open_log, write_log_lines
from callcenter.packages import install_packages, missing_packages
from callcenter.run import run
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from crm_core.demo import Seeded

_COMMAND = ".venv/bin/callcenter"


def run_demo(settings: Settings) -> None:
    """Install, fill, start, show where to look, and stop all of it at the end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also stops what was started
    install_packages(missing_packages(tests=False))
    install_asterisk(say=typer.echo)
    require_free(
        NeededPort(settings.http_port, "CALLCENTER_HTTP_PORT"),
        NeededPort(settings.push_port, "CALLCENTER_PUSH_PORT"),
        NeededPort(settings.agi_port, "CALLCENTER_AGI_PORT"),
    )
    typer.echo("Preparing the database")
    seeded = asyncio.run(seed_when_empty(settings))
    server = AsteriskServer(asyncio.run(read_plan(settings)))
    typer.echo("Starting Asterisk and the platform")
    try:
        server.start()
        with open_log(settings.home) as log_file:
            write_log_lines(log_file)
            welcome = greeting(settings, seeded)
            with LastResort(leave=partial(_leave, server)) as last_resort:
                platform = run(
                    settings,
                    EVERY_ROLE,
                    ready=lambda: typer.echo(welcome),
                    stopping=last_resort.begin,
                )
                asyncio.run(platform)
    finally:
        server.stop()
        typer.echo("Everything is stopped")


def _leave(server: AsteriskServer, status: int) -> None:
    server.stop()
    os._exit(status)


def greeting(settings: Settings, seeded: Seeded | None) -> str:
    """Return what is printed when the call center is open."""
    address = f"http://127.0.0.1:{settings.http_port}"
    return f"""
The call center is open.

  Desktop, board, records   {address}/
  A caller's phone          {address}/phone   (dial {settings.service_number})

{_accounts(settings, seeded)}

  A caller from the command line:
    {_COMMAND} demo call --from 13800138000 --to {settings.service_number} --press 2

  What happens is written to {settings.home / "log" / "callcenter.log"}

Ctrl-C stops everything.
"""


def _accounts(settings: Settings, seeded: Seeded | None) -> str:
    if seeded is None:
        return "  The database has people of its own: log in as one of them."
    rows = [
        f"    {account.username:<10} {account.role:<11} {account.display_name}"
        for account in seeded.accounts
    ]
    password = Secrets(settings.home).demo_password
    return "\n".join([f"  Log in with the password {password} as", *rows])
