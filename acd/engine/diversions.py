"""Diversions: sends callers on whom their queue does not keep, and notes that it did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import structlog

from acd.board.settings import OverflowKind
from acd.effects import DivertCall
from acd.recorder.jobs import RecordEvent
from acd.recorder.mapping import event_of_diversion
from cti.errors import ActionRefused, CtiError, LinkDown, UnsafeAction
from cti.switch import Switch

Say: TypeAlias = Callable[[UUID, Sequence[str]], Awaitable[tuple[str, ...]]]
"""Makes announcements ready for a call; returns those that can be played."""

# What is said where the queue sends its callers; empty: the prompt it names itself.
_SPOKEN = {OverflowKind.MESSAGE: "", OverflowKind.VOICEMAIL: "leave-message"}

_log = structlog.get_logger(__name__)


class Diversions:
    """Performs overflows on the switch, one at a time for each call.

    `note` keeps the event with the call; `failed` is called when the caller was not moved;
    `say` makes the prompts ready that are played where he goes.
    """

    def __init__(
        self,
        switch: Switch,
        note: Callable[[RecordEvent], None],
        failed: Callable[[UUID], None],
        say: Say,
    ) -> None:
        self._switch, self._note, self._failed, self._say = switch, note, failed, say

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
        if divert.kind is not OverflowKind.CALLBACK:  # he keeps his place until he says yes
            self._note(event_of_diversion(divert, at))

    async def _move(self, divert: DivertCall) -> None:
        if divert.kind is OverflowKind.HANG_UP:
            await self._switch.hang_up(divert.channel)
            return
        if divert.kind is OverflowKind.CALLBACK:
            await self._switch.redirect(divert.channel, context="callback", exten="s")
            return
        if (name := _SPOKEN.get(divert.kind)) is not None:
            await self._say(divert.call_id, [name or divert.target])
        target = divert.target or divert.queue
        exten = f"{divert.kind}-{target}"
        await self._switch.redirect(divert.channel, context="overflow", exten=exten)
