"""Ports of this machine that nobody listens on now."""

import secrets
import socket
from contextlib import ExitStack

_FIRST, _LAST = 20000, 29000  # below the range that the kernel hands out by itself


def free_ports(count: int) -> list[int]:
    """Return ports that are free for TCP and UDP, all held open while choosing."""
    found: list[int] = []
    with ExitStack() as held:
        port = _FIRST + secrets.randbelow(_LAST - _FIRST)
        while len(found) < count:
            port = port + 1 if port < _LAST else _FIRST
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    sock = held.enter_context(socket.socket(socket.AF_INET, kind))
                    sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def free_span(count: int) -> str:
    """Return a run of ports for RTP as Asterisk and the settings write it: first-last."""
    start = 40000 + secrets.randbelow(10000) // 2 * 2
    return f"{start}-{start + count - 1}"
