"""CSV files say the same as the page, and a spreadsheet runs nothing in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.agents import AgentReport
from reports.csv import BOM, Cell, to_csv
from reports.formulas import FORMULAS
from reports.queues import QueueReport


@dataclass
class Lines:
    lines: list[tuple[Cell, ...]]
    header: tuple[str, ...] = ("a", "b")

    def table(self) -> Iterator[tuple[Cell, ...]]:
        yield from self.lines


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_lines_end_as_the_standard_says_and_cells_are_quoted_where_needed() -> None:
    text = to_csv(Lines([('say "hi", 王敏', None), (0.123456, 7)]))
    assert text == 'a,b\r\n"say ""hi"", 王敏",\r\n0.1235,7\r\n'


def test_a_time_keeps_its_offset() -> None:
    at = datetime(2026, 11, 1, 1, tzinfo=ZoneInfo("America/New_York"))
    assert read(to_csv(Lines([(at, at.replace(fold=1))])))[1] == [
        "2026-11-01T01:00:00-04:00",
        "2026-11-01T01:00:00-05:00",
    ]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"]
)
def test_text_that_would_be_a_formula_is_text(name: str) -> None:
    assert read(to_csv(Lines([(name, "x")])))[1][0] == f"'{name}"


def test_a_negative_number_stays_a_number() -> None:
    assert read(to_csv(Lines([(-1.5, -2)])))[1] == ["-1.5", "-2"]


def test_old_spreadsheets_get_their_mark() -> None:
    assert to_csv(Lines([]), bom=True).encode().startswith(b"\xef\xbb\xbf")
    assert not to_csv(Lines([])).startswith(BOM)


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")))
    )
)
def test_any_text_comes_back_as_it_was(lines: list[tuple[str, str]]) -> None:
    kept: list[tuple[Cell, ...]] = list(lines)
    back = [[cell.removeprefix("'") for cell in line] for line in read(to_csv(Lines(kept)))[1:]]
    assert back == [[cell.removeprefix("'") for cell in line] for line in lines]


def test_each_figure_of_a_report_has_its_formula_in_words() -> None:
    names = {"start", "end", "queue", "agent_id", "agent_name"}
    names |= {"talked_seconds", "ready_seconds", "not_ready_seconds"}  # say what they are
    assert {*QueueReport.header, *AgentReport.header} - names <= set(FORMULAS)
    assert all(formula.english and formula.chinese for formula in FORMULAS.values())
