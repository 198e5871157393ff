"""Erlang's formulas: the exact waits of one skilled group with random arrivals and talks."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

_SMALL = 1e-13  # of the likeliest state; what is rarer is left out


@dataclass(frozen=True, kw_only=True, slots=True)
class Exact:
    """What the formulas say; times in seconds, over all callers."""

    delayed: float  # share of callers who wait at all
    wait: float  # mean, those who give up included
    abandoned: float  # share
    occupancy: float


def erlang_b(agents: int, load: float) -> float:
    """Return the share of blocked calls; `load` in erlangs. By the usual recursion."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked


def erlang_c(agents: int, rate: float, talk: float) -> Exact:
    """Return the figures of M/M/N; `rate` calls a second, `talk` mean seconds.

    Raises ValueError when more work comes than the agents can do.
    """
    load = rate * talk
    if load >= agents:
        raise ValueError(f"{load:.2f} erlangs are too much for {agents} agents")
    blocked = erlang_b(agents, load)
    delayed = agents * blocked / (agents - load * (1.0 - blocked))
    wait = delayed * talk / (agents - load)
    return Exact(delayed=delayed, wait=wait, abandoned=0.0, occupancy=load / agents)


def service_level(agents: int, rate: float, talk: float, within: float) -> float:
    """Return the share of M/M/N's callers who wait no longer than `within` seconds."""
    delayed = erlang_c(agents, rate, talk).delayed
    return 1.0 - delayed * exp(-(agents - rate * talk) * within / talk)


def rate_for(agents: int, talk: float, *, share: float = 0.8, within: float = 20.0) -> float:
    """Return the rate at which that share of callers is answered in time, by bisection."""
    low, high = 0.0, agents / talk * (1.0 - 1e-9)
    for _ in range(100):
        middle = (low + high) / 2.0
        if service_level(agents, middle, talk, within) > share:
            low = middle
        else:
            high = middle
    return low


def erlang_a(agents: int, rate: float, talk: float, patience: float) -> Exact:
    """Return the figures of M/M/N+M, by the balance of its births and deaths."""
    weights = [1.0]
    while len(weights) <= agents or weights[-1] > _SMALL * max(weights):
        number = len(weights)
        waiting = max(0, number - agents)
        out = min(number, agents) / talk + waiting / patience
        weights.append(weights[-1] * rate / out)
        if weights[-1] > 1e200:  # noqa: PLR2004 - long before a float overflows
            weights = [weight / weights[-1] for weight in weights]
    total = sum(weights)
    queue = sum(w * max(0, n - agents) for n, w in enumerate(weights)) / total
    busy = sum(w * min(n, agents) for n, w in enumerate(weights)) / total
    wait = queue / rate
    return Exact(
        delayed=sum(weights[agents:]) / total,
        wait=wait,
        abandoned=wait / patience,
        occupancy=busy / agents,
    )
