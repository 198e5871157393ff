"""Give commands to the board and turn its refusals into answers."""

from __future__ import annotations

from pydantic import BaseModel

from acd.commands import Command, Refused
from agent_desktop.errors import DesktopError, EngineRefused, EngineUnavailable, NotFound
from agent_desktop.services import Services


class Taken(BaseModel):
    """The board took the command; what it leads to is told by the push."""

    status: str = "accepted"


_ABSENT = frozenset({"unknown_call", "not_your_call", "unknown_callback"})


async def give(services: Services, command: Command) -> Taken:
    """Give one command; raises EngineUnavailable, NotFound or EngineRefused with its code."""
    reply = await services.bus.request(command)
    if isinstance(reply, Refused):
        raise _refusal(reply)
    return Taken()


def _refusal(reply: Refused) -> DesktopError:
    if reply.code == "engine_unavailable":
        return EngineUnavailable()
    if reply.code in _ABSENT:
        return NotFound()  # another agent's call looks like none
    return EngineRefused(reply.message, code=reply.code)
