"""Comforting: plays words to waiting callers, who stay in their places and can be offered."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import structlog

from acd.effects import PlayComfort
from acd.engine.diversions import Say
from cti.errors import CtiError
from cti.switch import Switch

_log = structlog.get_logger(__name__)


class Comforts:
    """Plays what the board wants said, if the caller still waits when the words are there."""

    def __init__(self, switch: Switch, say: Say, waits: Callable[[UUID], bool]) -> None:
        self._switch, self._say, self._waits = switch, say, waits

    async def perform(self, comfort: PlayComfort) -> None:
        """Say it; a caller whose next agent rings by now is left alone."""
        ready = await self._say(comfort.call_id, comfort.names)
        # Between this look and the redirect nothing else runs: an offer decided later is sent
        # later, and takes the caller out of the words.
        if not ready or not self._waits(comfort.call_id):
            return
        exten = f"say-{'_'.join(ready)}"
        try:
            await self._switch.redirect(comfort.channel, context="comfort", exten=exten)
        except CtiError as error:
            _log.info("comfort_not_played", call_id=str(comfort.call_id), reason=str(error))
