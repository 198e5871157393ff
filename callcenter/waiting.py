"""What waiting callers meet: announcements by name, and the way to a callback."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

import structlog

from acd.bus import Bus
from acd.commands import Accepted, DeclineCallback, RequestCallback
from callcenter.settings import Settings
from callcenter.voices import prompt_store
from crm_core.ids import new_id
from cti.agi import AgiSession
from ivr.announcements import LANGUAGES, Announcements, names_in, text_of
from ivr.arrival import Arrival
from ivr.callbacks import DIALABLE
from ivr.shelf import PromptShelf

log = structlog.get_logger(__name__)

Door = Callable[[AgiSession], Awaitable[None]]


async def announcements_of(settings: Settings) -> Announcements:
    """Return what speaks announcements below the installation's prompts."""
    folder = settings.home / "prompts"
    return Announcements(await prompt_store(settings), folder / "said")


def known_prompts(settings: Settings) -> frozenset[str] | None:
    """Return the names callers can be told; None where the prompts are kept on another machine."""
    folder = settings.home / "prompts"
    return names_in(folder / "said") if folder.is_dir() else None


def shelf_of(settings: Settings) -> PromptShelf:
    """Return where prompts people bring are kept, below the installation's prompts."""

    async def restore(name: str) -> None:
        announcements = await announcements_of(settings)
        for language in LANGUAGES:
            if text_of(name, language) is not None:
                _ = await announcements.ready(language, [name])

    return PromptShelf(settings.home / "prompts", restore=restore)


class BusPromises:
    """Promises of callbacks, kept by the engine at the other end of the bus."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def promise(self, call_id: UUID, number: str) -> bool:
        """Let the caller keep his place and be called at this number; false when refused."""
        wish = RequestCallback(callback_id=new_id(), call_id=call_id, number=number)
        reply = await self._bus.request(wish)
        if isinstance(reply, Accepted):
            return True
        log.info("callback_not_promised", call_id=str(call_id), reason=reply.code)
        return False

    async def note(self, arrival: Arrival, *, queue: str, number: str) -> bool:
        """Promise a flow's caller a call from a queue; one that waits already is as good."""
        if not DIALABLE.fullmatch(number):
            log.info("callback_not_promised", reason="number")
            return False
        wish = RequestCallback(
            callback_id=new_id(), number=number, queue=queue, origin_call_id=arrival.call_id
        )
        reply = await self._bus.request(wish)
        if isinstance(reply, Accepted) or reply.code == "already_waiting":
            return True
        log.info("callback_not_promised", reason=reply.code)
        return False

    async def decline(self, call_id: UUID) -> None:
        """Let the caller wait on."""
        await self._bus.request(DeclineCallback(call_id=call_id))


class Doors:
    """Sends each FastAGI session to the handler of the script it asks for."""

    def __init__(self, main: Door, others: Mapping[str, Door]) -> None:
        """Every script that is not among `others` gets the main handler."""
        self._main, self._others = main, others

    async def __call__(self, agi: AgiSession) -> None:
        """Serve one session."""
        await self._others.get(agi.script, self._main)(agi)
