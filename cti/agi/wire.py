"""The line to one FastAGI client: whole lines in, bounded in size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from typing_extensions import override

_LINE: Final = b"\n"
_HEADER: Final = b"\n\n"


class TooLong(Exception):  # noqa: N818 - errors are named for what happened
    """The client sent more than the limit without what was waited for."""


class AgiWire(asyncio.Protocol):
    """One connection; one reader at a time.

    Reading raises `TooLong` once more than the limit lies unread, TimeoutError when the moment
    given has come, and ConnectionError when the client has gone. One timer serves all reads: it
    is moved on when it rings, not at each read, as nearly every answer is there long before.
    """

    def __init__(self, limit: int, connected: Callable[[AgiWire], None]) -> None:
        """Keep at most `limit` bytes unread; `connected` is told once there is a connection."""
        self._limit = limit
        self._connected = connected
        self._loop = asyncio.get_running_loop()
        self._unread = bytearray()
        self._flooded = False
        self._mark = _LINE
        self._waiter: asyncio.Future[bytes] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self._ended: asyncio.Future[None] = self._loop.create_future()

    def after(self, seconds: float) -> float:
        """Give the moment so many seconds from now, by the clock of the reads."""
        return self._loop.time() + seconds

    def header(self, deadline: float) -> asyncio.Future[bytes]:
        """Wait for the opening lines with the empty one that ends them."""
        return self._next(_HEADER, deadline)

    def line(self, deadline: float) -> asyncio.Future[bytes]:
        """Wait for the next line with its end."""
        return self._next(_LINE, deadline)

    def write(self, line: bytes) -> None:
        """Send a line; to a client that is gone it is lost, and the next read tells."""
        if self._transport is not None:
            self._transport.write(line)

    def abort(self) -> None:
        """Drop the connection at once."""
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()

    async def ended(self) -> None:
        """Wait until the connection is gone."""
        await asyncio.shield(self._ended)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport and tell the server."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self._connected(self)

    @override
    def data_received(self, data: bytes) -> None:
        """Keep what came, and wake the reader when it is what he waits for."""
        self._unread += data
        waiter = self._waiter
        if len(self._unread) > self._limit:
            self._flood(waiter)
        elif waiter is not None and not waiter.done():
            whole = self._taken(self._mark, len(self._unread) - len(data) - 1)
            if whole is not None:
                self._waiter = None
                waiter.set_result(whole)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the reader that nothing more comes."""
        self._transport = None
        if not self._ended.done():
            self._ended.set_result(None)
        if self._waiter is not None:
            _fail(self._waiter, ConnectionResetError("the client has gone"))

    def _next(self, mark: bytes, deadline: float) -> asyncio.Future[bytes]:
        waiter: asyncio.Future[bytes] = self._loop.create_future()
        whole = self._taken(mark, 0) if self._unread else None
        if self._flooded:
            _fail(waiter, TooLong())
        elif whole is not None:
            waiter.set_result(whole)
        elif self._transport is None:
            _fail(waiter, ConnectionResetError("the client has gone"))
        else:
            self._waiter, self._mark = waiter, mark
            self._ring_by(deadline)
        return waiter

    def _taken(self, mark: bytes, since: int) -> bytes | None:
        """Take what ends with the mark, which begins at `since` or later; None while it is not."""
        unread = self._unread
        if len(unread) == (end := unread.find(mark, max(0, since)) + len(mark)):
            self._unread = bytearray()
            return bytes(unread)
        if end < len(mark):
            return None
        whole = bytes(unread[:end])
        del self._unread[:end]
        return whole

    def _flood(self, waiter: asyncio.Future[bytes] | None) -> None:
        """Hear no more of a client that sends without end."""
        self._flooded = True
        self._unread.clear()
        if self._transport is not None:
            self._transport.pause_reading()
        if waiter is not None:
            _fail(waiter, TooLong())

    def _ring_by(self, deadline: float) -> None:
        self._deadline = deadline
        timer = self._timer
        if timer is None or timer.when() > deadline:
            if timer is not None:
                timer.cancel()
            self._timer = self._loop.call_at(deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._waiter is None or self._waiter.done():
            return
        if self._deadline > self._loop.time():
            self._ring_by(self._deadline)
        else:
            _fail(self._waiter, TimeoutError())


def _fail(waiter: asyncio.Future[bytes], error: Exception) -> None:
    if not waiter.done():
        waiter.set_exception(error)
        waiter.exception()  # seen, even when its reader was cancelled meanwhile
