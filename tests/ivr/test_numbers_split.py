"""The exact split, for any shares and any sequence of calls and outages."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ivr.numbers.split import SplitState, begin, pick, read_state

WEIGHTS = st.lists(st.integers(1, 40), min_size=2, max_size=7).map(tuple)


class Counted:
    """Leads calls and counts them as a report would."""

    def __init__(self, weights: tuple[int, ...]) -> None:
        self.weights, self.state = weights, begin(len(weights))
        self.served = [0] * len(weights)
        self.booked = [0] * len(weights)

    def call(self, closed: tuple[bool, ...]) -> int | None:
        picked = pick(self.weights, self.state, closed)
        if picked is None:
            return None
        self.state = picked.state
        self.served[picked.share] += 1
        self.booked[picked.booked] += 1
        return picked.share

    def off(self, counts: list[int]) -> float:
        """How far the worst share is from what it should have, in calls."""
        total, calls = sum(self.weights), sum(counts)
        return max(
            abs(count - calls * weight / total)
            for count, weight in zip(counts, self.weights, strict=True)
        )


@given(weights=WEIGHTS, calls=st.integers(1, 400))
def test_after_any_number_of_calls_no_share_is_a_whole_call_off(
    weights: tuple[int, ...], calls: int
) -> None:
    split = Counted(weights)
    for _ in range(calls):
        split.call((False,) * len(weights))
        assert split.off(split.served) < 1


@st.composite
def outages(draw: st.DrawFn) -> tuple[tuple[int, ...], list[tuple[tuple[bool, ...], int]]]:
    weights = draw(WEIGHTS)
    closed = st.tuples(*[st.booleans()] * len(weights))
    return weights, draw(st.lists(st.tuples(closed, st.integers(1, 40)), max_size=12))


@given(story=outages())
def test_through_any_outages_what_is_served_and_owed_is_the_share(
    story: tuple[tuple[int, ...], list[tuple[tuple[bool, ...], int]]],
) -> None:
    weights, spells = story
    split = Counted(weights)
    for closed, calls in spells:
        for _ in range(calls):
            share = split.call(closed)
            assert (share is None) == all(closed)
            assert share is None or not closed[share]
            assert split.off(split.booked) < 1
            owed = split.state.owed
            for index, served in enumerate(split.served):
                to_it = sum(owed[index])
                by_it = sum(row[index] for row in owed)
                assert served + to_it - by_it == split.booked[index]


@given(story=outages())
def test_once_all_are_open_everything_is_paid_back_and_the_split_is_exact_again(
    story: tuple[tuple[int, ...], list[tuple[tuple[bool, ...], int]]],
) -> None:
    weights, spells = story
    split = Counted(weights)
    for closed, calls in spells:
        for _ in range(calls):
            split.call(closed)
    debts = sum(map(sum, split.state.owed))
    patience = (2 * debts + 2) * sum(weights)  # every second call booked to the debtor pays
    for _ in range(patience):
        if not any(map(any, split.state.owed)):
            break
        split.call((False,) * len(weights))
    assert not any(map(any, split.state.owed))
    assert split.off(split.served) < 1


@given(
    weights=st.lists(st.integers(1, 9), min_size=3, max_size=5).map(tuple),
    calls=st.integers(1, 150),
)
def test_a_closed_share_goes_to_the_others_in_their_proportion(
    weights: tuple[int, ...], calls: int
) -> None:
    split = Counted(weights)
    closed = (True, *(False,) * (len(weights) - 1))
    stood_in = [0] * len(weights)
    for _ in range(calls):
        picked = pick(weights, split.state, closed)
        assert picked is not None
        split.state = picked.state
        if picked.booked == 0:
            stood_in[picked.share] += 1
    others, total = weights[1:], sum(stood_in)
    for weight, count in zip(others, stood_in[1:], strict=True):
        assert abs(count - total * weight / sum(others)) < 1


def test_a_repaid_site_gets_no_flood() -> None:
    split = Counted((1, 1))
    for _ in range(20):
        split.call((True, False))
    after = [split.call((False, False)) for _ in range(40)]
    assert after[:8] == [0, 1, 0, 0, 0, 1, 0, 0] or after[:4].count(0) == 3  # three of four
    assert split.served == [30, 30]


@given(story=outages())
def test_the_counters_survive_a_restart(
    story: tuple[tuple[int, ...], list[tuple[tuple[bool, ...], int]]],
) -> None:
    weights, spells = story
    split = Counted(weights)
    for closed, calls in spells:
        for _ in range(calls):
            split.call(closed)
    kept = json.loads(json.dumps(split.state.as_json()))
    assert read_state(kept, len(weights)) == split.state


def test_counters_of_another_split_are_not_taken() -> None:
    kept = begin(3).as_json()
    assert read_state(kept, 2) is None
    assert read_state({**kept, "booked": [-1, 0, 0]}, 3) is None
    assert read_state({"booked": "x"}, 3) is None
    assert read_state(None, 2) is None
    assert isinstance(read_state(kept, 3), SplitState)
