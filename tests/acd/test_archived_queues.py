"""A queue that was put out of use goes from the board once nobody is left in it."""

from __future__ import annotations

from dataclasses import replace

from acd.notices import QueueChanged
from acd.testing import Shift, roster

BOTH = {"1001": ("service", "sales"), "1002": ("service", "sales")}


def shift() -> Shift:
    return Shift(roster(agents=BOTH)).start()


def without(day: Shift, name: str) -> None:
    """Put the queue out of use."""
    queues = tuple(queue for queue in day.roster.queues if queue.name != name)
    agents = tuple(
        replace(agent, seats=tuple(seat for seat in agent.seats if seat.queue != name))
        for agent in day.roster.agents
    )
    kept = replace(day.roster, queues=queues, agents=agents)
    day.effects += day.board.configure(kept, day.now)


def rows(day: Shift) -> set[str]:
    return {row.name for row in day.board.queues()}


def told_over(day: Shift) -> dict[str, bool]:
    """Tell of each queue what was told of it last; rows are told a moment later."""
    day.wait(10)
    day.effects += day.board.tick(day.now)
    return {told.queue.name: told.queue.is_over for told in day.told(QueueChanged)}


def test_an_empty_queue_goes_at_once_and_desktops_are_told() -> None:
    day = shift()
    without(day, "service")
    assert rows(day) == {"sales"}
    assert told_over(day)["service"] is True


def test_a_queue_somebody_waits_in_stays_until_he_has_gone() -> None:
    day = shift()
    day.enter(1)
    without(day, "service")
    assert rows(day) == {"service", "sales"}
    day.end(1)
    day.wait(60)
    day.board.tick(day.now)
    assert rows(day) == {"sales"}


def test_a_queue_that_is_in_use_again_is_shown_again() -> None:
    day = shift()
    without(day, "service")
    assert told_over(day)["service"] is True
    day.effects += day.board.configure(day.roster, day.now)
    assert rows(day) == {"service", "sales"}
    assert told_over(day)["service"] is False
