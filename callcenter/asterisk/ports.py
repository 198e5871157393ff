"""Ports that must be free before anything starts."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from callcenter.errors import CommandFailed


@dataclass(frozen=True, slots=True)
class NeededPort:
    """A port on 127.0.0.1 and the setting that moves it elsewhere."""

    number: int
    setting: str
    kind: socket.SocketKind = socket.SOCK_STREAM


def _is_free(port: NeededPort) -> bool:
    with socket.socket(socket.AF_INET, port.kind) as probe:
        if port.kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            return False
    return True


def require_free(*ports: NeededPort) -> None:
    """Raise CommandFailed naming the first port that somebody else uses."""
    for port in ports:
        if not _is_free(port):
            raise CommandFailed(
                f"port {port.number} is in use by another program: "
                f"stop that one or set {port.setting} to a free port"
            )
