"""Mutants: planted bugs of the board, each of which the watch must find."""

from acd.simulation.mutants.hunting import MUTANTS, Hunt, hunt
from acd.simulation.mutants.mutant import Mutant

__all__ = ["MUTANTS", "Hunt", "Mutant", "hunt"]
