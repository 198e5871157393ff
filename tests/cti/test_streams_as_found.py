"""Recordings as people bring them: odd line ends, missing headers, cut at either end."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from inspect import cleandoc as story
from pathlib import Path

import pytest

from cti.events import Outcome
from cti.replay import UnreadableRecording, replay, run

STREAMS = Path(__file__).parent / "streams"
NAMES = sorted(path.stem for path in STREAMS.glob("*.gz"))
Told = Callable[[str], str]
ToldOf = Callable[[Path], str]


def raw(name: str) -> bytes:
    return gzip.decompress((STREAMS / f"{name}.gz").read_bytes())


def without(events: bytes, name: str) -> bytes:
    return re.sub(rb"Event: " + events + rb"\r\n(?:[^\r\n]+\r\n)+\r\n", b"", raw(name))


def with_line_feeds_alone(stream: bytes) -> bytes:
    return stream.replace(b"\r\n", b"\n")


def with_small_letters(stream: bytes) -> bytes:
    return re.sub(rb"(?m)^([A-Za-z-]+):", lambda found: found[1].lower() + b":", stream)


def with_old_spelling(stream: bytes) -> bytes:
    return stream.replace(b"Uniqueid:", b"UniqueID:").replace(b"Linkedid:", b"LinkedID:")


def without_blanks(stream: bytes) -> bytes:
    return re.sub(rb"(?m)^([A-Za-z-]+): ", rb"\1:", stream)


def with_everything_twice(stream: bytes) -> bytes:
    return b"".join((part + b"\r\n\r\n") * 2 for part in stream.split(b"\r\n\r\n") if part)


@pytest.mark.parametrize("name", NAMES)
def test_odd_forms_of_the_same_stream_tell_the_same(
    name: str, told: Told, told_of: ToldOf, tmp_path: Path
) -> None:
    whole = told(name)
    for change in (
        with_line_feeds_alone,
        with_small_letters,
        with_old_spelling,
        without_blanks,
        with_everything_twice,
    ):
        odd = tmp_path / change.__name__
        odd.write_bytes(change(raw(name)))

        assert told_of(odd) == whole, change.__name__


@pytest.mark.parametrize(
    "events", [b"DialEnd", b"Newstate", b"Agent[A-Z]\\w+", b"QueueCallerLeave"]
)
def test_one_kind_of_event_may_be_missing(
    events: bytes, told: Told, told_of: ToldOf, tmp_path: Path
) -> None:
    stream = tmp_path / "stream"
    stream.write_bytes(without(events, "queue_local_members"))

    assert told_of(stream) == told("queue_local_members")


def test_a_chan_sip_stream_is_read_alike(told: Told, told_of: ToldOf, tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    stream.write_bytes(raw("attended_transfer_refer").replace(b"PJSIP/", b"SIP/"))

    assert told_of(stream).replace("SIP/", "") == told("attended_transfer_refer")


def test_without_time_stamps_the_clock_goes_by_what_messages_carry(tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    stamped = raw("ring_no_answer_then_next")
    stream.write_bytes(re.sub(rb"(?m)^Timestamp: [^\r\n]*\r\n", b"", stamped))

    [record] = replay(stream)

    assert record.waited_seconds == pytest.approx(6.0, abs=1.5)
    assert record.talked_seconds == pytest.approx(2.0, abs=1.5)
    assert record.outcome is Outcome.ANSWERED
    assert record.agent_answered == "PJSIP/1002"


def test_a_stream_that_begins_in_the_talk_is_told_as_incomplete(
    told_of: ToldOf, tmp_path: Path
) -> None:
    stream = tmp_path / "stream"
    whole = raw("queue_answered_agent_hangs_up")
    stream.write_bytes(whole[whole.index(b"Event: BridgeEnter") :])

    assert told_of(stream) == story("""
        inbound 13800138000 张三李四 -> 5001
        waited 0.0, talked 3.0, no ring, answered by 1001
        legs: 1001 agent, trunk caller
        answered, ended by agent, incomplete
    """)


def test_a_stream_that_ends_in_the_talk_is_told_as_incomplete(tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    whole = raw("queue_answered_agent_hangs_up")
    stream.write_bytes(whole[: whole.index(b"Event: AgentComplete")])

    [record] = replay(stream)

    assert record.incomplete
    assert record.outcome is Outcome.ANSWERED
    assert record.ended_at is None


def test_a_stream_that_ends_in_the_queue_has_no_outcome_yet(tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    whole = raw("abandon_in_queue")
    stream.write_bytes(whole[: whole.index(b"Event: HangupRequest")])

    [record] = replay(stream)

    assert record.incomplete
    assert record.outcome is None
    assert record.queue == "service"


def test_the_same_call_has_the_same_id_wherever_the_stream_begins(tmp_path: Path) -> None:
    stream = tmp_path / "stream"
    whole = raw("queue_answered_agent_hangs_up")
    stream.write_bytes(whole[whole.index(b"Event: AgentConnect") :])

    [late] = replay(stream)
    [early] = replay(STREAMS / "queue_answered_agent_hangs_up.gz")

    assert late.call_id == early.call_id


def test_what_a_cut_off_gzip_holds_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = tmp_path / "cut.gz"
    stream.write_bytes((STREAMS / "pickup.gz").read_bytes()[:2500])

    assert run(stream, as_json=True) == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["caller_number"] == "13800138018"
    assert err == f"{stream} is cut off; what could be read of it was read\n"


@pytest.mark.parametrize(
    "content", [None, b"", b"hello", b"\x1f\x8b\x08", b"\x1f\x8b" + b"x" * 99]
)
def test_what_cannot_be_read_is_said_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = tmp_path / "stream"
    if content is not None:
        stream.write_bytes(content)

    assert run(stream, as_json=True) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert str(stream) in err
    with pytest.raises(UnreadableRecording):
        list(replay(stream))


def test_each_call_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(STREAMS / "simultaneous_calls.gz", as_json=True) == 0

    calls = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [call["caller_number"] for call in calls] == [
        "13800138040",
        "13800138041",
        "13800138042",
        "1004",
    ]
    assert calls[0]["started_at"].endswith("+00:00")


def test_a_person_may_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(STREAMS / "abandon_in_queue.gz", as_json=False) == 0

    assert "13800138001 -> 5001 in service abandoned_in_queue" in capsys.readouterr().out


def test_a_replay_keeps_the_pace_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    now = [100.0]

    def sleep(length: float) -> None:
        slept.append(length)
        now[0] += length

    monkeypatch.setattr("cti.replay.time.sleep", sleep)
    monkeypatch.setattr("cti.replay.time.monotonic", lambda: now[0])

    [record] = replay(STREAMS / "queue_answered_agent_hangs_up.gz", speed=10.0)

    assert sum(slept) == pytest.approx(0.46, abs=0.1)
    assert record.talked_seconds == 2.997
