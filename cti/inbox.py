"""A queue with one reader that says when the reader is too far behind."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """First in, first out; `put` never waits and loses nothing.

    Whenever more than `most` items wait, `on_full` is called with their number: it has
    to stop the source, which is what bounds the memory.
    """

    def __init__(self, most: int, on_full: Callable[[int], None]) -> None:
        self._most = most
        self._on_full = on_full
        self._items: deque[T] = deque()
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> None:
        """Keep the item for the reader."""
        items = self._items
        items.append(item)
        waiting = len(items)
        if waiting == 1:
            self._filled.set()
            self._drained.clear()
        if waiting > self._most:
            self._on_full(waiting)

    async def get(self) -> T:
        """Wait for the next item and take it."""
        items = self._items
        while not items:
            self._filled.clear()
            await self._filled.wait()
        item = items.popleft()
        if not items:
            self._drained.set()
        return item

    async def drained(self) -> None:
        """Wait until the reader has taken everything."""
        await self._drained.wait()
