"""Tells a running Asterisk of new phones and queues, while its calls go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from asterisk_conf.plan import AsteriskPlan
from asterisk_conf.render import render
from callcenter.asterisk.server import AsteriskServer
from callcenter.errors import CommandFailed
from crm_core.errors import DatabaseUnavailable

log = structlog.get_logger(__name__)

NOT_TOLD = "asterisk_not_told"  # the remark when somebody has to do it by hand
# What queues and agents are written in; nothing else is touched while Asterisk runs.
FILES = ("pjsip.conf", "extensions.conf", "queues.conf")
# Phones, then who may dial them, then who takes calls when nobody else serves the queues.
COMMANDS = ("module reload res_pjsip.so", "dialplan reload", "queue reload all")


class Renewal:
    """Writes Asterisk's files anew when the roster needs it, and has them read.

    `read` returns the plan of now. Nothing is touched while the files would stay as they are,
    so that most changes of the configuration never reach Asterisk. Where no files lie here,
    `plan` is what Asterisk is taken to know.
    """

    def __init__(self, plan: AsteriskPlan, read: Callable[[], Awaitable[AsteriskPlan]]) -> None:
        self._told = _written(plan) or _of_roster(plan)
        self._read = read
        self._turn = asyncio.Lock()

    async def renew(self) -> str:
        """Bring Asterisk up to the roster; return `NOT_TOLD` when that has to be done by hand."""
        async with self._turn:
            try:
                plan = await self._read()
                wanted = _of_roster(plan)
                if wanted == self._told:
                    return ""
                await asyncio.to_thread(_tell, AsteriskServer(plan))
            except (CommandFailed, DatabaseUnavailable, OSError) as error:
                log.warning("asterisk_not_told", reason=str(error))
                return NOT_TOLD
            self._told = wanted
        log.info("asterisk_told", phones=len(plan.agents), queues=len(plan.queues))
        return ""


def _of_roster(plan: AsteriskPlan) -> dict[str, str]:
    rendered = render(plan)
    return {name: rendered[name] for name in FILES}


def _written(plan: AsteriskPlan) -> dict[str, str] | None:
    """Return what lies here for Asterisk to read; a change may have come while we were away."""
    try:
        return {name: (plan.configuration / name).read_text(encoding="utf-8") for name in FILES}
    except OSError:
        return None


def _tell(server: AsteriskServer) -> None:
    if not server.is_running():
        raise CommandFailed("Asterisk does not run here: `callcenter asterisk render` writes them")
    server.write_some(FILES)
    for command in COMMANDS:
        _ = server.command(command)
