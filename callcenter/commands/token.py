"""`callcenter token`: keys for programs that use the API."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from callcenter.home import make_home
from callcenter.settings import Settings, load_settings
from crm_core.database import Database
from crm_core.people import create_token, ensure_roles
from crm_core.tenancy import Scope

app = typer.Typer(help="Keys for programs that use the API.", no_args_is_help=True)


async def _create(settings: Settings, role: str, name: str) -> str:
    make_home(settings)
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.transaction() as session:
            await ensure_roles(session, Scope())
            return await create_token(session, Scope(), role=role, name=name)
    finally:
        await database.close()


@app.command()
def create(
    role: Annotated[str, typer.Option(help="agent, supervisor or admin")],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "token",
) -> None:
    """Make a key and print it; it is shown this once."""
    typer.echo(asyncio.run(_create(load_settings(), role, name)))
