"""The tracker after a cut, or after our own restart: the snapshot makes it true again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cti import facts
from cti.events import (
    AgentLeft,
    CallAnswered,
    CallEnded,
    CallStage,
    DeviceState,
    Direction,
    Event,
    LiveCall,
    Outcome,
    Party,
    Resynced,
)
from cti.found import ChannelFound, ChannelSeen, OpenCall, SnapshotTaken
from cti.ids import call_id_of
from cti.messages import AmiMessage
from cti.snapshot import take_snapshot
from cti.tracker import CallTracker

NOW = datetime.fromtimestamp(1772352060, UTC)
CALL = call_id_of("1772352000.1")
CALLER = ChannelSeen("1772352000.1", "1772352000.1", "PJSIP/trunk-00000001", 6, "13800138000")
AGENT = ChannelSeen("1772352010.2", "1772352000.1", "PJSIP/agent-1001-00000002", 6, "1001")


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def shown(
    channel: ChannelSeen,
    *,
    context: str = "",
    app: str = "Dial",
    bridge: str = "",
    state: str = "6",
) -> AmiMessage:
    return AmiMessage.of(
        [
            ("Event", "CoreShowChannel"),
            ("Channel", channel.name),
            ("ChannelState", state),
            ("CallerIDNum", channel.number),
            ("CallerIDName", "<unknown>"),
            ("Context", context),
            ("Exten", "4000" if channel is CALLER else ""),
            ("Uniqueid", channel.uniqueid),
            ("Linkedid", channel.linkedid),
            ("Application", app),
            ("Duration", "00:01:00"),
            ("BridgeId", bridge),
        ]
    )


def snapshot(
    channels: Sequence[AmiMessage] = (), *, booted: str = "07:00:00", queue: str = "", **more: str
) -> SnapshotTaken:
    variables = [("Variable", f"CC_QUEUE={queue}"), ("Variable", "CC_DID=4000")]
    status = [("Event", "Status"), ("Uniqueid", CALLER.uniqueid), *variables]
    replies = {
        "CoreStatus": [
            AmiMessage.of([("CoreStartupDate", "2026-03-01"), ("CoreStartupTime", booted)])
        ],
        "CoreShowChannels": list(channels),
        "Status": [AmiMessage.of(status)] if queue else [],
        "BridgeList": [
            AmiMessage.of(
                [("Event", "BridgeListItem"), ("BridgeUniqueid", "b1"), ("BridgeType", "basic")]
            )
        ],
        "DeviceStateList": [
            AmiMessage.of(
                [
                    ("Event", "DeviceStateChange"),
                    ("Device", "PJSIP/agent-1001"),
                    ("State", "INUSE"),
                ]
            )
        ],
        "QueueStatus": [AmiMessage.of(list(more.items()))] if more else [],
    }
    return take_snapshot(replies, at=NOW, epoch=1)


TALK = (
    shown(CALLER, context="offer", bridge="b1"),
    shown(AGENT, app="AppDial", bridge="b1"),
)


def only(told: list[Event]) -> tuple[Resynced, LiveCall]:
    [resynced] = told
    assert isinstance(resynced, Resynced)
    [live] = resynced.calls
    return resynced, live


def test_a_talk_that_began_before_us_is_found() -> None:
    resynced, live = only(CallTracker().apply(snapshot(TALK)))

    assert live == LiveCall(
        call_id=CALL,
        channel="PJSIP/trunk-00000001",
        uniqueid="1772352000.1",
        stage=CallStage.TALKING,
        direction=Direction.INBOUND,
        caller_number="13800138000",
        caller_name="",
        dialled_number="4000",
        device="PJSIP/agent-1001",
        device_channel="PJSIP/agent-1001-00000002",
        there=(("PJSIP/agent-1001", "PJSIP/agent-1001-00000002"),),
        started_at=datetime.fromtimestamp(1772352000, UTC),
    )
    assert resynced.devices == {"PJSIP/agent-1001": DeviceState.INUSE}
    assert not resynced.restarted


def test_a_found_talk_ends_like_any_other() -> None:
    tracker = CallTracker()
    tracker.apply(snapshot(TALK))
    tracker.apply(facts.HangupAsked(NOW + seconds(9), AGENT, soft=False, cause=16))

    told = tracker.apply(facts.ChannelGone(NOW + seconds(9), AGENT, 16))
    told += tracker.apply(facts.ChannelGone(NOW + seconds(9), CALLER, 16))

    assert [type(event) for event in told] == [AgentLeft, CallEnded]
    [record] = tracker.records()
    assert record.outcome is Outcome.ANSWERED
    assert record.hung_up_by is Party.AGENT
    assert record.incomplete


def test_what_the_database_knew_comes_back() -> None:
    tracker = CallTracker()
    began = NOW - seconds(60)
    kept = OpenCall(
        call_id=CALL,
        queue="service",
        queued_at=began + seconds(5),
        answered_at=began + seconds(15),
        started_at=began,
    )
    tracker.restore([kept], booted="2026-03-01 07:00:00")

    _, live = only(tracker.apply(snapshot(TALK)))
    tracker.apply(facts.ChannelGone(NOW + seconds(5), AGENT, 16))
    tracker.apply(facts.ChannelGone(NOW + seconds(5), CALLER, 16))

    assert live.queue == "service"
    [record] = tracker.records()
    assert record.waited_seconds == 10.0
    assert record.talked_seconds == 50.0


def test_a_ringing_phone_is_found_and_answers() -> None:
    tracker = CallTracker()
    ringing = (shown(CALLER, context="offer"), shown(AGENT, app="AppDial", state="5"))

    _, live = only(tracker.apply(snapshot(ringing, queue="service")))
    told = tracker.apply(facts.DialEnded(NOW + seconds(2), CALLER, AGENT, "ANSWER"))

    assert live.stage is CallStage.RINGING
    assert live.queue == "service"
    assert [type(event) for event in told] == [CallAnswered]


def called_out(agent: str, customer: str, *, bridge: str = "") -> LiveCall:
    """An agent's phone is the first channel of a call; both are as far as told."""
    first = AGENT._replace(linkedid=AGENT.uniqueid)
    other = ChannelSeen("1772352010.9", AGENT.uniqueid, "PJSIP/trunk-00000009", 6)
    app = "AppDial2" if agent == "5" else "Dial"
    channels = [shown(first, context="dial-out", app=app, state=agent, bridge=bridge)]
    if customer:
        channels.append(shown(other, app="AppDial", state=customer, bridge=bridge))
    return only(CallTracker().apply(snapshot(channels)))[1]


def test_an_agent_who_calls_out_is_in_the_call_from_when_his_own_phone_has_answered() -> None:
    own = ("PJSIP/agent-1001", "PJSIP/agent-1001-00000002")
    customer = ("PJSIP/trunk", "PJSIP/trunk-00000009")
    assert called_out("5", "").there == ()
    ringing = called_out("6", "5")
    assert (ringing.stage, ringing.there) == (CallStage.RINGING, (own,))
    assert called_out("6", "6", bridge="b1").there == (own, customer)


def test_a_customer_whom_we_called_is_in_the_call_while_an_agents_phone_rings_for_him() -> None:
    first = ChannelSeen(
        "callback-1772352000.1", "callback-1772352000.1", "PJSIP/trunk-00000001", 6
    )
    agent = AGENT._replace(linkedid=first.uniqueid)
    channels = [
        shown(first, context="offer", app="Dial"),
        shown(agent, app="AppDial", state="5"),
    ]
    tracker = CallTracker()
    _, live = only(tracker.apply(snapshot(channels)))
    assert live.direction is Direction.OUTBOUND
    assert (live.stage, live.device) == (CallStage.RINGING, "PJSIP/agent-1001")
    assert live.there == (("PJSIP/trunk", "PJSIP/trunk-00000001"),)
    told = tracker.apply(facts.DialEnded(NOW + seconds(2), first, agent, "ANSWER"))
    assert [event.device for event in told if isinstance(event, CallAnswered)] == [live.device]
    _, live = only(CallTracker().apply(snapshot([shown(first, app="AppDial2", state="5")])))
    assert live.there == ()


def test_a_caller_in_our_wait_is_found_waiting() -> None:
    waiting = (shown(CALLER, context="wait", app="Wait"),)

    _, live = only(CallTracker().apply(snapshot(waiting, queue="service")))

    assert live.stage is CallStage.WAITING
    assert live.queue == "service"


def test_a_caller_in_app_queue_is_found_with_his_wait() -> None:
    tracker = CallTracker()
    entry = {
        "Event": "QueueEntry",
        "Queue": "sales",
        "Channel": CALLER.name,
        "Uniqueid": CALLER.uniqueid,
        "Wait": "20",
        "Priority": "2",
    }

    _, live = only(tracker.apply(snapshot((shown(CALLER, app="Queue"),), **entry)))
    tracker.apply(facts.HangupAsked(NOW + seconds(5), CALLER, soft=False, cause=0))
    tracker.apply(facts.ChannelGone(NOW + seconds(5), CALLER, 0))

    assert live.stage is CallStage.WAITING
    assert live.queue == "sales"
    [record] = tracker.records()
    assert record.waited_seconds == 25.0
    assert record.outcome is Outcome.ABANDONED_IN_QUEUE


def test_a_caller_in_the_menu_is_found_there() -> None:
    _, live = only(CallTracker().apply(snapshot((shown(CALLER, context="from-trunk"),))))

    assert live.stage is CallStage.MENU


def test_a_call_that_vanished_while_we_were_away_ends() -> None:
    tracker = CallTracker()
    tracker.apply(snapshot(TALK))

    told = tracker.apply(snapshot())

    assert [type(event) for event in told] == [Resynced, AgentLeft, CallEnded]
    assert tracker.open_calls == tracker.open_channels == 0
    [record] = tracker.records()
    assert record.outcome is Outcome.ANSWERED


def test_a_restart_of_asterisk_loses_what_was_open() -> None:
    tracker = CallTracker()
    tracker.apply(snapshot(TALK))

    resynced, *told = tracker.apply(snapshot(booted="08:00:30"))

    assert isinstance(resynced, Resynced)
    assert resynced.restarted
    ended = told[-1]
    assert isinstance(ended, CallEnded)
    assert ended.outcome is Outcome.LOST_TO_RESTART


def test_a_call_that_only_the_database_knew_ends_once() -> None:
    tracker = CallTracker()
    tracker.restore([OpenCall(call_id=CALL, answered_at=NOW - seconds(9))])

    resynced, ended = tracker.apply(snapshot())

    assert isinstance(resynced, Resynced)
    assert isinstance(ended, CallEnded)
    assert ended.call_id == CALL
    assert ended.outcome is Outcome.ANSWERED
    [again] = tracker.apply(snapshot())
    assert isinstance(again, Resynced)


def test_a_call_that_asterisk_lost_while_we_were_down_too_is_told_so() -> None:
    tracker = CallTracker()
    tracker.restore([OpenCall(call_id=CALL)], booted="2026-02-28 23:00:00")

    _, ended = tracker.apply(snapshot())

    assert isinstance(ended, CallEnded)
    assert ended.outcome is Outcome.LOST_TO_RESTART


def test_an_agent_who_left_while_we_were_away_is_told_after_the_snapshot() -> None:
    tracker = CallTracker()
    tracker.apply(snapshot(TALK))

    told = tracker.apply(snapshot((shown(CALLER, context="wait", app="Wait"),), queue="service"))

    assert [type(event) for event in told[:2]] == [Resynced, AgentLeft]
    assert tracker.open_calls == 1


def test_a_call_that_began_while_we_were_away_is_told_by_the_snapshot_alone() -> None:
    tracker = CallTracker()
    tracker.apply(snapshot())

    _, live = only(tracker.apply(snapshot(TALK)))

    assert live.call_id == CALL


def test_a_talk_through_another_asterisk_is_found_with_the_phone_behind_it() -> None:
    caller = ChannelFound(CALLER, NOW, "b1", called=False, phone="agent-1001")
    way = ChannelSeen("1772352010.2", CALLER.linkedid, "PJSIP/phones-00000002", 6)
    phone = ChannelFound(way, NOW, "b1", called=True, phone="agent-1001")
    found = SnapshotTaken(NOW, 1, "boot", channels=(caller, phone))
    _, live = only(CallTracker().apply(found))
    assert (live.device, live.device_channel) == ("PJSIP/agent-1001", "PJSIP/phones-00000002")
