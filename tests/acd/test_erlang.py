"""Erlang's formulas give the values of the published tables."""

from __future__ import annotations

import pytest

from acd.simulation.erlang import erlang_a, erlang_b, erlang_c, rate_for, service_level
from acd.simulation.ideal import Arrival, waits_in_order
from acd.simulation.scenario import Draw, seeded


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    [
        (1, 1.0, 0.5),
        (5, 1.361, 0.010),
        (10, 4.461, 0.010),
        (50, 37.90, 0.010),
        (100, 84.06, 0.010),
    ],
)
def test_blocking_is_as_in_erlangs_table(agents: int, load: float, blocked: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(blocked, abs=2e-5)


@pytest.mark.parametrize(
    ("agents", "calls_an_hour", "occupancy", "wait"),
    [(10, 146, 0.730, 18.0), (50, 898, 0.898, 12.4), (300, 5830, 0.972, 10.9)],
)
def test_four_of_five_in_twenty_seconds(
    agents: int, calls_an_hour: int, occupancy: float, wait: float
) -> None:
    rate = rate_for(agents, 180.0)
    exact = erlang_c(agents, rate, 180.0)

    assert service_level(agents, rate, 180.0, 20.0) == pytest.approx(0.8)
    assert rate * 3600 == pytest.approx(calls_an_hour, abs=1.0)
    assert exact.occupancy == pytest.approx(occupancy, abs=6e-4)
    assert exact.wait == pytest.approx(wait, abs=0.06)


def test_one_agent_waits_as_in_the_textbook() -> None:
    exact = erlang_c(1, 0.5, 1.0)

    assert exact.delayed == pytest.approx(0.5)
    assert exact.wait == pytest.approx(1.0)


def test_with_endless_patience_abandonment_changes_nothing() -> None:
    patient = erlang_a(10, rate_for(10, 180.0), 180.0, 1e9)

    assert patient.wait == pytest.approx(erlang_c(10, rate_for(10, 180.0), 180.0).wait, rel=1e-4)
    assert patient.abandoned < 1e-6


def test_patience_as_long_as_the_talk_makes_it_a_queue_without_end() -> None:
    """With patience = talk the number in the system is Poisson, whatever the agents."""
    exact = erlang_a(3, 4.0, 1.0, 1.0)
    poisson = [2.718281828459045**-4.0]
    for number in range(1, 60):
        poisson.append(poisson[-1] * 4.0 / number)

    assert exact.delayed == pytest.approx(sum(poisson[3:]))
    assert exact.abandoned == pytest.approx(
        sum(p * (n - 3) for n, p in enumerate(poisson) if n > 3) / 4
    )


def test_too_much_work_is_refused() -> None:
    with pytest.raises(ValueError, match=r"12\.00 erlangs are too much for 10 agents"):
        erlang_c(10, 0.1, 120.0)


def test_the_ideal_queue_comes_to_the_formulas() -> None:
    chance = seeded("ideal")
    talk, patience, rate, now = Draw(mean=60.0), Draw(mean=90.0), 0.16, 0.0
    callers = []
    for _ in range(200_000):
        now += chance.expovariate(rate)
        callers.append(Arrival(now, talk.take(chance), patience.take(chance)))

    waits = waits_in_order(callers, 10)

    assert sum(waits) / len(waits) == pytest.approx(erlang_a(10, rate, 60.0, 90.0).wait, rel=0.03)
