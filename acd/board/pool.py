"""An ordered pool: the least rank first, each change in O(log n)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeAlias, TypeVar

Item = TypeVar("Item")
Rank: TypeAlias = tuple[float, ...]


class Pool(Generic[Item]):
    """Items in order of rank; equal ranks keep the order in which they came.

    A heap whose dropped entries stay until they reach the top; they are swept
    out once they outnumber the living, so memory stays in step with use.
    """

    __slots__ = ("_heap", "_next", "live")

    def __init__(self) -> None:
        self._heap: list[tuple[Rank, int, Item]] = []
        self.live: dict[Item, tuple[Rank, int, Item]] = {}  # what is in, to look at
        self._next = 0

    def __len__(self) -> int:
        return len(self.live)

    def __contains__(self, item: object) -> bool:
        return item in self.live

    def __iter__(self) -> Iterator[Item]:
        """Walk all items in no promised order."""
        return iter(self.live)

    def put(self, item: Item, rank: Rank) -> None:
        """Place the item, or move it when its rank is new."""
        entry = self.live.get(item)
        if entry is not None and entry[0] == rank:
            return
        self._next += 1
        entry = (rank, self._next, item)
        self.live[item] = entry
        heappush(self._heap, entry)
        self._sweep()

    def drop(self, item: Item) -> bool:
        """Take the item out; say whether it was in."""
        if self.live.pop(item, None) is None:
            return False
        self._sweep()
        return True

    def first(self) -> Item | None:
        """Return the item with the least rank."""
        head = self._head()
        return None if head is None else head[2]

    def first_rank(self) -> Rank | None:
        """Return the least rank."""
        head = self._head()
        return None if head is None else head[0]

    def leading(self, count: int) -> list[Item]:
        """Return the first `count` items in order."""
        taken: list[tuple[Rank, int, Item]] = []
        while len(taken) < count and (head := self._head()) is not None:
            taken.append(head)
            heappop(self._heap)
        for entry in taken:
            heappush(self._heap, entry)
        return [entry[2] for entry in taken]

    def _head(self) -> tuple[Rank, int, Item] | None:
        while self._heap:
            entry = self._heap[0]
            if self.live.get(entry[2]) is entry:
                return entry
            heappop(self._heap)
        return None

    def _sweep(self) -> None:
        if len(self._heap) > 2 * len(self.live) + 16:
            self._heap = list(self.live.values())
            heapify(self._heap)
