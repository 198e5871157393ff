"""The log that Asterisk writes of its calls: read whole, and kept short."""

from __future__ import annotations

from pathlib import Path

from callcenter.call_log import CallLog

LINE = '"HANGUP","1772352000.5","{0}.1","{0}.1","PJSIP/trunk-1","wait","s","1","","","",""\n'


def test_a_log_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    log = CallLog(tmp_path / "calls.csv")
    log.trim()
    assert log.rows() == []


def test_lines_go_the_second_time_they_are_old(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    log = CallLog(path)
    path.write_text(LINE.format(1))
    log.trim()
    path.write_text(LINE.format(2))
    assert [row.uniqueid for row in log.rows()] == ["1.1", "2.1"]
    log.trim()
    assert [row.uniqueid for row in log.rows()] == ["2.1"]


def test_bytes_that_are_no_text_cost_their_line_alone(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_bytes(b"\xff\x00\n" + LINE.format(1).encode() + b'"HANGUP","17')
    assert [row.uniqueid for row in CallLog(path).rows()] == ["1.1"]
