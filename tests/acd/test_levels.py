"""The service level is counted as the queue says."""

import pytest

from acd.board import Figures
from acd.board.levels import COUNTED, service_level

DAY = Figures(
    offered=25, answered=14, abandoned=6, short_abandoned=2, overflowed=3, in_target=9, left=1
)


@pytest.mark.parametrize(
    ("formula", "counted"),
    [
        ("answered_in_target/offered_less_short", 18),
        ("answered_in_target/offered", 23),
        ("answered_in_target/answered", 14),
        ("no such formula", 18),
    ],
)
def test_each_formula_counts_its_own_callers(formula: str, counted: int) -> None:
    assert service_level(DAY, formula) == 9 / counted


@pytest.mark.parametrize("formula", COUNTED)
def test_without_callers_there_is_no_level(formula: str) -> None:
    assert service_level(Figures(offered=3), formula) is None
