"""Waiting callers are told what is true, in turn, and nobody is told while his phone rings."""

from __future__ import annotations

from acd import commands as ask
from acd.board import QueueSettings
from acd.board.settings import CallbackRule, Comfort
from acd.effects import OfferCall, PlayComfort
from acd.testing import Shift, call_id, roster
from cti import events as cti


def shift(comfort: Comfort, *, callback: CallbackRule = CallbackRule(), ready: str = "") -> Shift:  # noqa: B008 - frozen
    queue = QueueSettings(name="service", comfort=comfort, callback=callback)
    staff = roster(agents={"1001": ("service",)}, queues=(queue,))
    return Shift(staff).start(ready=(ready,) if ready else ())


def said(day: Shift, number: int) -> list[tuple[str, ...]]:
    return [one.names for one in day.asked(PlayComfort) if one.call_id == call_id(number)]


def test_messages_come_in_turn_and_in_time() -> None:
    day = shift(Comfort(messages=("please-wait", "thanks-for-waiting"), every_seconds=20))
    day.enter(0)
    day.wait(19)
    assert said(day, 0) == []
    day.wait(42)
    assert said(day, 0) == [("please-wait",), ("thanks-for-waiting",), ("please-wait",)]


def test_the_position_is_the_place_in_line_callbacks_and_priorities_counted() -> None:
    rule = CallbackRule(offered=True, after_seconds=300)
    day = shift(Comfort(say_position=True, every_seconds=20), callback=rule)
    for number in range(3):
        day.enter(number)
    wish = ask.RequestCallback(callback_id=call_id(90), call_id=call_id(0), number="13800138000")
    day.give(wish)
    day.end(0)
    day.enter(3, priority=5)
    day.wait(21)
    assert [said(day, n)[-1] for n in (1, 2, 3)] == [
        ("position-3",),
        ("position-4",),
        ("position-1",),
    ]


def test_nothing_is_said_while_a_phone_rings_or_after_the_wait() -> None:
    day = shift(Comfort(messages=("please-wait",), every_seconds=10), ready="1001")
    day.enter(0)
    day.ring(0, "1001")
    day.wait(15)
    assert said(day, 0) == []
    day.answer(0, "1001")
    day.wait(60)
    assert said(day, 0) == []


def test_a_word_changes_no_place_and_an_offer_comes_all_the_same() -> None:
    day = shift(Comfort(messages=("please-wait",), every_seconds=10))
    day.enter(0)
    day.enter(1)
    day.wait(11)
    day.give(ask.SignIn(agent_id="1001"))
    day.ready("1001")
    assert [one.call_id for one in day.asked(OfferCall)] == [call_id(0)]
    assert day.board.waits(call_id(1))
    assert not day.board.waits(call_id(0))


def test_the_callback_is_offered_after_its_time_by_its_key() -> None:
    day = shift(Comfort(), callback=CallbackRule(offered=True, key="#", after_seconds=30))
    day.enter(0)
    day.wait(31)
    assert said(day, 0) == [("key-hash",)]


def served(day: Shift, first: int, *, calls: int, every: float) -> None:
    """Let callers be answered one after the other while two more always wait."""
    for number in range(first, first + calls):
        day.enter(number + 2)
        day.ring(number, "1001")
        day.answer(number, "1001")
        day.wait(every)
        day.leave(number, "1001")
        day.end(number)


def test_the_wait_is_said_once_it_has_proved_true_and_shown_with_its_error() -> None:
    day = shift(Comfort(say_wait=True, every_seconds=3600), ready="1001")
    day.enter(0)
    day.enter(1)
    assert day.queue_row().wait_low is None
    served(day, 0, calls=40, every=60.0)
    row = day.queue_row()
    assert row.wait_low is not None
    assert row.wait_high is not None
    assert row.wait_low - 1 <= 120 <= row.wait_high + 1, "each new one waited two talks"
    assert row.wait_error is not None
    assert row.wait_error < 0.5
    day.effects.clear()
    day.hear(cti.LinkLost(at=day.at))
    day.wait(3700)
    assert day.asked(PlayComfort) == [], "nothing is said while the link is away"
