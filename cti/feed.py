"""The stream of what happens on the phones: one order, one reader, true again after a cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from cti.cel import Row
from cti.connection import AmiConnection, ConnectionState, LinkLimits
from cti.errors import CtiError
from cti.events import Event, LinkLost, Resynced, Settled
from cti.facts import Fact
from cti.found import SnapshotTaken
from cti.inbox import Inbox
from cti.messages import AmiMessage
from cti.missed import missed_calls
from cti.picture import take_picture
from cti.tracker import CallTracker
from cti.translate import WANTED, is_answer, translate

_log = structlog.get_logger(__name__)


class AmiFeed:
    """Link, resync, translation and call tracker as one ordered stream of events.

    After each (re)connect the live messages are kept back while the whole picture is
    asked for: `before_picture` is done first, `read_log` tells what nobody heard. Then come
    one `Resynced` and, after it, what happened since, closed by one `Settled`. When the
    link dies comes one `LinkLost`. A reader more than `most_waiting` events behind costs
    the link: it reads what waits, then gets a new picture; memory stays bounded.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str,
        secret: str,
        *,
        tracker: CallTracker | None = None,
        limits: LinkLimits | None = None,
        most_waiting: int = 10_000,
        inbox: Inbox[Event | None] | None = None,
        before_picture: Callable[[AmiConnection], Awaitable[None]] | None = None,
        read_log: Callable[[], Sequence[Row]] | None = None,
    ) -> None:
        self.tracker = tracker or CallTracker()
        # An inbox that is empty is false.
        self._inbox = Inbox(most_waiting, self._cut_off) if inbox is None else inbox
        self.connection = AmiConnection(
            host,
            port,
            username,
            secret,
            on_message=self._hear,
            on_state=self._follow_link,
            on_pong=self._note_life,
            wanted=WANTED,
            before_retry=self._inbox.drained,
            limits=limits,
        )
        self._most_waiting = most_waiting
        self._before_picture, self._read_log = before_picture, read_log
        self._epoch = 0
        self._live = False
        self._kept_back: list[Fact] = []
        self._resync: asyncio.Task[None] | None = None

    async def start(self, *, within: float | None = None) -> None:
        """Connect; raises `LoginRefused` or `LinkDown` as `AmiConnection.connect` does."""
        await self.connection.connect(within=within)

    async def close(self) -> None:
        """End the link for good; `events` ends after what waits."""
        await self.connection.close()
        if self._resync is not None:
            await asyncio.gather(self._resync, return_exceptions=True)

    async def events(self) -> AsyncIterator[Event]:
        """Yield every event once, in order, until `close`; for one reader alone."""
        while (event := await self._inbox.get()) is not None:
            yield event

    def waiting(self) -> int:
        """Return how many events are there that were not yielded yet."""
        return len(self._inbox)

    def _note_life(self, pong: AmiMessage) -> None:
        """Keep the last pong: calls that a crash of Asterisk ends are told to have ended then."""
        self.tracker.heard(datetime.fromtimestamp(float(pong.get("Timestamp") or 0), UTC))

    def _hear(self, message: AmiMessage) -> None:
        """Take one message from the socket: at once to the tracker, or kept back."""
        fact = None if is_answer(message) else translate(message)
        if fact is None:
            return
        if self._live:
            self._apply(fact)
        else:
            self._keep_back(fact)

    def _apply(self, fact: Fact) -> None:
        for event in self.tracker.apply(fact):
            self._inbox.put(event)

    def _keep_back(self, fact: Fact) -> None:
        self._kept_back.append(fact)
        if len(self._kept_back) > self._most_waiting:
            self._cut_off(len(self._kept_back))

    def _cut_off(self, waiting: int) -> None:
        self.connection.drop(f"{waiting} events wait for their reader")

    def _follow_link(self, state: ConnectionState) -> None:
        if state is ConnectionState.UP:
            self._resync = asyncio.create_task(self._resynchronise(), name="ami-resync")
            return
        if self._resync is not None:
            self._resync.cancel()
        if self._live:
            self._inbox.put(LinkLost(at=datetime.now(UTC)))
        self._live = False
        self._kept_back.clear()
        if state is ConnectionState.CLOSED:
            self._inbox.put(None)

    async def _resynchronise(self) -> None:
        """Ask for the whole picture, then let in what happened since it was begun."""
        try:
            if self._before_picture is not None:
                await self._before_picture(self.connection)
            picture = await take_picture(self.connection, epoch=self._epoch + 1)
            await self._learn_missed(picture)
        except CtiError as error:
            _log.warning("ami_resync_failed", reason=str(error))
            self.connection.drop("the picture could not be taken")
            return
        except Exception:  # noqa: BLE001 - a fault of ours must not leave the feed silent
            _log.exception("ami_resync_broken")
            self.connection.drop("the picture could not be read")
            return
        self._epoch += 1
        newer = [fact for fact in self._kept_back if fact.at >= picture.at]
        self._kept_back.clear()
        self._live = True
        self._tell_anew(picture, newer)
        _log.info("ami_resynced", epoch=self._epoch, newer=len(newer))

    async def _learn_missed(self, picture: SnapshotTaken) -> None:
        """Read in Asterisk's log what nobody heard; a log that cannot be read costs only that."""
        if self._read_log is None:
            return
        alive = {found.seen.uniqueid for found in picture.channels}
        try:
            rows = await asyncio.to_thread(self._read_log)
            missed = await asyncio.to_thread(missed_calls, rows, self.tracker.apart(), alive=alive)
        except Exception:  # noqa: BLE001 - the calls that live come first
            _log.exception("call_log_not_read")
            return
        self.tracker.learn(missed)

    def _tell_anew(self, picture: SnapshotTaken, newer: list[Fact]) -> None:
        told = self.tracker.apply(picture)
        later = [event for fact in newer for event in self.tracker.apply(fact)]
        for event in told:
            new = replace(event, settling=bool(later)) if isinstance(event, Resynced) else event
            self._inbox.put(new)
        for event in later:
            self._inbox.put(event)
        if later:
            self._inbox.put(Settled(at=picture.at))
