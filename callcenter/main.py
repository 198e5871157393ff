"""The `callcenter` command: every failure is one line that says what to do, exit code 2."""

from __future__ import annotations

import errno
import logging
import sys

import structlog
import typer

from callcenter.commands import asterisk, cti, database, demo, run, setup, token
from callcenter.errors import EXIT_CODE, CommandFailed
from crm_core.errors import CrmError
from cti.errors import CtiError, LinkDown, LoginRefused

app = typer.Typer(
    name="callcenter",
    help="An open-source call center: telephony, queues, agent desktop, customer records.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(asterisk.app, name="asterisk")
app.add_typer(demo.app, name="demo")
app.add_typer(cti.app, name="cti")
app.add_typer(token.app, name="token")
app.add_typer(database.app, name="database")
app.command("run")(run.run)
app.command("setup")(setup.setup)


def _advice(error: BaseException) -> str | None:
    """Return the line for an expected failure, or None when it is a fault of ours."""
    if isinstance(error, LoginRefused):
        return (
            "Asterisk refused our AMI log-in: it was started with another secret; "
            "stop it with `callcenter asterisk stop` and start it again"
        )
    if isinstance(error, LinkDown):
        return f"Asterisk cannot be reached: is it running (`callcenter asterisk start`)? {error}"
    if isinstance(error, CommandFailed | CrmError | CtiError):
        return str(error)
    if isinstance(error, OSError):
        return _advice_for_system(error)
    if isinstance(error, BaseExceptionGroup):
        return next((line for one in error.exceptions if (line := _advice(one))), None)
    return None


def _advice_for_system(error: OSError) -> str | None:
    where = f" ({error.filename})" if error.filename else ""
    advice = {
        errno.ENOSPC: "the disk is full: free some space and try again",
        errno.EDQUOT: "the disk quota is used up: free some space and try again",
        errno.EROFS: "the disk is read-only: set CALLCENTER_HOME to a directory you may write to",
        errno.EACCES: "permission denied: run as the owner of the installation, or as root",
        errno.EADDRINUSE: "a port is in use: stop the other program or set another port",
    }.get(error.errno or 0)
    return f"{advice}{where}" if advice else None


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
        app()
    except Exception as error:
        line = _advice(error)
        if line is None:
            raise
        sys.stderr.write(f"callcenter: {line}\n")
        sys.exit(EXIT_CODE)
