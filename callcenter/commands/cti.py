"""`callcenter cti`: record what Asterisk says, and tell calls from a record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from callcenter.secrets import Secrets
from callcenter.settings import Settings, load_settings
from callcenter.stopping import asked_to_stop
from cti.replay import run as print_calls
from cti.tap import record

app = typer.Typer(help="Asterisk's event stream.", no_args_is_help=True)


_WITHIN_SECONDS = 5.0


async def _record(file: Path, settings: Settings) -> int:
    stop = asyncio.create_task(asked_to_stop(), name="stop-request")
    try:
        totals = await record(
            "127.0.0.1",
            settings.ami_port,
            "callcenter",
            Secrets(settings.home).ami_secret,
            path=file,
            until=stop,
            within=_WITHIN_SECONDS,
        )
    finally:
        stop.cancel()
        await asyncio.gather(stop, return_exceptions=True)
    return totals.received


@app.command()
def tap(
    file: Annotated[Path, typer.Argument(help="Where to put the record (gzip).")],
) -> None:
    """Record the live event stream, byte for byte, until stopped."""
    received = asyncio.run(_record(file, load_settings()))
    typer.echo(f"{file}: {received} bytes of events")


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A record made by `tap`, or plain AMI text.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    speed: Annotated[
        float | None, typer.Option(min=0.01, help="1 keeps the pace; as fast as can be if absent.")
    ] = None,
) -> None:
    """Print the call records that a recorded stream tells."""
    raise typer.Exit(print_calls(file, as_json=as_json, speed=speed))
