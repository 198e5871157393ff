"""The `callcenter` command: every failure is one line that says what to do, exit code 2."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import structlog
import typer
from typer.exceptions import TyperException

from callcenter.advice import advice
from callcenter.errors import EXIT_CODE

COMMANDS = (
    "acd", "asterisk", "demo", "cti", "ivr", "route", "token", "database", "run", "setup",
)  # fmt: skip


def command_line(words: Sequence[str]) -> typer.Typer:
    """Return the commands that `words` can mean; to import all of them takes seconds."""
    app = typer.Typer(
        name="callcenter",
        help="An open-source call center: telephony, queues, agent desktop, customer records.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        add_completion=False,
    )
    app.callback()(_nothing_before)
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        module = import_module(f"callcenter.commands.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name))
    return app


def _nothing_before() -> None:
    pass  # with it, one command alone is still called by its name


def _log_quietly() -> None:
    """Leave standard output to answers; `callcenter run` sets its own logging."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def main() -> None:
    """Run the command line."""
    _log_quietly()
    try:
        status = command_line(sys.argv[1:])(standalone_mode=False)
    except TyperException as error:
        _refuse(_words_not_understood(error))
    except Exception as error:
        line = advice(error)
        if line is None:
            raise
        _refuse(f"callcenter: {line}")
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _words_not_understood(error: TyperException) -> str:
    """Return the line for a command that cannot be; without any words it is the help."""
    say = getattr(error, "format_message", error.__str__)
    said = str(say())
    if said.startswith("Usage:"):
        return said
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "callcenter"
    line = " ".join(said.replace("Value error, ", "").split()).rstrip(".")
    return f"callcenter: {line}; see `{command} --help`"


def _refuse(line: str) -> NoReturn:
    sys.stderr.write(f"{line}\n")
    sys.exit(EXIT_CODE)
