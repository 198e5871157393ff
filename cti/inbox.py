"""A bounded queue with one reader: order is kept, and memory never grows."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Inbox(Generic[T]):
    """First in, first out; `put` never waits and tells when the reader is too slow."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._items: deque[T] = deque()
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: T) -> bool:
        """Keep the item; false, and not kept, when `most` are waiting already."""
        if len(self._items) >= self._most:
            return False
        self.put_anyway(item)
        return True

    def put_anyway(self, item: T) -> None:
        """Keep the item though the inbox is full: for the few words that may not be lost."""
        if not self._items:
            self._filled.set()
            self._drained.clear()
        self._items.append(item)

    async def get(self) -> T:
        """Wait for the next item and take it."""
        while not self._items:
            self._filled.clear()
            await self._filled.wait()
        item = self._items.popleft()
        if not self._items:
            self._drained.set()
        return item

    async def drained(self) -> None:
        """Wait until the reader has taken everything."""
        await self._drained.wait()
