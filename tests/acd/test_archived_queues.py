"""A queue that was put out of use goes from the board once nobody is left in it."""

from __future__ import annotations

from dataclasses import replace

from acd import commands as ask
from acd.notices import QueueChanged
from acd.testing import Shift, call_id, roster

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


def test_nobody_is_given_a_queue_that_is_out_of_use_and_no_call_is_sent_there() -> None:
    day = shift()
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    day.enter(1, "sales")
    day.answer(1, "1001")
    without(day, "service")
    given = day.give(ask.AssignQueues(agent_id="1001", queues=("service",), by="lead"))
    sent = day.give(
        ask.TransferCall(
            agent_id="1001", call_id=call_id(1), target_kind="queue", target="service"
        )
    )
    promised = day.give(
        ask.RequestCallback(callback_id=call_id(7), number="13800138000", queue="service")
    )
    for reply in (given, sent, promised):
        assert isinstance(reply, ask.Refused)
        assert reply.code == "unknown_queue"
