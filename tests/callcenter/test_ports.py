"""A port somebody else uses is named with the setting that moves ours."""

import socket

import pytest

from callcenter.asterisk.ports import NeededPort, require_free
from callcenter.errors import CommandFailed


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_taken_port_is_named(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as squatter:
        squatter.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            squatter.listen()
        port = squatter.getsockname()[1]
        with pytest.raises(CommandFailed, match=f"port {port} .*CALLCENTER_X"):
            require_free(NeededPort(port, "CALLCENTER_X", kind))
    require_free(NeededPort(port, "CALLCENTER_X", kind))


def test_a_port_just_left_by_an_old_connection_is_free() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listener.accept()
            accepted.close()  # this side waits in TIME_WAIT
    require_free(NeededPort(port, "CALLCENTER_X"))
