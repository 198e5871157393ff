"""`callcenter acd`: what the queues' decisions rest on."""

from __future__ import annotations

import asyncio

import typer

from acd.checking import Known, Problem, Severity, check
from acd.roster import roster_of
from callcenter.commands.replay import replay_day
from callcenter.commands.simulate import simulate_days
from callcenter.errors import EXIT_CODE
from callcenter.settings import Settings, load_settings
from callcenter.waiting import known_prompts
from crm_core import configuration
from crm_core.database import Database
from crm_core.tenancy import Scope

app = typer.Typer(help="The queues' configuration and decisions.", no_args_is_help=True)
app.command("simulate")(simulate_days)
app.command("replay")(replay_day)


async def _problems(settings: Settings) -> list[Problem]:
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.read() as session:
            found = await configuration.in_force(session, Scope())
    finally:
        await database.close()
    return check(
        roster_of(found), Known(skills=frozenset(found.skills), prompts=known_prompts(settings))
    )


@app.command(name="check")
def check_configuration() -> None:
    """Say what is wrong with queues, agents, skills and reasons; exit code 2 when refused."""
    found = asyncio.run(_problems(load_settings()))
    for problem in found:
        typer.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    typer.echo(f"{errors} errors, {len(found) - errors} warnings")
    if errors:
        raise typer.Exit(EXIT_CODE)
