"""Canaries: a fair share of callers, and taken back only when worse beyond chance."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from ivr.canary import Ending, Tally, is_worse, tries

SPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def test_a_tenth_of_the_callers_try_it_and_each_call_always_the_same() -> None:
    calls = [uuid5(SPACE, str(n)) for n in range(10_000)]
    chosen = [call for call in calls if tries(call, "hotline", 0.1)]
    assert 900 < len(chosen) < 1100
    assert chosen == [call for call in calls if tries(call, "hotline", 0.1)]


@given(st.uuids(), st.floats(0, 1), st.floats(0, 1))
def test_who_tries_it_still_does_when_the_share_grows(
    call: UUID, share: float, more: float
) -> None:
    low, high = sorted((share, more))
    assert tries(call, "x", high) or not tries(call, "x", low)


def test_a_canary_that_loses_many_more_callers_is_worse() -> None:
    assert is_worse(Tally(200, 20), Tally(60, 24), 0.05)


def test_few_calls_prove_nothing() -> None:
    assert not is_worse(Tally(200, 20), Tally(19, 19), 0.05)


def test_a_rise_within_the_limit_is_borne() -> None:
    assert not is_worse(Tally(10_000, 1000), Tally(10_000, 1400), 0.05)


def test_a_rise_that_chance_explains_is_borne() -> None:
    assert not is_worse(Tally(20, 2), Tally(20, 4), 0.05)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0.01, 0.5))
def test_a_version_is_never_worse_than_itself(calls: int, lost: int, limit: float) -> None:
    tally = Tally(calls, min(lost, calls))
    assert not is_worse(tally, tally, limit)


def test_callers_who_give_up_or_ask_for_a_person_are_lost_to_the_flow() -> None:
    tally = Tally()
    for ending in (Ending.DONE, Ending.GAVE_UP, Ending.OPERATOR):
        tally = tally.and_one(ending)
    assert tally == Tally(3, 2)
