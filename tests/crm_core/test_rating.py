"""Prices: exact, explained, and never less for a longer call."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.billing.rating import ROUNDINGS, Rate, Rating, Tariff, billed, rate, rounded

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)  # Tuesday 12:00 in Shanghai
NIGHT = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)  # Tuesday 23:30 in Shanghai
SMALL_HOURS = datetime(2026, 11, 6, 20, 0, tzinfo=UTC)  # Saturday 04:00 in Shanghai

PRICE = st.decimals(min_value=0, max_value=100, places=4)
SECONDS = st.decimals(min_value=0, max_value=100_000, places=6)


def _price(
    *rates: Rate, seconds: str = "61", number: str = "+8613800138000", at: datetime = NOON
) -> Rating:
    tariff = Tariff(code="t", name="Test", direction="outbound", rates=rates)
    return rate(tariff, number=number, answered_seconds=Decimal(seconds), started_at=at)


def _rate(price: str = "0.20", **parts: object) -> Rate:
    return Rate(price_per_minute=Decimal(price), **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "amount"),
    [("0.000001", "0.20"), ("60", "0.20"), ("60.000001", "0.40"), ("120", "0.40")],
)
def test_a_begun_minute_counts(seconds: str, amount: str) -> None:
    assert _price(_rate(), seconds=seconds).amount == Decimal(amount)


def test_the_first_block_then_single_steps() -> None:
    held = _rate("0.60", initial_block=30, increment=6)
    assert [billed(held, Decimal(seconds)) for seconds in (1, 30, 31, 36, 37)] == [
        30,
        30,
        36,
        36,
        42,
    ]
    assert _price(held, seconds="37").amount == Decimal("0.42")


def test_the_connect_fee_and_the_minimum_count_for_answered_calls_alone() -> None:
    held = _rate("0.06", connect_fee=Decimal("0.30"), minimum=Decimal("0.50"), increment=1)
    assert _price(held, seconds="60").amount == Decimal("0.50")
    assert _price(held, seconds="600").amount == Decimal("0.90")
    nothing = _price(held, seconds="0")
    assert (nothing.state, nothing.amount, nothing.steps[0].code) == ("rated", 0, "not_answered")


def test_the_longest_prefix_wins() -> None:
    rates = (_rate("8", prefix="+"), _rate("0.2", prefix="+86"), _rate("0.1", prefix="+8621"))
    assert _price(*rates, number="+862150311234", seconds="60").amount == Decimal("0.10")
    assert _price(*rates, number="+861065529988", seconds="60").amount == Decimal("0.20")
    assert _price(*rates, number="+12025550120", seconds="60").amount == Decimal("8.00")


def test_without_a_rate_the_call_is_unrated_with_the_reason() -> None:
    rating = _price(_rate(prefix="+86"), number="10086")
    assert (rating.state, rating.amount) == ("unrated", 0)
    assert "10086" in rating.reason
    (why,) = rating.steps
    assert (why.code, why.figures["number"]) == ("no_rate", "10086")


def test_a_zone_nobody_knows_leaves_the_call_unrated() -> None:
    tariff = Tariff(
        code="t", name="Test", direction="inbound", rates=(_rate(),), zone="Mars/Olympus"
    )
    rating = rate(tariff, number="1", answered_seconds=Decimal(5), started_at=NOON)
    assert rating.state == "unrated"
    assert "Mars/Olympus" in rating.reason


def test_the_band_of_the_local_hour_wins_over_the_whole_day() -> None:
    rates = (_rate("0.20"), _rate("0.08", starts="22:00", ends="07:00"))
    assert _price(*rates, seconds="60", at=NOON).amount == Decimal("0.20")
    assert _price(*rates, seconds="60", at=NIGHT).amount == Decimal("0.08")


def test_the_small_hours_belong_to_the_evening_before() -> None:
    friday_night = _rate("0.05", starts="22:00", ends="07:00", weekdays="5")
    assert _price(friday_night, at=SMALL_HOURS, seconds="60").amount == Decimal("0.05")
    saturday_night = _rate("0.05", starts="22:00", ends="07:00", weekdays="6")
    assert _price(saturday_night, at=SMALL_HOURS).state == "unrated"


def test_the_later_price_holds_from_its_first_day() -> None:
    change = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
    old, new = _rate("0.20"), _rate("0.30", valid_from=change)
    before = datetime(2026, 11, 3, 3, 59, 59, tzinfo=UTC)
    assert _price(old, new, seconds="60", at=before).amount == Decimal("0.20")
    assert _price(old, new, seconds="60", at=change).amount == Decimal("0.30")
    ended = _rate("0.20", valid_to=change)
    assert _price(ended, at=change).state == "unrated"


def test_the_explanation_leads_to_the_amount() -> None:
    rating = _price(_rate("0.15", label="日间"), seconds="70")
    assert [step.code for step in rating.steps] == ["tariff", "seconds", "talk", "rounded"]
    assert "日间" in rating.steps[0].detail
    assert "70 s answered -> 120 s" in rating.steps[1].detail
    assert rating.steps[-1].amount == "0.30" == f"{rating.amount:f}"


@pytest.mark.parametrize(
    ("rounding", "amounts"),
    [
        ("half_up", ["0.13", "0.13", "0.14"]),
        ("half_even", ["0.12", "0.13", "0.14"]),
        ("up", ["0.13", "0.13", "0.14"]),
        ("down", ["0.12", "0.12", "0.13"]),
    ],
)
def test_rounding_is_done_as_it_is_called(rounding: str, amounts: list[str]) -> None:
    exact = [Fraction(125, 1000), Fraction(126, 1000), Fraction(135, 1000)]
    assert [rounded(amount, 2, rounding) for amount in exact] == [Decimal(a) for a in amounts]


@pytest.mark.parametrize(
    "parts",
    [{"increment": 0}, {"initial_block": -1}, {"places": 7}, {"rounding": "away"}],
)
def test_a_price_that_cannot_be_meant_is_refused(parts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        _rate(**parts)
    with pytest.raises(ValueError, match="negative"):
        _rate("-1")


RATES = st.builds(
    Rate,
    price_per_minute=PRICE,
    connect_fee=PRICE,
    minimum=PRICE,
    initial_block=st.integers(0, 600),
    increment=st.integers(1, 600),
    places=st.integers(0, 6),
    rounding=st.sampled_from(ROUNDINGS),
)


@given(held=RATES, shorter=SECONDS, more=SECONDS)
def test_a_price_is_exact_and_grows_with_the_call(
    held: Rate, shorter: Decimal, more: Decimal
) -> None:
    short = _price(held, seconds=str(shorter))
    long = _price(held, seconds=str(shorter + more))
    assert short.amount <= long.amount
    assert long.billed_seconds >= long.answered_seconds
    assert long.amount == long.amount.quantize(Decimal(1).scaleb(-held.places))
    if long.answered_seconds > 0:
        talk = Fraction(held.price_per_minute) * long.billed_seconds / 60
        exact = max(Fraction(held.connect_fee) + talk, Fraction(held.minimum))
        assert abs(Fraction(long.amount) - exact) < Fraction(1, 10**held.places)


def test_each_step_gives_its_figures_apart_for_other_languages() -> None:
    held = _rate("0.06", connect_fee=Decimal("0.30"), minimum=Decimal(5), increment=1)
    steps = {step.code: step for step in _price(held, seconds="60.5").steps}
    assert steps["seconds"].figures == {
        "answered": "60.5",
        "charged": "61",
        "first": "60",
        "step": "1",
    }
    assert steps["talk"].figures == {"charged": "61", "price": "0.06"}
    assert steps["minimum"].figures == {"least": "5"}
    assert all(
        figure in step.detail for step in steps.values() for figure in step.figures.values()
    )
