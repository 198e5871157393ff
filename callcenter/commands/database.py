"""`callcenter database`: the tables of the platform."""

from __future__ import annotations

import asyncio

import typer

from callcenter.home import make_home
from callcenter.settings import Settings, load_settings
from crm_core.database import Database

app = typer.Typer(help="The platform's database.", no_args_is_help=True)


async def _upgrade(settings: Settings) -> str:
    make_home(settings)
    database = Database(settings.database)
    try:
        await database.upgrade()
    finally:
        await database.close()
    return database.place


async def _check(settings: Settings) -> str:
    database = Database(settings.database)
    try:
        await database.ping()
    finally:
        await database.close()
    return database.place


@app.command()
def upgrade() -> None:
    """Bring the tables to this version; data is kept."""
    typer.echo(f"{asyncio.run(_upgrade(load_settings()))} is up to date")


@app.command()
def check() -> None:
    """Say whether the database answers."""
    typer.echo(f"{asyncio.run(_check(load_settings()))} answers")
