"""The links to several Asterisks as one ordered stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from typing_extensions import override

from cti.cel import Row
from cti.connection import AmiConnection
from cti.events import Event, TransferKind
from cti.feed import AmiFeed
from cti.found import OpenCall
from cti.inbox import Inbox
from cti.nodes.merge import NodeMerge, part_of
from cti.nodes.names import FROM_NODE
from cti.records import CallRecord, MissedCall
from cti.tracker import CallTracker

MOST_WAITING = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeAddress:
    """Where a node's manager port is."""

    host: str
    port: int


class _NodeInbox(Inbox[Event | None]):
    """What one node's feed puts in comes out of the one inbox of all."""

    def __init__(self, feed: NodesFeed, node: str) -> None:
        super().__init__(MOST_WAITING, lambda _: None)
        self._feed, self._node = feed, node

    @override
    def put(self, item: Event | None) -> None:
        self._feed.hear(self._node, item)

    @override
    async def drained(self) -> None:
        await self._feed.drained()


class NodesTracker:
    """The trackers of all nodes, spoken to as one."""

    def __init__(self, trackers: Mapping[str, CallTracker], merge: NodeMerge) -> None:
        self._trackers, self._merge = trackers, merge

    def expect_transfer(
        self, call_id: UUID, *, by: str, to: str, kind: TransferKind | str = TransferKind.BLIND
    ) -> None:
        """Know that the caller is about to be moved on from the device `by`."""
        for tracker in self._trackers.values():
            tracker.expect_transfer(call_id, by=by, to=to, kind=kind)

    def restore(self, open_calls: Iterable[OpenCall], *, booted: str = "") -> None:
        """Know, after our own restart, which calls were open, on whichever node."""
        calls = list(open_calls)
        self._merge.expect(call.call_id for call in calls)
        for node, tracker in self._trackers.items():
            tracker.restore(calls, booted=part_of(booted, node))

    def records(self) -> list[CallRecord]:
        """Return the records of the calls that ended since the last time, and forget them."""
        found = [record for tracker in self._trackers.values() for record in tracker.records()]
        return [record for record in found if not _is_handed_on(record)]

    def missed(self) -> list[MissedCall]:
        """Hand over what the nodes' logs tell of calls nobody heard."""
        found = [call for tracker in self._trackers.values() for call in tracker.missed()]
        return [call for call in found if call.record is None or not _is_handed_on(call.record)]


class NodesFeed:
    """One feed over several Asterisks; channels are named with their node in front.

    The first node must answer when it is started; the others come when they can.
    """

    def __init__(
        self,
        nodes: Mapping[str, NodeAddress],
        username: str,
        secret: str,
        *,
        before_picture: Callable[[AmiConnection], Awaitable[None]] | None = None,
        logs: Mapping[str, Callable[[], Sequence[Row]]] | None = None,
    ) -> None:
        if not nodes:
            raise ValueError("no node was named")
        self._inbox: Inbox[Event | None] = Inbox(MOST_WAITING, self._cut_off)
        self.feeds = {
            node: AmiFeed(
                at.host,
                at.port,
                username,
                secret,
                inbox=_NodeInbox(self, node),
                before_picture=before_picture,
                read_log=(logs or {}).get(node),
            )
            for node, at in nodes.items()
        }
        trackers = {node: feed.tracker for node, feed in self.feeds.items()}
        self._merge = NodeMerge(
            {node: partial(CallTracker.live_calls, t) for node, t in trackers.items()}
        )
        self.tracker = NodesTracker(trackers, self._merge)
        self._open = set(nodes)
        self._coming: set[asyncio.Task[None]] = set()

    async def start(self, *, within: float | None = None) -> None:
        """Connect to the first node, as `AmiFeed.start` does; to the others in the background."""
        first, *others = self.feeds.values()
        await first.start(within=within)
        self._coming = {asyncio.create_task(feed.start(), name="ami-node") for feed in others}

    async def close(self) -> None:
        """End all links for good; `events` ends after what waits."""
        for task in self._coming:
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)
        for feed in self.feeds.values():
            await feed.close()

    async def events(self) -> AsyncIterator[Event]:
        """Yield every event once, in order, until `close`; for one reader alone."""
        while (event := await self._inbox.get()) is not None:
            yield event

    def waiting(self) -> int:
        """Return how many events are there that were not yielded yet."""
        return len(self._inbox)

    def hear(self, node: str, event: Event | None) -> None:
        """Take what one node's feed tells; None: it was closed."""
        if event is None:
            self._open.discard(node)
            if not self._open:
                self._inbox.put(None)
            return
        for told in self._merge.take(node, event):
            self._inbox.put(told)

    async def drained(self) -> None:
        """Wait until the reader has taken everything."""
        await self._inbox.drained()

    def _cut_off(self, waiting: int) -> None:
        for feed in self.feeds.values():
            feed.connection.drop(f"{waiting} events wait for their reader")


def _is_handed_on(record: CallRecord) -> bool:
    """Tell whether it is of the far part of a call that another node tells of."""
    return any(leg.role == "caller" and leg.channel.startswith(FROM_NODE) for leg in record.legs)
