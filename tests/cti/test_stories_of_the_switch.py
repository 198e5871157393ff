"""Asterisk comes and goes in the middle of calls, recorded on a real Asterisk 22."""

from __future__ import annotations

from collections.abc import Callable
from inspect import cleandoc as story

Told = Callable[[str], str]


def test_a_killed_asterisk_loses_its_calls_and_takes_new_ones(told: Told) -> None:
    # Killed with one call in talk and one in the menu.
    assert told("restart_killed") == story("""
        inbound 13800138080 -> 5001, queue service
        waited 0.6, talked 1.3, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        lost_to_restart, ended by system

        inbound 13800138081 -> 5006
        waited 0.0, talked 0.0, no ring
        legs: trunk caller
        lost_to_restart, ended by system

        inbound 13800138082 -> 5001, queue service
        waited 0.5, talked 1.5, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        answered, ended by caller
    """)


def test_a_stopped_asterisk_loses_its_calls(told: Told) -> None:
    assert told("restart_stopped") == story("""
        inbound 13800138083 -> 5001, queue service
        waited 0.5, talked 0.0, rang 1001, answered by 1001
        legs: trunk caller, 1001 agent
        lost_to_restart, ended by system

        inbound 13800138084 -> 5006
        waited 0.0, talked 0.0, no ring
        legs: trunk caller
        abandoned_in_menu, ended by caller
    """)
