"""What Asterisk's own log tells of calls that nobody heard."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cti.cel import Row, row_of
from cti.events import (
    AgentLeft,
    AgentRinging,
    CallAbandoned,
    CallAnswered,
    CallOffered,
    CallQueued,
    CallStage,
    Outcome,
    Party,
    Resynced,
)
from cti.found import ChannelFound, ChannelSeen, OpenCall, SnapshotTaken
from cti.ids import call_id_of
from cti.missed import missed_calls
from cti.records import MissedCall
from cti.tracker import CallTracker

BEGAN = 1772352000
CALLER, PHONE = f"{BEGAN}.1", f"{BEGAN + 5}.2"
CALL = call_id_of(CALLER)
NAMES = {CALLER: "PJSIP/trunk-00000001", PHONE: "PJSIP/agent-1001-00000002"}


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(BEGAN + seconds, UTC)


def line(
    seconds: float, kind: str, channel: str, app: str = "", data: str = "", **extra: object
) -> str:
    """Write a line as Asterisk does."""
    out = io.StringIO()
    number = "13800138000" if channel == CALLER else ""
    cells = [kind, f"{BEGAN + seconds:.6f}", channel, CALLER, NAMES[channel], "wait", "s", number]
    told = json.dumps(extra) if extra else ""
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([*cells, "张三", app, data, told])
    return out.getvalue()


def queued(seconds: float) -> str:
    return line(seconds, "APP_START", CALLER, "UserEvent", "CallQueued,Queue: service,Priority: 2")


def fallen(seconds: float) -> str:
    return line(seconds, "APP_START", CALLER, "Queue", "service,b(call-id^s^1)")


def joined(seconds: float) -> str:
    extra = {"bridge_id": "b1", "bridge_technology": "simple_bridge"}
    lines = [line(seconds, "BRIDGE_ENTER", each, **extra) for each in (PHONE, CALLER)]
    return "".join(lines)


def hung_up(seconds: float, channel: str, by: str) -> str:
    return line(seconds, "HANGUP", channel, hangupcause=16, hangupsource=NAMES[by])


def rows(*lines: str) -> list[Row]:
    found = [row_of(cells) for cells in csv.reader(io.StringIO("".join(lines), newline=""))]
    return [row for row in found if row is not None]


def missed(*lines: str, alive: tuple[str, ...] = ()) -> list[MissedCall]:
    return missed_calls(rows(*lines), CallTracker().apart(), alive=alive)


def test_a_call_that_came_and_went_is_told_from_its_beginning_to_its_end() -> None:
    [call] = missed(
        queued(0.2),
        fallen(4.3),
        joined(5.5),
        hung_up(9, PHONE, PHONE),
        hung_up(9.1, CALLER, PHONE),
    )
    record = call.record
    assert record is not None
    assert (call.call_id, record.call_id) == (CALL, CALL)
    assert (record.outcome, record.queue) == (Outcome.ANSWERED, "service")
    assert (record.caller_number, record.caller_name) == ("13800138000", "张三")
    assert (record.answered_at, record.agent_answered) == (at(5.5), "PJSIP/agent-1001")
    assert (record.hung_up_by, record.ended_at) == (Party.AGENT, at(9.1))
    kinds = [type(event) for event in call.events]
    assert kinds == [CallOffered, CallQueued, CallQueued, AgentRinging, CallAnswered, AgentLeft]


def test_a_caller_who_gave_up_meanwhile_is_told_as_abandoned() -> None:
    [call] = missed(queued(0.2), hung_up(3, CALLER, CALLER))
    assert call.record is not None
    assert call.record.outcome is Outcome.ABANDONED_IN_QUEUE
    assert call.record.waited_seconds == 2.8
    assert isinstance(call.events[-1], CallAbandoned)


def test_a_phone_that_ended_before_its_caller_was_heard_of_is_part_of_his_call() -> None:
    [call] = missed(hung_up(9, PHONE, PHONE), hung_up(9.1, CALLER, PHONE))
    assert call.call_id == CALL
    assert call.record is not None
    assert call.record.unique_ids == (CALLER, PHONE)


def test_a_call_that_goes_on_has_no_record_and_one_that_vanished_is_left_out() -> None:
    talk = (fallen(4), joined(5.5))
    [call] = missed(*talk, alive=(CALLER, PHONE))
    assert call.record is None
    assert missed(*talk) == []


def test_a_call_found_alive_was_answered_when_the_log_says() -> None:
    tracker = CallTracker()
    tracker.learn(missed(queued(0.2), joined(5.5), alive=(CALLER, PHONE)))
    seen = [ChannelSeen(each, CALLER, NAMES[each], 6) for each in (CALLER, PHONE)]
    found = [
        ChannelFound(one, at(0), "b1", called=one.uniqueid == PHONE, queue="service")
        for one in seen
    ]
    told = tracker.resync(SnapshotTaken(at(60), 1, "boot", channels=tuple(found)))
    assert isinstance(told[0], Resynced)
    assert [call.stage for call in told[0].calls] == [CallStage.TALKING]
    [call] = tracker.missed()
    assert (call.call_id, tracker.missed()) == (CALL, [])
    [open_record] = tracker.open_records(at(60))
    assert (open_record.answered_at, open_record.queue) == (at(5.5), "service")


def test_what_the_store_knew_of_a_call_comes_before_what_the_log_tells() -> None:
    tracker = CallTracker()
    tracker.restore([OpenCall(call_id=CALL, queue="sales", queued_at=at(0), priority=5)])
    tracker.learn(missed(queued(0.2), alive=(CALLER,)))
    caller = ChannelSeen(CALLER, CALLER, NAMES[CALLER], 6, context="wait")
    found = ChannelFound(caller, at(0), "", called=False, queue="sales")
    [resynced] = tracker.resync(SnapshotTaken(at(60), 1, "boot", channels=(found,)))
    assert isinstance(resynced, Resynced)
    assert [call.queue for call in resynced.calls] == ["sales"]


def test_a_call_that_was_heard_is_not_learned_again() -> None:
    tracker = CallTracker()
    caller = ChannelSeen(CALLER, CALLER, NAMES[CALLER], 6, context="wait")
    found = ChannelFound(caller, at(0), "", called=False, queue="service")
    tracker.resync(SnapshotTaken(at(1), 1, "boot", channels=(found,)))
    tracker.learn(missed(queued(0.2), hung_up(3, CALLER, CALLER)))
    assert tracker.missed() == []


def test_lines_that_are_cut_off_or_strange_are_passed_over() -> None:
    whole = queued(0.2) + hung_up(3, CALLER, CALLER)
    assert rows("HANGUP,1", "\n", '"HANGUP","no time"' + ',"x"' * 10 + "\n") == []
    [call] = missed(whole + '"HANG')
    assert call.record is not None


@given(cut=st.integers(min_value=0, max_value=2000))
def test_a_log_cut_off_anywhere_breaks_nothing(cut: int) -> None:
    text = queued(0.2) + fallen(4.3) + joined(5.5) + hung_up(9, PHONE, PHONE)
    whole = (text + hung_up(9.1, CALLER, PHONE)).encode()
    found = missed(whole[: cut % (len(whole) + 1)].decode("utf-8", "replace"))
    assert all(call.call_id == CALL for call in found)
