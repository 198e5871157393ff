"""Asterisk's command socket is asked with a limit, whoever sits behind it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from callcenter.asterisk.control import ControlUnavailable, answers, run_command

BANNER = b"host/123/22.0.0\n"


@contextmanager
def behind(path: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Accept one connection and let `serve` speak on it."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield
        finally:
            thread.join(10)


def test_a_command_is_sent_so_that_the_answer_has_an_end(tmp_path: Path) -> None:
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.sendall(BANNER)
        asked.append(connection.recv(1000))
        connection.sendall("2 active channels\n张三\n".encode())

    with behind(tmp_path / "ctl", serve):
        assert run_command(tmp_path / "ctl", "core show channels") == "2 active channels\n张三\n"
    assert asked == [b"cli quit after core show channels\0"]


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(BANNER)
        connection.recv(1000)
        connection.recv(1000)  # until the other side gives up

    start = time.monotonic()
    with behind(tmp_path / "ctl", serve), pytest.raises(ControlUnavailable):
        run_command(tmp_path / "ctl", "core show channels", seconds=0.3)
    assert time.monotonic() - start < 3


def test_one_that_drips_is_given_up_too(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        try:
            while True:
                connection.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            return

    start = time.monotonic()
    with behind(tmp_path / "ctl", serve), pytest.raises(ControlUnavailable):
        run_command(tmp_path / "ctl", "core show channels", seconds=0.5)
    assert time.monotonic() - start < 3


def test_nobody_there_is_said_at_once(tmp_path: Path) -> None:
    assert not answers(tmp_path / "ctl")
    with pytest.raises(ControlUnavailable):
        run_command(tmp_path / "ctl", "core show channels")


def test_one_that_hangs_up_while_it_starts_is_not_there(tmp_path: Path) -> None:
    def serve(connection: socket.socket) -> None:
        connection.close()

    with behind(tmp_path / "ctl", serve), pytest.raises(ControlUnavailable):
        run_command(tmp_path / "ctl", "core waitfullybooted", seconds=5)
