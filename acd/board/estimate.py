"""The expected wait, as a range that is tested against the waits that really were."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

GAPS_KEPT = 60  # between answers, newest last
FEWEST_GAPS = 8  # before that nothing is foretold
TESTS_KEPT = 120  # forecasts that were tested, newest last
FEWEST_TESTS = 20  # before that nothing is said aloud, and the range is theory's
LEAST_COVERAGE = 0.7  # share of real waits that must have lain in their range
MOST_ERROR = 0.5  # mean miss of the middle, as a share of the mean wait
TAIL = 0.1  # of real waits that may lie below the range, and as many above it
LONGEST_GAP = 900.0  # seconds; a line that stood still for longer tells of the past
_Z = 1.2816  # of the normal distribution at TAIL


@dataclass(frozen=True, slots=True)
class Range:
    """How long a wait will likely be, in seconds; four of five real waits should lie in it."""

    low: float
    middle: float
    high: float
    place: int = 1  # it was foretold for
    gap: float = 1.0  # it was made from

    def holds(self, seconds: float) -> bool:
        """Tell whether a real wait lay in the range."""
        return self.low <= seconds <= self.high


@dataclass(frozen=True, slots=True)
class Backtest:
    """What became of the last forecasts."""

    tests: int
    coverage: float  # share that lay in its range, 0..1
    error: float  # mean |real - middle| / mean real wait


@dataclass(frozen=True, slots=True)
class _Test:
    held: bool
    miss: float  # |real - middle|
    waited: float
    pull: float  # (real - k·g) / (g·√k)


@dataclass(slots=True)
class Estimator:
    """Foretells waits in one queue from how fast its line has moved of late.

    While somebody waits, the line moves each time one is answered: whatever the number of
    agents and their handling times, its pace is what a newcomer at place k feels. With `g` the
    mean gap between two answers the wait of the k-th is a sum of k gaps: k·g, spread by g·√k.
    Where between, is learnt from the last tested forecasts: with `r` = (real − k·g) / (g·√k)
    the range is k·g + r₁₀·g·√k … k·g + r₉₀·g·√k and its middle k·g + r₅₀·g·√k; so callers who
    give up ahead, priorities and skills are in it without being modelled. Until there are
    enough tests the gaps are taken as exponential, the wait as Gamma(k, g).

    Each forecast made on entering is tested when that caller is answered; of one who leaves
    unanswered it is known only that he waited no less, so he counts only beyond the range.
    Nothing is said aloud unless the last tests covered enough and missed little.
    """

    gaps: deque[float] = field(default_factory=lambda: deque(maxlen=GAPS_KEPT))
    tests: deque[_Test] = field(default_factory=lambda: deque(maxlen=TESTS_KEPT))
    _since: float | None = None

    def began_to_wait(self, clock: float) -> None:
        """Note that the line, empty before, has a first caller: gaps are counted from here."""
        self._since = clock

    def answered(self, clock: float, *, empty: bool) -> None:
        """Note that one who waited was answered; `empty`: nobody waits any more."""
        if self._since is not None:
            gap = clock - self._since
            if 0 <= gap <= LONGEST_GAP:
                self.gaps.append(gap)
        self._since = None if empty else clock

    def emptied(self) -> None:
        """Note that the last one who waited left unanswered."""
        self._since = None

    def foretell(self, place: int) -> Range | None:
        """Return the wait of who stands at this place, 1 is next; None: too little is known."""
        if len(self.gaps) < FEWEST_GAPS or place < 1:
            return None
        gap = max(sum(self.gaps) / len(self.gaps), 0.001)
        if len(self.tests) < FEWEST_TESTS:
            bounds = (_quantile(place, -_Z), float(place), _quantile(place, _Z))
        else:
            pulls = sorted(test.pull for test in self.tests)
            root = math.sqrt(place)
            parts = (_part(pulls, TAIL), _part(pulls, 0.5), _part(pulls, 1 - TAIL))
            bounds = (*(max(0.0, place + pull * root) for pull in parts),)  # type: ignore[assignment]
        low, middle, high = (bound * gap for bound in bounds)
        return Range(low, middle, high, place, gap)

    def test(self, foretold: Range, waited: float, *, answered: bool) -> None:
        """Compare a forecast with the wait that came of it."""
        if not answered and waited <= foretold.high:
            return
        scale = foretold.gap * math.sqrt(foretold.place)
        self.tests.append(
            _Test(
                held=foretold.holds(waited),
                miss=abs(waited - foretold.middle),
                waited=waited,
                pull=(waited - foretold.place * foretold.gap) / scale,
            )
        )

    def backtest(self) -> Backtest:
        """Return how good the last forecasts were."""
        count = len(self.tests)
        if not count:
            return Backtest(0, 0.0, math.inf)
        held = sum(test.held for test in self.tests)
        waited = sum(test.waited for test in self.tests)
        missed = sum(test.miss for test in self.tests)
        return Backtest(count, held / count, missed / waited if waited else math.inf)

    def trusted(self) -> bool:
        """Tell whether forecasts may be said aloud."""
        past = self.backtest()
        enough = past.tests >= FEWEST_TESTS
        return enough and past.coverage >= LEAST_COVERAGE and past.error <= MOST_ERROR


def _part(ordered: list[float], share: float) -> float:
    """Return the value below which this share of an ordered list lies."""
    return ordered[min(len(ordered) - 1, max(0, round(share * (len(ordered) - 1))))]


def _quantile(shape: int, z: float) -> float:
    """Return a quantile of the Gamma(shape, 1) distribution, after Wilson and Hilferty (1931)."""
    if shape == 1:  # exponential: exactly
        return -math.log(1 - TAIL) if z < 0 else -math.log(TAIL)
    ninth = 1 / (9 * shape)
    return float(shape * max(0.0, 1 - ninth + z * math.sqrt(ninth)) ** 3)
