"""An ordered pool: the least rank first, each change in O(log n)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeAlias, TypeVar

Item = TypeVar("Item")
Rank: TypeAlias = tuple[float, ...]


class Pool(Generic[Item]):
    """Items in order of rank; equal ranks keep the order in which they came.

    A heap whose dropped entries stay until they reach the top; they are swept out once they
    outnumber the living, so memory stays in step with use. The top itself is always alive, so
    that to look at it costs the same whatever happened before.
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
        self._next += 1
        entry = (rank, self._next, item)
        before = self.live.setdefault(item, entry)
        if before is entry:
            heappush(self._heap, entry)
        elif before[0] != rank:
            self.live[item] = entry
            heappush(self._heap, entry)
            self._left(before)

    def drop(self, item: Item) -> bool:
        """Take the item out; say whether it was in."""
        entry = self.live.pop(item, None)
        if entry is None:
            return False
        self._left(entry)
        return True

    def first(self) -> Item | None:
        """Return the item with the least rank."""
        heap = self._heap
        return heap[0][2] if heap else None

    def first_rank(self) -> Rank | None:
        """Return the least rank."""
        heap = self._heap
        return heap[0][0] if heap else None

    def leading(self, count: int) -> list[Item]:
        """Return the first `count` items in order."""
        heap, live = self._heap, self.live
        taken: list[tuple[Rank, int, Item]] = []
        while heap and len(taken) < count:
            entry = heappop(heap)
            if live.get(entry[2]) is entry:
                taken.append(entry)
        for entry in taken:
            heappush(heap, entry)
        return [entry[2] for entry in taken]

    def _left(self, entry: tuple[Rank, int, Item]) -> None:
        """Keep the top alive, and the dead few, after this entry died."""
        heap, live = self._heap, self.live
        if heap[0] is entry:
            heappop(heap)
            while heap and live.get(heap[0][2]) is not heap[0]:
                heappop(heap)
        elif len(heap) > 2 * len(live) + 16:
            self._heap = list(live.values())
            heapify(self._heap)
