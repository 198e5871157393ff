"""Flows tried without a telephone: rehearsals, tests with coverage, walks."""

from ivr.trial.report import CaseResult, Report
from ivr.trial.run import run
from ivr.trial.suite import Suite, read_suite
from ivr.trial.walk import Finding, Walked, walk

__all__ = ["CaseResult", "Finding", "Report", "Suite", "Walked", "read_suite", "run", "walk"]
