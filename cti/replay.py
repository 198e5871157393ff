"""Reads a recorded AMI stream back and prints the call records it makes."""

from __future__ import annotations

import gzip
import json
import sys
import time
import zlib
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from cti.errors import CtiError
from cti.facts import DialBegan, MemberCalled
from cti.framing import FrameDecoder
from cti.messages import AmiMessage
from cti.records import CallRecord, as_json
from cti.story.clock import StreamClock
from cti.story.endpoints import Endpoints, device_of, is_party
from cti.tracker import CallTracker
from cti.translate import WANTED, translate

_BLOCK = 1 << 18
_GZIP = b"\x1f\x8b"
_LONGEST_PAUSE = 3600.0  # seconds of real time; a longer silence is not waited through


class UnreadableRecording(CtiError):  # noqa: N818 - errors are named for what happened
    """The recording cannot be read."""


class Recording:
    """A file with the bytes of an AMI stream, gzip or plain.

    `fault` says, after reading, where a broken or cut-off file could not be read on.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""

    def messages(self, wanted: Collection[str] | None = None) -> Iterator[AmiMessage]:
        """Yield the messages as far as they can be read; `wanted` names the events.

        A last line that is cut off is left out. Raises `UnreadableRecording` when the
        file cannot be opened.
        """
        decoder = FrameDecoder(wanted=wanted)
        rest = b""
        for block in self._blocks():
            lines, newline, rest = (rest + block).rpartition(b"\n")
            yield from decoder.feed(lines + newline)
        yield from decoder.feed(b"\r\n\r\n")

    def _blocks(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as plain:
                packed = plain.read(2) == _GZIP
            with gzip.open(self.path) if packed else self.path.open("rb") as file:
                while block := self._read(cast("BinaryIO", file)):
                    yield block
        except OSError as error:
            why = error.strerror or str(error)
            raise UnreadableRecording(f"{self.path} cannot be read: {why}") from error

    def _read(self, file: BinaryIO) -> bytes:
        try:
            return file.read1(_BLOCK)  # type: ignore[attr-defined, no-any-return]  # both kinds have it
        except EOFError:
            self.fault = f"{self.path} is cut off; what could be read of it was read"
        except (zlib.error, gzip.BadGzipFile):
            self.fault = f"{self.path} is broken; what could be read of it was read"
        return b""


def replay(path: Path, speed: float | None = None) -> Iterator[CallRecord]:
    """Yield the record of every call in the recording, each when it is over.

    `speed` 1.0 keeps the pace of the recording, 10.0 is ten times as fast, None does
    not wait at all. Calls still open at the end come last, marked incomplete. Raises
    `UnreadableRecording` when nothing at all can be read.
    """
    yield from _records(Recording(path), speed)


def _records(recording: Recording, speed: float | None) -> Iterator[CallRecord]:
    tracker, clock, pace = CallTracker(), StreamClock(), _Pace(speed)
    _learn_endpoints(recording, tracker.endpoints)
    empty = True
    for message in recording.messages(WANTED | StreamClock.EVENTS):
        empty = False
        for fact in clock.facts_in(message):
            pace.wait_for(fact.at)
            tracker.apply(fact)
        tracker.heard(clock.now)
        yield from tracker.records()
    if empty:
        raise UnreadableRecording(recording.fault or f"{recording.path} holds no AMI message")
    yield from tracker.open_records(clock.now)


def _learn_endpoints(recording: Recording, endpoints: Endpoints) -> None:
    """Read ahead who is a phone of ours, so that the first call knows it as the last does."""
    for message in recording.messages(("DialBegin", "AgentCalled")):
        fact = translate(message)
        if isinstance(fact, MemberCalled):
            endpoints.saw_member(fact.interface)
        elif isinstance(fact, DialBegan) and is_party(fact.target.name):
            endpoints.saw_dialled(device_of(fact.target.name), fact.dial_string)


class _Pace:
    """Waits as the recording did, so many times faster."""

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._zero: tuple[float, datetime] | None = None

    def wait_for(self, at: datetime) -> None:
        if not self._speed:
            return
        began, first = self._zero = self._zero or (time.monotonic(), at)
        due = began + (at - first).total_seconds() / self._speed
        time.sleep(min(max(0.0, due - time.monotonic()), _LONGEST_PAUSE))


def run(path: Path, *, as_json: bool, speed: float | None = None) -> int:
    """Print one line for each call of the recording; return the process's exit code.

    2 when nothing could be read. What went wrong is one line on standard error.
    """
    line = _json_line if as_json else _plain_line
    recording = Recording(path)
    try:
        for record in _records(recording, speed):
            sys.stdout.write(line(record) + "\n")
            sys.stdout.flush()
    except UnreadableRecording as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if recording.fault:
        sys.stderr.write(f"{recording.fault}\n")
    return 0


def _json_line(record: CallRecord) -> str:
    return json.dumps(as_json(record), ensure_ascii=False)


def _plain_line(record: CallRecord) -> str:
    agent = f" by {record.agent_answered}" if record.agent_answered else ""
    queue = f" in {record.queue}" if record.queue else ""
    return (
        f"{record.started_at:%Y-%m-%d %H:%M:%S} {record.direction}"
        f" {record.caller_number or 'unknown'} -> {record.dialled_number or 'unknown'}{queue}"
        f" {record.outcome or 'open'}{agent}, waited {record.waited_seconds:.1f} s,"
        f" talked {record.talked_seconds:.1f} s, ended by {record.hung_up_by}"
    )
