"""A subscriber's own bounded stream of notices; who falls behind is dropped."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Self

from acd.notices import Envelope

BEHIND_LIMIT = 1_000  # notices a subscriber may lag; then he asks for a snapshot anyway


class Subscription:
    """Notices for one subscriber, in order; the iteration ends when he is dropped."""

    def __init__(self, *, limit: int = BEHIND_LIMIT) -> None:
        self._waiting: deque[Envelope] = deque()
        self._limit = limit
        self._changed = asyncio.Event()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Tell whether nothing more will come."""
        return self._ended

    def offer(self, envelope: Envelope) -> bool:
        """Hand over one notice without waiting; false when the subscriber is dropped."""
        if not self._ended and len(self._waiting) >= self._limit:
            self._waiting.clear()  # he needs a snapshot now, not old news
            self.end()
        if self._ended:
            return False
        self._waiting.append(envelope)
        self._changed.set()
        return True

    def end(self) -> None:
        """Let the subscriber read what is there, then stop."""
        self._ended = True
        self._changed.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Envelope:
        while not self._waiting:
            if self._ended:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        return self._waiting.popleft()
