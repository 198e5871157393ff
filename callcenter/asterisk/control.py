"""Asterisk's own command socket, as `asterisk -rx` speaks it."""

from __future__ import annotations

import socket
import time
from pathlib import Path

_CLOSE_WHEN_DONE = b"cli quit after "  # Asterisk closes the connection behind the answer
_NEVER = b"\0"  # stands in no answer, so it is read to its end
_LARGEST_ANSWER = 4 * 1024 * 1024


class ControlUnavailable(ConnectionError):  # noqa: N818 - reads as what happened
    """No Asterisk answers on the control socket."""


def _connect(path: Path, seconds: float) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(seconds)
    try:
        connection.connect(str(path))
    except OSError as error:
        connection.close()
        raise ControlUnavailable(f"no Asterisk answers at {path}") from error
    return connection


def _read_until(connection: socket.socket, end: bytes, deadline: float) -> bytes:
    answer = bytearray()
    while end not in answer and len(answer) < _LARGEST_ANSWER:
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            chunk = connection.recv(65536)
        except OSError as error:
            raise ControlUnavailable("Asterisk gave no answer in time") from error
        if not chunk:
            break
        answer += chunk
    return bytes(answer)


def _send(connection: socket.socket, words: bytes) -> None:
    try:
        connection.sendall(words)
    except OSError as error:  # one that is just starting or ending hangs up on us
        raise ControlUnavailable("Asterisk closed the connection") from error


def run_command(path: Path, command: str, *, seconds: float = 10) -> str:
    """Run one CLI command and return what it printed.

    Raises ControlUnavailable when nobody answers within `seconds`.
    """
    deadline = time.monotonic() + seconds
    with _connect(path, seconds) as connection:
        _read_until(connection, b"\n", deadline)  # "hostname/pid/version"
        _send(connection, _CLOSE_WHEN_DONE + command.encode() + b"\0")
        answer = _read_until(connection, _NEVER, deadline)
    return answer.decode(errors="replace")


def answers(path: Path) -> bool:
    """Tell whether an Asterisk accepts commands at this socket."""
    try:
        _connect(path, 1).close()
    except ControlUnavailable:
        return False
    return True
