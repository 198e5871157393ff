"""The check of a configuration: what the board could not work by, and what is likely a mistake."""

from acd.checking.check import check, new_errors
from acd.checking.problems import Known, Problem, Severity

__all__ = ["Known", "Problem", "Severity", "check", "new_errors"]
