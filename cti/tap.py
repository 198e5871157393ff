"""Records what an Asterisk sends, byte for byte, to be replayed or measured later."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cti.connection import AmiConnection, ConnectionState, LinkLimits

_WRITE_SECONDS = 0.5


@dataclass(slots=True)
class TapTotals:
    """What a recording holds."""

    received: int = 0  # bytes
    links: int = 0  # times the link was made


async def record(
    host: str,
    port: int,
    username: str,
    secret: str,
    *,
    path: Path,
    until: Awaitable[object],
    within: float | None = None,
    limits: LinkLimits | None = None,
) -> TapTotals:
    """Record until `until` is done (it is cancelled otherwise); return what was recorded.

    The file is gzip of the received bytes and nothing else, so that any AMI reader can
    read it (`zcat`); the pace is in the events' own `Timestamp` (timestampevents=yes).
    Where the link was lost and made again stands an extra blank line, then the new
    banner. Nothing sent is recorded, so the file holds no secret. Raises `LoginRefused`
    or `LinkDown` before the first byte (`within` seconds), OSError when the disk is full.
    """
    tap = _Tap()
    connection = AmiConnection(
        host,
        port,
        username,
        secret,
        on_message=lambda _: None,
        on_state=tap.follow,
        on_bytes=tap.waiting.append,
        wanted=(),
        limits=limits,
    )
    stopping = asyncio.ensure_future(until)
    try:
        await connection.connect(within=within)
        with gzip.open(path, "wb") as file:
            await tap.run(file, connection, stopping)
    finally:
        await connection.close()
        stopping.cancel()
        await asyncio.gather(stopping, return_exceptions=True)
    return tap.totals


class _Tap:
    """What was received and not yet written, between the link and the file."""

    def __init__(self) -> None:
        self.totals = TapTotals()
        self.waiting: list[bytes] = []

    def follow(self, state: ConnectionState) -> None:
        if state is ConnectionState.UP:
            self.totals.links += 1
        elif state is ConnectionState.DOWN:
            self.waiting.append(b"\r\n\r\n")

    async def run(
        self, file: gzip.GzipFile, connection: AmiConnection, stopping: asyncio.Future[object]
    ) -> None:
        writing = asyncio.create_task(self._keep_writing(file), name="ami-tap")
        try:
            either: tuple[asyncio.Future[Any], ...] = (writing, stopping)
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await connection.close()
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            self._write(file)

    async def _keep_writing(self, file: gzip.GzipFile) -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            self._write(file)

    def _write(self, file: gzip.GzipFile) -> None:
        """Write and flush, so that a recorder that is killed leaves all but the last moment."""
        block = b"".join(self.waiting)
        self.waiting.clear()
        if block:
            self.totals.received += len(block)
            file.write(block)
            file.flush()
