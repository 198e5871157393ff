"""`callcenter run`: the platform itself, whole or one role of it."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from typing import Annotated

import typer

from callcenter.advice import advice
from callcenter.last_resort import LastResort
from callcenter.log_lines import HeldLines, write_log_lines
from callcenter.settings import load_settings


class Role(StrEnum):
    """Which part of the platform a process is."""

    ENGINE = "engine"
    WEB = "web"
    ALL = "all"


EVERY_ROLE = frozenset({"engine", "web"})


def roles_of(role: Role) -> frozenset[str]:
    """Return the roles a process takes on."""
    return EVERY_ROLE if role is Role.ALL else frozenset({role.value})


def run(role: Annotated[Role, typer.Option(help="Which part to run.")] = Role.ALL) -> None:
    """Run the platform until stopped."""
    from callcenter.run import run as run_platform  # noqa: PLC0415 - heavy; this command alone

    lines = HeldLines(sys.stderr)
    write_log_lines(lines)
    try:
        with LastResort() as last_resort:
            platform = run_platform(
                load_settings(),
                roles_of(role),
                ready=lines.release,
                stopping=last_resort.begin,
            )
            asyncio.run(platform)
    except Exception as error:
        if advice(error) is None:
            lines.release()
        raise
    lines.release()  # stopped before it was ready
