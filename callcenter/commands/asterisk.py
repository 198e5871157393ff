"""`callcenter asterisk`: install, render, start, stop and ask our own Asterisk."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from callcenter.asterisk import AsteriskServer
from callcenter.asterisk.install import install_asterisk
from callcenter.asterisk.launch import console_command
from callcenter.configuration import asterisk_plan, read_plan
from callcenter.errors import CommandFailed
from callcenter.settings import load_settings

app = typer.Typer(help="Our own Asterisk.", no_args_is_help=True)


def _server() -> AsteriskServer:
    """Return the Asterisk with every phone and queue of the database."""
    return AsteriskServer(asyncio.run(read_plan(load_settings())))


def _known_server() -> AsteriskServer:
    """Return the one that may run already; no database is needed to ask or stop it."""
    return AsteriskServer(asterisk_plan(load_settings(), [], []))


@app.command()
def install() -> None:
    """Install Asterisk 22 into the cache directory, unless a fit one is on PATH."""
    found = install_asterisk(say=typer.echo)
    typer.echo(f"Asterisk is ready: {found.root or found.program}")


@app.command()
def render() -> None:
    """Write Asterisk's configuration files."""
    server = _server()
    changed = server.write_files()
    state = "written" if changed else "unchanged"
    typer.echo(f"{server.plan.configuration}: {state}")


@app.command()
def start() -> None:
    """Write the files and start Asterisk; returns when it is fully booted."""
    server = _server()
    server.start()
    typer.echo(f"Asterisk runs: {server.command('core show version').strip()}")


@app.command()
def stop() -> None:
    """Stop Asterisk; calls in talk end."""
    _known_server().stop()
    typer.echo("Asterisk is stopped")


@app.command()
def status() -> None:
    """Say whether Asterisk runs and how many calls it holds; exit code 1 when it does not."""
    server = _known_server()
    if not server.is_running():
        typer.echo("Asterisk does not run")
        raise typer.Exit(1)
    typer.echo(server.command("core show channels count").strip())


@app.command()
def cli(command: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Run one Asterisk command, or open its console when none is given."""
    server = _known_server()
    if command:
        typer.echo(server.command(" ".join(command)), nl=False)
        return
    running = server.process()
    if running is None:
        raise CommandFailed("Asterisk does not run: start it with `callcenter asterisk start`")
    console = console_command(server.plan, server.installation, running.pid)
    os.execvp(console[0], console)  # noqa: S606 - the person's terminal becomes the console
