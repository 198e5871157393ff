"""AudioSocket: the sound of one channel over TCP, as Asterisk's application of that name sends it.

A message is a byte of kind, two of length (big endian), and as many of payload. The first one
names the call by its UUID; sound is 16-bit little-endian mono of 8,000 Hz, 20 ms a message.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID, uuid4

import structlog

_log = structlog.get_logger(__name__)

FRAME_SECONDS = 0.02
_HANG_UP, _NAME, _KEY, _SOUND, _ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
_MOST_BYTES = 8192  # of one message; 20 ms of sound have 320
_NAME_BYTES = 16
_NAME_SECONDS = 2.0
_GOOD_BYE = bytes((_HANG_UP, 0, 0))


@dataclass(frozen=True, slots=True)
class Sound:
    """Some milliseconds of what the caller says."""

    samples: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A key the caller pressed."""

    key: str


Frame: TypeAlias = Sound | Key


class AudioCall:
    """One channel's sound; ends when the channel does, or by `end`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.over = asyncio.Event()

    async def frame(self) -> Frame | None:
        """Return the next frame; None once the channel is gone or does not speak AudioSocket."""
        while True:
            message = await _message(self._reader)
            if message is None:
                return None
            kind, payload = message
            if kind in {_HANG_UP, _ERROR}:
                return None
            if kind == _SOUND:
                return Sound(payload)
            if kind == _KEY and payload:
                return Key(payload[:1].decode("ascii", "replace"))

    def end(self) -> None:
        """Give the channel back to the dialplan."""
        with suppress(ConnectionError, RuntimeError):
            self._writer.write(_GOOD_BYE)
        self.over.set()


class AudioDoor:
    """Listens on loopback for the channels that were sent here, each by an id of its own."""

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None
        self._expected: dict[UUID, asyncio.Future[AudioCall]] = {}
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open a free port; raises OSError."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Close the port and every channel's sound."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        running = list(self._open)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if server is not None:
            await server.wait_closed()

    @asynccontextmanager
    async def expected(self) -> AsyncIterator[tuple[UUID, asyncio.Future[AudioCall]]]:
        """Give an id to send a channel here by, and the future of its sound."""
        call_id = uuid4()
        future: asyncio.Future[AudioCall] = asyncio.get_running_loop().create_future()
        self._expected[call_id] = future
        try:
            yield call_id, future
        finally:
            self._expected.pop(call_id, None)
            if future.done() and not future.cancelled():
                future.result().end()
            future.cancel()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="audio-socket")
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            future = await self._awaited(reader)
            if future is None:
                _log.info("audio_socket_dismissed")
                return
            call = AudioCall(reader, writer)
            future.set_result(call)
            await call.over.wait()
            with suppress(ConnectionError):
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _awaited(self, reader: asyncio.StreamReader) -> asyncio.Future[AudioCall] | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_NAME_SECONDS):
                message = await _message(reader)
                if message is None or message[0] != _NAME or len(message[1]) != _NAME_BYTES:
                    return None
                future = self._expected.pop(UUID(bytes=message[1]), None)
                return future if future is not None and not future.done() else None
        return None


async def _message(reader: asyncio.StreamReader) -> tuple[int, bytes] | None:
    """Read one message; None when there is none any more, or one that is too long."""
    try:
        head = await reader.readexactly(3)
        length = int.from_bytes(head[1:], "big")
        if length > _MOST_BYTES:
            return None
        return head[0], await reader.readexactly(length)
    except (ConnectionError, asyncio.IncompleteReadError):
        return None
