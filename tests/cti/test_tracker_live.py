"""What the tracker tells while calls go on, in its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cti import events, facts
from cti.events import Event, MissReason, TransferKind
from cti.found import ChannelSeen
from cti.replay import Recording
from cti.tracker import CallTracker
from cti.translate import WANTED, translate

STREAMS = Path(__file__).parent / "streams"
NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
CALLER = ChannelSeen(
    "1772352000.1", "1772352000.1", "PJSIP/trunk-00000001", 6, "138", "", "wait", "s"
)
AGENT = ChannelSeen("1772352000.2", "1772352000.1", "PJSIP/agent-1001-00000002", 6, "1001")


def told(name: str, tracker: CallTracker | None = None) -> list[Event]:
    tracker = tracker or CallTracker()
    found: list[Event] = []
    for message in Recording(STREAMS / f"{name}.gz").messages(WANTED):
        fact = translate(message)
        if fact is not None:
            found += tracker.apply(fact)
    assert tracker.faults == 0
    assert tracker.open_calls == tracker.open_channels == 0
    return [event for event in found if not isinstance(event, events.DeviceChanged)]


def in_words(event: Event) -> str:
    names = ("device", "queue", "reason", "kind", "to", "outcome", "hung_up_by")
    details = [str(getattr(event, name)) for name in names if getattr(event, name, "")]
    return " ".join([type(event).__name__, *details])


def test_an_offer_in_vain_then_talk_then_another_queue() -> None:
    assert [in_words(event) for event in told("own_wait_offer_talk_transfer")] == [
        "CallOffered",
        "CallQueued service",
        "AgentRinging PJSIP/agent-1001",
        "AgentMissedCall PJSIP/agent-1001 no_answer",
        "CallQueued service",
        "AgentRinging PJSIP/agent-1002",
        "CallAnswered PJSIP/agent-1002",
        "CallTransferred blind sales",
        "AgentLeft PJSIP/agent-1002",
        "CallQueued sales",
        "AgentRinging PJSIP/agent-1001",
        "CallAnswered PJSIP/agent-1001",
        "AgentLeft PJSIP/agent-1001",
        "CallEnded answered agent",
    ]


def test_the_priority_of_our_queue_is_told() -> None:
    queued = [e for e in told("own_abandon_while_offered") if isinstance(e, events.CallQueued)]

    assert [(event.queue, event.priority, event.fallback) for event in queued] == [
        ("service", 3, False)
    ]


def test_a_caller_who_gives_up_while_offered_has_abandoned() -> None:
    assert [in_words(event) for event in told("own_abandon_while_offered")][-3:] == [
        "AgentMissedCall PJSIP/agent-1001 cancelled",
        "CallAbandoned service",
        "CallEnded abandoned_in_queue caller",
    ]


def test_an_offer_that_never_rang_is_missed_once_and_the_fallback_takes_over() -> None:
    words = [in_words(event) for event in told("own_offline_agent_then_fallback")]

    assert words[1:7] == [
        "CallQueued service",
        "AgentMissedCall PJSIP/agent-1999 unavailable",
        "CallQueued service",
        "CallQueued service",
        "AgentRinging PJSIP/1001",
        "CallAnswered PJSIP/1001",
    ]


def test_phones_that_rang_while_another_answered_are_missed_as_cancelled() -> None:
    missed = [e for e in told("ringall_one_answers") if isinstance(e, events.AgentMissedCall)]

    assert {(event.device, event.reason) for event in missed} == {
        ("PJSIP/1001", MissReason.CANCELLED),
        ("PJSIP/1003", MissReason.CANCELLED),
    }


def test_why_a_phone_was_missed() -> None:
    for name, reason in {
        "dial_all_busy": MissReason.BUSY,
        "dial_rejected": MissReason.REJECTED,
        "dial_congestion": MissReason.UNAVAILABLE,
        "dial_no_answer": MissReason.NO_ANSWER,
        "caller_gives_up_while_ringing": MissReason.CANCELLED,
    }.items():
        [missed] = [e for e in told(name) if isinstance(e, events.AgentMissedCall)]

        assert missed.reason is reason, name


def test_a_consultation_ends_as_a_call_and_goes_on_in_the_first_one() -> None:
    all_told = told("attended_transfer_refer")
    first, second = [e for e in all_told if isinstance(e, events.CallOffered)]
    joined = next(e for e in all_told if isinstance(e, events.CallEnded) and e.joined_into)

    assert second.device == "PJSIP/1001"
    assert joined.call_id == second.call_id
    assert joined.joined_into == first.call_id
    after = [in_words(event) for event in all_told[all_told.index(joined) :]]
    assert after == [
        "CallEnded answered unknown",
        "AgentRinging PJSIP/1002",
        "CallAnswered PJSIP/1002",
        "CallTransferred attended 1002",
        "AgentLeft PJSIP/1001",
        "AgentLeft PJSIP/1002",
        "CallEnded answered agent",
    ]


def test_a_phone_that_holds_is_told_so() -> None:
    held = [event.held for event in told("hold_and_back") if isinstance(event, events.CallHeld)]

    assert held == [True, False]


def talking() -> tuple[CallTracker, UUID]:
    tracker = CallTracker()
    tracker.apply(facts.ChannelBegan(NOW, CALLER._replace(state=4)))
    [offered] = tracker.apply(facts.ChannelChanged(NOW, CALLER))
    tracker.apply(facts.ChannelBegan(NOW, AGENT._replace(state=0)))
    tracker.apply(facts.DialBegan(NOW, CALLER, AGENT, "agent-1001"))
    tracker.apply(facts.DialEnded(NOW, CALLER, AGENT, "ANSWER"))
    assert isinstance(offered, events.CallOffered)
    return tracker, offered.call_id


def test_what_the_engine_announced_is_a_transfer_when_the_phone_leaves() -> None:
    tracker, call_id = talking()
    tracker.expect_transfer(call_id, by="PJSIP/agent-1001", to="PJSIP/agent-1002")

    found = tracker.apply(facts.ChannelGone(NOW + timedelta(seconds=1), AGENT, 16))

    transferred, left = found
    assert transferred == events.CallTransferred(
        at=NOW + timedelta(seconds=1),
        call_id=call_id,
        kind=TransferKind.BLIND,
        by="PJSIP/agent-1001",
        to="PJSIP/agent-1002",
    )
    assert isinstance(left, events.AgentLeft)


def test_an_announced_transfer_that_comes_too_late_is_none() -> None:
    tracker, call_id = talking()
    tracker.expect_transfer(call_id, by="PJSIP/agent-1001", to="sales", kind="queue")

    found = tracker.apply(facts.ChannelGone(NOW + timedelta(seconds=60), AGENT, 16))

    assert [type(event) for event in found] == [events.AgentLeft]


def test_a_transfer_of_an_unknown_call_is_not_expected() -> None:
    CallTracker().expect_transfer(UUID(int=1), by="PJSIP/agent-1001", to="sales")


def test_a_message_that_cannot_be_understood_costs_itself_alone() -> None:
    tracker, _ = talking()
    odd = facts.BridgeLeft(NOW, None, "b1")  # type: ignore[arg-type]

    assert tracker.apply(odd) == []

    assert tracker.faults == 1
    assert tracker.apply(facts.ChannelGone(NOW, AGENT, 16)) != []


def test_memory_does_not_grow_with_the_calls_of_the_past() -> None:
    tracker = CallTracker()
    for number in range(3000):
        second = 1772352000 + number
        channel = CALLER._replace(uniqueid=f"{second}.{number}", linkedid=f"{second}.{number}")
        tracker.apply(facts.ChannelBegan(NOW, channel))
        tracker.apply(facts.ChannelChanged(NOW, channel))
        tracker.apply(facts.ChannelGone(NOW, channel, 16))
        tracker.records()

    world = tracker._world
    assert not world.calls
    assert not world.channels
    assert not world.linked
    assert not world.names
    assert not world.bridges


def test_a_caller_who_rings_phones_for_hours_is_answered_all_the_same() -> None:
    tracker = CallTracker()
    tracker.apply(facts.ChannelBegan(NOW, CALLER._replace(state=4)))
    for number in range(3, 1500):
        phone = ChannelSeen(
            f"1772352000.{number}", CALLER.uniqueid, f"PJSIP/{number % 7}-{number:08x}", 5
        )
        tracker.apply(facts.DialBegan(NOW, CALLER, phone, ""))
        tracker.apply(facts.DialEnded(NOW, CALLER, phone, "NOANSWER"))
        tracker.apply(facts.ChannelGone(NOW, phone, 0))
    tracker.apply(facts.DialBegan(NOW, CALLER, AGENT, "agent-1001"))
    tracker.apply(facts.DialEnded(NOW, CALLER, AGENT, "ANSWER"))
    tracker.apply(facts.ChannelGone(NOW, AGENT, 16))
    tracker.apply(facts.ChannelGone(NOW, CALLER, 16))

    [record] = tracker.records()

    assert record.agent_answered == "PJSIP/agent-1001"
    assert len(record.agents_rang) == 8
    assert len(record.legs) <= 500


def test_a_phone_that_is_rung_through_another_asterisk_is_told_by_its_own_name() -> None:
    tracker, rings, answers = CallTracker(), events.AgentRinging, events.CallAnswered
    way = ChannelSeen("1772352010.2", CALLER.linkedid, "PJSIP/phones-00000002", 0)
    tracker.apply(facts.ChannelBegan(NOW, CALLER))
    tracker.apply(facts.ChannelBegan(NOW, way))
    told = tracker.apply(facts.DialBegan(NOW, CALLER, way, "agent-1001@phones"))
    told += tracker.apply(facts.ChannelChanged(NOW + timedelta(seconds=1), way._replace(state=5)))
    told += tracker.apply(facts.DialEnded(NOW + timedelta(seconds=2), CALLER, way, "ANSWER"))
    rung = [(type(e), e.device) for e in told if isinstance(e, rings | answers)]
    assert rung == [(rings, "PJSIP/agent-1001"), (answers, "PJSIP/agent-1001")]


def collision(*later: facts.Fact) -> list[object]:
    """The caller hangs up, the phone is up, the dial ends in vain: all within a millisecond."""
    tracker = CallTracker()
    tracker.apply(facts.ChannelBegan(NOW, CALLER._replace(state=4)))
    tracker.apply(facts.ChannelChanged(NOW, CALLER))
    tracker.apply(facts.QueueEntered(NOW, CALLER, "service", 0, fallback=False))
    tracker.apply(facts.ChannelBegan(NOW, AGENT._replace(state=0)))
    tracker.apply(facts.DialBegan(NOW, CALLER, AGENT, "agent-1001"))
    tracker.apply(facts.ChannelChanged(NOW, AGENT._replace(state=5)))
    told: list[object] = []
    for fact in (
        facts.HangupAsked(NOW + timedelta(milliseconds=1), CALLER, soft=False, cause=16),
        facts.ChannelChanged(NOW + timedelta(milliseconds=1), AGENT._replace(state=6)),
        facts.DialEnded(NOW + timedelta(milliseconds=2), CALLER, AGENT, "NOANSWER"),
        *later,
        facts.ChannelGone(NOW + timedelta(milliseconds=5), AGENT, 16),
        facts.ChannelGone(NOW + timedelta(milliseconds=5), CALLER, 16),
    ):
        told += tracker.apply(fact)
    return told


def test_a_phone_that_is_joined_although_its_dial_ended_in_vain_has_answered() -> None:
    at = NOW + timedelta(milliseconds=3)
    told = collision(
        facts.DialEnded(at, CALLER, AGENT, "ANSWER"),
        facts.BridgeEntered(at, AGENT, "b1", "basic", conference=False),
        facts.BridgeEntered(at, CALLER, "b1", "basic", conference=False),
    )
    kinds = [type(event) for event in told]
    assert kinds == [events.CallAnswered, events.AgentLeft, events.CallEnded]
    assert isinstance(told[-1], events.CallEnded)
    assert told[-1].outcome is events.Outcome.ANSWERED


def test_that_a_phone_stops_because_the_caller_left_is_not_held_against_its_agent() -> None:
    told = collision()
    [missed] = [event for event in told if isinstance(event, events.AgentMissedCall)]
    assert missed.reason is events.MissReason.CANCELLED
    assert isinstance(told[-1], events.CallEnded)
    assert told[-1].outcome is events.Outcome.ABANDONED_IN_QUEUE


def menu_call(*, message: bool, hangs_up: bool) -> events.Outcome | None:
    tracker = CallTracker()
    other = ChannelSeen("1772351999.1", "1772351999.1", "PJSIP/trunk-00000000", 6, "137")
    tracker.apply(facts.ChannelBegan(NOW, other))
    tracker.apply(facts.HangupAsked(NOW, other, soft=False, cause=16))
    tracker.apply(facts.ChannelGone(NOW, other, 16))
    tracker.apply(facts.ChannelBegan(NOW, CALLER))
    if message:
        tracker.apply(facts.VoicemailLeft(NOW, CALLER, "service", "/x.wav", 5))
    if hangs_up:
        tracker.apply(facts.HangupAsked(NOW, CALLER, soft=False, cause=16))
    tracker.apply(facts.ChannelGone(NOW, CALLER, 16))
    return tracker.records()[-1].outcome


def test_a_menu_that_ends_the_call_or_takes_a_message_is_not_given_up() -> None:
    assert menu_call(message=False, hangs_up=True) is events.Outcome.ABANDONED_IN_MENU
    assert menu_call(message=False, hangs_up=False) is events.Outcome.ENDED_IN_MENU
    assert menu_call(message=True, hangs_up=True) is events.Outcome.ENDED_IN_MENU
