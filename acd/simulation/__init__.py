"""The simulator: a seeded world of callers, phones and faults around the real board."""

from acd.simulation.faults import FAULTS, Faults
from acd.simulation.result import Broken, Result
from acd.simulation.run import Simulation, simulate
from acd.simulation.scenario import Draw, Habits, Lags, Scenario, plain_roster, random_scenario

__all__ = [
    "FAULTS",
    "Broken",
    "Draw",
    "Faults",
    "Habits",
    "Lags",
    "Result",
    "Scenario",
    "Simulation",
    "plain_roster",
    "random_scenario",
    "simulate",
]
