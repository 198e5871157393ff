"""`callcenter setup`: install what the machine lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from callcenter.asterisk.install import install_asterisk
from callcenter.packages import install_packages, missing_packages


def setup(
    *,
    tests: Annotated[bool, typer.Option("--tests", help="Also what the tests need.")] = False,
) -> None:
    """Install the system packages and the Asterisk that are missing; nothing else changes."""
    install_packages(missing_packages(tests=tests))
    install_asterisk(say=typer.echo)
