"""Ports of this machine that nobody listens on now, and that no other test process is given."""

import secrets
import socket
from contextlib import ExitStack

_FIRST, _LAST = 20000, 29000  # below the range that the kernel hands out by itself
_BLOCK = 300  # ports of one test process; the lowest one is held for as long as it lives


class _OwnPorts:
    """A block of ports: two processes that choose at the same time never choose the same one."""

    def __init__(self) -> None:
        first = self._claim()
        self._ports = list(range(first + 1, first + _BLOCK))

    def _claim(self) -> int:
        blocks = list(range(_FIRST, _LAST, _BLOCK))
        secrets.SystemRandom().shuffle(blocks)
        self._held = socket.socket()
        for first in blocks:
            try:
                self._held.bind(("127.0.0.1", first))
            except OSError:
                continue
            return first
        raise RuntimeError("every block of ports belongs to a test process that runs")

    def free(self, count: int) -> list[int]:
        """Give those that were not given for the longest time."""
        found: list[int] = []
        with ExitStack() as held:
            for port in self._ports:
                if len(found) == count:
                    break
                if _is_free(port, held):
                    found.append(port)
        if len(found) < count:
            raise RuntimeError(f"of {_BLOCK} ports only {len(found)} are free")
        self._ports = [port for port in self._ports if port not in found] + found
        return found


def _is_free(port: int, held: ExitStack) -> bool:
    """Tell whether both TCP and UDP can be had, and hold them."""
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            sock = held.enter_context(socket.socket(socket.AF_INET, kind))
            sock.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


_own: list[_OwnPorts] = []


def free_ports(count: int) -> list[int]:
    """Return ports that are free for TCP and UDP, all held open while choosing."""
    if not _own:
        _own.append(_OwnPorts())
    return _own[0].free(count)


def free_span(count: int) -> str:
    """Return a run of ports for RTP as Asterisk and the settings write it: first-last."""
    start = 40000 + secrets.randbelow(10000) // 2 * 2
    return f"{start}-{start + count - 1}"
