"""Reports as CSV files (RFC 4180) that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, TypeAlias

Cell: TypeAlias = str | int | float | datetime | None

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # old spreadsheets read UTF-8 only behind it
# A cell that begins so is a formula to a spreadsheet (CWE-1236), full-width forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DECIMALS = 4


class Table(Protocol):
    """A report that can be written as lines."""

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns: the ids of `reports.formulas` where they are figures."""
        ...

    def table(self) -> Iterator[tuple[Cell, ...]]:
        """Give the lines, in the order of `header`."""
        ...


def to_csv(report: Table, *, bom: bool = False) -> str:
    """Write a report as CSV text: header, lines ended by CRLF, UTF-8 once encoded.

    Text that a spreadsheet would run as a formula gets a `'` before it; numbers stay numbers,
    times are ISO 8601 with their offset, a figure that does not exist is an empty cell.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(report.header)
    writer.writerows([_written(cell) for cell in line] for line in report.table())
    return (BOM if bom else "") + out.getvalue()


def _written(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, float):
        return round(cell, _DECIMALS)
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
    return cell
