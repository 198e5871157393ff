"""The expected wait is a range that most real waits lie in, or it is not said."""

from __future__ import annotations

import heapq
import random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.board.estimate import FEWEST_GAPS, Estimator, Range


class Waiter(NamedTuple):
    """Who waits: since when, until when at most, and what was foretold."""

    came: float
    leaves: float
    foretold: Range | None


class Day:
    """A queue with N equal agents, Poisson callers and exponential talks, all from one seed."""

    def __init__(self, seed: int, *, agents: int, load: float, patience: float) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a simulation, no secret
        self.agents, self.talk, self.patience = agents, 180.0, patience
        self.gap = self.talk / (agents * load)
        self.estimator = Estimator()
        self.busy: list[float] = []
        self.line: list[Waiter] = []

    def run(self, callers: int) -> None:
        now = 0.0
        for _ in range(callers):
            now += self.chance.expovariate(1 / self.gap)
            self._until(now)
            if len(self.busy) < self.agents:
                heapq.heappush(self.busy, now + self.chance.expovariate(1 / self.talk))
                continue
            if not self.line:
                self.estimator.began_to_wait(now)
            foretold = self.estimator.foretell(len(self.line) + 1)
            leaves = now + self.chance.expovariate(1 / self.patience)
            self.line.append(Waiter(now, leaves, foretold))

    def _until(self, now: float) -> None:
        while self.busy and self.busy[0] <= now:
            free = heapq.heappop(self.busy)
            self._give_up(free)
            if self.line:
                waiter = self.line.pop(0)
                self.estimator.answered(free, empty=not self.line)
                self._test(waiter, free, answered=True)
                heapq.heappush(self.busy, free + self.chance.expovariate(1 / self.talk))
        self._give_up(now)

    def _give_up(self, now: float) -> None:
        for waiter in [waiter for waiter in self.line if waiter.leaves <= now]:
            self.line.remove(waiter)
            self._test(waiter, waiter.leaves, answered=False)
            if not self.line:
                self.estimator.emptied()

    def _test(self, waiter: Waiter, at: float, *, answered: bool) -> None:
        if waiter.foretold is not None:
            self.estimator.test(waiter.foretold, at - waiter.came, answered=answered)


@pytest.mark.parametrize("agents", [3, 10, 50])
@pytest.mark.parametrize("seed", range(3))
def test_in_a_steady_queue_most_waits_lie_in_their_range(agents: int, seed: int) -> None:
    day = Day(seed, agents=agents, load=1.05, patience=600.0)
    day.run(4000)
    past = day.estimator.backtest()
    assert past.tests > 50
    assert past.coverage >= 0.65
    assert day.estimator.trusted() is (past.coverage >= 0.7 and past.error <= 0.5)


def test_a_queue_that_moves_evenly_is_trusted() -> None:
    estimator = Estimator()
    clock = 0.0
    estimator.began_to_wait(clock)
    for _ in range(60):
        foretold = estimator.foretell(5)
        clock += 30.0
        estimator.answered(clock, empty=False)
        if foretold is not None:
            estimator.test(foretold, 150.0, answered=True)
    assert estimator.trusted()
    told = estimator.foretell(5)
    assert told is not None
    assert told.middle == pytest.approx(150.0)
    assert told.low <= 150 <= told.high


def test_when_the_forecasts_miss_nothing_is_said() -> None:
    estimator = Estimator()
    for number in range(40):
        estimator.began_to_wait(number * 100.0)
        estimator.answered(number * 100.0 + 20.0, empty=True)
    told = estimator.foretell(2)
    assert told is not None
    for _ in range(30):
        estimator.test(told, 400.0, answered=True)  # two agents went home
    assert not estimator.trusted()


def test_nothing_is_foretold_from_too_little() -> None:
    estimator = Estimator()
    for number in range(FEWEST_GAPS - 1):
        estimator.began_to_wait(number * 10.0)
        estimator.answered(number * 10.0 + 5.0, empty=True)
    assert estimator.foretell(1) is None
    assert not estimator.trusted()


def test_who_gives_up_within_the_range_proves_nothing() -> None:
    estimator = Estimator()
    estimator.test(Range(10, 20, 30), 15.0, answered=False)
    assert estimator.backtest().tests == 0
    estimator.test(Range(10, 20, 30), 31.0, answered=False)
    assert estimator.backtest().coverage == 0.0


@given(st.lists(st.floats(0, 800), min_size=FEWEST_GAPS, max_size=100), st.integers(1, 300))
def test_further_back_is_never_sooner(gaps: list[float], place: int) -> None:
    estimator = Estimator()
    for gap in gaps:
        estimator.began_to_wait(0.0)
        estimator.answered(gap, empty=True)
    here, behind = estimator.foretell(place), estimator.foretell(place + 1)
    assert here is not None
    assert behind is not None
    assert 0 <= here.low <= here.middle <= here.high
    assert behind.low >= here.low - 1e-9
    assert behind.high >= here.high - 1e-9
