"""A process is known by its number and its birth, so a later one of that number is safe."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.asterisk.process import KnownProcess


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait(10)


def known(process: subprocess.Popen[bytes]) -> KnownProcess:
    found = KnownProcess.of(process.pid)
    assert found is not None
    return found


def test_a_running_one_is_found_again_from_its_file(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    known(sleeper).write(tmp_path / "pid")
    again = KnownProcess.read(tmp_path / "pid")
    assert again == known(sleeper)
    assert again.is_running()


def test_another_process_of_the_same_number_is_left_alone(
    sleeper: subprocess.Popen[bytes],
) -> None:
    stranger = replace(known(sleeper), birth="1")
    assert not stranger.is_running()
    stranger.signal(signal.SIGKILL)
    assert sleeper.poll() is None


def test_waiting_for_one_that_stays_ends_in_time(sleeper: subprocess.Popen[bytes]) -> None:
    start = time.monotonic()
    assert not known(sleeper).wait(0.1)
    assert time.monotonic() - start < 2


def test_a_dead_one_counts_as_gone_even_before_its_parent_knows(
    sleeper: subprocess.Popen[bytes],
) -> None:
    process = known(sleeper)
    process.signal(signal.SIGKILL)
    assert process.wait(5)  # a zombie until `sleeper.wait`


@pytest.mark.parametrize("text", ["", "12", "x y", "12 34 56"])
def test_a_spoilt_file_names_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "pid").write_text(text)
    assert KnownProcess.read(tmp_path / "pid") is None


def test_a_missing_file_names_nobody(tmp_path: Path) -> None:
    assert KnownProcess.read(tmp_path / "pid") is None
