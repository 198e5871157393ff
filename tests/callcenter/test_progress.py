"""A long work shows that it lives: one changing line on a terminal, few lines in a log."""

import io
import sys
from pathlib import Path

import pytest

from callcenter.progress import Progress, last_complaint, run_shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_each_line_in_place_of_the_last() -> None:
    screen = Terminal()
    progress = Progress("Installing", screen)
    progress.show("one")
    progress.show("two")
    progress.done()
    assert screen.getvalue().count("\r") == 3
    assert "two" in screen.getvalue()


def test_a_log_is_not_flooded() -> None:
    log = io.StringIO()
    progress = Progress("Installing", log)
    for number in range(1000):
        progress.show(f"step {number}")
    progress.done()
    assert len(log.getvalue().splitlines()) < 5


def test_a_command_is_kept_whole_and_its_status_returned(tmp_path: Path) -> None:
    code = "print('I: fine'); print('E: not fine'); raise SystemExit(3)"
    kept = tmp_path / "log"
    status = run_shown(
        [sys.executable, "-c", code], progress=Progress("x", io.StringIO()), log=kept
    )
    assert status == 3
    assert last_complaint(kept, ("E:",)).startswith("E: not fine")


@pytest.mark.parametrize("text", ["", "all is well\n"])
def test_without_a_complaint_the_log_itself_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "log").write_text(text)
    assert last_complaint(tmp_path / "log", ("E:",)) == f"see {tmp_path / 'log'}"
