"""Frames on their way to desks: each encoded once, those of one moment written together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from websockets.frames import Frame, Opcode
from websockets.protocol import State

from agent_desktop.room import Desk


class Outbox:
    """Writes without waiting; a desk that does not take what it gets is told to `dismiss`.

    One event of the board changes an agent, a queue and a call: their notices leave in one write
    for each desk at the end of the loop's turn, unless they are flushed before.
    """

    def __init__(self, *, most_waiting_bytes: int, dismiss: Callable[[Desk], None]) -> None:
        self._most_waiting_bytes = most_waiting_bytes
        self._dismiss = dismiss
        self._waiting: dict[Desk, list[bytes]] = {}

    def put(self, desks: Iterable[Desk], text: bytes) -> None:
        """Hand one text frame to these desks, in order with those before."""
        encoded = Frame(Opcode.TEXT, text).serialize(mask=False)
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        for desk in desks:
            self._waiting.setdefault(desk, []).append(encoded)

    def flush(self) -> None:
        """Write now what waits."""
        waiting, self._waiting = self._waiting, {}
        for desk, frames in waiting.items():
            # No message is ever sent in fragments here, so frames may go straight to the wire.
            if desk.connection.protocol.state is State.OPEN:
                desk.connection.transport.write(b"".join(frames))
                if desk.waiting_bytes > self._most_waiting_bytes:
                    self._dismiss(desk)
