"""Rings under way: what is only to be told waits a moment for Asterisk's word on them."""

from __future__ import annotations

import asyncio
from contextlib import suppress

ANSWER_SECONDS = 0.003  # that news waits at most, so that the answer is read when it comes


class RingsUnderWay:
    """Counts the offers that are not written yet, and those Asterisk has not answered yet."""

    def __init__(self) -> None:
        self.unwritten = 0
        self._unanswered = 0
        self._ends = 0.0  # reading of the loop's clock from which news waits for none of them
        self._changed = asyncio.Event()

    def begun(self) -> None:
        """Note that one is about to be written; one after the other, they hold up no longer."""
        if not self._unanswered:
            self._ends = asyncio.get_running_loop().time() + ANSWER_SECONDS
        self._unanswered += 1

    def ended(self) -> None:
        """Note that Asterisk has answered one, or will not."""
        self._unanswered -= 1
        self._changed.set()

    def more(self) -> None:
        """Note that something else is asked for: whoever waits here looks at it first."""
        self._changed.set()

    @property
    def pending(self) -> bool:
        """Tell whether news should wait for an answer."""
        return bool(self._unanswered) and asyncio.get_running_loop().time() < self._ends

    async def settled(self) -> None:
        """Wait until all are answered, which they are in a moment or never."""
        while self.pending:
            await self.changed()

    async def changed(self) -> None:
        """Wait until one is answered, something is asked for, or the moment is over."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._ends):
                await self._changed.wait()
