"""The service level is counted as the queue says; how even the work is, is shown beside it."""

import pytest

from acd.board import Figures
from acd.board.levels import COUNTED, service_level
from acd.board.spread import EVERY_SECONDS
from acd.testing import Shift, roster
from cti.events import DeviceState

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


def test_a_queue_shows_how_unevenly_its_work_lies_on_its_agents() -> None:
    day = Shift(roster(agents={"1001": ("service",), "1002": ("service",)})).start(
        ready=("1001", "1002")
    )
    assert day.queue_row().unevenness == 0.0
    day.enter(1)
    day.ring(1, "1001")
    day.answer(1, "1001")
    day.wait(900)
    day.board.tick(day.now)
    uneven = day.queue_row().unevenness
    assert uneven is not None
    assert uneven > 0.4, "one had all of the work"
    day.end(1)
    day.phone("1001", DeviceState.NOT_INUSE)
    day.enter(2)
    day.ring(2, "1002")
    day.answer(2, "1002")
    day.wait(900 + EVERY_SECONDS)
    day.board.tick(day.now)
    evened = day.queue_row().unevenness
    assert evened is not None
    assert evened < uneven
