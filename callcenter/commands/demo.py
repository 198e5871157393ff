"""`callcenter demo`: a call center with made-up data, and a caller to try it with."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from callcenter.demo.caller import CallResult
from callcenter.demo.order import CallOrder, place
from callcenter.demo.seed import seed_when_empty
from callcenter.errors import CommandFailed
from callcenter.settings import load_settings

app = typer.Typer(help="Try the platform with made-up data.", no_args_is_help=True)


@app.command()
def run() -> None:
    """Install what is missing, fill an empty database, start everything; Ctrl-C stops it."""
    from callcenter.demo.show import run_demo  # noqa: PLC0415 - heavy; this command alone

    run_demo(load_settings().model_copy(update={"demo": True}))


@app.command()
def seed(
    password: Annotated[
        str, typer.Option(help="What everybody in it logs in with; random when not given.")
    ] = "",
) -> None:
    """Fill an empty database with customers, orders in words, past calls and tickets."""
    seeded = asyncio.run(seed_when_empty(load_settings(), password))
    if seeded is None:
        raise CommandFailed("the database has people of its own: the demo is for an empty one")
    typer.echo("demo data is in place" if seeded.created else "demo data was there already")


@app.command()
def call(
    *,
    from_number: Annotated[str, typer.Option("--from", help="Who calls; or `anonymous`.")],
    to_number: Annotated[
        str, typer.Option("--to", help="The number dialled; the service number if absent.")
    ] = "",
    press: Annotated[str, typer.Option(help="Keys to press; a comma waits a second.")] = "",
    after: Annotated[float, typer.Option(help="Seconds from the answer to the keys.")] = 2.0,
    talk: Annotated[float, typer.Option(help="Seconds on the line after the keys.")] = 10.0,
    say_name: Annotated[str, typer.Option(help="The caller's name to show.")] = "",
) -> None:
    """Call in with SIPp, send sound and keys, hang up, say what came of it."""
    settings = load_settings()
    order = CallOrder(
        from_number=from_number,
        to_number=to_number or settings.service_number,
        name=say_name,
        keys=press,
        before_keys=after,
        talk=talk,
    )
    result = asyncio.run(place(order, sip_port=settings.sip_port))
    typer.echo(_line(result))
    if not result.answered:
        raise typer.Exit(1)


def _line(result: CallResult) -> str:
    if not result.answered:
        why = f"refused with {result.refused}" if result.refused else "no answer"
        return f"not answered: {why}"
    who = "the caller" if result.hung_up_by_us else "the other side"
    return (
        f"answered, {result.seconds:.1f} s on the line, {who} hung up, "
        f"RTP packets: {result.packets_sent} sent, {result.packets_received} received"
    )
