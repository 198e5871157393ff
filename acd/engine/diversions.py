"""Diversions: sends callers on whom their queue does not keep, and notes that it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from acd.board.settings import OverflowKind
from acd.effects import DivertCall
from acd.recorder.jobs import RecordEvent
from acd.recorder.mapping import event_of_diversion
from cti.errors import ActionRefused, CtiError, LinkDown, UnsafeAction
from cti.switch import Switch

_log = structlog.get_logger(__name__)


class Diversions:
    """Performs overflows on the switch, one at a time for each call.

    `note` keeps the event with the call; `failed` is called when the caller was not moved.
    """

    def __init__(
        self,
        switch: Switch,
        note: Callable[[RecordEvent], None],
        failed: Callable[[UUID], None],
    ) -> None:
        self._switch, self._note, self._failed = switch, note, failed

    async def perform(self, divert: DivertCall, at: datetime) -> None:
        """Move the caller; `at` is when the board decided so."""
        try:
            await self._move(divert)
        except (LinkDown, UnsafeAction, ActionRefused) as error:
            _log.info("diversion_not_done", call_id=str(divert.call_id), reason=str(error))
            self._failed(divert.call_id)
            return
        except CtiError as error:  # nobody knows whether it was done: the next resync tells
            _log.warning("diversion_unanswered", call_id=str(divert.call_id), reason=str(error))
        self._note(event_of_diversion(divert, at))

    async def _move(self, divert: DivertCall) -> None:
        if divert.kind is OverflowKind.HANG_UP:
            await self._switch.hang_up(divert.channel)
            return
        target = divert.target or divert.queue
        exten = f"{divert.kind}-{target}"
        await self._switch.redirect(divert.channel, context="overflow", exten=exten)
