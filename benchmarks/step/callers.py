"""A hundred callers at once, played without an event loop, so that the clock is theirs alone."""

from __future__ import annotations

import heapq
import random
import select
import socket
import time
from dataclasses import dataclass, field

OPENING = {
    "network_script": "inbound",
    "channel": "PJSIP/trunk-{0:08}",
    "uniqueid": "1767225600.{0}",
    "callerid": "1380013{0:04}",
    "extension": "4000",
}


def opening(number: int) -> bytes:
    """Give the lines that open the session of caller `number`."""
    lines = "".join(f"agi_{name}: {value.format(number)}\n" for name, value in OPENING.items())
    return f"{lines}\n".encode()


def answer_to(command: bytes) -> bytes:
    """Say what Asterisk says: key 9 to a question, done to all else."""
    return b"200 result=9\n" if command.startswith(b"GET DATA") else b"200 result=0 endpos=100\n"


@dataclass(slots=True)
class Line:
    """One caller's connection: what to say next, and when the last word was said."""

    number: int
    socket: socket.socket | None = None
    read: bytes = b""
    says: bytes = b""
    sent: float = 0.0  # 0: nothing that a command answers


@dataclass(slots=True)
class Load:
    """What the callers saw: seconds from an answer to the next command, and their own work."""

    steps: list[float] = field(default_factory=list)
    busy: float = 0.0  # share of the time in which this process used its processor


class Callers:
    """Callers who think a while (seeded) before each answer; a session that ends begins anew."""

    def __init__(self, port: int, *, count: int, think: tuple[float, float]) -> None:
        self._port = port
        self._think = think
        self._random = random.Random(7)  # noqa: S311 - a seed, no secret
        self._lines = [Line(number) for number in range(count)]
        self._due: list[tuple[float, int]] = []
        self._open: dict[socket.socket, Line] = {}
        self._steps: list[float] = []
        for line in self._lines:
            self._later(line)

    def run(self, seconds: float) -> Load:
        """Play on for so long; gives what was seen in that time alone."""
        self._steps = []
        began, worked = time.perf_counter(), time.process_time()
        while (now := time.perf_counter()) < began + seconds:
            pause = max(self._due[0][0] - now, 0.0) if self._due else 0.01
            ready, _, _ = select.select(list(self._open), [], [], min(pause, 0.01))
            heard = time.perf_counter()  # whatever is here had come by now
            for readable in ready:
                self._hear(self._open[readable], heard)
            self._speak()
        busy = (time.process_time() - worked) / (time.perf_counter() - began)
        return Load(self._steps, busy)

    def close(self) -> None:
        """Hang up everywhere."""
        for connection in self._open:
            connection.close()
        self._open.clear()

    def _later(self, line: Line) -> None:
        at = time.perf_counter() + self._random.uniform(*self._think)
        heapq.heappush(self._due, (at, line.number))

    def _speak(self) -> None:
        while self._due and self._due[0][0] <= time.perf_counter():
            line = self._lines[heapq.heappop(self._due)[1]]
            if line.socket is None:
                self._call(line)
            else:
                line.sent = time.perf_counter()
                line.socket.send(line.says)

    def _call(self, line: Line) -> None:
        line.socket = socket.create_connection(("127.0.0.1", self._port))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.read, line.sent = b"", 0.0
        self._open[line.socket] = line
        line.socket.send(opening(line.number))

    def _hear(self, line: Line, heard: float) -> None:
        connection = line.socket
        if connection is None:
            return
        try:
            line.read += (more := connection.recv(4096))
        except ConnectionError:
            more = b""
        if more and not line.read.endswith(b"\n"):
            return
        if line.sent and more:
            self._steps.append(heard - line.sent)
        if more:
            line.says, line.read = answer_to(line.read), b""
        else:
            del self._open[connection]
            connection.close()
            line.socket = None
        self._later(line)
